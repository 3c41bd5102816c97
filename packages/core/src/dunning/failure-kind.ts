/** What kind of failure keeps an invoice unpaid: campaigns branch by it. */
export const FAILURE_KINDS = [
  'soft_decline',
  'hard_decline',
  'expired_card',
  'authentication_required',
  'debit_returned',
  'no_method',
  'terms_overdue',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * Codes after which a method is never charged again, whoever asks: the issuer says that the card is gone or that the
 * holder takes back the right to charge it. Another try costs fees and trust, and cannot succeed.
 */
export const NEVER_AGAIN_CODES: ReadonlySet<string> = new Set([
  'stolen_card',
  'lost_card',
  'pickup_card',
  'fraudulent',
  'restricted_card',
  'security_violation',
  'merchant_blacklist',
  'revocation_of_authorization',
  'revocation_of_all_authorizations',
  'stop_payment_order',
  'debit_not_authorized',
  'bank_account_closed',
  'account_closed',
]);

const HARD_CODES: ReadonlySet<string> = new Set([
  'do_not_try_again',
  'invalid_account',
  'new_account_information_available',
  'transaction_not_allowed',
  'transaction_not_permitted',
  'card_not_supported',
  'currency_not_supported',
  'incorrect_number',
  'invalid_number',
  'no_account',
]);

const EXPIRED_CODES: ReadonlySet<string> = new Set([
  'expired_card',
  'invalid_expiry_month',
  'invalid_expiry_year',
]);

const AUTHENTICATION_CODES: ReadonlySet<string> = new Set([
  'authentication_required',
  'authentication_failed',
  'authentication_not_handled',
  'payment_intent_authentication_failure',
  'payer_action_required',
]);

/** Codes with which a bank sends a debit back for good; a second presentation comes back the same way. */
const DEBIT_HARD_CODES: ReadonlySet<string> = new Set([
  'authorization_revoked',
  'bank_account_restricted',
  'bank_account_unusable',
  'bank_ownership_changed',
  'branch_does_not_exist',
  'invalid_account_number',
  'recipient_deceased',
]);

/** What we say ourselves where nothing could be sent. */
const NO_METHOD_CODES: ReadonlySet<string> = new Set(['payment_method_missing', 'payment_method_blocked']);

/** Whether a failure says that the card had run out, so that a renewed one may pay. */
export function isExpiredCard(failureCode: string): boolean {
  return EXPIRED_CODES.has(failureCode);
}

/** After such a code the method that was used is never charged again. */
export function isNeverAgain(failureCode: string): boolean {
  return NEVER_AGAIN_CODES.has(failureCode);
}

/**
 * The kind of a failure by its code. A code that nobody knows is a soft decline: it may pass with time.
 *
 * @param methodKind such as `card` or `sepa_debit`; null where nothing was used
 */
export function kindOfFailure(failureCode: string, methodKind: string | null): FailureKind {
  if (NO_METHOD_CODES.has(failureCode)) return 'no_method';
  if (EXPIRED_CODES.has(failureCode)) return 'expired_card';
  if (AUTHENTICATION_CODES.has(failureCode)) return 'authentication_required';
  if (isNeverAgain(failureCode) || HARD_CODES.has(failureCode)) return 'hard_decline';
  if (methodKind !== 'sepa_debit') return 'soft_decline';
  return DEBIT_HARD_CODES.has(failureCode) ? 'hard_decline' : 'debit_returned';
}
