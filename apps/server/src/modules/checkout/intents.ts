import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { getPlans, latestVersionByPlanKey } from '../catalog/api.ts';
import { type Customer, lockCustomer } from '../customers/api.ts';
import { draftInvoice, lockInvoice } from '../invoicing/api.ts';
import { isCollecting } from '../payments/api.ts';
import { previewStart, subscriptionsOfCustomers } from '../subscriptions/api.ts';
import * as repo from './repo.ts';

// The provider keeps a page for a day at most; an hour is left for clocks that differ.
const LIFE_MS = 23 * MS_PER_HOUR;

export type Returns = { successUrl: string; cancelUrl: string };

/** What stands in the database before the provider is asked for a page. */
export type Intent = {
  checkout: repo.CheckoutRow;
  customer: Customer;
  /** What is bought, as the customer reads it on the page. */
  description: string;
  /** Checkouts that this one takes the place of; their pages are closed first. */
  replaces: repo.CheckoutRow[];
  /** True for one that was open already and is answered again. */
  isKnown: boolean;
};

type New = Omit<repo.NewCheckout, 'id' | 'customerId' | 'expiresAt' | keyof Returns>;

async function begin(
  ctx: CommandCtx,
  customer: Customer,
  fresh: New,
  returns: Returns,
  description: string,
): Promise<Intent> {
  const rivals = (await repo.unfinishedOf(ctx, customer.id)).filter(
    (other) =>
      other.purpose === fresh.purpose && other.invoiceId === fresh.invoiceId && other.expiresAt > ctx.now,
  );
  const known = rivals.find(
    (other) =>
      other.status === 'open' &&
      other.planVersionId === fresh.planVersionId &&
      other.quantity === fresh.quantity &&
      other.amountMinor === fresh.amountMinor &&
      other.successUrl === returns.successUrl,
  );
  if (known !== undefined) return { checkout: known, customer, description, replaces: [], isKnown: true };
  // The row of a rival is ended here, so that its place is free; its page is closed before the new one opens.
  for (const rival of rivals) await repo.markExpired(ctx, rival.id);
  const id = ctx.newId();
  await repo.insertCheckout(ctx, {
    ...fresh,
    ...returns,
    id,
    customerId: customer.id,
    expiresAt: addMs(ctx.now, LIFE_MS),
  });
  const checkout = await repo.findCheckout(ctx, id);
  if (checkout === undefined) throw new Error('a checkout that was written is gone');
  ctx.audit({
    action: 'checkout.start',
    objectKind: 'checkout',
    objectId: encodeTypeId('chk', id),
    details: { purpose: fresh.purpose, amount_minor: `${fresh.amountMinor}` },
  });
  return { checkout, customer, description, replaces: rivals, isKnown: false };
}

/** Quotes a new subscription: what its first invoice will say. The version is fixed with the quote. */
export async function beginSubscription(
  ctx: CommandCtx,
  request: { customerId: string; plan: string; quantity: number } & Returns,
): Promise<Intent> {
  const customer = await lockCustomer(ctx, request.customerId);
  const { plan, version } = await latestVersionByPlanKey(ctx, request.plan);
  const held = await subscriptionsOfCustomers(ctx, [customer.id]);
  const plans = await getPlans(
    ctx,
    held.map((subscription) => subscription.planId),
  );
  const rival = held.find(
    ({ planId, status }) => status !== 'canceled' && plans.get(planId)?.family === plan.family,
  );
  if (rival !== undefined) {
    return refuse('subscription.already_exists', 'This subscription runs already; change its plan instead.');
  }
  const { subscription } = previewStart(
    ctx,
    { customer, plan, version, quantity: request.quantity, startAt: null, trialDays: null },
    () => ctx.newId(),
  );
  const draft = await draftInvoice(ctx, customer, [subscription], ctx.now);
  return begin(
    ctx,
    customer,
    {
      purpose: 'subscription',
      planVersionId: version.id,
      quantity: request.quantity,
      invoiceId: null,
      currency: version.currency,
      amountMinor: draft?.totals.dueMinor ?? 0n,
    },
    request,
    plan.name,
  );
}

/** An open invoice, paid by the customer. Nothing else collects it while the page is open. */
export async function beginInvoice(
  ctx: CommandCtx,
  request: { customerId: string; invoiceId: string } & Returns,
): Promise<Intent> {
  const customer = await lockCustomer(ctx, request.customerId);
  const invoice = await lockInvoice(ctx, request.invoiceId);
  if (invoice === undefined || invoice.customerId !== customer.id) {
    return refuse('invoice.not_found', 'There is no such invoice.');
  }
  if ((invoice.status !== 'open' && invoice.status !== 'uncollectible') || invoice.dueMinor === 0n) {
    return refuse('invoice.not_open', `The invoice ${invoice.number} is ${invoice.status}.`);
  }
  if (await isCollecting(ctx, invoice.id)) {
    return refuse('invoice.collection_running', `A payment of ${invoice.number} is under way.`);
  }
  return begin(
    ctx,
    customer,
    {
      purpose: 'invoice',
      planVersionId: null,
      quantity: 1,
      invoiceId: invoice.id,
      currency: invoice.currency,
      amountMinor: invoice.dueMinor,
    },
    request,
    `Invoice ${invoice.number}`,
  );
}

/** A card to be kept, without a charge. */
export async function beginCard(ctx: CommandCtx, request: { customerId: string } & Returns): Promise<Intent> {
  const customer = await lockCustomer(ctx, request.customerId);
  return begin(
    ctx,
    customer,
    {
      purpose: 'card',
      planVersionId: null,
      quantity: 1,
      invoiceId: null,
      currency: customer.currency,
      amountMinor: 0n,
    },
    request,
    'Card',
  );
}
