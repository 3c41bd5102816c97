import { currencyCode } from '@billhook/core/money/currency';
import { formatMinor } from '@billhook/core/money/format';
import { MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { StoredExplanation, StoredSlice } from '../stored-explanation.ts';
import type { StoredLine } from './read.ts';

/** How the amount of a line came about, for a reader on paper: one short sentence a step. */
export function explanationSteps(line: StoredLine): string[] {
  const stored = line.explanation as unknown as StoredExplanation;
  const steps = (stored.trace?.slices ?? []).map((slice) => sliceText(slice, line));
  const share = shareText(stored);
  if (share !== null) steps.push(share);
  if (steps.length > 0)
    steps.push(`Comes to ${formatMinor(line.grossMinor, currencyCode(line.currency))} ${line.currency}`);
  return steps;
}

function sliceText({ from, up_to: upTo, quantity, unit_price: price, per }: StoredSlice, line: StoredLine) {
  const range = upTo === null ? (from === '0' ? '' : ` (above ${from})`) : ` (${from} to ${upTo})`;
  if (/^0(?:\.0+)?$/.test(price)) return `${quantity} included${upTo === null ? '' : ` (up to ${upTo})`}`;
  return `${quantity} at ${price} ${line.currency}${per === '1' ? '' : ` per ${per}`}${range}`;
}

/** `Unused: 14 days 3 h of 30 days`; null for a whole period. */
function shareText({ fraction, rule, billing_period: period, proration }: StoredExplanation): string | null {
  const [numerator = '1', denominator = '1'] = fraction.split('/');
  if (numerator === denominator) return null;
  const lengthMs = Date.parse(period.end) - Date.parse(period.start);
  const days = proration?.days === 'fixed_30' ? 30 : Math.round(lengthMs / MS_PER_DAY);
  const wholeMs = proration?.basis === 'day' ? days * MS_PER_DAY : lengthMs;
  const partMs = (wholeMs * Number(numerator)) / Number(denominator);
  return `${rule === 'unused_time' ? 'Unused' : 'Charged for'}: ${spanText(partMs)} of ${spanText(wholeMs)}`;
}

/** A length of time to the minute, in the words of a calendar: `11 days 4 h`. */
function spanText(lengthMs: number): string {
  const minutes = Math.round(lengthMs / MS_PER_MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [
    ...(days === 0 ? [] : [`${days} ${days === 1 ? 'day' : 'days'}`]),
    ...(hours === 0 ? [] : [`${hours} h`]),
    ...(rest === 0 ? [] : [`${rest} min`]),
  ];
  return parts.length === 0 ? 'no time' : parts.join(' ');
}
