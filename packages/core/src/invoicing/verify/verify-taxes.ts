import { minus, type Pair, plus, rounded, spread, sumOfPairs } from './pair.ts';
import type { Reader } from './reader.ts';

const HALF = 'half_away_from_zero';

interface Rate {
  readonly member: Reader;
  readonly percent: Pair;
}

/** The exact tax of one rate on one line or adjustment. */
interface Entry {
  readonly member: Reader;
  readonly exact: Pair;
  readonly amount: Pair;
}

/**
 * Computes the tax again from the amounts and the rates in the document's table, rounded as its policies say, and its
 * parts on the lines. Net and tax of every line follow from its amount.
 */
export function verifyTaxes(invoice: Reader, amounts: readonly Reader[]): void {
  const rates = new Map<string, Rate>();
  for (const member of invoice.get('taxes').list())
    rates.set(member.get('rate_id').text(), { member, percent: member.get('percent').decimal() });
  const isInclusive = invoice.get('tax_mode').word(['exclusive', 'inclusive']) === 'inclusive';
  const byRate = new Map<string, Entry[]>();
  for (const member of amounts) {
    const amountMinor = member.get('amount_minor').minor();
    verifySplit(member, amountMinor, isInclusive);
    for (const { id, entry } of entriesOf(member, amountMinor, rates, isInclusive)) {
      const entries = byRate.get(id);
      if (entries === undefined) byRate.set(id, [entry]);
      else entries.push(entry);
    }
  }
  verifyRates(invoice, rates, byRate, isInclusive);
}

/** Net and tax of one line. */
function verifySplit(member: Reader, amountMinor: bigint, isInclusive: boolean): void {
  let taxMinor = 0n;
  for (const tax of member.get('taxes').list()) taxMinor += tax.get('tax_minor').minor();
  member.get('tax_minor').expectMinor(taxMinor);
  member.get('net_minor').expectMinor(isInclusive ? amountMinor - taxMinor : amountMinor);
}

function entriesOf(
  member: Reader,
  amountMinor: bigint,
  rates: ReadonlyMap<string, Rate>,
  isInclusive: boolean,
): readonly { readonly id: string; readonly entry: Entry }[] {
  const taxes = member.get('taxes').list();
  const known = taxes.flatMap((tax) => {
    const id = tax.get('rate_id').text();
    const rate = rates.get(id);
    if (rate === undefined) tax.get('rate_id').differs(id, 'a rate of the table of taxes');
    return rate === undefined ? [] : [{ id, tax, percent: rate.percent }];
  });
  const hundred: Pair = [100n, 1n];
  const base = isInclusive ? plus(hundred, sumOfPairs(known.map(({ percent }) => percent))) : hundred;
  return known.map(({ id, tax, percent }) => {
    const quoted = tax.get('taxable_minor');
    if (quoted.value !== undefined)
      return { id, entry: quotedEntry(tax, quoted.minor(), percent, amountMinor) };
    const exact: Pair = [amountMinor * percent[0] * base[1], percent[1] * base[0]];
    return { id, entry: { member: tax.get('tax_minor'), exact, amount: [amountMinor, 1n] as const } };
  });
}

/** Above this many units, a tax that a provider worked out is not that of its rate, however it was rounded and spread. */
const QUOTED_WITHIN = 2n;

/** A tax that a provider worked out stands as it is, and must be that of its rate on what is taxed but for rounding. */
function quotedEntry(tax: Reader, taxableMinor: bigint, percent: Pair, amountMinor: bigint): Entry {
  const member = tax.get('tax_minor');
  const taxMinor = member.minor();
  const byRate = rounded([taxableMinor * percent[0], percent[1] * 100n], HALF);
  const apart = byRate < taxMinor ? taxMinor - byRate : byRate - taxMinor;
  if (apart > QUOTED_WITHIN) member.differs(`${taxMinor}`, `about ${byRate}`);
  return { member, exact: [taxMinor, 1n], amount: [amountMinor, 1n] };
}

function verifyRates(
  invoice: Reader,
  rates: ReadonlyMap<string, Rate>,
  byRate: ReadonlyMap<string, readonly Entry[]>,
  isInclusive: boolean,
): void {
  const policy = invoice.get('policies').get('tax');
  const rounding = policy.get('rounding').word(['per_category', 'per_line', 'precise_once']);
  const roundsNet = policy.get('inclusive').word(['round_tax', 'round_net']) === 'round_net' && isInclusive;
  // Rounding the net instead of the tax decides who gets a half.
  const round = (exact: Pair, amount: Pair): bigint =>
    roundsNet ? amount[0] / amount[1] - rounded(minus(amount, exact), HALF) : rounded(exact, HALF);
  const groups = [...byRate.values()];
  const sums = groups.map((entries) => sumOfPairs(entries.map(({ exact }) => exact)));
  const bases = groups.map((entries) => sumOfPairs(entries.map(({ amount }) => amount)));
  const totals =
    rounding === 'precise_once'
      ? spread(round(sumOfPairs(sums), sumOfPairs(bases)), sums)
      : sums.map((sum, at) => round(sum, bases[at] as Pair));
  for (const [at, [id, entries]] of [...byRate].entries()) {
    const parts =
      rounding === 'per_line'
        ? entries.map(({ exact, amount }) => round(exact, amount))
        : spread(
            totals[at] as bigint,
            entries.map(({ exact }) => exact),
          );
    let taxMinor = 0n;
    for (const [index, { member }] of entries.entries()) {
      member.expectMinor(parts[index] as bigint);
      taxMinor += parts[index] as bigint;
    }
    rates.get(id)?.member.get('tax_minor').expectMinor(taxMinor);
  }
  verifyNets(invoice, rates);
}

/** The taxable amount of every rate is the net of its lines, or the part of it that a provider said. */
function verifyNets(invoice: Reader, rates: ReadonlyMap<string, Rate>): void {
  const nets = new Map<string, bigint>();
  for (const member of [...invoice.get('lines').list(), ...invoice.get('adjustments').list()]) {
    for (const tax of member.get('taxes').list()) {
      const id = tax.get('rate_id').text();
      const quoted = tax.get('taxable_minor');
      const net = quoted.value === undefined ? member.get('net_minor') : quoted;
      nets.set(id, (nets.get(id) ?? 0n) + net.minor());
    }
  }
  for (const [id, { member }] of rates) member.get('net_minor').expectMinor(nets.get(id) ?? 0n);
}
