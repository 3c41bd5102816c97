import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { countRedemption, latestVersionByPlanKey } from '../catalog/api.ts';
import { type Customer, lockCustomer, lockStandingCustomer } from '../customers/api.ts';
import { documentName, draftInvoice, lockInvoice, refuseAtStripe } from '../invoicing/api.ts';
import {
  defaultProvider,
  findRequest,
  isCollecting,
  isRequestCollecting,
  listAccounts,
  lockAttemptsOf,
  lockRequest,
} from '../payments/api.ts';
import { familyHistory, NO_TERMS, previewStart, useCoupons } from '../subscriptions/api.ts';
import * as repo from './repo.ts';

// The provider keeps a page for a day at most; an hour is left for clocks that differ.
const LIFE_MS = 23 * MS_PER_HOUR;

/** Where the page leads back to, and at whose page to pay; the seller's first choice unless named. */
export type Returns = { successUrl: string; cancelUrl: string; provider?: string | undefined };

export type Intent =
  /** One that was open already and is answered again. */
  | { kind: 'known'; checkout: repo.CheckoutRow }
  /** Checkouts of the same purpose are in the way; nothing is written before their pages are closed. */
  | { kind: 'blocked'; rivals: repo.CheckoutRow[] }
  /** Stands in the database before the provider is asked for a page. */
  | {
      kind: 'new';
      checkout: repo.CheckoutRow;
      customer: Customer;
      /** What is bought, as the customer reads it on the page. */
      description: string;
      /** Of a subscription that Stripe shall compute: whole days before its first payment. */
      trialDays: number;
    };

type New = Omit<
  repo.NewCheckout,
  'id' | 'customerId' | 'provider' | 'authority' | 'expiresAt' | keyof Returns
> & { atStripe?: { trialDays: number } };

async function begin(
  ctx: CommandCtx,
  customer: Customer,
  { atStripe, ...fresh }: New,
  returns: Returns,
  description: string,
): Promise<Intent> {
  const authority = atStripe === undefined ? 'billhook' : 'stripe';
  const provider = atStripe === undefined ? await chosenProvider(ctx, returns.provider) : 'stripe';
  const rivals = (await repo.unfinishedOf(ctx, customer.id)).filter(
    (other) =>
      other.purpose === fresh.purpose &&
      other.invoiceId === fresh.invoiceId &&
      other.requestId === fresh.requestId,
  );
  const known = rivals.find(
    (other) =>
      other.status === 'open' &&
      other.settlingAt === null &&
      other.provider === provider &&
      other.expiresAt > ctx.now &&
      other.authority === authority &&
      other.planVersionId === fresh.planVersionId &&
      other.couponId === fresh.couponId &&
      other.quantity === fresh.quantity &&
      other.amountMinor === fresh.amountMinor &&
      other.successUrl === returns.successUrl,
  );
  if (known !== undefined) return { kind: 'known', checkout: known };
  if (rivals.length > 0) return { kind: 'blocked', rivals };
  if (fresh.couponId !== null) await keepCoupon(ctx, fresh.couponId);
  const id = ctx.newId();
  await repo.insertCheckout(ctx, {
    ...fresh,
    provider,
    authority,
    successUrl: returns.successUrl,
    cancelUrl: returns.cancelUrl,
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
  return { kind: 'new', checkout, customer, description, trialDays: atStripe?.trialDays ?? 0 };
}

/** The provider that the customer chose among the seller's. Refuses with `provider.not_configured`. */
async function chosenProvider(ctx: CommandCtx, wished: string | undefined): Promise<string> {
  if (wished === undefined) return defaultProvider(ctx);
  const accounts = await listAccounts(ctx);
  if (accounts.some(({ provider }) => provider === wished)) return wished;
  return refuse('provider.not_configured', `This seller takes no payments by ${wished}.`);
}

/** The price of the page holds for as long as the page, so one redemption is kept for it. */
async function keepCoupon(ctx: CommandCtx, couponId: string): Promise<void> {
  if (await countRedemption(ctx, couponId)) return;
  refuse('coupon.not_redeemable', 'This coupon has been used as often as it may be.', {
    facts: { reason: 'coupon.exhausted' },
  });
}

/** Quotes a new subscription: what its first invoice will say. The version is fixed with the quote. */
export async function beginSubscription(
  ctx: CommandCtx,
  request: {
    customerId: string;
    plan: string;
    quantity: number;
    coupon?: string | undefined;
    /** Ends the request where Stripe shall bill the plan and does not know it. */
    checkAtStripe?: ((ctx: CommandCtx, versionId: string) => Promise<void>) | undefined;
  } & Returns,
): Promise<Intent> {
  const customer = await lockStandingCustomer(ctx, request.customerId);
  const { plan, version } = await latestVersionByPlanKey(ctx, request.plan, customer.currency);
  // A hidden plan is sold by the seller alone, and its key tells nothing to others.
  if (!plan.public) return refuse('plan.not_found', `There is no plan ${request.plan}.`);
  const { isRunning } = await familyHistory(ctx, customer.id, plan.family);
  if (isRunning) {
    return refuse('subscription.already_exists', 'This subscription runs already; change its plan instead.');
  }
  const isAtStripe = ctx.tenant.settings.newSubscriptions === 'stripe';
  if (isAtStripe && request.coupon !== undefined) {
    refuse('coupon.not_redeemable', 'Stripe bills new subscriptions, and this coupon is none of Stripe.', {
      facts: { reason: 'coupon.billed_at_stripe' },
    });
  }
  const coupons = request.coupon === undefined ? [] : await useCoupons(ctx, customer.id, [request.coupon]);
  const { subscription } = await previewStart(
    ctx,
    {
      customer,
      plan,
      version,
      currency: customer.currency,
      quantity: request.quantity,
      startAt: null,
      trialDays: null,
      terms: { ...NO_TERMS, coupons },
    },
    () => ctx.newId(),
  );
  if (isAtStripe) await request.checkAtStripe?.(ctx, version.id);
  // What a page of Stripe costs is Stripe's word.
  const draft = isAtStripe ? null : await draftInvoice(ctx, customer, [subscription], ctx.now);
  const trialDays = subscription.status === 'trialing' ? version.trialDays : 0;
  return begin(
    ctx,
    customer,
    {
      purpose: 'subscription',
      planVersionId: version.id,
      couponId: coupons[0]?.coupon.id ?? null,
      quantity: request.quantity,
      invoiceId: null,
      requestId: null,
      currency: version.currency,
      amountMinor: draft?.totals.dueMinor ?? 0n,
      ...(isAtStripe ? { atStripe: { trialDays } } : {}),
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
  // Whoever sends tries holds them, not the customer: they are waited for, and see this page once they hold them.
  await lockAttemptsOf(ctx, request.invoiceId);
  const invoice = await lockInvoice(ctx, request.invoiceId);
  if (invoice === undefined || invoice.customerId !== customer.id) {
    return refuse('invoice.not_found', 'There is no such invoice.');
  }
  refuseAtStripe(invoice);
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
      couponId: null,
      quantity: 1,
      invoiceId: invoice.id,
      requestId: null,
      currency: invoice.currency,
      amountMinor: invoice.dueMinor,
    },
    request,
    `${documentName(invoice)} ${invoice.number}`,
  );
}

/** An amount beside invoices, paid by the customer. Nothing else collects it while the page is open. */
export async function beginRequest(
  ctx: CommandCtx,
  asked: { customerId: string | null; requestId: string } & Returns,
): Promise<Intent> {
  const seen = await findRequest(ctx, asked.requestId);
  if (seen === undefined || (asked.customerId !== null && seen.customerId !== asked.customerId)) {
    return refuse('payment_request.not_found', 'There is no such payment request.');
  }
  const customer = await lockCustomer(ctx, seen.customerId);
  const request = await lockRequest(ctx, seen.id);
  if (request?.status !== 'open')
    return refuse('payment_request.not_open', `This request is ${request?.status ?? 'gone'}.`);
  if (await isRequestCollecting(ctx, request.id)) {
    return refuse('payment_request.collecting', 'A charge for this is under way.');
  }
  return begin(
    ctx,
    customer,
    {
      purpose: 'request',
      planVersionId: null,
      couponId: null,
      quantity: 1,
      invoiceId: null,
      requestId: request.id,
      currency: request.currency,
      amountMinor: request.amountMinor,
    },
    asked,
    request.description,
  );
}

/** A card to be kept, without a charge. */
export async function beginCard(ctx: CommandCtx, request: { customerId: string } & Returns): Promise<Intent> {
  const customer = await lockStandingCustomer(ctx, request.customerId);
  return begin(
    ctx,
    customer,
    {
      purpose: 'card',
      planVersionId: null,
      couponId: null,
      quantity: 1,
      invoiceId: null,
      requestId: null,
      currency: customer.currency,
      amountMinor: 0n,
    },
    request,
    'Card',
  );
}
