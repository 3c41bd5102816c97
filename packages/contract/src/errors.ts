import { bankingErrors } from './errors/banking.ts';
import { billingErrors } from './errors/billing.ts';
import { businessErrors } from './errors/business.ts';
import { creditErrors } from './errors/credits.ts';
import { dunningErrors } from './errors/dunning.ts';
import { eInvoiceErrors } from './errors/e-invoices.ts';
import { paymentCareErrors } from './errors/payment-care.ts';
import { peopleErrors } from './errors/people.ts';
import { requestErrors } from './errors/request.ts';
import { transferErrors } from './errors/transfer.ts';

/** The closed list of codes. A problem document carries one of them; `status`, `title` and `retryable` follow from it. */
export const ERRORS = {
  ...requestErrors,
  ...peopleErrors,
  ...businessErrors,
  ...billingErrors,
  ...bankingErrors,
  ...creditErrors,
  ...paymentCareErrors,
  ...dunningErrors,
  ...eInvoiceErrors,
  ...transferErrors,
};

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** Codes that any route may answer with, whatever it does. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'request.malformed',
  'request.invalid',
  'request.too_large',
  'request.not_found',
  'request.method_not_allowed',
  'rate.limited',
  'server.internal',
  'server.unavailable',
];
