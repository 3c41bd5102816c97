import type { Debit } from '../state/money-records.ts';
import { rememberIban } from '../stripe/debit.ts';
import { ApiError } from '../stripe/error.ts';
import type { FormLevel } from '../stripe/form.ts';
import type { FieldErrors, TypedDetails } from './card-form.ts';

/** A debit form that was understood. */
export interface DebitForm {
  readonly debit: Debit;
  readonly email: string | null;
  readonly name: string;
}

type Reading =
  | { readonly ok: true; readonly form: DebitForm }
  | { readonly ok: false; readonly typed: TypedDetails; readonly errors: FieldErrors };

/** Reads the submitted form of a debit. `asksEmail` says whether the page had that field. */
export function readDebitForm(values: FormLevel, asksEmail: boolean): Reading {
  const field = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value.trim().slice(0, 200) : '';
  };
  const typed = { email: field('email'), expiry: '', name: field('name') };
  const debit = debitOf(field('iban'));
  const errors: FieldErrors = {
    ...(asksEmail && !/^[^\s@]+@[^\s@]+$/.test(typed.email) ? { email: 'Enter your e-mail address.' } : {}),
    ...(debit === null ? { iban: 'This is no test IBAN, and it was not kept. Use one of those below.' } : {}),
    ...(typed.name === '' ? { debitName: 'Enter the name of the account holder.' } : {}),
  };
  if (debit === null || Object.keys(errors).length > 0) return { ok: false, typed, errors };
  return { ok: true, form: { debit, email: asksEmail ? typed.email : null, name: typed.name } };
}

function debitOf(iban: string): Debit | null {
  try {
    return rememberIban(iban);
  } catch (cause) {
    if (cause instanceof ApiError) return null;
    throw cause;
  }
}
