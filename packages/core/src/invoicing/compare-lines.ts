import { grouped } from '../kernel/grouped.ts';
import { addRational, multiplyRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { InvoiceLine } from './invoice.ts';
import type { LineKind } from './line.ts';

/** What a comparison reads of a line. */
export interface ComparedLine
  extends Pick<
    InvoiceLine,
    'kind' | 'itemId' | 'subscriptionId' | 'quantity' | 'grossMinor' | 'amountMinor' | 'netMinor' | 'taxMinor'
  > {
  readonly explanation: Pick<InvoiceLine['explanation'], 'priceKey' | 'planVersionId' | 'fraction'>;
}

/** Why the lines of one thing cost more or less: the parts add up to `changeMinor`. */
export interface LineCauses {
  /** With tax: what the reader pays more or less for it. */
  readonly changeMinor: bigint;
  /** More or less of it, at the old average price. */
  readonly quantityMinor: bigint;
  /** Another share of the period, or another number of periods. */
  readonly shareMinor: bigint;
  /** Another average price: a changed price, or other tiers. */
  readonly priceMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
}

export interface ComparedPair<Line extends ComparedLine> {
  /** Empty where it is new. */
  readonly before: readonly Line[];
  /** Empty where it is gone. */
  readonly after: readonly Line[];
  readonly causes: LineCauses;
}

/**
 * Puts the lines of two invoices side by side. Lines belong together where they are of the same item; what is left, where
 * they are of the same price of a plan version; what is left then, where they are of the same subscription and key of a price, as after a change
 * of plan. Lines that bill and lines that take back are never one. In the order of the later invoice, what is gone last.
 */
export function compareLines<Line extends ComparedLine>(
  after: readonly Line[],
  before: readonly Line[],
): readonly ComparedPair<Line>[] {
  const namings: ((line: Line) => string)[] = [
    ({ kind, itemId }) => `${kind}/${itemId}`,
    ({ kind, explanation }) => `${kind}/${explanation.planVersionId}/${explanation.priceKey}`,
    ({ kind, subscriptionId, explanation }) => `${kind}/${subscriptionId}/${explanation.priceKey}`,
  ];
  const pairs: { before: readonly Line[]; after: readonly Line[] }[] = [];
  let news = after;
  let olds = before;
  for (const nameOf of namings) {
    const old = grouped(olds, nameOf);
    const matched = [...grouped(news, nameOf)].filter(([name]) => old.has(name));
    const names = new Set(matched.map(([name]) => name));
    for (const [name, lines] of matched) pairs.push({ after: lines, before: old.get(name) ?? [] });
    news = news.filter((line) => !names.has(nameOf(line)));
    olds = olds.filter((line) => !names.has(nameOf(line)));
  }
  const byItem = ({ kind, itemId }: Line) => `${kind}/${itemId}`;
  for (const lines of grouped(news, byItem).values()) pairs.push({ after: lines, before: [] });
  for (const lines of grouped(olds, byItem).values()) pairs.push({ after: [], before: lines });
  const place = new Map(after.map((line, index) => [line, index]));
  const placeOf = (lines: readonly Line[]) =>
    lines[0] === undefined ? after.length : (place.get(lines[0]) ?? 0);
  return pairs
    .sort((one, other) => placeOf(one.after) - placeOf(other.after))
    .map((pair) => ({ ...pair, causes: causesOf(pair.after, pair.before) }));
}

interface Sum {
  readonly units: Rational;
  readonly share: Rational;
  readonly grossMinor: bigint;
  readonly discountMinor: bigint;
  /** What tax adds to the amount; nothing where prices include it. */
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** Usage is counted as it comes; what is charged by the period counts by the share of it. */
const isByPeriod = (kind: LineKind) => kind === 'recurring' || kind === 'proration_credit';

function sumOf(lines: readonly ComparedLine[]): Sum {
  let [units, share] = [RATIONAL_ZERO, RATIONAL_ZERO];
  let [grossMinor, discountMinor, taxMinor, totalMinor] = [0n, 0n, 0n, 0n];
  for (const line of lines) {
    const quantity = rational(line.quantity, 1n);
    if (isByPeriod(line.kind)) {
      share = addRational(share, line.explanation.fraction);
      units = addRational(units, multiplyRational(quantity, line.explanation.fraction));
    } else units = addRational(units, quantity);
    grossMinor += line.grossMinor;
    discountMinor += line.grossMinor - line.amountMinor;
    totalMinor += line.netMinor + line.taxMinor;
    taxMinor += line.netMinor + line.taxMinor - line.amountMinor;
  }
  return { units, share, grossMinor, discountMinor, taxMinor, totalMinor };
}

/**
 * Of what is charged before discounts, with units u (times their share of the period) and shares s: share is g0·(s1/s0 − 1), quantity is
 * g0·(u1/u0 − s1/s0), and price is the rest, g1 − g0·u1/u0. Each is rounded half away from zero, and price takes the rounding. What was nothing before has no
 * average price: all of it is quantity.
 */
function causesOf(after: readonly ComparedLine[], before: readonly ComparedLine[]): LineCauses {
  const [now, old] = [sumOf(after), sumOf(before)];
  const changeMinor = now.totalMinor - old.totalMinor;
  const grossMinor = now.grossMinor - old.grossMinor;
  const rest = {
    changeMinor,
    discountMinor: old.discountMinor - now.discountMinor,
    taxMinor: now.taxMinor - old.taxMinor,
  };
  if (old.units.numerator === 0n)
    return { ...rest, quantityMinor: grossMinor, shareMinor: 0n, priceMinor: 0n };
  const gross = (part: Rational) =>
    roundRational(multiplyRational(rational(old.grossMinor, 1n), part), 'half_away_from_zero') -
    old.grossMinor;
  const grownMinor = gross(ratio(now.units, old.units));
  const shareMinor =
    old.share.numerator === 0n || after.length === 0 ? 0n : gross(ratio(now.share, old.share));
  return { ...rest, shareMinor, quantityMinor: grownMinor - shareMinor, priceMinor: grossMinor - grownMinor };
}

function ratio(part: Rational, whole: Rational): Rational {
  return multiplyRational(part, rational(whole.denominator, whole.numerator));
}
