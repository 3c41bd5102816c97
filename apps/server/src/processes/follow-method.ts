import { isExpiredCard } from '@billhook/core/dunning/failure-kind';
import { lockCustomer } from '../modules/customers/api.ts';
import { unpaidRuns } from '../modules/dunning/api.ts';
import { findInvoices } from '../modules/invoicing/api.ts';
import {
  bringForward,
  findCustomerByProvider,
  findMethod,
  forgetMethod,
  isRemovedMethod,
  lastFailureOf,
  type MethodRow,
  methodAt,
  type PaymentProvider,
  ProviderFault,
  type ProviderMethod,
  rememberMethod,
} from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { tryNewMethod } from './follow-money.ts';

type MethodWork = {
  provider: PaymentProvider;
  command<T>(fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
};

/** What providers say of a method that is not there any more. */
const GONE_CODES: ReadonlySet<string> = new Set(['resource_missing', 'invalid_resource_id']);

/** News of a method at a provider, looked up. True if it is somebody's here. */
export async function followMethod(work: MethodWork, providerMethodId: string): Promise<boolean> {
  const { name } = work.provider;
  const method = await lookUp(work.provider, providerMethodId);
  if (method === null || method.providerCustomerId === null) {
    return work.command((ctx) => forgetAt(ctx, name, providerMethodId));
  }
  const { providerCustomerId } = method;
  return work.command(async (ctx) => {
    const customerId = await findCustomerByProvider(ctx, name, providerCustomerId);
    if (customerId === null) return false;
    await lockCustomer(ctx, customerId);
    // Late news of a card that was removed meanwhile, and that is about to be detached.
    if (await isRemovedMethod(ctx, name, method.id)) return false;
    const known = await methodAt(ctx, name, method.id);
    const before = known === null ? undefined : await findMethod(ctx, known);
    const after = await rememberMethod(ctx, customerId, name, method, false);
    if (before !== undefined && runsLonger(before, after)) await tryRenewed(ctx, after);
    return true;
  });
}

async function lookUp(provider: PaymentProvider, id: string): Promise<ProviderMethod | null> {
  try {
    return await provider.retrieveMethod(id);
  } catch (error) {
    if (error instanceof ProviderFault && error.kind === 'refused' && GONE_CODES.has(error.code)) return null;
    throw error;
  }
}

async function forgetAt(ctx: CommandCtx, provider: string, providerMethodId: string): Promise<boolean> {
  const methodId = await methodAt(ctx, provider, providerMethodId);
  const method = methodId === null ? undefined : await findMethod(ctx, methodId);
  if (method === undefined) return false;
  return forgetMethod(ctx, { customerId: method.customerId, methodId: method.id });
}

const monthsOf = ({ expYear, expMonth }: MethodRow) => (expYear ?? 0) * 12 + (expMonth ?? 0);
const runsLonger = (before: MethodRow, after: MethodRow) => monthsOf(after) > monthsOf(before);

/** A card that the issuer renewed is tried again at once for what it could not pay as an expired one. */
async function tryRenewed(ctx: CommandCtx, { id, customerId }: MethodRow): Promise<void> {
  for (const run of await unpaidRuns(ctx, [customerId])) {
    // Held back means held back, and what was given up stays so.
    if (run.kind !== 'charge' || (run.status !== 'active' && run.status !== 'stopped')) continue;
    const failure = await lastFailureOf(ctx, run.invoiceId);
    if (failure?.methodId !== id || !isExpiredCard(failure.code)) continue;
    if ((await bringForward(ctx, run.invoiceId)) > 0) continue;
    const [invoice] = await findInvoices(ctx, [run.invoiceId]);
    if (invoice !== undefined) await tryNewMethod(ctx, run, invoice);
  }
}
