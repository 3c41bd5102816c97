/**
 * The chart of accounts. `cash:<provider>` is one account a payment provider, `tax:<place>:<percent>` one for each rate of who
 * is owed tax (`tax` is what nobody says that of); amounts are kept per currency.
 * Debit-normal: receivable, cash, fees, disputed (money that a bank holds until a dispute is decided), dispute_losses,
 * refunds (sales that were given back without a credit note).
 * Credit-normal: tax, credit_liability, refunds_payable (credit that is on its way back to the customer), deposits (held
 * for the customer until they are applied or go back), prepaid_credits (what purchased credits still owe in service),
 * revenue, breakage (purchased credits that were never used), deferred_revenue (invoiced and not yet earned),
 * bad_debt_allowance (receivables that are not expected to be paid; what that costs is bad_debt, which is debit-normal).
 * `rounding` may go either way, and so may fx: in each currency what went away for another, or came for one.
 */
export type LedgerAccount =
  | 'receivable'
  | `cash:${string}`
  | 'tax'
  | `tax:${string}`
  | 'credit_liability'
  | 'prepaid_credits'
  | 'refunds_payable'
  | 'deposits'
  | 'disputed'
  | 'dispute_losses'
  | 'revenue'
  | 'refunds'
  | 'deferred_revenue'
  | 'bad_debt'
  | 'bad_debt_allowance'
  | 'breakage'
  | 'fees'
  | 'fx'
  | 'rounding';

const CASH = /^cash:[a-z][a-z0-9_]{0,30}$/;
const TAX = /^tax:[A-Z]{2}(?:-[A-Z0-9]{1,6})?:[0-9]{1,3}(?:\.[0-9]{1,12})?$/;
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
  'refunds',
  'deferred_revenue',
  'bad_debt',
  'bad_debt_allowance',
  'breakage',
  'fees',
  'fx',
  'rounding',
]);

/** The cash account of a payment provider such as `stripe`. */
export function cashAccount(provider: string): LedgerAccount {
  return `cash:${provider}`;
}

export function isLedgerAccount(text: string): text is LedgerAccount {
  return PLAIN.has(text) || CASH.test(text) || TAX.test(text);
}
