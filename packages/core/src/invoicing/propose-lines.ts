import { ok, type Result, refuse } from '../kernel/result.ts';
import { MAX_AMOUNT_MINOR } from '../money/money.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { applyDiscounts } from './apply-discounts.ts';
import { chargeLine, oneOffLine } from './charge-line.ts';
import { commitmentLine } from './commitment-line.ts';
import { creditLine } from './credit-line.ts';
import type { BilledLine, ProposedLine, UsageQuantity } from './line.ts';
import { type ServiceSpan, type SpanContext, spansOf } from './service-spans.ts';
import type { BillingSettings } from './settings.ts';
import { partialSpans, thresholdLines } from './threshold.ts';
import { usagePartsOf } from './usage-parts.ts';

/** A quantity that must be loaded before lines can be proposed. */
export interface UsageWindow {
  readonly key: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly meterId: string;
  readonly period: Period;
}

export interface ProposalInput {
  readonly subscription: Subscription;
  readonly now: Instant;
  /** One quantity for every window that `usageWindows` names; zero is said, not left out. */
  readonly usage: readonly UsageQuantity[];
  readonly settings: BillingSettings;
  /** The lines that stand on invoices: they are not computed again. Leave it empty to recompute everything. */
  readonly billed: readonly BilledLine[];
}

/** The usage that billing up to `now` rests on and that is not billed yet. */
export function usageWindows(input: Omit<ProposalInput, 'usage'>): readonly UsageWindow[] {
  const { subscription } = input;
  if (subscription.billingAuthority === 'stripe') return [];
  const billedKeys = keysOf(input.billed);
  const spans = allSpans(input, billedKeys).filter((span) => span.kind === 'usage');
  return [...spans, ...partialSpans(input)].flatMap(({ key, item, servicePeriod }): UsageWindow[] => {
    const { quantity } = item.price;
    if (quantity.kind !== 'meter' || billedKeys.has(key)) return [];
    const { meterId } = quantity;
    return [{ key, subscriptionId: subscription.id, itemId: item.id, meterId, period: servicePeriod }];
  });
}

/**
 * The lines that should exist for a subscription up to `now` and are not billed yet, computed from the anchor: in
 * advance for periods that began, in arrears for periods that ended, usage up to the moment an item ended, one-off
 * charges, discounts on all of these, credits for unused time of what was really charged, and what a period's sum lacks
 * of its commitment or exceeds its cap by. For a subscription that Stripe computes there are none.
 * Refusals: `billing.usage_missing`, `billing.amount_out_of_range`, and those of rating; each parks the customer.
 */
export function proposeLines(input: ProposalInput): Result<readonly ProposedLine[]> {
  const { subscription, settings, billed } = input;
  if (subscription.billingAuthority === 'stripe') return ok([]);
  const billedKeys = keysOf(billed);
  const spans = allSpans(input, billedKeys).filter((span) => !billedKeys.has(span.key));
  const charges: ProposedLine[] = [];
  for (const span of spans) {
    if (span.kind !== 'recurring' && span.kind !== 'usage') continue;
    const line = chargeLine(input, span);
    if (!line.ok) return line;
    charges.push(line.value);
  }
  const partial = thresholdLines(input);
  if (!partial.ok) return partial;
  charges.push(...partial.value);
  for (const charge of subscription.charges) {
    if (charge.at > input.now || billedKeys.has(oneOffKey(charge.id))) continue;
    const line = oneOffLine(input, charge, oneOffKey(charge.id));
    if (!line.ok) return line;
    charges.push(line.value);
  }
  const lines = [...applyDiscounts(subscription, charges, billed, settings)];
  for (const span of spans)
    if (span.kind === 'proration_credit') lines.push(...creditLine(input, span, lines));
  for (const span of spans) if (span.kind === 'true_up') lines.push(...commitmentLine(input, span, lines));
  return rangeOf(lines);
}

function rangeOf(lines: readonly ProposedLine[]): Result<readonly ProposedLine[]> {
  for (const { key, grossMinor } of lines) {
    if (grossMinor > MAX_AMOUNT_MINOR || grossMinor < -MAX_AMOUNT_MINOR)
      return refuse('billing.amount_out_of_range', 'A line is larger than any invoice may be.', { key });
  }
  return ok(lines);
}

function allSpans(
  input: Omit<ProposalInput, 'usage'>,
  billedKeys: ReadonlySet<string>,
): readonly ServiceSpan[] {
  const { subscription, now, settings } = input;
  const parts = usagePartsOf(input.billed);
  const context: SpanContext = { now, usageGraceMs: settings.usageGraceMs, billedKeys, parts };
  return subscription.items.flatMap((item) => spansOf(subscription, item, context));
}

function keysOf(billed: readonly BilledLine[]): ReadonlySet<string> {
  return new Set(billed.map((line) => line.key));
}

function oneOffKey(chargeId: string): string {
  return `${chargeId}/one_off`;
}
