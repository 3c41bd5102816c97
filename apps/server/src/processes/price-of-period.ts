import { decideInvoice, usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import { firstYear } from '@billhook/core/invoicing/first-year';
import { DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { DECIMAL12_ZERO, type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { applySubscriptionChange } from '@billhook/core/subscriptions/apply-change';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import { currentPeriod } from '@billhook/core/subscriptions/items';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import {
  couponNamed,
  latestVersionByPlanKey,
  listMeters,
  ratingPolicy,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { type Action, decideAction } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { presentDraft } from './present-draft.ts';
import { draftIds } from './start-subscription.ts';

export type PeriodPriceInput = {
  plan: string;
  quantity?: number | undefined;
  /** The currency of the plan's own if left out, or if it is not sold in it. */
  currency?: string | undefined;
  coupon?: string | undefined;
  /** Expected usage by key of the meter. */
  usage?: Record<string, string> | undefined;
};

/**
 * What one period of a plan costs, by the engine that bills it: a subscription is started in memory, billed at the end
 * of its second period, and the lines of the first are kept. Tax depends on the customer and is left out.
 */
export async function priceOfPeriod(ctx: QueryCtx, input: PeriodPriceInput) {
  const { plan, version } = await latestVersionByPlanKey(
    ctx,
    input.plan,
    input.currency ?? ctx.tenant.currency,
  );
  if (!plan.public) refuse('plan.not_found', `There is no plan ${input.plan}.`);
  const newId = draftIds();
  const started = startInMemory(ctx, plan, version, BigInt(input.quantity ?? 1), newId);
  const subscription = await withCoupon(ctx, started, input.coupon, newId);
  // Two periods are billed, so that one sees what comes after the first.
  const firstEnd = currentPeriod(subscription, ctx.now)?.period.end ?? ctx.now;
  const now = currentPeriod(subscription, firstEnd)?.period.end ?? firstEnd;
  const rating = ratingPolicy(ctx.tenant.settings);
  const { rounding } = rating;
  const settings = { ...DEFAULT_BILLING_SETTINGS, rounding, rating, zeroInvoices: 'issue' as const };
  const quantities = await expectedBy(ctx, input.usage ?? {});
  const scope = { now, subscriptions: [subscription], billed: [], settings, hasPaymentMethod: true };
  const usage = usageToLoad(scope).map((window) => ({
    ...window,
    quantity: quantities.get(window.meterId) ?? DECIMAL12_ZERO,
    eventCount: 0n,
    digest: null,
  }));
  const decision = decideInvoice({
    ...scope,
    invoiceId: newId(),
    customer: { id: subscription.customerId, currency: version.currency, creditBalanceMinor: 0n },
    usage,
    taxChoice: NO_TAX,
  });
  const invoice = decision.ok ? decision.value.invoice : null;
  const linesOf = (index: number) =>
    (invoice?.lines ?? []).filter((line) => line.explanation.periodIndex === index);
  const lines = linesOf(0);
  const draft = invoice === null ? null : { lines, taxes: [], totals: invoice.totals };
  const year = firstYear({
    from: ctx.now,
    subscription,
    billed: [],
    usageOf: ({ meterId }) => quantities.get(meterId) ?? DECIMAL12_ZERO,
    settings,
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
  });
  return {
    object: 'public_price' as const,
    plan: plan.key,
    currency: version.currency as string,
    lines: (await presentDraft(ctx, draft, version.currency)).lines,
    total: totalOf(lines),
    next_total: totalOf(linesOf(1)),
    year_total: year.ok ? `${year.value.netMinor}` : null,
  };
}

/** A subscription as it would be right after its start, without a trial. */
function startInMemory(
  ctx: QueryCtx,
  plan: StoredPlan,
  version: StoredPlanVersion,
  seats: bigint,
  newId: () => string,
): Subscription {
  const started = decideStart({
    now: ctx.now,
    subscriptionId: newId(),
    customerId: newId(),
    plan,
    version: { ...version, trialDays: 0 },
    itemIds: version.prices.map(newId),
    seats: seats,
    timeZone: ctx.tenant.timeZone,
    startAt: null,
    maxBackdateDays: 0,
    withTrial: false,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: newId(),
    billingAuthority: 'billhook',
  });
  const create = started.ok ? started.value.changes[0] : undefined;
  if (create?.type !== 'subscription.create') throw new Error('a start now of a public plan is not refused');
  return create.subscription;
}

const totalOf = (lines: readonly { amountMinor: bigint }[]) =>
  `${lines.reduce((sum, line) => sum + line.amountMinor, 0n)}`;

/** The coupon as a new customer would get it. */
async function withCoupon(
  ctx: QueryCtx,
  subscription: Subscription,
  ref: string | undefined,
  newId: () => string,
): Promise<Subscription> {
  if (ref === undefined) return subscription;
  const { redemptions, ...coupon } = await couponNamed(ctx, ref);
  const action: Action = { kind: 'discount', coupon, redemptions, redemptionsByCustomer: 0, billed: [] };
  const { changes } = decideAction(ctx, subscription, action, newId);
  return changes.reduce<Subscription>(applySubscriptionChange, subscription);
}

async function expectedBy(ctx: QueryCtx, usage: Record<string, string>): Promise<Map<string, Decimal12>> {
  const meters = await listMeters(ctx);
  return new Map(
    meters.flatMap((meter): [string, Decimal12][] => {
      const quantity = parseDecimal12(usage[meter.key] ?? '');
      return quantity.ok ? [[meter.id, quantity.value]] : [];
    }),
  );
}
