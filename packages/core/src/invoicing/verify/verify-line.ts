import { parseTrace } from '../../rating/parse-trace.ts';
import { verifyTrace } from '../../rating/verify-trace.ts';
import { dateAt } from '../../time/calendar-date.ts';
import { instant } from '../../time/instant.ts';
import { isKnownZone, zoneNamed } from '../../time/zone.ts';
import { isLess, isSame, minus, NOUGHT, ONE, type Pair, pairText, rounded, times } from './pair.ts';
import type { Reader } from './reader.ts';

export const ROUNDING = ['half_away_from_zero', 'half_even', 'up', 'down'] as const;

/** Computes the amount of a line before discounts again from its explanation, and notes where it differs. */
export function verifyLine(line: Reader): void {
  const explanation = line.get('explanation');
  verifyQuantity(line);
  verifyFraction(line);
  const stated = explanation.get('exact_minor');
  const found = exactOf(explanation);
  if (found !== null && !isSame(stated.fraction(), found)) stated.differs(`${stated.value}`, pairText(found));
  const exact = found ?? stated.fraction();
  const mode = explanation.get('rounding').word(ROUNDING);
  // What is rounded together with other lines is verified with them.
  if (explanation.get('entry').value === undefined) line.get('gross_minor').expectMinor(rounded(exact, mode));
}

/** What the line's price, charge or spending comes to before rounding. */
function exactOf(explanation: Reader): Pair | null {
  const basis = explanation.get('basis');
  const fraction = explanation.get('fraction').fraction();
  if (basis.isNull()) {
    const exact = exactOfTrace(explanation);
    return exact === null ? null : times(exact, fraction);
  }
  const kind = basis.get('kind').word(['charge', 'spend']);
  return kind === 'charge' ? exactOfCharge(basis, fraction, explanation) : exactOfSpend(basis, fraction);
}

function exactOfTrace(explanation: Reader): Pair | null {
  const member = explanation.get('trace');
  const trace = parseTrace(member.value);
  if (!trace.ok) {
    const { pointer } = trace.refusal.facts;
    member.differences.push({ at: `${member.pointer}${pointer}`, stated: 'unreadable', found: 'a trace' });
    return null;
  }
  const verdict = verifyTrace(trace.value);
  if (!verdict.ok) {
    const { at, stated, found } = verdict;
    member.differences.push({ at: `${member.pointer}${at}`, stated, found });
  }
  const { numerator, denominator } = trace.value.exactMinor;
  return [numerator, denominator];
}

/** A credit takes back charged × unused ÷ charged share, at most what was charged and is not credited yet. */
function exactOfCharge(basis: Reader, unused: Pair, explanation: Reader): Pair {
  const charged: Pair = [basis.get('charged_minor').minor(), 1n];
  const credited: Pair = [basis.get('credited_minor').minor(), 1n];
  const share = basis.get('charged_fraction').fraction();
  if (share[0] <= 0n) return NOUGHT;
  let back = times(times(charged, unused), [share[1], share[0]]);
  if (isLess(charged, back)) back = charged;
  const left = minus(charged, credited);
  const mode = explanation.get('rounding').word(ROUNDING);
  const stated = explanation.get('exact_minor').fraction();
  const isJoined = explanation.get('entry').value !== undefined || isSame(minus(NOUGHT, left), stated);
  // Rounded together with others it may come out one unit higher, which may not be beyond what is left either.
  if (isLess(left, [rounded(back, isJoined ? 'up' : mode), 1n])) back = isLess(left, NOUGHT) ? NOUGHT : left;
  return [-back[0], back[1]];
}

/** What leads into the bounds of the share of a period. */
function exactOfSpend(basis: Reader, fraction: Pair): Pair {
  const spent: Pair = [basis.get('spent_minor').minor(), 1n];
  const [least, most] = ['minimum_minor', 'maximum_minor'].map((name): Pair | null => {
    const bound = basis.get(name);
    return bound.isNull() ? null : times([bound.minor(), 1n], fraction);
  });
  if (most != null && isLess(most, spent)) return minus(most, spent);
  if (least != null && isLess(spent, least)) return minus(least, spent);
  return NOUGHT;
}

function verifyQuantity(line: Reader): void {
  const measured = line.get('explanation').get('quantity').decimal();
  const charged = isLess(measured, NOUGHT) ? NOUGHT : measured;
  const stated = line.get('quantity');
  if (!isSame(stated.decimal(), charged)) stated.differs(`${stated.value}`, pairText(charged));
  const trace = line.get('explanation').get('trace');
  if (trace.isNull()) return;
  const rated = trace.get('quantity');
  if (!isSame(rated.decimal(), charged)) rated.differs(`${rated.value}`, pairText(charged));
}

/** The share of the period: all of it for usage and single charges, else as the service lies in the billing period. */
function verifyFraction(line: Reader): void {
  const explanation = line.get('explanation');
  const stated = explanation.get('fraction');
  const found = fractionOf(line, explanation);
  if (found !== null && !isSame(stated.fraction(), found)) stated.differs(`${stated.value}`, pairText(found));
}

function fractionOf(line: Reader, explanation: Reader): Pair | null {
  const rule = explanation.get('proration');
  if (rule.isNull()) return ONE;
  const basis = rule.get('basis').word(['second', 'day', 'none']);
  const service = [line.get('service_period').get('start'), line.get('service_period').get('end')];
  const period = explanation.get('billing_period');
  const whole = [period.get('start'), period.get('end')];
  const moments = [...service, ...whole].map((member) => member.instant());
  const [start = 0, end = 0, first = 0, last = 0] = moments;
  if ((start === first && end === last) || basis === 'none') return ONE;
  if (basis === 'second') return share(end - start, last - first);
  // Months of 30 days need the cadence, which is not part of the document; the share itself is still used below.
  if (rule.get('days').word(['actual', 'fixed_30']) === 'fixed_30') return null;
  const zoneName = explanation.get('time_zone').text();
  if (!isKnownZone(zoneName)) return null;
  const zone = zoneNamed(zoneName);
  const [from = 0, to = 0, low = 0, high = 0] = moments.map((moment) =>
    Number(dateAt(instant(moment), zone)),
  );
  return share(to - from, high - low);
}

function share(part: number, whole: number): Pair | null {
  return whole > 0 ? [BigInt(part), BigInt(whole)] : null;
}
