import { decideMirroredSubscription } from '@billhook/core/mirror/decide-subscription';
import { countSteps } from '@billhook/core/mirror/steps-ahead';
import type { SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import { type Customer, createCustomerFrom, lockCustomer } from '../modules/customers/api.ts';
import {
  caseSubject,
  holdStripeId,
  isNewest,
  type LookUpState,
  linkOf,
  noteLookUp,
  putLink,
  setTerms,
  soldPrices,
  takeTicket,
} from '../modules/mirror/api.ts';
import {
  type CustomerAtStripe,
  findCustomerByProvider,
  keepProviderCustomer,
  type PaymentProvider,
  type ProviderBilling,
} from '../modules/payments/api.ts';
import {
  applySubscriptionChanges,
  getSubscription,
  type StoredSubscription,
} from '../modules/subscriptions/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { emitCoreEvents } from './apply-decision.ts';
import { confirmAsked } from './confirm-asked.ts';

/** The tenant's account and its transactions. */
export type MirrorWork = {
  provider: PaymentProvider;
  billing: ProviderBilling;
  command<T>(fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
  query<T>(fn: (ctx: QueryCtx) => Promise<T>): Promise<T>;
};

/**
 * Looks a subscription up at Stripe and makes it here what Stripe says. The ticket is taken before the look, so that of
 * several looks at a time the last one wins, whichever answers first.
 */
export async function mirrorSubscription(work: MirrorWork, stripeId: string): Promise<LookUpState> {
  const ticket = await work.command((ctx) => takeTicket(ctx, 'subscription', stripeId));
  const facts = await work.billing.retrieveSubscription(stripeId);
  if (facts === null) {
    const end = { state: 'foreign', reason: 'It is not in the account.' } as const;
    await work.command((ctx) => noteLookUp(ctx, 'subscription', stripeId, end));
    return 'foreign';
  }
  const known = await work.query((ctx) => findCustomerByProvider(ctx, 'stripe', facts.customerId));
  const unknown = known === null ? await work.billing.retrieveCustomer(facts.customerId) : null;
  return work.command((ctx) => applyFacts(ctx, facts, ticket, unknown));
}

async function applyFacts(
  ctx: CommandCtx,
  facts: SubscriptionAtStripe,
  ticket: bigint,
  unknown: CustomerAtStripe | null,
): Promise<LookUpState> {
  const note = (state: LookUpState, reason: string | null = null) =>
    noteLookUp(ctx, 'subscription', facts.id, { state, reason }).then(() => state);
  const customer = await customerOf(ctx, facts, unknown);
  if (customer === null) return note('foreign', 'Its customer is nobody here.');
  const link = await linkOf(ctx, 'subscription', facts.id);
  const current = link === undefined ? null : await getSubscription(ctx, link.objectId);
  if (!(await isNewest(ctx, 'subscription', facts.id, ticket))) return 'mirrored';
  const decision = decideMirroredSubscription({
    now: ctx.now,
    current,
    subscriptionId: link?.objectId ?? ctx.newId(),
    customerId: customer.id,
    timeZone: current?.timeZone ?? customer.timeZone,
    facts,
    sold: await soldPrices(
      ctx,
      [...facts.items, ...facts.phases.flatMap(({ items }) => items)].map(({ priceId }) => priceId),
    ),
    itemIds: facts.items.map(() => ctx.newId()),
    stepIds: Array.from({ length: countSteps(facts) }, () => ctx.newId()),
  });
  if (!decision.ok) {
    const { code, detail, facts: why } = decision.refusal;
    await openCase(ctx, {
      kind: 'stripe.subscription_waiting',
      customerId: customer.id,
      subjectId: caseSubject(facts.id),
      detail,
      facts: { stripe_id: facts.id, code, ...why },
    });
    return note('waiting', code);
  }
  await settleCases(ctx, 'stripe.subscription_waiting', [caseSubject(facts.id)], 'It is followed now.');
  const { changes, events } = decision.value;
  const [create] = changes;
  if (create?.type === 'subscription.create') {
    const about = { collection: facts.collection, metadata: metadataOf(facts) };
    await applySubscriptionChanges(ctx, changes, new Map([[create.subscription.id, about]]));
    await putLink(ctx, 'subscription', { stripeId: facts.id, objectId: create.subscription.id });
  } else if (changes.length > 0) await applySubscriptionChanges(ctx, changes);
  emitCoreEvents(ctx, events);
  const id = link?.objectId ?? (create?.type === 'subscription.create' ? create.subscription.id : null);
  if (id === null) return note('mirrored', 'It has not begun.');
  await setTerms(ctx, id, facts);
  await confirmAsked(ctx, await getSubscription(ctx, id), facts);
  return note('mirrored');
}

/** What the seller wrote there, as far as metadata here may hold it. */
function metadataOf({ metadata }: SubscriptionAtStripe): StoredSubscription['metadata'] {
  const fits = Object.entries(metadata).filter(
    ([key, value]) => /^[A-Za-z0-9_.:-]{1,40}$/.test(key) && value.length <= 500,
  );
  return Object.fromEntries(fits.slice(0, 20));
}

/**
 * Whose it is, locked. A customer that only Stripe knows is taken in where new subscriptions are billed there: somebody
 * bought at Stripe itself.
 */
async function customerOf(
  ctx: CommandCtx,
  facts: SubscriptionAtStripe,
  unknown: CustomerAtStripe | null,
): Promise<Customer | null> {
  if (unknown !== null) await holdStripeId(ctx, facts.customerId);
  const known = await findCustomerByProvider(ctx, 'stripe', facts.customerId);
  if (known !== null) return lockCustomer(ctx, known);
  if (unknown === null || ctx.tenant.settings.newSubscriptions !== 'stripe') return null;
  const customer = await takeInCustomer(ctx, unknown, facts.currency);
  return lockCustomer(ctx, customer.id);
}

/** Makes a customer here of one at Stripe, and says that they are the same. */
export async function takeInCustomer(
  ctx: CommandCtx,
  customer: CustomerAtStripe,
  currency: string | null,
): Promise<Customer> {
  const made = await createCustomerFrom(ctx, {
    name: customer.name.slice(0, 200),
    email: customer.email,
    country: customer.country,
    address: customer.address,
    ...(currency === null ? {} : { currency }),
  });
  await keepProviderCustomer(ctx, made.id, 'stripe', customer.id);
  return made;
}
