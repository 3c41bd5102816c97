import { grouped } from '../kernel/grouped.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { isAmountInRange } from '../money/money.ts';
import type { SubscriptionItem } from '../subscriptions/subscription.ts';
import type { Period } from '../time/period.ts';
import { applyDiscounts } from './apply-discounts.ts';
import { chargeLine, oneOffKey, oneOffLine } from './charge-line.ts';
import { commitmentLines } from './commitment-line.ts';
import { creditLine } from './credit-line.ts';
import { joinLines, joinsLines } from './entries.ts';
import type { ProposedLine } from './line.ts';
import { byTime } from './line-order.ts';
import { notePart, type ProposalContext, type ProposalInput, proposalContext } from './proposal-context.ts';
import { missingSpansOf, type ServiceSpan } from './service-spans.ts';
import { partialSpans, thresholdLines } from './threshold.ts';
import { type UsageDetail, usageDetailOf } from './usage-detail.ts';
import { UsedAmounts } from './used-amounts.ts';

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

/** The usage that billing up to `now` rests on and that is not billed yet. */
export function usageWindows(input: Omit<ProposalInput, 'usage'>): readonly UsageWindow[] {
  const { subscription } = input;
  if (subscription.billingAuthority === 'stripe' || !subscription.items.some(isMetered)) return [];
  const context = proposalContext({ ...input, usage: [] });
  const { proration, rating } = input.settings;
  const scope = { timeZone: subscription.timeZone, days: proration.days, eventInput: rating.eventInput };
  const metered = subscription.items.filter(isMetered);
  return [...missingSpans(context, metered), ...partialSpans(context)].flatMap((span): UsageWindow[] => {
    const { key, item, servicePeriod } = span;
    const { quantity } = item.price;
    if (quantity.kind !== 'meter') return [];
    const { meterId } = quantity;
    const needs = usageDetailOf(item.price, span.billingPeriod, scope);
    return [{ key, subscriptionId: subscription.id, itemId: item.id, meterId, period: servicePeriod, needs }];
  });
}

function isMetered({ price }: SubscriptionItem): boolean {
  return price.quantity.kind === 'meter';
}

/**
 * The lines that should exist for a subscription up to `now` and are not billed yet, computed from the anchor: in
 * advance for periods that began, in arrears for periods that ended, usage up to the moment an item ended, one-off
 * charges, discounts on all of these, credits for unused time of what was really charged, and what a period's sum lacks
 * of its commitment or exceeds its cap by. For a subscription that Stripe computes there are none.
 * Refusals: `billing.usage_missing`, `billing.rating_refused`, `billing.amount_out_of_range`; each parks the customer.
 */
export function proposeLines(input: ProposalInput): Result<readonly ProposedLine[]> {
  const { subscription } = input;
  if (subscription.billingAuthority === 'stripe') return ok([]);
  const context = proposalContext(input);
  const spans = missingSpans(context, subscription.items);
  const charges = chargesOf(context, spans);
  if (!charges.ok) return charges;
  const credits = spans.filter((span) => span.kind === 'proration_credit');
  const lines =
    subscription.discounts.length === 0 && !joinsLines(input.settings.proration)
      ? withCredits(context, charges.value, credits)
      : linesByMoment(context, charges.value, credits);
  lines.push(...commitmentLines(context, spans, lines));
  return rangeOf(lines);
}

/** Charges, and credits of what was charged. */
function withCredits(
  context: ProposalContext,
  charges: readonly ProposedLine[],
  credits: readonly ServiceSpan[],
): ProposedLine[] {
  const lines = [...charges];
  if (credits.length === 0) return lines;
  const byKey = new Map(charges.map((line) => [line.key, line]));
  for (const span of credits) {
    const credit = creditLine(context, span, byKey);
    if (credit !== null) lines.push(credit);
  }
  return lines;
}

/**
 * Charges after discounts, and credits of what was charged, with lines rounded together where the seller wants that. An
 * amount off goes to the charges of one moment before those of the next, and a credit gives its share of it back before
 * anything is charged at its moment: so the lines are the same whether billing ran at every moment or only at the last.
 */
function linesByMoment(
  context: ProposalContext,
  charges: readonly ProposedLine[],
  credits: readonly ServiceSpan[],
): ProposedLine[] {
  const { subscription, settings } = context;
  // What was used is asked for amounts alone.
  const hasAmounts = subscription.discounts.some(({ coupon }) => coupon.value.kind === 'amount');
  const used = new UsedAmounts(hasAmounts ? context.billed : []);
  const lines: ProposedLine[] = [];
  const byKey = new Map<string, ProposedLine>();
  const chargesAt = grouped(charges, ({ billableAt }) => billableAt);
  const creditsAt = grouped(credits, ({ billableAt }) => billableAt);
  const moments = new Set([...chargesAt.keys(), ...creditsAt.keys()]);
  for (const moment of [...moments].sort((a, b) => a - b)) {
    const back = (creditsAt.get(moment) ?? []).flatMap((span) => creditLine(context, span, byKey) ?? []);
    // In the order of the document, so that ties between lines are settled in an order that can be seen on it.
    const due = (chargesAt.get(moment) ?? []).sort(byTime);
    const rounded = joinsLines(settings.proration)
      ? joinLines(subscription, [...back, ...due], settings)
      : [...back, ...due];
    for (const credit of rounded.slice(0, back.length)) {
      const { basis } = credit.explanation;
      if (basis?.kind === 'charge')
        used.giveBack(credit, byKey.get(basis.chargedKey) ?? context.billedByKey.get(basis.chargedKey));
      lines.push(credit);
    }
    for (const line of applyDiscounts(subscription, rounded.slice(back.length), used, settings)) {
      used.take(line);
      byKey.set(line.key, line);
      lines.push(line);
    }
  }
  return lines;
}

/** Charges before discounts: of periods, of what a threshold calls up, and those made once. */
function chargesOf(context: ProposalContext, spans: readonly ServiceSpan[]): Result<readonly ProposedLine[]> {
  const charges: ProposedLine[] = [];
  for (const span of spans) {
    if (span.kind !== 'recurring' && span.kind !== 'usage') continue;
    const line = chargeLine(context, span);
    if (!line.ok) return line;
    notePart(context, span, line.value);
    charges.push(line.value);
  }
  const partial = thresholdLines(context);
  if (!partial.ok) return partial;
  charges.push(...partial.value);
  for (const charge of context.subscription.charges) {
    const key = oneOffKey(charge.id);
    if (charge.at > context.now || context.billedByKey.has(key)) continue;
    const line = oneOffLine(context, charge, key);
    if (!line.ok) return line;
    charges.push(line.value);
  }
  return ok(charges);
}

function rangeOf(lines: readonly ProposedLine[]): Result<readonly ProposedLine[]> {
  for (const { key, grossMinor } of lines) {
    if (!isAmountInRange(grossMinor))
      return refuse('billing.amount_out_of_range', 'A line is larger than any invoice may be.', { key });
  }
  return ok(lines);
}

function missingSpans(context: ProposalContext, items: readonly SubscriptionItem[]): readonly ServiceSpan[] {
  return items.flatMap((item) => missingSpansOf(context.subscription, item, context));
}
