import type { PaymentStatus } from '@billhook/core/payments/payment';
import type { Customer } from '../customer.ts';
import type { ProviderTruth } from '../provider.ts';
import type { Report } from '../violation.ts';
import type { Book } from './book.ts';

/** What was read of one customer's ledger so far: entries are looked at once. */
export interface LedgerReading {
  count: number;
  readonly facts: Set<string>;
  readonly balances: Map<string, bigint>;
}

export function newReading(): LedgerReading {
  return { count: 0, facts: new Set(), balances: new Map() };
}

/** I24, I25, I28, I30 and the accounts of one customer against the documents they come from. */
export function checkLedger(customer: Customer, book: Book, reading: LedgerReading, report: Report): void {
  const { books, plan } = customer;
  const { balances, facts } = reading;
  if (books.ledger.length < reading.count) report('I26', `${plan.id} lost a posting`);
  for (const transaction of books.ledger.slice(reading.count)) {
    const fact = `${transaction.sourceType} ${transaction.sourceId} ${transaction.kind}`;
    if (facts.has(fact)) report('I30', `${fact} is posted twice`);
    facts.add(fact);
    let sum = 0n;
    for (const entry of transaction.entries) {
      if (entry.amountMinor <= 0n) report('I24', `${fact} has an entry of ${entry.amountMinor}`);
      const signed = entry.side === 'debit' ? entry.amountMinor : -entry.amountMinor;
      sum += signed;
      balances.set(entry.account, (balances.get(entry.account) ?? 0n) + signed);
    }
    if (sum !== 0n || transaction.entries.length < 2) report('I24', `${fact} does not balance`);
  }
  reading.count = books.ledger.length;
  if (books.creditBalanceMinor < 0n) report('I28', `${plan.id} has a credit of ${books.creditBalanceMinor}`);
  const creditMinor = creditByHand(customer, book);
  if (books.creditBalanceMinor !== creditMinor)
    report('I25', `${plan.id} has a credit of ${books.creditBalanceMinor}, by hand ${creditMinor}`);
  const expect = (account: string, wanted: bigint) => {
    const found = balances.get(account) ?? 0n;
    if (found !== wanted) report('I25', `${account} of ${plan.id} is ${found}, its documents say ${wanted}`);
  };
  const documents = sumDocuments(customer);
  expect('receivable', documents.receivable);
  expect('credit_liability', -books.creditBalanceMinor);
  expect('cash:sandbox', documents.cash);
  expect('fees', documents.fees);
  expect('refunds_payable', -documents.reserved);
  const earned = (balances.get('revenue') ?? 0n) + (balances.get('tax') ?? 0n);
  if (earned !== documents.reversed - documents.gross)
    report('I25', `Revenue and tax of ${plan.id} are ${earned}`);
}

/** What the customer has to spend: granted and used by invoices, paid beyond what was due, less what went elsewhere. */
export function creditByHand({ books }: Customer, book: Book): bigint {
  let creditMinor = book.creditMinor;
  for (const payment of books.payments.values()) creditMinor += payment.creditedMinor;
  for (const { creditPaidMinor } of books.invoices.values()) creditMinor -= creditPaidMinor;
  for (const refund of books.refunds.values())
    if (refund.status !== 'failed') creditMinor -= refund.creditMinor;
  return creditMinor;
}

function sumDocuments({ books }: Customer) {
  const sums = { receivable: 0n, cash: 0n, fees: 0n, reversed: 0n, reserved: 0n, gross: 0n };
  for (const { invoice, paidMinor, creditPaidMinor } of books.invoices.values()) {
    sums.gross += invoice.totals.totalMinor;
    sums.receivable += invoice.totals.dueMinor - paidMinor - creditPaidMinor;
  }
  for (const payment of books.payments.values()) {
    sums.cash += payment.capturedMinor - payment.feeMinor;
    sums.fees += payment.feeMinor;
  }
  for (const refund of books.refunds.values()) {
    if (refund.status === 'pending' || refund.status === 'unknown') sums.reserved += refund.creditMinor;
    if (refund.status !== 'succeeded') continue;
    sums.cash -= refund.amountMinor;
    sums.reversed += refund.amountMinor - refund.creditMinor;
  }
  return sums;
}

const FINAL: ReadonlySet<PaymentStatus> = new Set(['succeeded', 'failed', 'canceled']);

/** I18 and I19, and that nothing waits for ever (I54). `settled` says that no news are under way. */
export function checkPayments(
  customer: Customer,
  truth: ProviderTruth,
  settled: boolean,
  report: Report,
): void {
  const open = new Set<string>();
  for (const payment of customer.books.payments.values()) {
    if (!FINAL.has(payment.status) && payment.invoiceId !== null) open.add(payment.invoiceId);
    const captured = truth.capturedMinor.get(payment.id) ?? 0n;
    const booked = payment.status === 'succeeded' || settled;
    if (booked && payment.capturedMinor !== captured) {
      report('I18', `${payment.id} took ${captured} at the provider, the books say ${payment.capturedMinor}`);
    }
    const refunded = truth.refundedMinor.get(payment.id) ?? 0n;
    if (refunded > captured || payment.refundedMinor > payment.capturedMinor)
      report('I19', `${payment.id} is refunded beyond ${captured}`);
    if (payment.creditReturnedMinor > payment.creditedMinor)
      report('I91', `${payment.id} gave back more credit than it had granted`);
  }
  for (const record of customer.books.invoices.values()) {
    const remainingMinor = record.invoice.totals.dueMinor - record.paidMinor - record.creditPaidMinor;
    const isOwed = record.status === 'open' || record.status === 'uncollectible';
    if (isOwed && remainingMinor > 0n && customer.books.creditBalanceMinor > 0n)
      report('I90', `${customer.plan.id} has credit to spend and owes ${record.invoice.id}`);
    if (remainingMinor < 0n) report('I18', `${record.invoice.id} is paid beyond what was due`);
    const waits = record.retryAt !== null || open.has(record.invoice.id);
    if (record.status === 'open' && !waits && customer.parked === null) {
      report('I54', `${record.invoice.id} is open and nothing will collect it`);
    }
  }
}
