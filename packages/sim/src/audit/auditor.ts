import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import type { SubscriptionStatus } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { ProviderTruth } from '../provider.ts';
import type { Swarm } from '../swarm.ts';
import type { Report, Violation } from '../violation.ts';
import type { Watcher } from '../world.ts';
import { checkAnnounced, checkCorrection, checkOwed } from './corrections.ts';
import { checkDebit } from './debits.ts';
import { checkNothingWaits, checkRun, freeze, type Rules } from './documents.ts';
import { checkAccess, checkCharge } from './dunning.ts';
import {
  checkFiled,
  checkLives,
  checkReceipt,
  type File,
  newFile,
  noteEvents,
  noteIssue,
  noteOrder,
} from './file.ts';
import { checkGivenBack, checkLedger, checkPayments } from './money.ts';
import { checkNote } from './notes.ts';
import { numbersReader } from './numbers.ts';
import { checkFinalPayments, checkOpenPayments } from './payments.ts';
import {
  checkBusiness,
  checkClosed,
  checkEarned,
  newSellerAudit,
  noteMonthEnd,
  noteSold,
  noteTakenBack,
  noteUnsold,
  type SellerAudit,
} from './seller.ts';
import { noteVoid } from './voids.ts';

/**
 * Watches the world and checks the laws with books of its own: the receipts that senders of usage got, what the
 * provider really did, the lines that must be due by now, and the documents as they were when issued.
 */
export interface Auditor extends Watcher {
  readonly violations: readonly Violation[];
  /** Checks every customer at the end of a day. */
  tick(customers: readonly Customer[], now: Instant): void;
  /** Checks everything again, when nothing is under way any more. */
  final(customers: readonly Customer[], now: Instant): void;
}

const MAX_VIOLATIONS = 50;

export function auditorFor(
  truth: ProviderTruth,
  { settings, booksZone, corrections }: Swarm,
  start: Instant,
): Auditor {
  const violations: Violation[] = [];
  const report: Report = (law, detail) => {
    if (violations.length < MAX_VIOLATIONS) violations.push({ law, detail });
  };
  const rules: Rules = { settings, zone: booksZone };
  const touched = new Set<Customer>();
  const fileOf = filesByCustomer();
  const checkStatus = statusReader(report);
  const seller = newSellerAudit(booksZone, start);
  const sellerLedger: LedgerTransaction[] = [];
  const check = (customer: Customer, now: Instant, settled: boolean) => {
    checkMoney({ customer, file: fileOf(customer), truth, seller, now, settled }, report);
    for (const subscription of customer.books.subscriptions.values())
      checkStatus(subscription.id, subscription.status);
    checkPastDue(customer, report);
    checkAccess(customer, fileOf(customer).dunning, report);
    if (settled) checkFiled(customer, fileOf(customer), report);
  };
  return {
    violations,
    onEvents: (customer, events) => noteEvents(fileOf(customer), events),
    onOrder: (customer, answer) => noteOrder(customer, fileOf(customer), answer),
    onTouched(customer) {
      touched.add(customer);
      checkOpenPayments(customer, fileOf(customer).payments, report);
    },
    onCharge(customer, charge) {
      checkCharge(customer, fileOf(customer).dunning, charge, report);
    },
    onReceipt(customer, event, outcome) {
      checkReceipt(customer, fileOf(customer), { event, outcome, isLateTaken: corrections !== null }, report);
    },
    onCorrection: (customer, corrected) =>
      checkCorrection(customer, fileOf(customer), corrected, { settings, corrections }, report),
    ...documentWatcher({ fileOf, seller, rules, report }),
    onMonthEnd(ended, customers) {
      sellerLedger.push(...ended.postings);
      noteMonthEnd(seller, ended, customers, report);
    },
    onEarned: (earned) => checkEarned(seller, earned, report),
    tick(customers, now) {
      for (const customer of customers) {
        const file = fileOf(customer);
        const isTouched = touched.has(customer);
        if (isTouched) check(customer, now, false);
        if (customer.parked !== null) continue;
        checkLives(customer, file, now, isTouched, report);
        checkOwed(customer, file, now, report);
        checkNothingWaits(customer, file.book, now, rules, report);
      }
      touched.clear();
      checkBusiness(seller, now, report);
    },
    final(customers, now) {
      for (const customer of customers) check(customer, now, true);
      checkClosed(seller, [sellerLedger, ...customers.map(({ books }) => books.ledger)], report);
    },
  };
}

interface Desk {
  readonly fileOf: (customer: Customer) => File;
  readonly seller: SellerAudit;
  readonly rules: Rules;
  readonly report: Report;
}

/** Looks at every run of billing and all work on documents as it is told. */
function documentWatcher({ fileOf, seller, rules, report }: Desk): Pick<Watcher, 'onBill' | 'onDocument'> {
  const readNumber = numbersReader(report);
  const { settings } = rules;
  return {
    onBill(customer, billed) {
      const { book, documents } = fileOf(customer);
      checkRun(customer, book, billed, rules, report);
      for (const { invoice, number } of billed.invoices) {
        documents.set(invoice.id, freeze(invoice));
        noteIssue(fileOf(customer), invoice, report);
        noteSold(seller, invoice);
        if (number !== null) readNumber(invoice.id, number, 'INV');
      }
    },
    onDocument(customer, documented) {
      const file = fileOf(customer);
      checkAnnounced(file, documented, report);
      if (documented.kind === 'debit_note') {
        const { decision, number } = documented;
        checkDebit({ customer, file, debited: documented, settings }, report);
        const document = decision.ok ? decision.value.invoice : null;
        if (document === null) return;
        file.documents.set(document.id, freeze(document));
        noteSold(seller, document);
        if (number !== null) readNumber(document.id, number, 'DN');
        return;
      }
      if (documented.kind !== 'credit_note') {
        noteVoid(customer, file, documented, report);
        if (documented.decision.ok) noteUnsold(seller, documented.before.invoice);
        return;
      }
      checkNote({ customer, file, noted: documented, settings }, report);
      const { number, decision } = documented;
      if (!decision.ok) return;
      noteTakenBack(seller, decision.value.creditNote);
      if (number !== null) readNumber(decision.value.creditNote.id, number, 'CN');
    },
  };
}

function filesByCustomer(): (customer: Customer) => File {
  const files = new Map<Customer, File>();
  return (customer) => {
    const known = files.get(customer);
    if (known !== undefined) return known;
    const file = newFile();
    files.set(customer, file);
    return file;
  };
}

/** I11: what has ended stays ended. */
function statusReader(report: Report): (id: string, status: SubscriptionStatus) => void {
  const last = new Map<string, SubscriptionStatus>();
  return (id, status) => {
    if (last.get(id) === 'canceled' && status !== 'canceled') report('I11', `${id} came back`);
    last.set(id, status);
  };
}

interface MoneyScope {
  readonly customer: Customer;
  readonly file: File;
  readonly truth: ProviderTruth;
  readonly seller: SellerAudit;
  readonly now: Instant;
  readonly settled: boolean;
}

/** Money that moves leaves a trace in one of these figures; the end of a play looks at everything once more. */
function checkMoney({ customer, file, truth, seller, now, settled }: MoneyScope, report: Report): void {
  const { ledger, payments, invoices, creditNotes, creditMinor } = customer.books;
  const state = `${ledger.length} ${payments.size} ${invoices.size} ${creditNotes.size} ${[...creditMinor.values()]}`;
  if (!settled && state === file.moneyState) return;
  file.moneyState = state;
  checkLedger(customer, file.book, file.ledger, seller, report);
  checkFinalPayments(customer, file.payments, report);
  checkPayments(customer, truth, now, settled, report);
  checkGivenBack(customer, report);
}

/** I100: a subscription is past due as long as an open invoice of it has failed, and no longer. */
function checkPastDue({ books, parked }: Customer, report: Report): void {
  if (parked !== null) return;
  for (const { id, status } of books.subscriptions.values()) {
    if (status !== 'past_due') continue;
    const fails = [...books.invoices.values()].some(
      (record) =>
        record.status === 'open' &&
        record.failureCount > 0 &&
        record.invoice.lines.some((line) => line.subscriptionId === id),
    );
    if (!fails) report('I100', `${id} is past due and no invoice of it has failed`);
  }
}
