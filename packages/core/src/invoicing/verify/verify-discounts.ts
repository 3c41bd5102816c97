import { isLess, minus, type Pair, pairText, rounded, spread, sumOfPairs, times } from './pair.ts';
import type { Reader } from './reader.ts';

/** One discount on one line, with what the ones before it left of the line. */
interface Taken {
  readonly member: Reader;
  readonly left: bigint;
  readonly amount: bigint;
  readonly mode: string;
}

/**
 * Computes every discount again: a percentage of what the discounts before left of the line, and an amount split over
 * the lines that it lowers. Each line comes to its gross less its discounts.
 */
export function verifyDiscounts(lines: readonly Reader[], policies: Reader): void {
  const groups = new Map<string, Taken[]>();
  for (const line of lines) {
    let left = line.get('gross_minor').minor();
    const mode = line.get('explanation').get('rounding').text();
    for (const member of line.get('discounts').list()) {
      const amount = member.get('amount_minor').minor();
      if (amount < 0n || amount > left) member.get('amount_minor').differs(`${amount}`, `0 to ${left}`);
      const { value: discount } = member.get('discount_id');
      const moment = line.get('billable_at').value;
      const key = `${line.get('subscription_id').value} ${discount} ${member.get('period_index').value} ${moment}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ member, left, amount, mode }]);
      else group.push({ member, left, amount, mode });
      left -= amount;
    }
    line.get('amount_minor').expectMinor(left);
  }
  for (const group of groups.values()) verifyGroup(group, policies);
}

/** All lines of one moment that one discount lowers in one of its periods. */
function verifyGroup(group: readonly Taken[], policies: Reader): void {
  const [first] = group;
  if (first === undefined) return;
  const found = first.member.get('percent').isNull()
    ? splitAmount(group, policies.get('split').word(['largest_remainder', 'remainder_last']))
    : partsOfPercent(group, policies.get('percent').word(['per_line', 'on_total']));
  for (const [at, { member }] of group.entries()) member.get('amount_minor').expectMinor(found[at] as bigint);
}

function partsOfPercent(group: readonly Taken[], rounding: 'per_line' | 'on_total'): readonly bigint[] {
  const exacts = group.map(({ member, left }): Pair => {
    const [percent, scale] = member.get('percent').decimal();
    return [left * percent, scale * 100n];
  });
  if (rounding === 'per_line') return exacts.map((exact, at) => rounded(exact, (group[at] as Taken).mode));
  return spread(rounded(sumOfPairs(exacts), (group[0] as Taken).mode), exacts);
}

function splitAmount(
  group: readonly Taken[],
  split: 'largest_remainder' | 'remainder_last',
): readonly bigint[] {
  const [available] = group.map(({ member }) => member.get('available_minor').minor());
  const all = sumOfPairs(group.map(({ left }): Pair => [left, 1n]));
  const wanted: Pair = [available ?? 0n, 1n];
  const given = isLess(all, wanted) ? all : wanted;
  const exacts = group.map(({ left }): Pair => times(given, [left, all[0] === 0n ? 1n : all[0]]));
  if (split === 'largest_remainder') return spread(given[0], exacts);
  let rest = given;
  return exacts.map((exact, at) => {
    const part: Pair = at === exacts.length - 1 ? rest : [exact[0] / exact[1], 1n];
    rest = minus(rest, part);
    return BigInt(pairText(part));
  });
}
