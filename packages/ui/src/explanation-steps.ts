import type { LineExplanation } from '@billhook/sdk/generated/types';
import { currencyDecimals, formatMoney, formatQuantity, MINUS } from './format.ts';

/** One thing that happened on the way from what was measured to what is charged. */
export interface ExplainedStep {
  readonly label: string;
  /** How it was computed, with figures. */
  readonly detail: string;
  /** What it came to: an exact amount in units of the currency, or a quantity. */
  readonly result: string;
}

/** What the words depend on. */
export interface StepWords {
  readonly currency: string;
  /** What the quantity counts, such as `calls`. */
  readonly unit: string;
  readonly locale: string;
}

const ROUNDING: Readonly<Record<string, string>> = {
  half_away_from_zero: 'rounded to the nearest',
  half_even: 'rounded to the nearest, a half to the even digit',
  up: 'rounded up',
  down: 'rounded down',
};

/**
 * An exact figure in minor units, `58065/100`, as `5.8065` in units of a currency with two decimals. One that does
 * not end is cut after twelve places and says so.
 */
export function exactText(text: string, decimals: number): string {
  const [numerator = '0', denominator = '1'] = text.split('/');
  const scaled = BigInt(numerator) * 10n ** 12n;
  const bottom = BigInt(denominator) * 10n ** BigInt(decimals);
  if (bottom === 0n) return text;
  const ends = scaled % bottom === 0n;
  const value = scaled / bottom;
  const size = value < 0n ? -value : value;
  const fraction = `${size % 10n ** 12n}`.padStart(12, '0').replace(/0+$/, '');
  const whole = `${value < 0n ? MINUS : ''}${size / 10n ** 12n}`;
  const kept = fraction.padEnd(decimals, '0');
  return `${kept === '' ? whole : `${whole}.${kept}`}${ends ? '' : '…'}`;
}

/** Every step after the tiers and before them, in the order in which they were taken. */
export function explanationSteps(explanation: LineExplanation, words: StepWords) {
  return {
    before: explanation.quantitySteps.map((step) => quantityStep(step, words)),
    after: [
      ...explanation.amountSteps.map((step) => amountStep(step, words)),
      ...basisSteps(explanation, words),
      ...shareStep(explanation, words),
      roundingStep(explanation, words),
      ...explanation.discounts.map((discount) => discountStep(discount, words)),
      ...(explanation.discounts.length === 0
        ? []
        : [
            {
              label: 'After coupons',
              detail: 'what the line comes to',
              result: money(explanation.amount, words),
            },
          ]),
    ],
  };
}

const money = (minor: string, { currency, locale }: StepWords) => formatMoney(minor, currency, locale).full;
const exact = (text: string, { currency }: StepWords) =>
  `${exactText(text, currencyDecimals(currency))} ${currency}`;

/** A decimal, or a fraction that twelve places do not hold. */
function units(text: string, { unit, locale }: StepWords): string {
  const shown = text.includes('/') ? text.replace('/', ' ÷ ') : formatQuantity(text, locale);
  return unit === '' ? shown : `${shown} ${unit}`;
}

function quantityStep(step: LineExplanation['quantitySteps'][number], words: StepWords): ExplainedStep {
  const bare = { ...words, unit: '' };
  const from = units(step.from, bare);
  const of = units(step.units ?? '0', bare);
  const result = units(step.to, bare);
  switch (step.step) {
    case 'conversion': {
      const { operation = 'multiply', factor = '1', places = 0, rounding = '' } = step.conversion ?? {};
      const sign = operation === 'divide' ? '÷' : '×';
      const how = `${from} ${sign} ${formatQuantity(factor, words.locale)}`;
      const mode = rounding === 'none' || rounding === '' ? '' : `, rounded ${rounding.replaceAll('_', ' ')}`;
      return { label: 'Converted', detail: `${how}${mode}${mode ? ` to ${places} places` : ''}`, result };
    }
    case 'packages':
      return { label: 'Packages', detail: `${from} in packages of ${of}`, result };
    case 'included_units':
      return { label: 'Included', detail: `${from} less ${of} that the price includes`, result };
    case 'earlier_units':
      return { label: 'Earlier in the period', detail: `${from} and ${of} of earlier lines`, result };
    default:
      return { label: 'Billed before', detail: `${from} less ${of} that earlier lines billed`, result };
  }
}

function amountStep(step: LineExplanation['amountSteps'][number], words: StepWords): ExplainedStep {
  const from = exact(step.from, words);
  const result = exact(step.to, words);
  const amount = step.amount === null ? '' : money(step.amount, words);
  const before =
    step.billedBefore === null || step.billedBefore === '0'
      ? ''
      : `, of which ${money(step.billedBefore, words)} was billed before`;
  switch (step.step) {
    case 'flat_fee':
      // Where nothing was charged before it, there is no sum to show.
      return { label: 'Flat fee', detail: step.from === '0' ? '' : `${from} and ${amount}`, result };
    case 'not_yet_due':
      return { label: 'Not due yet', detail: 'it is charged at the end of the period', result };
    case 'discount':
      return { label: 'Price discount', detail: `${step.percent ?? '0'} % off ${from}`, result };
    case 'maximum':
      return { label: 'At most', detail: `${amount} a period${before}`, result };
    default:
      return { label: 'At least', detail: `${amount} a period${before}`, result };
  }
}

function basisSteps({ basis }: LineExplanation, words: StepWords): ExplainedStep[] {
  if (basis === null) return [];
  if (basis.kind === 'charge') {
    const where = basis.invoiceNumber === null ? '' : ` on ${basis.invoiceNumber}`;
    const share =
      basis.chargedShare === '1' ? '' : ` for ${basis.chargedShare.replace('/', ' ÷ ')} of the period`;
    const back = basis.credited === '0' ? '' : `, less ${money(basis.credited, words)} given back before`;
    return [
      {
        label: 'Was charged',
        detail: `after any coupons${where}${share}${back}`,
        result: money(basis.charged, words),
      },
    ];
  }
  const bound = (label: string, minor: string | null): ExplainedStep[] =>
    minor === null ? [] : [{ label, detail: 'for a whole period', result: money(minor, words) }];
  return [
    { label: 'Spent', detail: 'all lines of the period', result: money(basis.spent, words) },
    ...bound('Agreed minimum', basis.minimum),
    ...bound('Agreed maximum', basis.maximum),
  ];
}

const COUNTED = { second: 'by the second', day: 'by the day', none: 'not prorated' } as const;

const DAY_MS = 86_400_000;

/** A length of time in days, hours and minutes: `11 days 4 h`. */
function spanText(lengthMs: number, locale: string): string {
  const minutes = Math.round(lengthMs / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [
    ...(days === 0 ? [] : [`${formatQuantity(`${days}`, locale)} ${days === 1 ? 'day' : 'days'}`]),
    ...(hours === 0 ? [] : [`${hours} h`]),
    ...(rest === 0 ? [] : [`${rest} min`]),
  ];
  return parts.length === 0 ? 'no time' : parts.join(' ');
}

/** How much of the billing period it is, in words, from the exact share. */
function shareText({ proration, period }: LineExplanation, locale: string): string {
  if (proration === null) return '';
  const { numerator, denominator, basis, days } = proration;
  const lengthMs = Date.parse(period.end) - Date.parse(period.start);
  // A period of whole days may be an hour longer or shorter where summer time begins or ends.
  const byDay = days === 'fixed_30' ? 30 * DAY_MS : Math.round(lengthMs / DAY_MS) * DAY_MS;
  const wholeMs = basis === 'day' ? byDay : lengthMs;
  const partMs = (wholeMs * Number(numerator)) / Number(denominator);
  return `${spanText(partMs, locale)} of ${spanText(wholeMs, locale)}`;
}

function shareStep(explanation: LineExplanation, { locale }: StepWords): ExplainedStep[] {
  const { proration, rule } = explanation;
  if (proration === null) return [];
  const { numerator, denominator, basis, days } = proration;
  const counted =
    days === 'fixed_30' && basis === 'day' ? 'by the day, every month as 30 days' : COUNTED[basis];
  const percent = Number((BigInt(numerator) * 1_000_000n) / BigInt(denominator)) / 10_000;
  return [
    {
      label: rule === 'unused_time' ? 'Unused share' : 'Share of the period',
      detail: `${shareText(explanation, locale)}, counted ${counted}`,
      result: `${formatQuantity(`${percent}`, locale)} %`,
    },
  ];
}

function roundingStep({ rounding }: LineExplanation, words: StepWords): ExplainedStep {
  const mode = ROUNDING[rounding.mode] ?? rounding.mode.replaceAll('_', ' ');
  const isWhole = !rounding.exact.includes('/');
  return {
    label: isWhole ? 'Comes to' : 'Rounded',
    detail: isWhole ? '' : `${exact(rounding.exact, words)}, ${mode}`,
    result: money(rounding.amount, words),
  };
}

function discountStep(discount: LineExplanation['discounts'][number], words: StepWords): ExplainedStep {
  const name = discount.coupon === '' ? 'Coupon' : `Coupon ${discount.coupon}`;
  const left = discount.available === null ? '0' : discount.available;
  return {
    label: name,
    detail:
      discount.percent === null
        ? `its part of ${money(left, words)} off the period`
        : `${discount.percent} % off what is left of the line`,
    result: money(`-${discount.amount}`, words),
  };
}
