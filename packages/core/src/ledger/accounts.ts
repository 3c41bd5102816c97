/**
 * The chart of accounts. `cash:<provider>` is one account a payment provider; amounts are kept per currency.
 * Debit-normal: receivable, cash, fees, disputed (money that a bank holds until a dispute is decided), dispute_losses. Credit-normal: tax, credit_liability, refunds_payable (credit that is on its way
 * back to the customer), deposits (held for the customer until they are applied or go back), prepaid_credits (what purchased credits still owe in service), revenue, breakage (purchased credits
 * that were never used). `rounding` may go either way.
 */
export type LedgerAccount =
  | 'receivable'
  | `cash:${string}`
  | 'tax'
  | 'credit_liability'
  | 'prepaid_credits'
  | 'refunds_payable'
  | 'deposits'
  | 'disputed'
  | 'dispute_losses'
  | 'revenue'
  | 'breakage'
  | 'fees'
  | 'rounding';

const CASH = /^cash:[a-z][a-z0-9_]{0,30}$/;
const PLAIN: ReadonlySet<string> = new Set([
  'receivable',
  'tax',
  'credit_liability',
  'prepaid_credits',
  'refunds_payable',
  'deposits',
  'disputed',
  'dispute_losses',
  'revenue',
  'breakage',
  'fees',
  'rounding',
]);

/** The cash account of a payment provider such as `stripe`. */
export function cashAccount(provider: string): LedgerAccount {
  return `cash:${provider}`;
}

export function isLedgerAccount(text: string): text is LedgerAccount {
  return PLAIN.has(text) || CASH.test(text);
}
