import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../../kernel/decimal.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import { earlier, type Instant, later } from '../../time/instant.ts';
import type { Period } from '../../time/period.ts';
import type { BilledLine, UsageQuantity } from '../line.ts';
import { proposeLines, type UsageWindow, usageWindows } from '../propose-lines.ts';
import type { BillingSettings } from '../settings.ts';

/** A billed period of a metered item that is to be looked at again. */
export interface UsagePeriod {
  readonly itemId: string;
  readonly billingStart: Instant;
}

/** What corrections before this one charged or gave back for a period, before discounts and tax. */
export interface EarlierAdjustment extends UsagePeriod {
  readonly grossDeltaMinor: bigint;
}

export interface RerateInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly settings: BillingSettings;
  /** Every line of the subscription that stands. */
  readonly billed: readonly BilledLine[];
  readonly periods: readonly UsagePeriod[];
}

/** What a period that was billed came to, and what it comes to by the usage as it is known now. */
export interface RatedAgain extends UsagePeriod {
  readonly billingPeriod: Period;
  readonly quantityBefore: Decimal12;
  readonly quantityAfter: Decimal12;
  /** With what earlier corrections changed, before discounts and tax. */
  readonly grossBeforeMinor: bigint;
  readonly grossAfterMinor: bigint;
  /** Keys of the lines that bill it, in the order in which they were billed. */
  readonly lineKeys: readonly string[];
}

/** Billed periods whose usage changed: those that can be looked at again, and those that are billed in parts and still run. */
export interface TouchedPeriods {
  readonly settled: readonly UsagePeriod[];
  readonly running: readonly (UsagePeriod & { readonly endsAt: Instant })[];
}

/**
 * The billed periods of a meter that a moment counts in. A level stays from period to period, so that every later one
 * rests on it as well. A period whose invoice was voided and is not billed again is left alone. One that a threshold
 * has billed in parts is settled once its last part is billed.
 *
 * @param carriesOver whether the meter's figure of a period rests on what was before it
 */
export function periodsTouched(
  subscription: Pick<Subscription, 'items'>,
  billed: readonly BilledLine[],
  { meterId, moments, carriesOver }: { meterId: string; moments: readonly Instant[]; carriesOver: boolean },
): TouchedPeriods {
  const settled: UsagePeriod[] = [];
  const running: (UsagePeriod & { endsAt: Instant })[] = [];
  for (const item of subscription.items) {
    if (item.price.quantity.kind !== 'meter' || item.price.quantity.meterId !== meterId) continue;
    const lines = billed.filter((line) => line.kind === 'usage' && line.itemId === item.id);
    for (const parts of Map.groupBy(lines, (line) => line.billingPeriod.start).values()) {
      const [first] = parts;
      const isTouched = parts.some(
        ({ servicePeriod: { start, end }, isWaived }) =>
          isWaived !== true && moments.some((moment) => moment < end && (carriesOver || moment >= start)),
      );
      if (first === undefined || !isTouched || parts.some(({ isWaived }) => isWaived === true)) continue;
      const { start, end } = first.billingPeriod;
      const endsAt = item.activeTo === null ? end : earlier(end, item.activeTo);
      const billedUntil = parts.reduce((last, { servicePeriod }) => later(last, servicePeriod.end), start);
      const period = { itemId: item.id, billingStart: start };
      if (billedUntil >= endsAt) settled.push(period);
      else running.push({ ...period, endsAt });
    }
  }
  settled.sort((a, b) => a.billingStart - b.billingStart);
  return { settled, running };
}

/** The usage that `rerate` rests on. */
export function windowsToRerate(input: RerateInput): readonly UsageWindow[] {
  return usageWindows({ ...input, billed: reopened(input).kept });
}

/**
 * Rates billed periods once more, by the same engine, prices and discounts as if they had not been billed; what a
 * minimum commitment or a cap makes of it is part of the first of them. Writes and changes nothing.
 * Refusals: those of `proposeLines`.
 *
 * @param usage one quantity for every window of `windowsToRerate`
 */
export function rerate(
  input: RerateInput,
  usage: readonly UsageQuantity[],
  earlier: readonly EarlierAdjustment[],
): Result<readonly RatedAgain[]> {
  const { kept, open, bounds } = reopened(input);
  const proposed = proposeLines({ ...input, billed: kept, usage });
  if (!proposed.ok) return proposed;
  const boundKeys = new Set(bounds.map(({ key }) => key));
  const again = proposed.value;
  let boundDeltaMinor = sumOf(again.filter(({ key }) => boundKeys.has(key))) - sumOf(bounds);
  const rated: RatedAgain[] = [];
  for (const [key, lines] of open) {
    const [first] = lines;
    if (first === undefined) continue;
    const { itemId, billingPeriod } = first;
    const after = again.filter(
      (line) => line.kind === 'usage' && partsKey(line.itemId, line.explanation.billingPeriod.start) === key,
    );
    const adjusted = earlier.filter((one) => partsKey(one.itemId, one.billingStart) === key);
    rated.push({
      itemId,
      billingStart: billingPeriod.start,
      billingPeriod,
      quantityBefore: quantityOf(lines),
      quantityAfter: quantityOf(after),
      grossBeforeMinor: sumOf(lines) + adjusted.reduce((sum, one) => sum + one.grossDeltaMinor, 0n),
      grossAfterMinor: sumOf(after) + boundDeltaMinor,
      lineKeys: lines.map((line) => line.key),
    });
    boundDeltaMinor = 0n;
  }
  return ok(rated);
}

/** The lines as they would stand if the periods, and the bounds over them, were not billed. */
function reopened({ billed, periods }: RerateInput) {
  const wanted = new Set(periods.map(({ itemId, billingStart }) => partsKey(itemId, billingStart)));
  const isOpen = (line: BilledLine) =>
    line.kind === 'usage' && wanted.has(partsKey(line.itemId, line.billingPeriod.start));
  const usage = billed.filter(isOpen);
  const bounds = billed.filter(
    (line) =>
      (line.kind === 'true_up' || line.kind === 'spend_cap') &&
      line.isWaived !== true &&
      usage.some(
        ({ servicePeriod: { start } }) => line.servicePeriod.start <= start && start < line.servicePeriod.end,
      ),
  );
  const gone = new Set([...usage, ...bounds]);
  const ordered = usage.toSorted((a, b) => a.servicePeriod.start - b.servicePeriod.start);
  return {
    kept: billed.filter((line) => !gone.has(line)),
    open: Map.groupBy(ordered, (line) => partsKey(line.itemId, line.billingPeriod.start)),
    bounds,
  };
}

/** Names a billed period of an item. */
function partsKey(itemId: string, billingStart: Instant): string {
  return `${itemId}/${billingStart}`;
}

function sumOf(lines: readonly Pick<BilledLine, 'grossMinor'>[]): bigint {
  return lines.reduce((sum, { grossMinor }) => sum + grossMinor, 0n);
}

function quantityOf(lines: readonly Pick<BilledLine, 'quantity'>[]): Decimal12 {
  return decimal12FromScaled(lines.reduce((sum, { quantity }) => sum + quantity, DECIMAL12_ZERO as bigint));
}
