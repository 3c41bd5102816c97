import { invariant } from '@billhook/core/kernel/invariant';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { getPlans, getPlanVersion, lockCoupon, releaseRedemption } from '../modules/catalog/api.ts';
import {
  type CheckoutRow,
  closePage,
  findCheckout,
  type HostedResult,
  lockCheckout,
  markCompleted,
  markExpired,
  nextExpiryAt,
  overdue,
  putOffEnd,
} from '../modules/checkout/api.ts';
import { type Customer, lockCustomer } from '../modules/customers/api.ts';
import { decideTaxed, findInvoice, loadBilling, TaxQuoteNeeded } from '../modules/invoicing/api.ts';
import {
  bringForward,
  cancelPlanned,
  insertAttempts,
  isCollecting,
  ProviderFault,
  type ProviderIntent,
  type Providers,
  rememberMethod,
  scheduleCollection,
} from '../modules/payments/api.ts';
import {
  type CouponUse,
  familyHistory,
  getSubscription,
  NO_TERMS,
  startSubscription,
} from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { applyBilling } from './apply-billing.ts';
import { toBill } from './bill-due.ts';
import { factsOf, newsOf, recordPaymentNews } from './record-payment-news.ts';

/**
 * Turns a finished page into its effect, in one transaction: the card is kept; a subscription starts, its first
 * invoice is issued and the payment recorded against it; or an open invoice is paid. A repeat changes nothing. A plan
 * that got a new version meanwhile does not matter: the version of the quote is started. If the customer has got a
 * plan of the family meanwhile, no second one starts: what was paid is visible credit, and a case says so.
 */
export async function completeCheckout(
  ctx: CommandCtx,
  checkoutId: string,
  result: HostedResult,
): Promise<void> {
  const seen = await findCheckout(ctx, checkoutId);
  if (seen === undefined) return;
  const customer = await lockCustomer(ctx, seen.customerId);
  const checkout = await lockCheckout(ctx, checkoutId);
  if (checkout === undefined || checkout.status === 'completed') return;
  // What was asked for may be paid by somebody else, whose card is not the customer's.
  const method =
    result.method === null || checkout.purpose === 'request'
      ? null
      : await rememberMethod(
          ctx,
          customer.id,
          checkout.provider,
          result.method,
          checkout.purpose !== 'invoice',
        );
  // What Stripe computes starts there, and comes here as Stripe's word.
  const startsHere = checkout.purpose === 'subscription' && checkout.authority === 'billhook';
  const started = startsHere ? await start(ctx, checkout, customer) : null;
  const invoiceId = started?.invoiceId ?? checkout.invoiceId;
  // What is paid twice for one request is credit, of which the case tells.
  const attemptId = await recordHostedPayment(ctx, checkout, result.intent, invoiceId, method?.id ?? null);
  // A debit that is under way collects the invoice; a second way beside it could take the money twice.
  const isUnderWay = result.intent?.status === 'processing';
  if (started !== null && started.invoiceId !== null && !isUnderWay)
    await collectRest(ctx, started.invoiceId);
  const subscriptionId = started?.subscriptionId ?? null;
  const methodKind = result.method?.kind ?? null;
  await markCompleted(ctx, checkout.id, { attemptId, subscriptionId, invoiceId, methodKind });
  ctx.emit({
    type: 'checkout.completed',
    objectId: checkout.id,
    customerId: customer.id,
    payload: {
      purpose: checkout.purpose,
      subscription_id: subscriptionId,
      invoice_id: invoiceId,
    },
  });
}

async function start(
  ctx: CommandCtx,
  checkout: CheckoutRow,
  customer: Customer,
): Promise<{ subscriptionId: string; invoiceId: string | null } | null> {
  invariant(checkout.planVersionId !== null, 'A checkout of a subscription quotes a version.');
  const version = await getPlanVersion(ctx, checkout.planVersionId);
  const plan = (await getPlans(ctx, [version.planId])).get(version.planId);
  invariant(plan !== undefined, 'A version has a plan.');
  const coupons = await couponsOfQuote(ctx, checkout);
  if ((await familyHistory(ctx, customer.id, plan.family)).isRunning) return null;
  const { id } = await startSubscription(
    ctx,
    {
      customer,
      plan,
      version,
      currency: version.currency,
      quantity: checkout.quantity,
      startAt: null,
      trialDays: null,
      terms: { ...NO_TERMS, coupons },
    },
    { collection: 'automatic', metadata: {} },
  );
  const claimed = toBill(customer, [await getSubscription(ctx, id)]);
  const [input] = await loadBilling(ctx, [claimed], ctx.now, () => ctx.newId());
  invariant(input !== undefined, 'A customer who is billed has an input.');
  const [taxed] = await decideTaxed(ctx, [{ customer, input }]);
  if (taxed?.kind === 'waits' && !taxed.isAsked) throw new TaxQuoteNeeded([taxed.question]);
  const decision = taxed?.kind === 'decided' ? taxed.result : null;
  if (decision === null || !decision.ok) {
    // The bill run meets the same refusal and parks the customer; the payment becomes visible as a case.
    return { subscriptionId: id, invoiceId: null };
  }
  await applyBilling(ctx, [{ ...claimed, decision: decision.value }], { isCollectedHere: true });
  const { invoice } = decision.value;
  const isDocument = invoice !== null && invoice.status !== 'skipped';
  return { subscriptionId: id, invoiceId: isDocument ? invoice.id : null };
}

/**
 * The coupon of the quote, which what was paid rests on: it holds even if its offer ended while the customer was paying.
 * The redemption that was kept for the page is given back here and counted again with the discount, in one transaction.
 */
async function couponsOfQuote(ctx: CommandCtx, { couponId, status }: CheckoutRow): Promise<CouponUse[]> {
  if (couponId === null) return [];
  if (status !== 'expired') await releaseRedemption(ctx, couponId);
  const stored = await lockCoupon(ctx, couponId);
  invariant(stored !== undefined, 'A checkout quotes a coupon that exists.');
  // A page that was paid after its end has lost what was kept for it; the rest is then collected from the card.
  if (stored.maxRedemptions !== null && stored.redemptions >= stored.maxRedemptions) return [];
  const { redemptions, archivedAt, createdAt, updatedAt, ...coupon } = stored;
  return [{ coupon: { ...coupon, redeemBy: null }, redemptions: 0, redemptionsByCustomer: 0 }];
}

/**
 * Writes the payment that the page took, as an attempt that has succeeded, or that is under way for days where it is a
 * debit. Null where nothing was paid. A payment for which there is no invoice becomes credit of the customer.
 */
async function recordHostedPayment(
  ctx: CommandCtx,
  checkout: CheckoutRow,
  intent: ProviderIntent | null,
  invoiceId: string | null,
  methodId: string | null,
): Promise<string | null> {
  if (intent === null || (intent.status !== 'succeeded' && intent.status !== 'processing')) return null;
  const isUnderWay = intent.status === 'processing';
  if (invoiceId === null && checkout.requestId === null) {
    await openCase(ctx, {
      kind: 'checkout.unexpected_payment',
      customerId: checkout.customerId,
      subjectId: checkout.id,
      detail:
        'A payment arrived for which there is no invoice. It is credit of the customer; refund it, or leave it.',
      facts: { provider_object_id: intent.id, captured_minor: `${intent.capturedMinor}` },
    });
  }
  const invoice = invoiceId === null ? undefined : await findInvoice(ctx, invoiceId);
  const attemptId = ctx.newId();
  // Something else may have been sent since the page counted as expired here; that one stays the open way.
  const isOpenWay = isUnderWay && invoiceId !== null && !(await isCollecting(ctx, invoiceId));
  if (isOpenWay) await cancelPlanned(ctx, invoiceId);
  await insertAttempts(ctx, [
    {
      id: attemptId,
      customerId: checkout.customerId,
      invoiceId,
      // One that is under way is the way that collects the invoice: it is looked up, and tried again if it fails.
      purpose: isOpenWay ? 'invoice' : isUnderWay && checkout.requestId !== null ? 'request' : 'checkout',
      requestId: checkout.requestId,
      refundedPaymentId: null,
      provider: checkout.provider,
      // What comes back days later is judged by what was debited, and counts among the tries with it.
      paymentMethodId: isUnderWay ? methodId : null,
      idempotencyKey: `checkout:${checkout.id}`,
      status: isUnderWay ? 'sending' : 'processing',
      attemptNumber: (invoice?.failureCount ?? 0) + 1,
      currency: checkout.currency,
      amountMinor: isUnderWay ? checkout.amountMinor : intent.capturedMinor,
      providerObjectId: intent.id,
      dueAt: ctx.now,
    },
  ]);
  await recordPaymentNews(ctx, attemptId, newsOf(intent), factsOf(intent));
  return attemptId;
}

/** Where the invoice came out higher than the quote, the rest is collected from the card that was just given. */
async function collectRest(ctx: CommandCtx, invoiceId: string): Promise<void> {
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined || invoice.status !== 'open') return;
  if ((await bringForward(ctx, invoiceId)) > 0) return;
  await scheduleCollection(ctx, [invoice]);
}

const ACTOR: Actor = { kind: 'system', id: 'checkouts' };

/** Closes pages whose time is over. One that was paid in its last moment is completed instead. */
export function checkoutsSource(deps: { transactor: Transactor; providers: Providers }): DueSource {
  return {
    name: 'checkouts',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct c.tenant_id as id from checkouts c join tenants t on t.id = c.tenant_id
         where c.status in ('creating', 'open') and c.expires_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextExpiryAt,
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const due = await deps.transactor.query(request, (ctx) => overdue(ctx, limit));
      let done = 0;
      for (const checkout of due) {
        if (!goesOn()) break;
        await close(deps, request, checkout);
        done += 1;
      }
      return done;
    },
  };
}

async function close(
  deps: { transactor: Transactor; providers: Providers },
  request: { tenantId: number; actor: Actor; requestId: null },
  checkout: CheckoutRow,
): Promise<void> {
  try {
    const provider = await deps.providers.of(request.tenantId, checkout.provider);
    await closePage({ ...deps, complete: completeCheckout }, request, provider, checkout);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    await deps.transactor.command(request, async (ctx) => {
      // The page ends by itself at the provider; a payment that slipped through still arrives as an event.
      if (await markExpired(ctx, checkout.id, checkout.status)) return;
      await putOffEnd(ctx, checkout.id, addMs(ctx.now, MS_PER_HOUR));
    });
  }
}
