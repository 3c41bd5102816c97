import type { LedgerAccount } from './accounts.ts';
import type { LedgerTransaction, LedgerTransactionKind } from './transaction.ts';

type Source = LedgerTransaction['sourceType'];
/** `cash` stands for the cash account of any provider, `tax` for that of any place and rate. */
type Account = Exclude<LedgerAccount, `cash:${string}` | `tax:${string}`> | 'cash';
interface Fact {
  readonly sources: readonly Source[];
  readonly accounts: readonly Account[];
}

/** What a credit note of Stripe moves, where refunds may take back sales beside it. */
const CREDITED: readonly Account[] = ['receivable', 'revenue', 'tax', 'refunds', 'refunds_payable', 'cash'];

/** What each kind of fact comes from and which accounts it moves. A provider that computes invoices may hold balances. */
const FACTS: Readonly<Record<LedgerTransactionKind, Fact>> = {
  invoice_issued: fact(['invoice'], ['receivable', 'credit_liability', 'revenue', 'tax', 'cash']),
  invoice_voided: fact(['invoice'], ['receivable', 'credit_liability', 'revenue', 'tax', 'cash']),
  credit_note_issued: fact(['credit_note'], [...CREDITED, 'credit_liability']),
  credit_note_voided: fact(['credit_note'], CREDITED),
  credit_applied: fact(['invoice'], ['credit_liability', 'receivable', 'cash']),
  credit_settled: fact(
    ['invoice', 'credit_note', 'payment', 'refund', 'deposit_release'],
    ['credit_liability', 'receivable'],
  ),
  credit_settled_after_failure: fact(['payment'], ['credit_liability', 'receivable']),
  payment_succeeded: fact(['payment'], ['cash', 'receivable', 'credit_liability', 'deposits']),
  payment_fee: fact(['payment'], ['fees', 'cash']),
  payment_reversed: fact(['payment'], ['receivable', 'credit_liability', 'cash']),
  refund_reserved: fact(['refund'], ['credit_liability', 'refunds_payable']),
  refund_released: fact(['refund'], ['credit_liability', 'refunds_payable']),
  refund_succeeded: fact(['refund'], ['refunds_payable', 'refunds', 'tax', 'cash']),
  refund_returned: fact(['refund'], ['refunds_payable', 'refunds', 'tax', 'cash']),
  dispute_withdrawn: fact(['dispute'], ['disputed', 'fees', 'cash']),
  dispute_fee: fact(['dispute'], ['fees', 'cash']),
  dispute_lost: fact(['dispute'], ['dispute_losses', 'disputed']),
  dispute_returned: fact(['dispute'], ['cash', 'dispute_losses', 'disputed', 'fees']),
  deposit_released: fact(['deposit_release'], ['deposits', 'credit_liability']),
  credits_deferred: fact(['credit_grant'], ['revenue', 'prepaid_credits']),
  credits_earned: fact(['credit_entry'], ['prepaid_credits', 'revenue']),
  credits_lapsed: fact(['credit_entry'], ['prepaid_credits', 'breakage']),
  credits_returned: fact(['credit_entry'], ['prepaid_credits', 'revenue']),
  provider_fee: fact(['provider_transaction'], ['fees', 'cash']),
  provider_payout: fact(['provider_transaction'], ['cash']),
  exchanged_away: fact(['provider_transaction'], ['cash', 'fx']),
  exchanged_into: fact(['provider_transaction'], ['cash', 'fx']),
  tax_by_place: fact(['ledger_correction'], ['tax']),
  month_end: fact(['ledger_month'], ['revenue', 'deferred_revenue', 'bad_debt', 'bad_debt_allowance']),
};

/** True if a posting of this kind may come from this source. */
export function comesFrom(kind: LedgerTransactionKind, source: Source): boolean {
  return FACTS[kind].sources.includes(source);
}

/** True if a posting of this kind may move this account. */
export function moves(kind: LedgerTransactionKind, account: LedgerAccount): boolean {
  const [whole] = account.split(':', 1);
  return FACTS[kind].accounts.includes(whole as Account);
}

/** Every kind of fact that there is. */
export const FACT_KINDS = Object.keys(FACTS) as readonly LedgerTransactionKind[];

function fact(sources: readonly Source[], accounts: readonly Account[]): Fact {
  return { sources, accounts };
}
