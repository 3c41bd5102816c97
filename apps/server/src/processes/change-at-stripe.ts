import type { askStripe } from '@billhook/contract/schemas/mirror';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { isLive } from '@billhook/core/subscriptions/subscription';
import { addMs, MS_PER_SECOND } from '@billhook/core/time/instant';
import type { Static } from 'typebox';
import { getPlanVersion, latestVersionByPlanKey, type StoredPlanVersion } from '../modules/catalog/api.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import {
  type AskedChange,
  claimChanges,
  hasUnsent,
  insertChange,
  linkFor,
  moveChange,
  stripeIdsOf,
  type Wanted,
} from '../modules/mirror/api.ts';
import {
  type ProviderBilling,
  ProviderFault,
  type Providers,
  type WishAtStripe,
} from '../modules/payments/api.ts';
import { getSubscription, type StoredSubscription } from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { isFulfilled } from './confirm-asked.ts';
import { mirrorSubscription } from './mirror-subscription.ts';

const ACTOR: Actor = { kind: 'system', id: 'change-at-stripe' };
const MAX_ATTEMPTS = 10;

export type AskBody = Static<typeof askStripe>;

/** What a request wants, in words that are stored. Refusals: those of finding the plan, and `plan.not_at_stripe`. */
export async function readWish(
  ctx: QueryCtx,
  subscription: StoredSubscription,
  body: AskBody,
): Promise<Wanted> {
  switch (body.action) {
    case 'change': {
      const { version } = await latestVersionByPlanKey(ctx, body.plan, subscription.currency);
      if (version.currency !== subscription.currency)
        return refuse('plan.currency_mismatch', `The plan is in ${version.currency}.`);
      const quantity = hasSeats(version) ? (body.quantity ?? Number(subscription.seats)) : 1;
      const wanted: Wanted = { kind: 'plan', planVersionId: version.id, quantity };
      await wishOf(ctx, subscription, wanted);
      return wanted;
    }
    case 'quantity': {
      if (hasSeats(await getPlanVersion(ctx, subscription.planVersionId)))
        return { kind: 'quantity', quantity: body.quantity };
      const detail = 'The plan has no price by seats.';
      const fault = { pointer: '/quantity', code: 'subscription.seats_out_of_range', detail };
      return refuse('request.invalid', detail, { faults: [fault] });
    }
    case 'cancel':
      return { kind: 'cancel', when: body.when };
    case 'keep':
      return { kind: 'keep' };
  }
}

const hasSeats = ({ prices }: StoredPlanVersion): boolean =>
  prices.some(({ quantity }) => quantity.kind === 'seats');

/** A wish in Stripe's ids. Ends with `plan.not_at_stripe` where nothing there stands for a price. */
export async function wishOf(
  ctx: QueryCtx,
  subscription: StoredSubscription,
  wanted: Wanted,
): Promise<WishAtStripe> {
  if (wanted.kind === 'cancel') return { kind: 'cancel', when: wanted.when };
  if (wanted.kind === 'keep') return { kind: 'keep' };
  const versionId = wanted.kind === 'plan' ? wanted.planVersionId : subscription.planVersionId;
  const prices = await pricesAtStripe(ctx, versionId, BigInt(wanted.quantity));
  const addOns = subscription.items.filter(
    ({ activeTo, source }) => activeTo === null && source.kind === 'add_on',
  );
  const known = await stripeIdsOf(
    ctx,
    'price',
    addOns.map(({ price }) => price.id),
  );
  const kept = addOns.flatMap(({ price, quantity }) => {
    const priceId = known.get(price.id);
    if (priceId === undefined) return [];
    return [{ priceId, quantity: price.quantity.kind === 'meter' ? null : quantity }];
  });
  return { kind: 'items', prices: [...prices, ...kept] };
}

/** The prices of a version at Stripe. Ends with `plan.not_at_stripe`. */
export async function pricesAtStripe(ctx: QueryCtx, versionId: string, seats: bigint) {
  const version = await getPlanVersion(ctx, versionId);
  const known = await stripeIdsOf(
    ctx,
    'price',
    version.prices.map(({ id }) => id),
  );
  if (version.prices.length === 0)
    refuse('plan.not_at_stripe', 'A plan without prices is not sold at Stripe.');
  return version.prices.map((price) => {
    const priceId =
      known.get(price.id) ??
      refuse('plan.not_at_stripe', `No price at Stripe stands for ${price.name}. Sync the catalogue first.`);
    const { kind } = price.quantity;
    return { priceId, quantity: kind === 'meter' ? null : kind === 'seats' ? seats : 1n };
  });
}

/** Ends with `subscription.not_at_stripe` or `subscription.already_canceled`. */
export async function atStripe(ctx: QueryCtx, id: string) {
  const subscription = await getSubscription(ctx, id);
  const link = await linkFor(ctx, 'subscription', id);
  if (subscription.billingAuthority !== 'stripe' || link === undefined)
    return refuse('subscription.not_at_stripe', 'This subscription is billed here.');
  if (!isLive(subscription)) return refuse('subscription.already_canceled', 'The subscription has ended.');
  return { subscription, stripeId: link.stripeId };
}

/** Writes what somebody wants; it is sent after the commit, and Stripe's word confirms it. */
export async function askForChange(
  ctx: CommandCtx,
  id: string,
  body: AskBody,
  wake: () => void,
): Promise<AskedChange> {
  const seen = await getSubscription(ctx, id);
  await lockCustomer(ctx, seen.customerId);
  const { subscription } = await atStripe(ctx, id);
  const wanted = await readWish(ctx, subscription, body);
  const asked = await insertChange(ctx, id, wanted);
  if (asked === undefined)
    return refuse('subscription.change_under_way', 'Stripe has not answered the change before yet.');
  ctx.emit({
    type: 'subscription.stripe_change_asked',
    objectId: id,
    customerId: subscription.customerId,
    payload: { change_id: asked.id, kind: wanted.kind },
  });
  ctx.audit({
    action: 'subscription.ask_stripe',
    objectKind: 'subscription',
    objectId: encodeTypeId('sub', id),
    details: { ...wanted },
  });
  ctx.afterCommit(wake);
  return asked;
}

type Deps = { transactor: Transactor; providers: Providers };

/** Sends wishes to Stripe. An error is no "no": what has no answer is looked up before it is sent again. */
export function changesAtStripeSource(deps: Deps): DueSource {
  return {
    name: 'change-at-stripe',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct tenant_id as id from stripe_changes
         where status = 'created' and (send_at <= $1 or not app.process_lives(lease_owner))`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    async nextDueAt(ctx) {
      return (await hasUnsent(ctx)) ? ctx.now : null;
    },
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, async (size) => {
        const request = { tenantId, actor: ACTOR, requestId: null };
        const asked = await deps.transactor.command(request, (ctx) => claimChanges(ctx, size));
        for (const change of asked) await send(deps, tenantId, change);
        return asked.length;
      }),
  };
}

async function send(deps: Deps, tenantId: number, change: AskedChange): Promise<void> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  const command = <T>(fn: (ctx: CommandCtx) => Promise<T>) => deps.transactor.command(request, fn);
  const query = <T>(fn: (ctx: QueryCtx) => Promise<T>) => deps.transactor.query(request, fn);
  try {
    const provider = await deps.providers.of(tenantId, 'stripe');
    const { billing } = provider;
    if (billing === undefined) return;
    const link = await query((ctx) => linkFor(ctx, 'subscription', change.subscriptionId));
    if (link === undefined) return;
    const work = { provider, billing, command, query };
    // What may have happened is looked up, not done twice; the look confirms it if it did.
    if (change.attempts > 1) {
      await mirrorSubscription(work, link.stripeId);
      if (await isDone(billing, query, change, link.stripeId)) return;
    }
    const wish = await query(async (ctx) =>
      wishOf(ctx, await getSubscription(ctx, change.subscriptionId), change.wanted),
    );
    await billing.changeSubscription(link.stripeId, wish, `change:${change.id}`);
    await command((ctx) => moveChange(ctx, change.id, { status: 'sent', failure: null }));
    await mirrorSubscription(work, link.stripeId);
    // Stripe took it, and what it says now is something else: nobody waits for what will not come.
    const failure = 'Stripe took the change, and says something else of the subscription.';
    await command((ctx) => moveChange(ctx, change.id, { status: 'refused', failure }));
  } catch (error) {
    await command((ctx) => putOff(ctx, change, error));
  }
}

async function isDone(
  billing: ProviderBilling,
  query: <T>(fn: (ctx: QueryCtx) => Promise<T>) => Promise<T>,
  change: AskedChange,
  stripeId: string,
): Promise<boolean> {
  const facts = await billing.retrieveSubscription(stripeId);
  const subscription = await query((ctx) => getSubscription(ctx, change.subscriptionId));
  return facts === null || isFulfilled(change.wanted, subscription, facts);
}

/** A refusal of Stripe is an answer; everything else is tried again, later each time. */
async function putOff(ctx: CommandCtx, change: AskedChange, error: unknown): Promise<void> {
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  const isAnswer = error instanceof ProviderFault && error.kind === 'refused';
  if (!isAnswer && change.attempts < MAX_ATTEMPTS) {
    const sendAt = addMs(ctx.wallNow, MS_PER_SECOND * 2 ** change.attempts);
    await moveChange(ctx, change.id, { status: 'created', failure: reason, sendAt });
    return;
  }
  await moveChange(ctx, change.id, { status: 'refused', failure: reason });
  const subscription = await getSubscription(ctx, change.subscriptionId);
  await openCase(ctx, {
    kind: 'stripe.change_refused',
    customerId: subscription.customerId,
    subjectId: change.id,
    detail: 'Stripe did not make a change that was asked for.',
    facts: { subscription_id: subscription.id, kind: change.wanted.kind, reason },
  });
}
