import type { CurrencyCode } from '@billhook/core/money/currency';
import type { PaymentStatus } from '@billhook/core/payments/payment';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { ProviderTruth } from '../provider.ts';
import type { Report } from '../violation.ts';
import type { Book } from './book.ts';
import { noteEntry, type SellerAudit } from './seller.ts';

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
export function checkLedger(
  customer: Customer,
  book: Book,
  reading: LedgerReading,
  seller: SellerAudit,
  report: Report,
): void {
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
      const account = `${transaction.currency} ${entry.account}`;
      balances.set(account, (balances.get(account) ?? 0n) + signed);
      noteEntry(seller, account, signed, transaction, report);
    }
    if (sum !== 0n || transaction.entries.length < 2) report('I24', `${fact} does not balance`);
  }
  reading.count = books.ledger.length;
  const sums = sumDocuments(customer);
  for (const currency of plan.currencies)
    checkCurrency(customer, book, balances, sums.get(currency) ?? NO_SUMS, currency, report);
  for (const [name, balanceMinor] of balances) {
    if (balanceMinor !== 0n && !plan.currencies.some((currency) => name.startsWith(currency)))
      report('I82', `${plan.id} has ${balanceMinor} in ${name}, where it buys nothing`);
  }
}

/** What the life of a customer of the simulator can move. Each is worked out by hand below. */
const ACCOUNTS: ReadonlySet<string> = new Set([
  ...[
    'receivable',
    'credit_liability',
    'cash:sandbox',
    'fees',
    'refunds_payable',
    'disputed',
    'dispute_losses',
  ],
  ...['revenue', 'refunds', 'tax'],
]);

/** Tax of every place and rate is one account here; what of it is whose is worked out from the documents elsewhere. */
const wholeOf = (account: string): string => (account.startsWith('tax:') ? 'tax' : account);

/** The accounts of one currency against its documents. */
function checkCurrency(
  customer: Customer,
  book: Book,
  balances: ReadonlyMap<string, bigint>,
  documents: Readonly<Sums>,
  currency: CurrencyCode,
  report: Report,
): void {
  const { books, plan } = customer;
  const keptMinor = books.creditMinor.get(currency) ?? 0n;
  if (keptMinor < 0n) report('I28', `${plan.id} has a credit of ${keptMinor} ${currency}`);
  const creditMinor = creditByHand(customer, book, currency);
  if (keptMinor !== creditMinor)
    report('I25', `${plan.id} has a credit of ${keptMinor} ${currency}, by hand ${creditMinor}`);
  const balanceOf = (account: string) => balances.get(`${currency} ${account}`) ?? 0n;
  const expect = (account: string, wanted: bigint) => {
    const found = balanceOf(account);
    if (found !== wanted)
      report('I25', `${account} of ${plan.id} is ${found} ${currency}, its documents say ${wanted}`);
  };
  expect('receivable', documents.receivable);
  expect('credit_liability', -keptMinor);
  expect('cash:sandbox', documents.cash);
  expect('fees', documents.fees);
  expect('refunds_payable', -documents.reserved);
  expect('disputed', documents.disputed);
  expect('dispute_losses', documents.lost);
  let sum = 0n;
  let taxMinor = 0n;
  for (const [name, balanceMinor] of balances) {
    if (!name.startsWith(currency)) continue;
    sum += balanceMinor;
    if (wholeOf(name.slice(currency.length + 1)) === 'tax') taxMinor += balanceMinor;
    if (balanceMinor !== 0n && !ACCOUNTS.has(wholeOf(name.slice(currency.length + 1))))
      report('I336', `${plan.id} has ${balanceMinor} in ${name}, which nothing it does moves`);
  }
  if (sum !== 0n) report('I25', `The accounts of ${plan.id} add up to ${sum} ${currency}`);
  const earned = balanceOf('revenue') + balanceOf('refunds') + taxMinor;
  if (earned !== documents.reversed - documents.gross)
    report('I25', `Sales less refunds, and tax, of ${plan.id} are ${earned} ${currency}`);
}

/**
 * What the customer has to spend in a currency: granted and used by invoices and notes, paid beyond what was due, less
 * what paid other invoices or went back. What a void invoice had used is there again.
 */
export function creditByHand({ books }: Customer, book: Book, currency: string): bigint {
  let creditMinor = book.creditMinor.get(currency) ?? 0n;
  for (const payment of books.payments.values())
    if (payment.currency === currency) creditMinor += payment.creditedMinor;
  for (const { creditPaidMinor, status, invoice } of books.invoices.values())
    if (invoice.currency === currency && status !== 'void') creditMinor -= creditPaidMinor;
  // What a note took off an open invoice was not paid by credit.
  for (const note of books.creditNotes.values())
    if (note.currency === currency) creditMinor += note.totals.invoiceReducedMinor;
  for (const refund of books.refunds.values())
    if (refund.currency === currency && refund.status !== 'failed' && refund.status !== 'returned')
      creditMinor -= refund.creditMinor;
  return creditMinor;
}

const NO_SUMS = {
  receivable: 0n,
  cash: 0n,
  fees: 0n,
  reversed: 0n,
  reserved: 0n,
  gross: 0n,
  disputed: 0n,
  lost: 0n,
};
type Sums = typeof NO_SUMS;

/** What the documents say of each currency. */
function sumDocuments({ books }: Customer): ReadonlyMap<string, Readonly<Sums>> {
  const byCurrency = new Map<string, Sums>();
  const of = (currency: string): Sums => {
    const sums = byCurrency.get(currency) ?? { ...NO_SUMS };
    byCurrency.set(currency, sums);
    return sums;
  };
  for (const { invoice, paidMinor, creditPaidMinor, status } of books.invoices.values()) {
    if (status === 'void') continue;
    const sums = of(invoice.currency);
    sums.gross += invoice.totals.totalMinor;
    sums.receivable += invoice.totals.dueMinor - paidMinor - creditPaidMinor;
  }
  for (const { currency, totals } of books.creditNotes.values()) of(currency).gross -= totals.totalMinor;
  for (const payment of books.payments.values()) {
    const sums = of(payment.currency);
    sums.cash += payment.capturedMinor - payment.feeMinor;
    sums.fees += payment.feeMinor;
  }
  for (const dispute of books.disputes.values()) {
    const sums = of(dispute.currency);
    const outMinor = dispute.withdrawnMinor - dispute.returnedMinor;
    const feeMinor = dispute.feeMinor - dispute.feeReturnedMinor;
    const lostMinor = dispute.status === 'lost' ? outMinor : 0n;
    sums.cash -= outMinor + feeMinor;
    sums.fees += feeMinor;
    sums.lost += lostMinor;
    sums.disputed += outMinor - lostMinor;
  }
  for (const refund of books.refunds.values()) {
    const sums = of(refund.currency);
    if (refund.status === 'pending' || refund.status === 'unknown') sums.reserved += refund.creditMinor;
    if (refund.status !== 'succeeded') continue;
    sums.cash -= refund.amountMinor;
    sums.reversed += refund.amountMinor - refund.creditMinor;
  }
  return byCurrency;
}

/** Who pays by invoice does so a week late at most. */
const LATEST_PAY_DAY_MS = 7 * 86_400_000;
/** The longest campaign takes 24 days, and what schemes allow a card in a month can hold it back twice as long. */
const LONGEST_RUN_MS = 90 * 86_400_000;
const FINAL: ReadonlySet<PaymentStatus> = new Set(['succeeded', 'failed', 'canceled']);

/** I18 and I19, and that nothing waits for ever (I54). `settled` says that no news are under way. */
export function checkPayments(
  customer: Customer,
  truth: ProviderTruth,
  now: Instant,
  settled: boolean,
  report: Report,
): void {
  const { books, plan } = customer;
  const open = new Set<string>();
  for (const payment of books.payments.values()) {
    if (!FINAL.has(payment.status) && payment.invoiceId !== null) open.add(payment.invoiceId);
    const captured = truth.capturedMinor.get(payment.id) ?? 0n;
    const booked = payment.status === 'succeeded' || settled;
    if (booked && payment.capturedMinor !== captured) {
      report('I18', `${payment.id} took ${captured} at the provider, the books say ${payment.capturedMinor}`);
    }
    const refunded = truth.refundedMinor.get(payment.id) ?? 0n;
    if (refunded > captured || payment.refundedMinor > payment.capturedMinor)
      report('I19', `${payment.id} is refunded beyond ${captured}`);
    if (settled && payment.status === 'succeeded' && payment.refundedMinor !== refunded)
      report('I530', `${payment.id} gave back ${refunded}, the books say ${payment.refundedMinor}`);
  }
  if (settled) checkDisputed(customer, truth, report);
  for (const record of books.invoices.values()) {
    const { invoice, status, paidMinor, creditPaidMinor, retryAt } = record;
    if (status === 'void' || status === 'skipped') continue;
    const remainingMinor = invoice.totals.dueMinor - paidMinor - creditPaidMinor;
    if (remainingMinor < 0n) report('I18', `${invoice.id} is paid beyond what was due`);
    if (status === 'paid') {
      if (remainingMinor > 0n) report('I18', `${invoice.id} is called paid and is not`);
      continue;
    }
    if (remainingMinor > 0n && (books.creditMinor.get(invoice.currency) ?? 0n) > 0n)
      report('I90', `${plan.id} has credit to spend and owes ${invoice.id}`);
    const isBeforePayDay = !plan.hasPaymentMethod && now <= invoice.dueAt + LATEST_PAY_DAY_MS;
    const run = customer.dunning.get(invoice.id);
    const isDunned = run !== undefined && now <= run.facts.anchorAt + LONGEST_RUN_MS;
    const waits =
      isDunned ||
      customer.stopped.has(invoice.id) ||
      retryAt !== null ||
      open.has(invoice.id) ||
      isBeforePayDay;
    if (status === 'open' && !waits && customer.parked === null)
      report('I54', `${invoice.id} is open and nothing will collect it`);
  }
}

/** I281: once no news are under way, the books say of every dispute what the provider took for it. */
function checkDisputed({ books }: Customer, truth: ProviderTruth, report: Report): void {
  for (const payment of books.payments.values()) {
    let keptMinor = 0n;
    for (const dispute of books.disputes.values()) {
      if (dispute.paymentId !== payment.id) continue;
      keptMinor +=
        dispute.withdrawnMinor - dispute.returnedMinor + dispute.feeMinor - dispute.feeReturnedMinor;
    }
    const takenMinor = truth.disputedMinor.get(payment.id) ?? 0n;
    if (keptMinor !== takenMinor)
      report('I281', `${payment.id} lost ${takenMinor} to a dispute, the books say ${keptMinor}`);
  }
}

/**
 * I78 and I91: refunds and notes of one invoice never give back more than it came to, nor more credit than payments and
 * notes made.
 */
export function checkGivenBack({ books }: Customer, report: Report): void {
  if (books.creditNotes.size === 0 && books.refunds.size === 0) return;
  const back = new Map<string, { salesMinor: bigint; creditMinor: bigint; grantedMinor: bigint }>();
  const of = (invoiceId: string) => {
    const sums = back.get(invoiceId) ?? { salesMinor: 0n, creditMinor: 0n, grantedMinor: 0n };
    back.set(invoiceId, sums);
    return sums;
  };
  for (const { invoiceId, totals } of books.creditNotes.values()) {
    of(invoiceId).salesMinor += totals.totalMinor;
    of(invoiceId).grantedMinor += totals.creditGrantedMinor;
  }
  for (const { invoiceId, amountMinor, creditMinor, status } of books.refunds.values()) {
    if (invoiceId === null || status === 'failed' || status === 'returned') continue;
    of(invoiceId).salesMinor += amountMinor - creditMinor;
    of(invoiceId).creditMinor += creditMinor;
  }
  for (const { invoiceId, creditedMinor } of books.payments.values())
    if (invoiceId !== null && back.has(invoiceId)) of(invoiceId).grantedMinor += creditedMinor;
  for (const [invoiceId, { salesMinor, creditMinor, grantedMinor }] of back) {
    const totalMinor = books.invoices.get(invoiceId)?.invoice.totals.totalMinor ?? 0n;
    if (salesMinor > totalMinor)
      report('I78', `Of ${invoiceId} over ${totalMinor}, ${salesMinor} are given back`);
    if (creditMinor > grantedMinor)
      report('I91', `Of ${invoiceId}, ${creditMinor} of a credit of ${grantedMinor} are given back`);
  }
}
