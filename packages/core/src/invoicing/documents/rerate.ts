import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../../kernel/decimal.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Subscription, SubscriptionItem } from '../../subscriptions/subscription.ts';
import { addMs, earlier, type Instant, later } from '../../time/instant.ts';
import type { Period } from '../../time/period.ts';
import type { BilledLine, UsageQuantity } from '../line.ts';
import { proposeLines, type UsageWindow, usageWindows } from '../propose-lines.ts';
import type { BillingSettings } from '../settings.ts';
import type { UsageCorrection } from '../usage-correction.ts';

/** A billed period of a metered item that is to be looked at again. */
export interface UsagePeriod {
  readonly itemId: string;
  readonly billingStart: Instant;
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
      const endsAt = endOf(item, first);
      const period = { itemId: item.id, billingStart: first.billingPeriod.start };
      if (isBilledUntil(endsAt, parts)) settled.push(period);
      else running.push({ ...period, endsAt });
    }
  }
  settled.sort((a, b) => a.billingStart - b.billingStart);
  return { settled, running };
}

/** When the period of a line ends for its item. */
function endOf({ activeTo }: SubscriptionItem, { billingPeriod: { end } }: BilledLine): Instant {
  return activeTo === null ? end : earlier(end, activeTo);
}

function isBilledUntil(endsAt: Instant, parts: readonly BilledLine[]): boolean {
  return parts.some(({ servicePeriod }) => servicePeriod.end >= endsAt);
}

/** The usage that `rerate` rests on. */
export function windowsToRerate(input: RerateInput): readonly UsageWindow[] {
  const lines = reopened(input);
  return usageWindows({ ...input, ...asIfDue(input, lines), billed: lines.kept });
}

/**
 * What a threshold would call up now is for the next bill: no commitment that is rated again may count it. What it called up
 * before stands on an invoice, and is measured also where its grace is not over.
 */
function asIfDue({ now, settings, subscription }: RerateInput, { open, bounds }: Reopened) {
  const ends = [...open.values(), bounds].flat().map(({ servicePeriod }) => servicePeriod.end);
  return {
    now: ends.reduce((at, end) => later(at, addMs(end, settings.usageGraceMs)), now),
    settings: { ...settings, thresholdMinor: null },
    subscription: { ...subscription, ownThreshold: { amountMinor: null } },
  };
}

/**
 * Rates billed periods once more, by the same engine, prices and discounts as if they had not been billed, and with what a
 * minimum commitment or a cap makes of it. All usage that a commitment compares with is
 * rated with it, so that what came late of one price counts beside another. Writes and changes nothing.
 * Refusals: those of `proposeLines`.
 *
 * @param usage one quantity for every window of `windowsToRerate`
 * @param earlier what corrections before this one charged or gave back
 */
export function rerate(
  input: RerateInput,
  usage: readonly UsageQuantity[],
  earlier: readonly UsageCorrection[],
): Result<readonly RatedAgain[]> {
  const lines = reopened(input);
  const { kept, open, bounds } = lines;
  const proposed = proposeLines({
    ...input,
    ...asIfDue(input, lines),
    billed: kept,
    usage,
    corrections: earlier,
  });
  if (!proposed.ok) return proposed;
  const boundKeys = new Set(bounds.map(({ key }) => key));
  const again = proposed.value;
  const boundDeltaMinor = sumOf(again.filter(({ key }) => boundKeys.has(key))) - sumOf(bounds);
  const rated: RatedAgain[] = [];
  for (const [key, parts] of open) {
    const [first] = parts;
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
      quantityBefore: quantityOf(parts),
      quantityAfter: quantityOf(after),
      grossBeforeMinor: sumOf(parts) + adjusted.reduce((sum, one) => sum + one.grossDeltaMinor, 0n),
      grossAfterMinor: sumOf(after),
      lineKeys: parts.map((line) => line.key),
    });
  }
  return ok(withinBounds(rated, boundDeltaMinor));
}

/**
 * What bounds make of periods comes off those that changed, the first of them first: where a minimum was paid, none is
 * charged for what another one gets back.
 */
function withinBounds(rated: readonly RatedAgain[], boundDeltaMinor: bigint): readonly RatedAgain[] {
  let leftMinor = boundDeltaMinor;
  const taken = rated.map((one) => {
    const deltaMinor = one.grossAfterMinor - one.grossBeforeMinor;
    const shareMinor = closerToZero(-deltaMinor, leftMinor);
    leftMinor -= shareMinor;
    return { ...one, grossAfterMinor: one.grossAfterMinor + shareMinor };
  });
  const [first, ...others] = taken;
  // More than the periods changed is left only where discounts make something else of them.
  if (first === undefined || leftMinor === 0n) return taken;
  return [{ ...first, grossAfterMinor: first.grossAfterMinor + leftMinor }, ...others];
}

/** Of two amounts of one sign the smaller; 0 where their signs differ. */
function closerToZero(one: bigint, other: bigint): bigint {
  if (one < 0n !== other < 0n) return 0n;
  return one < 0n ? (one > other ? one : other) : one < other ? one : other;
}

/** The lines as they would stand if the periods, and the bounds over them, were not billed. */
function reopened({ billed, periods, subscription }: RerateInput) {
  const items = new Map(subscription.items.map((item) => [item.id, item]));
  const byPeriod = Map.groupBy(
    billed.filter(({ kind }) => kind === 'usage'),
    (line) => partsKey(line.itemId, line.billingPeriod.start),
  );
  const wanted = new Set(periods.map(({ itemId, billingStart }) => partsKey(itemId, billingStart)));
  const bounds = new Set<BilledLine>();
  // Each commitment may reach over usage that another one compares with as well.
  for (let size = -1; size < bounds.size; ) {
    size = bounds.size;
    const usage = [...wanted].flatMap((key) => byPeriod.get(key) ?? []);
    for (const line of billed)
      if (isBound(line) && usage.some((part) => isWithin(part, line))) bounds.add(line);
    for (const [key, parts] of byPeriod) {
      const item = items.get(parts[0]?.itemId ?? '');
      const isUnderBound = parts.some((part) => [...bounds].some((bound) => isWithin(part, bound)));
      if (isUnderBound && item !== undefined && isSettled(item, parts)) wanted.add(key);
    }
  }
  const usage = [...wanted].flatMap((key) => byPeriod.get(key) ?? []);
  const gone = new Set([...usage, ...bounds]);
  const ordered = usage.toSorted((a, b) => a.servicePeriod.start - b.servicePeriod.start);
  return {
    kept: billed.filter((line) => !gone.has(line)),
    open: Map.groupBy(ordered, (line) => partsKey(line.itemId, line.billingPeriod.start)),
    bounds: [...bounds],
  };
}

type Reopened = ReturnType<typeof reopened>;

function isBound({ kind, isWaived }: BilledLine): boolean {
  return (kind === 'true_up' || kind === 'spend_cap') && isWaived !== true;
}

function isWithin(part: BilledLine, { servicePeriod: { start, end } }: BilledLine): boolean {
  return start <= part.servicePeriod.start && part.servicePeriod.start < end;
}

/** Billed up to its end, and owed. */
function isSettled(item: SubscriptionItem, parts: readonly BilledLine[]): boolean {
  const [first] = parts;
  if (first === undefined || parts.some(({ isWaived }) => isWaived === true)) return false;
  return isBilledUntil(endOf(item, first), parts);
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
