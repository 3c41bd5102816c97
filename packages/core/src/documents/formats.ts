import { type CurrencyCode, minorDigits } from '../money/currency.ts';
import { type CalendarDate, dateFields, parseDate } from '../time/calendar-date.ts';
import type { Conventions, Language } from './language.ts';

const MINUS = '−';

/** Minor units in the digits of their currency, without its code: `1.234,50`. */
export function amountText(minor: bigint, currency: CurrencyCode, conventions: Conventions): string {
  return digitsText(minor, minorDigits(currency), conventions);
}

/** Minor units with the code of their currency on the side where the place writes it: `1.234,50 EUR`. */
export function moneyText(minor: bigint, currency: CurrencyCode, conventions: Conventions): string {
  const amount = amountText(minor, currency, conventions);
  return conventions.currency === 'before' ? `${currency} ${amount}` : `${amount} ${currency}`;
}

/** A whole number of the smallest units, of which `digits` are a fraction. */
function digitsText(units: bigint, digits: number, conventions: Conventions): string {
  const isNegative = units < 0n;
  const padded = (isNegative ? -units : units).toString().padStart(digits + 1, '0');
  const whole = grouped(padded.slice(0, padded.length - digits), conventions);
  const fraction = digits === 0 ? '' : `${conventions.decimal}${padded.slice(padded.length - digits)}`;
  return `${isNegative ? MINUS : ''}${whole}${fraction}`;
}

/** A decimal text such as `-1234.5` as the place writes it; what is no decimal stays as it is. */
export function decimalText(text: string, conventions: Conventions): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign, whole = '', fraction] = match;
  const tail = fraction === undefined ? '' : `${conventions.decimal}${fraction}`;
  return `${sign === '' ? '' : MINUS}${grouped(whole, conventions)}${tail}`;
}

export function percentText(percent: string, conventions: Conventions): string {
  return `${decimalText(percent, conventions)}${conventions.percent}`;
}

function grouped(whole: string, { group, groupsFrom }: Conventions): string {
  return whole.length < groupsFrom ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group);
}

/** A day such as `1 May 2026` or `01.05.2026`. */
export function dateText(date: CalendarDate, { date: form, language }: Conventions): string {
  const { year, month, day } = dateFields(date);
  const name = MONTHS[language].split(' ')[month - 1] ?? '';
  const [mm, dd] = [two(month), two(day)];
  switch (form) {
    case 'day_month_name':
      return `${day} ${name} ${year}`;
    case 'month_name_day':
      return `${name} ${day}, ${year}`;
    case 'dots':
      return `${dd}.${mm}.${year}`;
    case 'slashes':
      return `${dd}/${mm}/${year}`;
    case 'dashes':
      return `${dd}-${mm}-${year}`;
    case 'iso':
      return `${year}-${mm}-${dd}`;
  }
}

/** A day in ISO 8601, such as `2026-05-01`, as the place writes it; what is no day stays as it is. */
export function isoDateText(text: string, conventions: Conventions): string {
  const date = parseDate(text);
  return date.ok ? dateText(date.value, conventions) : text;
}

/** A day as people plan with it: `Tue 3 Mar 2026`, `Di., 03.03.2026`. */
export function weekdayText(date: CalendarDate, conventions: Conventions): string {
  const { language } = conventions;
  const name = WEEKDAYS[language].split(' ')[(date + 3) % 7] ?? '';
  if (conventions.date === 'day_month_name') {
    const { year, month, day } = dateFields(date);
    return `${name} ${day} ${(MONTHS[language].split(' ')[month - 1] ?? '').slice(0, 3)} ${year}`;
  }
  return `${name}, ${dateText(date, conventions)}`;
}

const two = (value: number) => `${value}`.padStart(2, '0');

const MONTHS: Readonly<Record<Language, string>> = {
  en: 'January February March April May June July August September October November December',
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  nl: 'januari februari maart april mei juni juli augustus september oktober november december',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  it: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
};

/** Monday first. */
const WEEKDAYS: Readonly<Record<Language, string>> = {
  en: 'Mon Tue Wed Thu Fri Sat Sun',
  de: 'Mo. Di. Mi. Do. Fr. Sa. So.',
  fr: 'lun. mar. mer. jeu. ven. sam. dim.',
  nl: 'ma di wo do vr za zo',
  es: 'lun mar mié jue vie sáb dom',
  it: 'lun mar mer gio ven sab dom',
};
