import { mirroredStatus, type SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import { type Customer, customerIdsOf, getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { holdStripeId, linkOf, listLinks } from '../modules/mirror/api.ts';
import {
  type CustomerAtStripe,
  findCustomerByProvider,
  findProviderCustomer,
  keepProviderCustomer,
  listMethods,
  type ProviderMethod,
  rememberMethod,
} from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { followSubscription } from './mirror-events.ts';
import { type MirrorWork, mirrorSubscription, takeInCustomer } from './mirror-subscription.ts';
import { type PulledFrom, pullSteps } from './pull-catalogue.ts';
import { pushSteps } from './push-catalogue.ts';
import { entryOf, type ReportEntry, reportOf, runSteps, type Step } from './stripe-report.ts';

/** Reads what is sold in the account, and who has it. */
async function readCatalogue(work: MirrorWork): Promise<PulledFrom & { all: SubscriptionAtStripe[] }> {
  const { billing } = work;
  const products = await billing.listProducts();
  const prices = await billing.listPrices();
  const meters = await billing.listMeters();
  const all = await billing.listSubscriptions();
  return {
    products: new Map(products.map((product) => [product.id, product])),
    prices: new Map(prices.map((price) => [price.id, price])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    subscriptions: all.map(({ items }) => ({ priceIds: items.map(({ priceId }) => priceId) })),
    all,
  };
}

/** Makes what is sold on both sides stand for each other: what Stripe alone sells comes here, then ours goes there. */
export async function syncCatalogue(work: MirrorWork, isDryRun: boolean) {
  const from = await readCatalogue(work);
  const pulled = await runSteps(work, await work.query((ctx) => pullSteps(ctx, from)), isDryRun);
  const pushed = await runSteps(work, await work.query((ctx) => pushSteps(ctx, from)), isDryRun);
  return reportOf([...pulled, ...pushed], isDryRun);
}

/**
 * Takes in what is at Stripe: what is sold there, customers, their payment methods, and what runs. What is here already
 * is left as it is, so that doing it again changes nothing; what was stopped half-way is gone on with.
 */
export async function importAccount(work: MirrorWork, isDryRun: boolean) {
  const from = await readCatalogue(work);
  const entries: ReportEntry[] = [];
  const does = async (steps: readonly Step[]) => entries.push(...(await runSteps(work, steps, isDryRun)));
  await does(await work.query((ctx) => pullSteps(ctx, from)));
  const customers = await work.billing.listCustomers();
  await does(await work.query((ctx) => customerSteps(ctx, customers, from.all)));
  for (const customer of customers) await does(await methodSteps(work, customer));
  const willBeSold = new Set(
    entries.flatMap(({ kind, action, stripe_id: id }) =>
      kind === 'plan' && action === 'create' && id !== null ? [id] : [],
    ),
  );
  await does(await work.query((ctx) => subscriptionSteps(ctx, from.all, willBeSold)));
  return reportOf(entries, isDryRun);
}

async function customerSteps(
  ctx: QueryCtx,
  customers: readonly CustomerAtStripe[],
  subscriptions: readonly SubscriptionAtStripe[],
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const customer of customers) {
    const about = { stripeId: customer.id };
    if ((await findCustomerByProvider(ctx, 'stripe', customer.id)) !== null) {
      steps.push({ entry: entryOf('customer', 'same', customer.name, about) });
      continue;
    }
    const ours = await ownOf(ctx, customer);
    if (ours !== null) {
      steps.push({
        entry: entryOf('customer', 'update', customer.name, {
          ...about,
          reason: 'It names a customer here.',
        }),
        act: (work) =>
          work.command(async (command) => {
            await lockCustomer(command, ours.id);
            await keepProviderCustomer(command, ours.id, 'stripe', customer.id);
            return undefined;
          }),
      });
      continue;
    }
    const currency = subscriptions.find(({ customerId }) => customerId === customer.id)?.currency ?? null;
    steps.push({
      entry: entryOf('customer', 'create', customer.name, about),
      act: (work) =>
        work.command(async (command) => {
          await holdStripeId(command, customer.id);
          if ((await findCustomerByProvider(command, 'stripe', customer.id)) !== null) return undefined;
          await takeInCustomer(command, customer, currency);
          return undefined;
        }),
    });
  }
  return steps;
}

/** The customer here that one at Stripe names, unless another one at Stripe stands for it already. */
async function ownOf(ctx: QueryCtx, { customerId }: CustomerAtStripe): Promise<Customer | null> {
  if (customerId === null || !(await customerIdsOf(ctx, [customerId])).has(customerId)) return null;
  if ((await findProviderCustomer(ctx, customerId, 'stripe')) !== null) return null;
  return getCustomer(ctx, customerId);
}

async function methodSteps(work: MirrorWork, customer: CustomerAtStripe): Promise<Step[]> {
  const { methods, defaultId } = await work.billing.listMethods(customer.id);
  if (methods.length === 0) return [];
  const customerId = await work.query((ctx) => findCustomerByProvider(ctx, 'stripe', customer.id));
  const kept = customerId === null ? [] : await work.query((ctx) => listMethods(ctx, customerId));
  const known = new Set(kept.map(({ providerMethodId }) => providerMethodId));
  return methods.map((method): Step => {
    const about = { stripeId: method.id };
    const name = `${customer.name}: ${nameOf(method)}`;
    if (known.has(method.id)) return { entry: entryOf('payment_method', 'same', name, about) };
    return {
      entry: entryOf('payment_method', 'create', name, about),
      act: (acting) =>
        acting.command(async (ctx) => {
          const owner = await findCustomerByProvider(ctx, 'stripe', customer.id);
          if (owner === null) return { action: 'skip', reason: 'Its customer is nobody here.' } as const;
          await lockCustomer(ctx, owner);
          await rememberMethod(ctx, owner, 'stripe', method, method.id === defaultId, false);
          return undefined;
        }),
    };
  });
}

const nameOf = ({ kind, brand, last4 }: ProviderMethod) => [brand ?? kind, last4 ?? ''].join(' ').trim();

async function subscriptionSteps(
  ctx: QueryCtx,
  subscriptions: readonly SubscriptionAtStripe[],
  willBeSold: ReadonlySet<string>,
): Promise<Step[]> {
  const prices = new Set((await listLinks(ctx, 'price')).map(({ stripeId }) => stripeId));
  const steps: Step[] = [];
  for (const subscription of subscriptions) {
    const { id, status, items } = subscription;
    const about = { stripeId: id };
    const name = `${id}, ${status}`;
    if ((await linkOf(ctx, 'subscription', id)) !== undefined) {
      steps.push({ entry: entryOf('subscription', 'same', name, about) });
      continue;
    }
    const state = mirroredStatus(subscription);
    if (state === null || state === 'not_begun' || state === 'canceled') {
      const reason = state === 'canceled' ? 'It has ended.' : 'It has not begun.';
      steps.push({ entry: entryOf('subscription', 'skip', name, { ...about, reason }) });
      continue;
    }
    const strange = items.find(({ priceId }) => !prices.has(priceId) && !willBeSold.has(priceId));
    if (strange !== undefined) {
      const reason = `No plan here stands for its price ${strange.priceId}.`;
      steps.push({ entry: entryOf('subscription', 'conflict', name, { ...about, reason }), act: look(id) });
      continue;
    }
    steps.push({ entry: entryOf('subscription', 'create', name, about), act: look(id) });
  }
  return steps;
}

/** Follows it from now on; what waits says why. */
function look(id: string): NonNullable<Step['act']> {
  return async (work) => {
    await followSubscription(work, id);
    const link = await work.query((ctx) => linkOf(ctx, 'subscription', id));
    if (link !== undefined) return undefined;
    const state = await mirrorSubscription(work, id);
    return { action: 'conflict', reason: `It cannot be followed as it is (${state}). A case says why.` };
  };
}
