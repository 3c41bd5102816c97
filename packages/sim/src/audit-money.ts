import type { CustomerBooks } from '@billhook/core/decision/books';
import type { PaymentStatus } from '@billhook/core/payments/payment';
import type { Customer } from './customer.ts';
import type { ProviderTruth } from './provider.ts';
import type { Report } from './violation.ts';

/** I24, I25, I28, I30 and the accounts of one customer against the documents they come from. */
export function checkLedger(customer: Customer, report: Report): void {
  const { books, plan } = customer;
  const balances = new Map<string, bigint>();
  const facts = new Set<string>();
  for (const transaction of books.ledger) {
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
  if (books.creditBalanceMinor < 0n) report('I28', `${plan.id} has a credit of ${books.creditBalanceMinor}`);
  const expect = (account: string, wanted: bigint) => {
    const found = balances.get(account) ?? 0n;
    if (found !== wanted) report('I25', `${account} of ${plan.id} is ${found}, its documents say ${wanted}`);
  };
  const documents = sumDocuments(books);
  expect('receivable', documents.receivable);
  expect('credit_liability', -books.creditBalanceMinor);
  expect('refunds_payable', -documents.reserved);
  expect('cash:sandbox', documents.cash);
  expect('fees', documents.fees);
  const earned = (balances.get('revenue') ?? 0n) + (balances.get('tax') ?? 0n);
  if (earned !== documents.reversed - documents.gross)
    report('I25', `Revenue and tax of ${plan.id} are ${earned}`);
}

function sumDocuments(books: CustomerBooks) {
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

/** I15 and I20: looked at after every step. `seen` remembers the last status of every payment. */
export function checkStatuses(books: CustomerBooks, seen: Map<string, PaymentStatus>, report: Report): void {
  const open = new Set<string>();
  for (const payment of books.payments.values()) {
    if (!FINAL.has(payment.status) && payment.invoiceId !== null) {
      if (open.has(payment.invoiceId)) report('I15', `${payment.invoiceId} has two open attempts`);
      open.add(payment.invoiceId);
    }
    const before = seen.get(payment.id);
    if (before === payment.status) continue;
    if (before === 'succeeded') report('I20', `${payment.id} went back to ${payment.status}`);
    else if (before !== undefined && FINAL.has(before) && !FINAL.has(payment.status))
      report('I20', `${payment.id} is open again`);
    seen.set(payment.id, payment.status);
  }
}

/** I18, I19, I90 and I91, and that nothing waits for ever (I54). `settled` says that no news are under way. */
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
