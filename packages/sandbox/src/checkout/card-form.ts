import type { Card } from '../state/records.ts';
import { cardByNumber, isExpired, type TestCard } from '../stripe/cards.ts';
import type { FormLevel } from '../stripe/form.ts';

/** What the customer typed that may be shown again. The card number and code never are. */
export interface TypedDetails {
  readonly email: string;
  readonly expiry: string;
  readonly name: string;
}

/** Messages by field. */
export type FieldErrors = Partial<
  Record<'email' | 'number' | 'expiry' | 'cvc' | 'name' | 'iban' | 'debitName', string>
>;

/** A card form that was understood. */
export interface CardForm {
  readonly test: TestCard;
  readonly expiry: { readonly month: number; readonly year: number };
  readonly email: string | null;
  readonly name: string;
  readonly wallet: NonNullable<Card['wallet']> | null;
}

type Reading =
  | { readonly ok: true; readonly form: CardForm }
  | { readonly ok: false; readonly typed: TypedDetails; readonly errors: FieldErrors };

const CENTURY = 2000;

/** Reads the submitted card form. `asksEmail` says whether the page had that field. */
export function readCardForm(values: FormLevel, nowMs: number, asksEmail: boolean): Reading {
  const field = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value.trim().slice(0, 200) : '';
  };
  const typed = { email: field('email'), expiry: field('expiry'), name: field('name') };
  const number = field('number').replaceAll(/[ -]/g, '');
  const test = cardByNumber(number);
  const expiry = readExpiry(typed.expiry);
  const errors: FieldErrors = {
    ...(asksEmail && !/^[^\s@]+@[^\s@]+$/.test(typed.email) ? { email: 'Enter your e-mail address.' } : {}),
    ...(test === undefined ? { number: numberError(number) } : {}),
    ...expiryError(expiry, nowMs),
    ...cvcError(field('cvc'), test),
    ...(typed.name === '' ? { name: 'Enter the name on the card.' } : {}),
  };
  if (Object.keys(errors).length > 0 || test === undefined || expiry === null)
    return { ok: false, typed, errors };
  return {
    ok: true,
    form: { test, expiry, email: asksEmail ? typed.email : null, name: typed.name, wallet: walletOf(values) },
  };
}

function walletOf({ wallet }: FormLevel): NonNullable<Card['wallet']> | null {
  return wallet === 'apple_pay' || wallet === 'google_pay' || wallet === 'link' ? wallet : null;
}

/** A wallet brings its own card: the one that is always paid. */
export function withWallet(values: FormLevel): FormLevel {
  if (walletOf(values) === null) return values;
  return {
    email: 'wallet@example.com',
    ...values,
    number: '4242424242424242',
    expiry: '12 / 99',
    cvc: '123',
    name: 'Wallet',
  };
}

function readExpiry(text: string): { month: number; year: number } | null {
  const match = /^(\d{1,2})\s*[/.-]?\s*(\d{2}|\d{4})$/.exec(text);
  if (match === null) return null;
  const month = Number(match[1]);
  const year = Number(match[2]);
  if (month < 1 || month > 12) return null;
  return { month, year: year < 100 ? CENTURY + year : year };
}

function expiryError(expiry: { month: number; year: number } | null, nowMs: number): FieldErrors {
  if (expiry === null) return { expiry: 'Enter the month and year, such as 12 / 34.' };
  const past = isExpired({ expMonth: expiry.month, expYear: expiry.year }, nowMs);
  return past ? { expiry: "Your card's expiration date is in the past." } : {};
}

function cvcError(cvc: string, test: TestCard | undefined): FieldErrors {
  const digits = test?.brand === 'amex' ? 4 : 3;
  const fits = test === undefined ? /^\d{3,4}$/.test(cvc) : new RegExp(`^\\d{${digits}}$`).test(cvc);
  return fits ? {} : { cvc: `Enter the ${digits} digits of the security code.` };
}

function numberError(number: string): string {
  if (!/^\d{12,19}$/.test(number)) return 'Your card number is incomplete.';
  if (!passesLuhn(number)) return 'Your card number is invalid.';
  return 'This is no test card, and it was not kept. Use one of the test cards below.';
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  [...number].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}
