import { addRational, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { InvoiceLine, IssuedInvoice } from './invoice.ts';

/** Why a total changed. The parts add up to `totalMinor`, which is the new total less the old one. */
export interface InvoiceDifference {
  readonly totalMinor: bigint;
  /** The same prices cost more or less for the same quantity: other tiers reached, other discounts, another share. */
  readonly priceMinor: bigint;
  /** More or less of everything that is on both invoices, at the old average price. */
  readonly volumeMinor: bigint;
  /** What is sold moved between things that are dearer or cheaper than the average. */
  readonly mixMinor: bigint;
  /** Recurring and usage lines that are on one of the invoices only, as after a change of plan, and credits for it. */
  readonly planMinor: bigint;
  readonly taxMinor: bigint;
  /** One-off charges, true-ups, caps, allowances and charges of the document. */
  readonly oneOffMinor: bigint;
}

type DiffedLine = Pick<InvoiceLine, 'kind' | 'quantity' | 'netMinor' | 'meterId'> & {
  readonly explanation: Pick<InvoiceLine['explanation'], 'planVersionId' | 'priceKey'>;
};

/** What is compared: an issued invoice, or a draft. */
export interface DiffedInvoice {
  readonly lines: readonly DiffedLine[];
  readonly totals: Pick<IssuedInvoice['totals'], 'netMinor' | 'taxMinor' | 'totalMinor'>;
}

/** One thing that is sold, summed over the lines of an invoice. */
interface Sold {
  readonly quantity: bigint;
  readonly netMinor: bigint;
}

/**
 * Splits the change of a total from one invoice to the next into parts that add up to it exactly.
 *
 * A price is the same thing on both invoices if it has the same key in the same plan version. For such prices, with old
 * and new quantity q0 and q1 (of all lines of it) and old and new net n0 and n1:
 * - price: Σ n1 − n0·q1/q0, what the new quantity costs beyond the old average price of that same price;
 * - volume: N0·Q1/Q0 − N0, where N0 is Σ n0, and Q0 and Q1 are Σ q0 and Σ q1 of the prices that count the same thing
 *   (the same meter, or seats and fixed fees): the change of the sum had all of it grown alike;
 * - mix: Σ n0·q1/q0 − N0·Q1/Q0, what is left of the change of quantities.
 * A price whose old quantity is zero goes to `price` as a whole. Every part is rounded half away from zero and `mix`
 * takes the rounding, so that price + volume + mix is the change of the prices' net to the unit.
 * - plan: the net of prices that are on one invoice only, and of credits for unused time;
 * - one_off: lines that rest on no period's price, and what stands on the document as a whole;
 * - tax: the change of the tax.
 */
export function diffInvoices(invoice: DiffedInvoice, previous: DiffedInvoice): InvoiceDifference {
  const before = soldOf(previous);
  const after = soldOf(invoice);
  let samePriceMinor = 0n;
  let planMinor = sumOf(invoice, isCredit) - sumOf(previous, isCredit);
  let priceExact = rational(0n, 1n);
  const groups = new Map<string, { before: Sold; after: Sold }>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(name);
    const now = after.get(name);
    if (old === undefined || now === undefined) {
      planMinor += (now?.netMinor ?? 0n) - (old?.netMinor ?? 0n);
      continue;
    }
    samePriceMinor += now.netMinor - old.netMinor;
    priceExact = addRational(priceExact, priceEffect(old, now));
    if (old.quantity === 0n) continue;
    const group = groups.get(now.group);
    groups.set(now.group, {
      before: added(group?.before, old),
      after: added(group?.after, now),
    });
  }
  let volumeExact = rational(0n, 1n);
  for (const group of groups.values())
    volumeExact = addRational(volumeExact, volumeEffect(group.before, group.after));
  const priceMinor = roundRational(priceExact, 'half_away_from_zero');
  const volumeMinor = roundRational(volumeExact, 'half_away_from_zero');
  const totalMinor = invoice.totals.totalMinor - previous.totals.totalMinor;
  const taxMinor = invoice.totals.taxMinor - previous.totals.taxMinor;
  return {
    totalMinor,
    priceMinor,
    volumeMinor,
    mixMinor: samePriceMinor - priceMinor - volumeMinor,
    planMinor,
    taxMinor,
    oneOffMinor: totalMinor - taxMinor - samePriceMinor - planMinor,
  };
}

/** What is charged for a price, by plan version and key, with the name of what it counts. */
function soldOf({ lines }: DiffedInvoice): ReadonlyMap<string, Sold & { readonly group: string }> {
  const sold = new Map<string, Sold & { readonly group: string }>();
  for (const line of lines) {
    if (line.kind !== 'recurring' && line.kind !== 'usage') continue;
    const { planVersionId, priceKey } = line.explanation;
    const name = `${planVersionId}/${priceKey}`;
    const group = line.meterId ?? 'period';
    sold.set(name, { ...added(sold.get(name), line), group });
  }
  return sold;
}

function priceEffect(old: Sold, now: Sold): Rational {
  if (old.quantity === 0n) return rational(now.netMinor - old.netMinor, 1n);
  return rational(now.netMinor * old.quantity - old.netMinor * now.quantity, old.quantity);
}

function volumeEffect(old: Sold, now: Sold): Rational {
  return rational(old.netMinor * (now.quantity - old.quantity), old.quantity);
}

function added(sum: Sold | undefined, more: Sold): Sold {
  return {
    quantity: (sum?.quantity ?? 0n) + more.quantity,
    netMinor: (sum?.netMinor ?? 0n) + more.netMinor,
  };
}

function isCredit(line: DiffedLine): boolean {
  return line.kind === 'proration_credit';
}

function sumOf({ lines }: DiffedInvoice, counts: (line: DiffedLine) => boolean): bigint {
  let sumMinor = 0n;
  for (const line of lines) if (counts(line)) sumMinor += line.netMinor;
  return sumMinor;
}
