import { invariant } from '@billhook/core/kernel/invariant';
import { currencyCode } from '@billhook/core/money/currency';
import {
  insertPurchase,
  purchaseById,
  type StoredPack,
  type StoredPurchase,
} from '../modules/credits/api.ts';
import type { Customer } from '../modules/customers/api.ts';
import { cancelPlanned, customersWithMethod } from '../modules/payments/api.ts';
import {
  actOnSubscription,
  getSubscription,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { billOrRefuse } from './bill-due.ts';
import { priceByHand } from './read-agreement.ts';
import { refuseParked } from './start-subscription.ts';

/**
 * Sells a pack to a customer whose lock is held: a charge beside a subscription, on an invoice of now. The credits are
 * granted when that is paid. Without a card nothing is tried: the invoice waits to be paid on a page.
 * Refusals: `credits.no_subscription`, `customer.parked`, `billing.refused`.
 */
export async function buyPack(
  ctx: CommandCtx,
  customer: Customer,
  pack: StoredPack,
  isReload: boolean,
): Promise<StoredPurchase> {
  refuseParked(customer);
  const subscription = await besideWhich(ctx, customer.id, pack.currency);
  if (subscription === undefined)
    return refuse(
      'credits.no_subscription',
      `Credits are charged beside a subscription in ${pack.currency}, and this customer never had one. A plan without a price is enough.`,
    );
  const price = priceByHand(pack.name, pack.priceMinor, currencyCode(pack.currency));
  await actOnSubscription(ctx, subscription, { kind: 'charge', price, quantity: 1n, alsoAtRest: true });
  await billOrRefuse(ctx, customer.id, { isAtOnce: true });
  const after = await getSubscription(ctx, subscription.id);
  const known = new Set(subscription.charges.map(({ id }) => id));
  const charge = after.charges.find(({ id }) => !known.has(id));
  invariant(charge !== undefined, 'What was charged stands on the subscription.');
  const line = await ctx.sql.row<{ invoiceId: string }>(
    `select invoice_id as "invoiceId" from invoice_lines where tenant_id = $1 and charge_id = $2 and voided_at is null`,
    [ctx.tenant.id, charge.id],
  );
  invariant(line !== undefined, 'What is charged now stands on an invoice of now.');
  const id = ctx.newId();
  await insertPurchase(ctx, {
    id,
    customerId: customer.id,
    packId: pack.id,
    chargeId: charge.id,
    invoiceId: line.invoiceId,
    priceMinor: pack.priceMinor,
    isReload,
  });
  const withCard = await customersWithMethod(ctx, [customer.id]);
  if (!withCard.has(customer.id)) await cancelPlanned(ctx, line.invoiceId);
  ctx.emit({
    type: 'credits.purchase_started',
    objectId: id,
    customerId: customer.id,
    payload: { pack: pack.key, invoice_id: line.invoiceId, reload: isReload },
  });
  const purchase = await purchaseById(ctx, id);
  invariant(purchase !== undefined, 'A purchase is never deleted.');
  return purchase;
}

/** The oldest running subscription in the currency, one that is collected by itself before others. */
export async function chargeable(
  ctx: CommandCtx,
  customerId: string,
  currency: string,
): Promise<StoredSubscription | undefined> {
  return runningOf(await oursIn(ctx, customerId, currency));
}

/** A running one; or else one that rests or has ended, the last that began, since a purchase needs no service beside it. */
async function besideWhich(
  ctx: CommandCtx,
  customerId: string,
  currency: string,
): Promise<StoredSubscription | undefined> {
  const ours = await oursIn(ctx, customerId, currency);
  const begun = ours.filter(({ status }) => status !== 'scheduled');
  return (
    runningOf(ours) ??
    begun.toSorted((left, right) => right.startAt - left.startAt || (left.id < right.id ? 1 : -1))[0]
  );
}

async function oursIn(ctx: CommandCtx, customerId: string, currency: string): Promise<StoredSubscription[]> {
  return (await subscriptionsOfCustomers(ctx, [customerId])).filter(
    (one) => one.currency === currency && one.billingAuthority === 'billhook',
  );
}

function runningOf(subscriptions: readonly StoredSubscription[]): StoredSubscription | undefined {
  const running = subscriptions.filter(
    ({ status }) => status === 'active' || status === 'trialing' || status === 'past_due',
  );
  return running.find(({ collection }) => collection === 'automatic') ?? running[0];
}
