import { MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { StoredExplanation, StoredSlice } from '../stored-explanation.ts';
import type { StoredLine } from './read.ts';
import type { Speech } from './speech.ts';

/** How the amount of a line came about, for a reader on paper: one short sentence a step. */
export function explanationSteps(line: StoredLine, speech: Speech): string[] {
  const stored = line.explanation as unknown as StoredExplanation;
  const steps = (stored.trace?.slices ?? []).map((slice) => sliceText(slice, line, speech));
  const share = shareText(stored, speech);
  if (share !== null) steps.push(share);
  if (steps.length > 0)
    steps.push(speech.say('comes_to', { amount: speech.money(line.grossMinor, line.currency) }));
  return steps;
}

function sliceText(
  { from, up_to: upTo, quantity, unit_price: price, per }: StoredSlice,
  line: StoredLine,
  { say, decimal, conventions }: Speech,
): string {
  const units = decimal(quantity);
  const to = upTo === null ? '' : decimal(upTo);
  if (/^0(?:\.0+)?$/.test(price)) {
    const included = say('included', { quantity: units });
    return upTo === null ? included : `${included} (${say('up_to', { to })})`;
  }
  const figure = decimal(price);
  const priced = {
    quantity: units,
    price: conventions.currency === 'before' ? `${line.currency} ${figure}` : `${figure} ${line.currency}`,
    per: decimal(per),
  };
  const step = per === '1' ? say('at_price', priced) : say('at_price_per', priced);
  if (upTo !== null) return `${step} (${say('range', { from: decimal(from), to })})`;
  return from === '0' ? step : `${step} (${say('above', { from: decimal(from) })})`;
}

/** `Unused: 14 days 3 h of 30 days`; null for a whole period. */
function shareText(
  { fraction, rule, billing_period: period, proration }: StoredExplanation,
  speech: Speech,
): string | null {
  const [numerator = '1', denominator = '1'] = fraction.split('/');
  if (numerator === denominator) return null;
  const lengthMs = Date.parse(period.end) - Date.parse(period.start);
  const days = proration?.days === 'fixed_30' ? 30 : Math.round(lengthMs / MS_PER_DAY);
  const wholeMs = proration?.basis === 'day' ? days * MS_PER_DAY : lengthMs;
  const partMs = (wholeMs * Number(numerator)) / Number(denominator);
  const share = { part: spanText(partMs, speech), whole: spanText(wholeMs, speech) };
  return speech.say(rule === 'unused_time' ? 'unused' : 'charged_for', share);
}

/** A length of time to the minute, in the words of a calendar: `11 days 4 h`. */
function spanText(lengthMs: number, { words }: Speech): string {
  const minutes = Math.round(lengthMs / MS_PER_MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [
    ...(days === 0 ? [] : [`${days} ${days === 1 ? words.day : words.days}`]),
    ...(hours === 0 ? [] : [`${hours} h`]),
    ...(rest === 0 ? [] : [`${rest} min`]),
  ];
  return parts.length === 0 ? words.no_time : parts.join(' ');
}
