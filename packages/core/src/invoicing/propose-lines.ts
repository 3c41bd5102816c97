import { DECIMAL12_ZERO, type Decimal12, decimal12FromInteger } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { MAX_AMOUNT_MINOR } from '../money/money.ts';
import { negateRational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { prorate } from '../proration/prorate.ts';
import { DEFAULT_RATING_POLICY } from '../rating/policy.ts';
import { rateReading } from '../rating/rate-reading.ts';
import type { PriceReading } from '../rating/reading.ts';
import type { Rating } from '../rating/trace.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import { type Period, samePeriod } from '../time/period.ts';
import { ZONE_RULES_VERSION } from '../time/zone.ts';
import type { LineExplanation, ProposedLine, UsageQuantity } from './line.ts';
import { type ServiceSpan, spansOf } from './service-spans.ts';
import type { BillingSettings } from './settings.ts';
import { shareOfSpan } from './span-share.ts';
import { type UsageDetail, usageDetailOf } from './usage-detail.ts';

/** A quantity that must be loaded before lines can be proposed. */
export interface UsageWindow {
  readonly key: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly meterId: string;
  readonly period: Period;
  /** What must be loaded beside the sum. */
  readonly needs: UsageDetail;
}

export interface ProposalInput {
  readonly subscription: Subscription;
  readonly now: Instant;
  /** One quantity for every window that `usageWindows` names; zero is said, not left out. */
  readonly usage: readonly UsageQuantity[];
  readonly settings: BillingSettings;
  /** Keys of lines that stand on invoices: they are not computed again. Leave it empty to recompute everything. */
  readonly billedKeys: ReadonlySet<string>;
}

/** The usage that billing up to `now` rests on and that is not billed yet. */
export function usageWindows(input: {
  readonly subscription: Subscription;
  readonly now: Instant;
  readonly usageGraceMs: number;
  readonly billedKeys: ReadonlySet<string>;
}): readonly UsageWindow[] {
  const { subscription, billedKeys } = input;
  if (subscription.billingAuthority === 'stripe') return [];
  const windows: UsageWindow[] = [];
  for (const item of subscription.items) {
    if (item.price.quantity.kind !== 'meter') continue;
    const { meterId } = item.price.quantity;
    for (const span of spansOf(subscription, item, input.now, input.usageGraceMs, billedKeys)) {
      if (billedKeys.has(span.key)) continue;
      windows.push({
        key: span.key,
        subscriptionId: subscription.id,
        itemId: item.id,
        meterId,
        period: span.servicePeriod,
        needs: usageDetailOf(item.price.model),
      });
    }
  }
  return windows;
}

/**
 * The lines that should exist for a subscription up to `now`, computed from the anchor: in advance for periods that
 * began, in arrears for periods that ended, usage up to the moment an item ended, and credits for unused time. For a
 * subscription that Stripe computes there are none.
 * Refusals: `billing.usage_missing`, `billing.rating_refused`, `billing.amount_out_of_range`; each parks the customer.
 */
export function proposeLines(input: ProposalInput): Result<readonly ProposedLine[]> {
  const { subscription, settings, billedKeys } = input;
  if (subscription.billingAuthority === 'stripe') return ok([]);
  const lines: ProposedLine[] = [];
  for (const item of subscription.items) {
    for (const span of spansOf(subscription, item, input.now, settings.usageGraceMs, billedKeys)) {
      if (billedKeys.has(span.key)) continue;
      const line = lineOf(input, span);
      if (!line.ok) return line;
      lines.push(line.value);
    }
  }
  return ok(lines);
}

function lineOf(input: ProposalInput, span: ServiceSpan): Result<ProposedLine> {
  const { subscription, settings } = input;
  const { item } = span;
  const { price } = item;
  const reading = span.kind === 'usage' ? usageOf(input.usage, span) : null;
  if (span.kind === 'usage' && reading === null) {
    return refuse(
      'billing.usage_missing',
      'The usage of a period is not known, so its line cannot be proposed.',
      { key: span.key },
    );
  }
  const quantity: Decimal12 = reading?.quantity ?? decimal12FromInteger(item.quantity);
  const rated = ratingOf(input, span, { ...reading?.detail, quantity });
  if (!rated.ok) return rated;
  const rating = rated.value;
  const share = shareOfSpan(subscription, span);
  const shared = prorate(rating.exactMinor, share);
  const exactMinor = span.kind === 'proration_credit' ? negateRational(shared) : shared;
  const amountMinor = roundRational(exactMinor, settings.rounding);
  if (amountMinor > MAX_AMOUNT_MINOR || amountMinor < -MAX_AMOUNT_MINOR) {
    return refuse('billing.amount_out_of_range', 'A line is larger than any invoice may be.', {
      key: span.key,
    });
  }
  const explanation: LineExplanation = {
    rule: ruleOf(span),
    priceId: price.id,
    priceKey: price.key,
    planVersionId: item.planVersionId,
    billingPeriod: span.billingPeriod,
    periodIndex: span.periodIndex,
    timeZone: subscription.timeZone,
    zoneRulesVersion: ZONE_RULES_VERSION,
    quantity,
    readings:
      reading === null
        ? null
        : {
            meterId: reading.meterId,
            period: reading.period,
            eventCount: reading.eventCount,
            digest: reading.digest,
          },
    rating: rating.trace,
    fraction: share,
    exactMinor,
    rounding: settings.rounding,
  };
  return ok({
    key: span.key,
    kind: span.kind,
    subscriptionId: subscription.id,
    itemId: item.id,
    planVersionId: item.planVersionId,
    priceId: price.id,
    meterId: price.quantity.kind === 'meter' ? price.quantity.meterId : null,
    description: span.kind === 'proration_credit' ? `Unused time: ${price.name}` : price.name,
    taxCode: price.taxCode,
    currency: subscription.currency,
    servicePeriod: span.servicePeriod,
    billableAt: span.billableAt,
    quantityCutoffAt: span.kind === 'usage' ? span.servicePeriod.end : span.servicePeriod.start,
    collectAt: addMs(span.billableAt, settings.paymentTermsDays * MS_PER_DAY),
    quantity: quantity < DECIMAL12_ZERO ? DECIMAL12_ZERO : quantity,
    amountMinor,
    explanation,
  });
}

/** The price of the item by its model and terms. A price that needs more than a quantity is refused, never guessed. */
function ratingOf(
  { subscription, settings }: ProposalInput,
  span: ServiceSpan,
  reading: PriceReading,
): Result<Rating> {
  const policy = { ...DEFAULT_RATING_POLICY, rounding: settings.rounding };
  const rating = rateReading(span.item.price, reading, subscription.currency, policy);
  if (rating.ok) return rating;
  const { code, detail } = rating.refusal;
  return refuse('billing.rating_refused', detail, { key: span.key, because: code });
}

function usageOf(usage: readonly UsageQuantity[], span: ServiceSpan): UsageQuantity | null {
  return (
    usage.find((entry) => entry.itemId === span.item.id && samePeriod(entry.period, span.servicePeriod)) ??
    null
  );
}

function ruleOf(span: ServiceSpan): LineExplanation['rule'] {
  if (span.kind === 'proration_credit') return 'unused_time';
  if (span.kind === 'usage') return 'metered_usage';
  return span.item.price.quantity.kind === 'seats' ? 'seats' : 'flat_fee';
}
