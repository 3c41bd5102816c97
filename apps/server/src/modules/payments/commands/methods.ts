import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Actor, CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { getCustomer, lockCustomer } from '../../customers/api.ts';
import { noteTry, refuseBy } from '../../risk/api.ts';
import { subscriptionsOfCustomers } from '../../subscriptions/api.ts';
import type { Providers } from '../accounts.ts';
import {
  findMethod,
  keepMethod,
  listMethods,
  type MethodRow,
  makeBackup,
  makeDefault,
  markRemoved,
  planDetach,
} from '../methods.ts';
import { ProviderFault, type ProviderMethod } from '../provider.ts';
import { ensureProviderCustomer } from '../provider-customer.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };
type Deps = { transactor: Transactor; providers: Providers };

/**
 * Keeps a card under the customer's lock. The first one becomes the default; so does one that is wished to be. A new
 * default is tried at once for what is still open.
 */
export async function rememberMethod(
  ctx: CommandCtx,
  customerId: string,
  provider: string,
  method: ProviderMethod,
  isWishedDefault: boolean,
  /**
   * Whether somebody tries a card here, as on a page; staff are told where it is odd. It is none where it was looked at
   * before, or where nobody brings it: what is imported must not look like an attack.
   */
  isTry = true,
): Promise<MethodRow> {
  const { id, isNew } = await keepMethod(ctx, customerId, provider, method);
  if (isNew) {
    ctx.emit({
      type: 'payment_method.added',
      objectId: id,
      customerId,
      payload: { brand: method.brand, last4: method.last4 },
    });
  }
  if (isNew && isTry) await noteTry(ctx, tryOf(customerId, method));
  const others = await listMethods(ctx, customerId);
  if (isWishedDefault || !others.some((one) => one.isDefault)) await chooseDefault(ctx, customerId, id);
  return (await findMethod(ctx, id)) ?? refuse('payment_method.not_found', 'The card was removed before.');
}

/** A card that somebody brings, for the rules of velocity and the block list. */
function tryOf(customerId: string, { fingerprint, country }: ProviderMethod) {
  return {
    customerId,
    kind: 'method' as const,
    address: null,
    cardMark: fingerprint,
    cardCountry: country,
    amountMinor: null,
    currency: null,
  };
}

async function chooseDefault(ctx: CommandCtx, customerId: string, methodId: string): Promise<void> {
  await makeDefault(ctx, customerId, methodId);
  await ctx.sql.run(
    `update payment_attempts set due_at = least(due_at, $3)
     where tenant_id = $1 and customer_id = $2 and purpose = 'invoice' and status = 'created'`,
    [ctx.tenant.id, customerId, iso(ctx.now)],
  );
  ctx.emit({ type: 'payment_method.made_default', objectId: methodId, customerId, payload: {} });
}

/**
 * Attaches a method that the provider holds. Refuses with `payment_method.refused`, `payment.blocked`,
 * `payment.too_many_tries` and `provider.unavailable`.
 */
export async function attachMethod(
  deps: Deps,
  request: Request,
  input: {
    customerId: string;
    /** Who holds the method; left out, the provider of new checkouts. */
    provider?: string;
    providerMethodId: string;
    makeDefault: boolean;
    key: string;
  },
): Promise<MethodRow> {
  const customer = await deps.transactor.query(request, (ctx) => getCustomer(ctx, input.customerId));
  const provider = await deps.providers.of(request.tenantId, input.provider);
  let method: ProviderMethod;
  try {
    const providerCustomerId = await ensureProviderCustomer(deps, request, provider, customer);
    method = await provider.attachMethod(providerCustomerId, input.providerMethodId, input.key);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    if (error.kind === 'refused') {
      return refuse('payment_method.refused', error.message, {
        faults: [{ pointer: '/provider_method_id', code: error.code, detail: error.message }],
      });
    }
    return refuse(
      'provider.unavailable',
      'The payment provider does not answer. Nothing was charged; try again.',
    );
  }
  const kept = await deps.transactor.command(request, async (ctx) => {
    const decision = await noteTry(ctx, tryOf(customer.id, method));
    if (decision.verdict === 'refuse') return decision;
    return keepAttached(ctx, customer.id, provider.name, method, input.makeDefault);
  });
  if (!('verdict' in kept)) return kept;
  // It is not ours to keep. Where it cannot be let go now it stays unused: nothing here knows it.
  await provider.detachMethod(method.id).catch((error: unknown) => {
    if (!(error instanceof ProviderFault)) throw error;
  });
  return refuseBy(kept);
}

async function keepAttached(
  ctx: CommandCtx,
  customerId: string,
  provider: string,
  method: ProviderMethod,
  isWishedDefault: boolean,
): Promise<MethodRow> {
  const kept = await rememberMethod(ctx, customerId, provider, method, isWishedDefault, false);
  ctx.audit({
    action: 'payment_method.attach',
    objectKind: 'payment_method',
    objectId: encodeTypeId('pm', kept.id),
    details: { brand: kept.brand, last4: kept.last4 },
  });
  return kept;
}

/** Makes a card the one that is charged. Refuses with `payment_method.not_found`. */
export async function makeMethodDefault(
  ctx: CommandCtx,
  input: { customerId: string; methodId: string },
): Promise<MethodRow> {
  await lockCustomer(ctx, input.customerId);
  const method = await findMethod(ctx, input.methodId);
  if (method === undefined || method.customerId !== input.customerId) {
    return refuse('payment_method.not_found', 'There is no such payment method.');
  }
  await chooseDefault(ctx, input.customerId, method.id);
  ctx.audit({
    action: 'payment_method.make_default',
    objectKind: 'payment_method',
    objectId: encodeTypeId('pm', method.id),
    details: {},
  });
  return { ...method, isDefault: true };
}

/**
 * Makes a method the one that is tried when the default fails, or takes that from it.
 * Refusals: `payment_method.not_found`, `payment_method.is_default`.
 */
export async function setBackupMethod(
  ctx: CommandCtx,
  input: { customerId: string; methodId: string; isBackup: boolean },
): Promise<MethodRow> {
  await lockCustomer(ctx, input.customerId);
  const method = await findMethod(ctx, input.methodId);
  if (method === undefined || method.customerId !== input.customerId) {
    return refuse('payment_method.not_found', 'There is no such payment method.');
  }
  if (method.isDefault && input.isBackup) {
    return refuse('payment_method.is_default', 'The default cannot stand in for itself; choose another one.');
  }
  if (method.isBackup !== input.isBackup) {
    await makeBackup(ctx, input.customerId, input.isBackup ? method.id : null);
    ctx.audit({
      action: 'payment_method.set_backup',
      objectKind: 'payment_method',
      objectId: encodeTypeId('pm', method.id),
      details: { is_backup: input.isBackup },
    });
  }
  return { ...method, isBackup: input.isBackup };
}

/**
 * Removes a card; it is detached at the provider after the commit. The last one stays while a subscription is charged
 * to it. Another card takes the place of a default.
 * Refusals: `payment_method.not_found`, `payment_method.in_use`.
 */
export async function removeMethod(
  ctx: CommandCtx,
  input: { customerId: string; methodId: string },
): Promise<void> {
  await lockCustomer(ctx, input.customerId);
  const methods = await listMethods(ctx, input.customerId);
  const method = methods.find(({ id }) => id === input.methodId);
  if (method === undefined) return refuse('payment_method.not_found', 'There is no such payment method.');
  const rest = methods.filter(({ id }) => id !== method.id);
  if (rest.length === 0) {
    const subscriptions = await subscriptionsOfCustomers(ctx, [input.customerId]);
    if (subscriptions.some(({ status, collection }) => status !== 'canceled' && collection === 'automatic')) {
      return refuse(
        'payment_method.in_use',
        'A running subscription is charged to this card. Add another one first.',
      );
    }
  }
  await markRemoved(ctx, method.id);
  await tellRemoved(ctx, method, rest);
}

/**
 * A method that nobody has any more at its provider is gone here too, also the last one of a running subscription:
 * there is nothing left to be charged. Another one takes the place of a default. False if it is none of ours.
 */
export async function forgetMethod(
  ctx: CommandCtx,
  input: { customerId: string; methodId: string },
): Promise<boolean> {
  await lockCustomer(ctx, input.customerId);
  const methods = await listMethods(ctx, input.customerId);
  const method = methods.find(({ id }) => id === input.methodId);
  if (method === undefined) return false;
  await markRemoved(ctx, method.id);
  await planDetach(ctx, method.id, null);
  await tellRemoved(
    ctx,
    method,
    methods.filter(({ id }) => id !== method.id),
  );
  return true;
}

async function tellRemoved(ctx: CommandCtx, method: MethodRow, rest: readonly MethodRow[]): Promise<void> {
  const { id, customerId, brand, last4 } = method;
  ctx.emit({
    type: 'payment_method.removed',
    objectId: id,
    customerId,
    payload: { brand, last4 },
  });
  const next = rest.find(({ isBackup }) => isBackup) ?? rest[0];
  if (method.isDefault && next !== undefined) await makeDefault(ctx, customerId, next.id);
  ctx.audit({
    action: 'payment_method.remove',
    objectKind: 'payment_method',
    objectId: encodeTypeId('pm', id),
    details: { last4 },
  });
}
