import { isLuhn, luhnSum, remainder, weighted } from './check-digits.ts';

const last = (text: string): number => Number(text.at(-1));

/** Nine digits for companies; ten for people, foreigners and others, whose kinds cannot be told apart. */
export function isBulgarian(body: string): boolean {
  const head = body.slice(0, -1);
  if (body.length === 9) {
    const first = weighted(head, [1, 2, 3, 4, 5, 6, 7, 8]) % 11;
    const digit = first === 10 ? (weighted(head, [3, 4, 5, 6, 7, 8, 9, 10]) % 11) % 10 : first;
    return digit === last(body);
  }
  const person = (weighted(head, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10;
  const foreigner = weighted(head, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10;
  const other = (11 - (weighted(head, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return (hasBirthday(body, 20) && person === last(body)) || foreigner === last(body) || other === last(body);
}

/** Whether digits three to six may be month and day: women and later centuries add to the month. */
function hasBirthday(body: string, step: number): boolean {
  const month = Number(body.slice(2, 4)) % step;
  const day = Number(body.slice(4, 6));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Eight digits for companies; nine that begin with 6 for some people; nine or ten made of a birthday for the others. */
export function isCzech(body: string): boolean {
  if (body.length === 8) {
    const digit = (11 - (weighted(body.slice(0, 7), [8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return !body.startsWith('9') && (digit === 0 ? 1 : digit) % 10 === last(body);
  }
  if (body.length === 9 && body.startsWith('6')) {
    const rest = weighted(body.slice(1, 8), [8, 7, 6, 5, 4, 3, 2]) % 11;
    return (8 - ((10 - rest) % 11) + 10) % 10 === last(body);
  }
  const month = Number(body.slice(2, 4)) % 50;
  const isBirthday =
    ((month >= 1 && month <= 12) || (month >= 21 && month <= 32)) &&
    Number(body.slice(4, 6)) >= 1 &&
    Number(body.slice(4, 6)) <= 31;
  const year = Number(body.slice(0, 2));
  if (body.length === 9) return isBirthday && (year <= 53 || year >= 80);
  return isBirthday && remainder(body.slice(0, 9), 11) % 10 === last(body);
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** People: a letter over the number. Foreigners: X, Y, Z count 0, 1, 2. Companies: a digit or a letter by their form. */
export function isSpanish(body: string): boolean {
  const first = body.charAt(0);
  const letterOf = (digits: string) => SPANISH_LETTERS[remainder(digits, 23)] === body.at(-1);
  if (/\d/.test(first)) return letterOf(body.slice(0, 8));
  if ('XYZ'.includes(first)) return letterOf(`${'XYZ'.indexOf(first)}${body.slice(1, 8)}`);
  if ('KLM'.includes(first)) return letterOf(body.slice(1, 8));
  if (!'ABCDEFGHJNPQRSUVW'.includes(first)) return false;
  const digit = (10 - (luhnSum(`${body.slice(1, 8)}0`) % 10)) % 10;
  const isDigit = String(digit) === body.at(-1);
  const isLetter = 'JABCDEFGHI'[digit] === body.at(-1);
  if ('PQSNRW'.includes(first) || body.slice(1, 3) === '00') return isLetter;
  return 'ABEH'.includes(first) ? isDigit : isDigit || isLetter;
}

const FRENCH_KEYS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Two characters over the company's number; those of Monaco begin with 000 and have no check digit of their own. */
export function isFrench(body: string): boolean {
  const company = body.slice(2);
  if (!company.startsWith('000') && !isLuhn(company)) return false;
  if (/^\d\d/.test(body)) return remainder(`${company}12`, 97) === Number(body.slice(0, 2));
  const [first, second] = [...body.slice(0, 2)].map((char) => FRENCH_KEYS.indexOf(char)) as [number, number];
  const key = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100;
  return (Number(company) + 1 + Math.floor(key / 11)) % 11 === key % 11;
}

const IRISH_LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV';

/** Seven digits and a letter, a second letter since 2013; older ones have a letter or sign in the second place. */
export function isIrish(body: string): boolean {
  const isOld = !/^\d{7}/.test(body);
  const digits = isOld ? `0${body.slice(2, 7)}${body.charAt(0)}` : body.slice(0, 7);
  const second = isOld ? '' : body.charAt(8);
  const sum = weighted(digits, [8, 7, 6, 5, 4, 3, 2]) + 9 * Math.max(0, IRISH_LETTERS.indexOf(second || 'W'));
  return IRISH_LETTERS[sum % 23] === body.charAt(7);
}

/** Companies begin with 4 or more; the others are people, whose newer numbers have no birthday. */
export function isLatvian(body: string): boolean {
  if (Number(body.charAt(0)) > 3) return weighted(body, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 === 3;
  const sum = 1 + weighted(body.slice(0, 10), [10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
  const [day, month] = [Number(body.slice(0, 2)), Number(body.slice(2, 4))];
  const isPerson = body.startsWith('32') || (day >= 1 && day <= 31 && month >= 1 && month <= 12);
  return isPerson && (sum % 11) % 10 === last(body);
}
