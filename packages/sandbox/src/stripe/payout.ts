import type { Account } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import type { PayoutRecord } from '../state/money-records.ts';
import type { BalanceTransactionRecord } from '../state/records.ts';

const DAY = 86_400;

/** What can go to the bank now, by currency: available and not paid out before. */
export function available(draft: Draft): Map<string, BalanceTransactionRecord[]> {
  const open = draft.all('balance_transaction').filter((one) => isOpen(one) && one.availableOn <= draft.now);
  return Map.groupBy(open, ({ currency }) => currency);
}

function isOpen({ payout, type }: BalanceTransactionRecord): boolean {
  return (payout ?? null) === null && !type.startsWith('payout');
}

/** When the account pays out by itself next: once a day at most, and only more than nothing. */
export function nextPayoutAt({ settings, tables }: Account): number | null {
  if (settings.automaticPayouts !== true) return null;
  const last = [...tables.payout.values()].findLast(({ automatic }) => automatic);
  const notBefore = last === undefined ? 0 : last.created + DAY;
  const sums = new Map<string, number>();
  const open = [...tables.balance_transaction.values()].filter(isOpen);
  for (const { availableOn, currency, amount, fee } of open.sort((a, b) => a.availableOn - b.availableOn)) {
    const sum = (sums.get(currency) ?? 0) + amount - fee;
    sums.set(currency, sum);
    // What comes later may still take it below zero, so the sum counts at the instant of the payout.
    const at = Math.max(availableOn, notBefore);
    if (sum > 0 && sumAt(open, currency, at) > 0) return at;
  }
  return null;
}

function sumAt(open: readonly BalanceTransactionRecord[], currency: string, at: number): number {
  const parts = open.filter((one) => one.currency === currency && one.availableOn <= at);
  return parts.reduce((sum, { amount, fee }) => sum + amount - fee, 0);
}

/** Pays out what is available in each currency, if that is more than nothing. */
export function payOutAvailable(draft: Draft): void {
  for (const [currency, parts] of available(draft)) {
    const amount = parts.reduce((sum, { amount: gross, fee }) => sum + gross - fee, 0);
    if (amount <= 0) continue;
    const payout = createPayout(draft, { currency, amount, automatic: true, description: 'STRIPE PAYOUT' });
    for (const part of parts) draft.put('balance_transaction', { ...part, payout: payout.id });
  }
}

/** Sends money to the bank. It arrives a day later on the account's clock. */
export function createPayout(
  draft: Draft,
  fields: Pick<PayoutRecord, 'currency' | 'amount' | 'automatic' | 'description'> &
    Partial<Pick<PayoutRecord, 'metadata' | 'statementDescriptor'>>,
): PayoutRecord {
  const id = draft.id('po_');
  const arrivalDate = draft.now + DAY;
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: -fields.amount,
    fee: 0,
    currency: fields.currency,
    type: 'payout',
    source: id,
    payout: id,
    description: fields.description,
    availableOn: draft.now,
  });
  const payout = draft.put('payout', {
    metadata: {},
    statementDescriptor: null,
    ...fields,
    id,
    created: draft.now,
    status: 'in_transit',
    arrivalDate,
    balanceTransaction: transaction.id,
    failureBalanceTransaction: null,
    failureCode: null,
    dueAt: arrivalDate,
  });
  draft.emit('payout.created', 'payout', payout);
  return payout;
}

/** A payout reaches the bank. */
export function arrivePayout(draft: Draft, payout: PayoutRecord): void {
  const paid = draft.put('payout', { ...payout, status: 'paid', dueAt: null });
  draft.emit('payout.paid', 'payout', paid, { status: payout.status });
}

/** A payout comes back: refused by the bank, or called off in time. */
export function returnPayout(
  draft: Draft,
  payout: PayoutRecord,
  status: 'failed' | 'canceled',
  failureCode: string | null,
): PayoutRecord {
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: payout.amount,
    fee: 0,
    currency: payout.currency,
    type: 'payout_failure',
    source: payout.id,
    payout: payout.id,
    description: 'STRIPE PAYOUT FAILURE',
    availableOn: draft.now,
  });
  const back = draft.put('payout', {
    ...payout,
    status,
    failureCode,
    failureBalanceTransaction: transaction.id,
    dueAt: null,
  });
  draft.emit(status === 'failed' ? 'payout.failed' : 'payout.canceled', 'payout', back, {
    status: payout.status,
  });
  return back;
}
