import type { TaxCategory } from '../../invoicing/tax.ts';
import { allocate } from '../../money/allocate.ts';
import type { Entry } from '../pair-entries.ts';

/** What a document says of one rate: net and tax of the lines that it is on. */
export interface TreatedPart {
  readonly category: TaxCategory;
  /** In percent, without trailing zeros: `19`, `7.7`. */
  readonly percent: string;
  /** Whose tax it is; null where nobody says. */
  readonly country: string | null;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

/**
 * How sales of a rate are treated, as a part of the name of an account: `s19` and `s7_7` for what is taxed at home,
 * `oss_fr_20` for what is taxed in another country, and the category where nothing is charged: `ae` reverse charge,
 * `g` export, `k` goods within the union, `e` exempt, `z` zero rated, `o` outside scope.
 */
export function treatmentOf(
  { category, percent, country }: Pick<TreatedPart, 'category' | 'percent' | 'country'>,
  homeCountry: string | null,
): string {
  if (category !== 'S') return category.toLowerCase();
  const rate = percent.replace('.', '_');
  const isAbroad = country !== null && homeCountry !== null && country !== homeCountry;
  return isAbroad ? `oss_${country.toLowerCase()}_${rate}` : `s${rate}`;
}

/** Accounts of the ledger that stand for sales of every treatment at once. */
const SOLD: ReadonlySet<string> = new Set(['revenue', 'refunds']);

/**
 * The entries of a transaction with what was sold and its tax divided by treatment: `revenue:s19`, `tax:s19`. Sums stay as
 * they are. Where a transaction moves other amounts than the document, such as a refund of a part, they are divided in
 * the document's proportions. What has no rate stays on the plain account.
 */
export function byTreatment(
  entries: readonly Entry[],
  parts: readonly TreatedPart[],
  homeCountry: string | null,
): Entry[] {
  const merged = mergedParts(parts, homeCountry);
  if (merged.length === 0) return joinedTax(entries);
  return joinedTax(entries).flatMap((entry) => {
    const isTax = entry.account === 'tax';
    if (!isTax && !SOLD.has(entry.account)) return [entry];
    const amounts = merged.map(({ netMinor, taxMinor }) => (isTax ? taxMinor : netMinor));
    return divided(entry, amounts).flatMap((amountMinor, index): Entry[] => {
      if (amountMinor === 0n) return [];
      const account = `${entry.account}:${merged[index]?.name ?? ''}`;
      return [{ ...turned(entry.side, amountMinor), account }];
    });
  });
}

/** Tax of all places as one entry: here documents say how it is divided. */
function joinedTax(entries: readonly Entry[]): Entry[] {
  if (!entries.some(({ account }) => account.startsWith('tax:'))) return [...entries];
  let creditMinor = 0n;
  let first = -1;
  const others: Entry[] = [];
  for (const entry of entries) {
    if (entry.account !== 'tax' && !entry.account.startsWith('tax:')) others.push(entry);
    else {
      if (first < 0) first = others.length;
      creditMinor += entry.side === 'credit' ? entry.amountMinor : -entry.amountMinor;
    }
  }
  const joined = creditMinor === 0n ? [] : [{ account: 'tax', ...turned('credit', creditMinor) }];
  return others.toSpliced(first, 0, ...joined);
}

/** Amounts below nothing, such as a credit among charges, stand on the other side. */
function turned(side: Entry['side'], amountMinor: bigint): Pick<Entry, 'side' | 'amountMinor'> {
  if (amountMinor > 0n) return { side, amountMinor };
  return { side: side === 'debit' ? 'credit' : 'debit', amountMinor: -amountMinor };
}

function divided(entry: Entry, amounts: readonly bigint[]): readonly bigint[] {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  const size = entry.amountMinor;
  if (sum === size) return amounts;
  // A document that takes back more than it charges is booked the other way round.
  if (sum === -size) return amounts.map((amount) => -amount);
  return allocate(
    size,
    amounts.map((amount) => (amount < 0n ? 0n : amount)),
  );
}

function mergedParts(parts: readonly TreatedPart[], homeCountry: string | null) {
  const byName = new Map<string, { name: string; netMinor: bigint; taxMinor: bigint }>();
  for (const part of parts) {
    const name = treatmentOf(part, homeCountry);
    const known = byName.get(name) ?? { name, netMinor: 0n, taxMinor: 0n };
    known.netMinor += part.netMinor;
    known.taxMinor += part.taxMinor;
    byName.set(name, known);
  }
  return [...byName.values()];
}

/**
 * The names under which the number of an account may be given, the closest first: refunds stand where their sales do, and one
 * account may do for other countries altogether (`revenue:oss`).
 */
export function namesFor(account: string): readonly string[] {
  const [kind = '', treatment] = account.split(':');
  if (treatment === undefined || kind === 'cash') return [account];
  const wide = treatment.startsWith('oss_') ? ['oss'] : [];
  const kinds = kind === 'refunds' ? ['refunds', 'revenue'] : [kind];
  return kinds.flatMap((one) => [`${one}:${treatment}`, ...wide.map((name) => `${one}:${name}`)]);
}

/** Country and rate of what is taxed elsewhere, as DATEV wants them beside the booking; null for all else. */
export function destinationOf(
  account: string,
): { readonly country: string; readonly percent: string } | null {
  const match = /^[a-z]+:oss_([a-z]{2})_([0-9]+(?:_[0-9]+)?)$/.exec(account);
  if (match === null) return null;
  const [, country = '', rate = ''] = match;
  return { country: country.toUpperCase(), percent: rate.replace('_', '.') };
}
