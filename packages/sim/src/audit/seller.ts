import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { LineKind } from '@billhook/core/invoicing/line';
import type { Customer } from '../customer.ts';
import type { Earned, MonthEnded } from '../seller-books.ts';
import type { Report } from '../violation.ts';
import { dayAt, dayStart } from './calendar.ts';
import { roundBy } from './fraction.ts';

/** A line as the seller's books see it: the local days of its service, and what was taken back of it. */
interface Sold {
  readonly currency: string;
  readonly netMinor: bigint;
  readonly issuedDay: number;
  readonly firstDay: number;
  readonly days: number;
  backMinor: bigint;
}

/** What the books must have said at the end of a month. */
interface Expected {
  readonly endsAt: number;
  readonly earned: ReadonlyMap<string, bigint>;
  readonly deferred: ReadonlyMap<string, bigint>;
  readonly doubtful: ReadonlyMap<string, bigint>;
}

type Sums = Map<string, bigint>;

/** The auditor's books of the whole business. */
export interface SellerAudit {
  readonly zone: string;
  /** Debits less credits of all customers and month ends, by `currency account`. */
  readonly balances: Sums;
  /** The same of what happened since the month ended, as long as that month is not closed. */
  readonly since: Sums;
  /** Invoiced less taken back, by currency. */
  readonly billed: Sums;
  /** Lines of invoices that had service ahead when last looked at. */
  readonly sold: Map<string, Sold[]>;
  /** Where the running month ends, by the auditor's own calendar. */
  endsAt: number;
  /** What happened before this is closed. */
  closedUntil: number;
  /** Sums of closed months as they stood when closed, by where they end. */
  readonly closed: { readonly endsAt: number; readonly sums: ReadonlyMap<string, bigint> }[];
  waiting: Expected | null;
}

export function newSellerAudit(zone: string, start: number): SellerAudit {
  const books = { balances: new Map(), since: new Map(), billed: new Map(), sold: new Map() };
  const endsAt = monthAfter(zone, start);
  return { zone, ...books, endsAt, closedUntil: Number.NEGATIVE_INFINITY, closed: [], waiting: null };
}

/** Where the month after that of a moment begins. */
function monthAfter(zone: string, moment: number): number {
  const date = new Date(dayAt(zone, moment) * 86_400_000);
  return dayStart(zone, Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 86_400_000);
}

/** One entry as it stands in the books: I437 where it falls into a month that was closed when it was posted. */
export function noteEntry(
  audit: SellerAudit,
  account: string,
  signedMinor: bigint,
  { occurredAt, sourceId }: { readonly occurredAt: number; readonly sourceId: string },
  report: Report,
): void {
  add(audit.balances, account, signedMinor);
  if (occurredAt >= audit.endsAt) add(audit.since, account, signedMinor);
  if (occurredAt < audit.closedUntil)
    report('I437', `${sourceId} moves ${account} by ${signedMinor} in a month that is closed`);
}

const AT_ONCE: ReadonlySet<LineKind> = new Set(['usage', 'true_up', 'spend_cap']);

export function noteSold(audit: SellerAudit, { id, lines, issuedAt, currency, status }: IssuedInvoice): void {
  if (status === 'skipped') return;
  let netMinor = 0n;
  for (const line of lines) netMinor += line.netMinor;
  add(audit.billed, currency, netMinor);
  if (!lines.some(({ kind, servicePeriod }) => !AT_ONCE.has(kind) && servicePeriod.end > issuedAt)) return;
  const issuedDay = dayAt(audit.zone, issuedAt);
  audit.sold.set(
    id,
    lines.map((line) => soldOf(audit.zone, line, issuedDay, currency)),
  );
}

/** A period that ends within a day leaves that day to the next one; each local day counts once. */
function soldOf(zone: string, line: InvoiceLine, issuedDay: number, currency: string): Sold {
  const { kind, netMinor, servicePeriod } = line;
  const sold = { currency, netMinor, issuedDay, backMinor: 0n };
  if (AT_ONCE.has(kind)) return { ...sold, firstDay: issuedDay, days: 1 };
  const firstDay = dayAt(zone, servicePeriod.start);
  const days = dayAt(zone, servicePeriod.end) - firstDay;
  return { ...sold, firstDay, days: days < 1 ? 1 : days };
}

/** A void invoice was never sold. Told before it is void; what notes took back of it was taken off already. */
export function noteUnsold({ billed, sold }: SellerAudit, { id, lines, currency }: IssuedInvoice): void {
  for (const line of lines) add(billed, currency, -line.netMinor);
  sold.delete(id);
}

export function noteTakenBack(
  { billed, sold }: SellerAudit,
  note: {
    readonly invoiceId: string;
    readonly currency: string;
    readonly lines: readonly { readonly position: number; readonly netMinor: bigint }[];
  },
): void {
  const lines = sold.get(note.invoiceId);
  for (const { position, netMinor } of note.lines) {
    add(billed, note.currency, -netMinor);
    const line = lines?.[position - 1];
    if (line !== undefined) line.backMinor += netMinor;
  }
}

/** By hand: the share of the days that have passed, of the line as it was and of what was taken back of it. */
function earnedOf({ netMinor, backMinor, issuedDay, firstDay, days }: Sold, day: number): bigint {
  if (day < issuedDay) return 0n;
  let passed = day - firstDay + 1;
  if (passed < 0) passed = 0;
  if (passed >= days) return netMinor - backMinor;
  const part = (minor: bigint) =>
    minor === 0n ? minor : roundBy({ n: minor * BigInt(passed), d: BigInt(days) }, 'half_away_from_zero');
  return part(netMinor) - part(backMinor);
}

/** I436: what is earned of a line by today. */
export function checkEarned({ sold }: SellerAudit, earned: Earned, report: Report): void {
  const { invoiceId, position, day, earnedMinor } = earned;
  const line = sold.get(invoiceId)?.[position - 1];
  // Of invoices without service ahead, everything is earned when they are issued.
  if (line === undefined) return;
  const wanted = earnedOf(line, day);
  if (wanted !== earnedMinor)
    report('I436', `${earnedMinor} of line ${position} of ${invoiceId} are earned, by hand ${wanted}`);
}

/** Told at the very end of a month: works out what the books must say of it. The entries are read with the day. */
export function noteMonthEnd(
  audit: SellerAudit,
  { endsAt, postings }: MonthEnded,
  customers: readonly Customer[],
  report: Report,
): void {
  if (endsAt !== audit.endsAt)
    report('I436', `A month is ended at ${endsAt}, by the calendar at ${audit.endsAt}`);
  const lastDay = dayAt(audit.zone, audit.endsAt) - 1;
  const deferred: Sums = new Map();
  for (const [invoiceId, lines] of audit.sold) {
    let isAhead = false;
    for (const line of lines) {
      if (line.firstDay + line.days - 1 <= lastDay && line.issuedDay <= lastDay) continue;
      isAhead = true;
      add(deferred, line.currency, line.netMinor - line.backMinor - earnedOf(line, lastDay));
    }
    if (!isAhead) audit.sold.delete(invoiceId);
  }
  const earned: Sums = new Map(audit.billed);
  for (const [currency, minor] of deferred) add(earned, currency, -minor);
  audit.waiting = { endsAt: audit.endsAt, earned, deferred, doubtful: doubtfulByHand(customers) };
  for (const posting of postings) {
    for (const { account, side, amountMinor } of posting.entries) {
      const signedMinor = side === 'debit' ? amountMinor : -amountMinor;
      noteEntry(audit, `${posting.currency} ${account}`, signedMinor, posting, report);
    }
  }
}

function doubtfulByHand(customers: readonly Customer[]): Sums {
  const sums: Sums = new Map();
  for (const { books } of customers) {
    for (const { invoice, status, paidMinor, creditPaidMinor } of books.invoices.values())
      if (status === 'uncollectible')
        add(sums, invoice.currency, invoice.totals.dueMinor - paidMinor - creditPaidMinor);
  }
  return sums;
}

/** I435 every day, and I436 on the day on which a month ends. All ledgers are read by now. */
export function checkBusiness(audit: SellerAudit, now: number, report: Report): void {
  const totals: Sums = new Map();
  for (const [name, minor] of audit.balances) add(totals, name.slice(0, 3), minor);
  for (const [currency, minor] of totals)
    if (minor !== 0n) report('I435', `All accounts add up to ${minor} ${currency}`);
  if (audit.endsAt > now) return;
  if (audit.waiting === null) report('I436', `The month that ended at ${audit.endsAt} is not ended`);
  else checkMonth(audit, audit.waiting, [...totals.keys()], report);
  const sums = new Map(audit.balances);
  for (const [name, minor] of audit.since) add(sums, name, -minor);
  audit.closed.push({ endsAt: audit.endsAt, sums });
  audit.since.clear();
  audit.waiting = null;
  audit.closedUntil = audit.endsAt;
  audit.endsAt = monthAfter(audit.zone, audit.endsAt);
}

function checkMonth(
  { balances, since }: SellerAudit,
  { endsAt, earned, deferred, doubtful }: Expected,
  currencies: readonly string[],
  report: Report,
): void {
  const compare = (account: string, wanted: bigint) => {
    const found = (balances.get(account) ?? 0n) - (since.get(account) ?? 0n);
    if (found !== wanted) report('I436', `${account} is ${found} at the end of ${endsAt}, by hand ${wanted}`);
  };
  for (const currency of currencies) {
    compare(`${currency} revenue`, -(earned.get(currency) ?? 0n));
    compare(`${currency} deferred_revenue`, -(deferred.get(currency) ?? 0n));
    compare(`${currency} bad_debt_allowance`, -(doubtful.get(currency) ?? 0n));
    compare(`${currency} bad_debt`, doubtful.get(currency) ?? 0n);
  }
}

/** Reading everything twice is worth it where there is a past: in games of years. */
const MANY_MONTHS = 20;

/** I437: read once more from the first posting on, every closed month says what it said when it was closed. */
export function checkClosed(
  { closed }: SellerAudit,
  ledgers: readonly (readonly PostedFact[])[],
  report: Report,
): void {
  if (closed.length < MANY_MONTHS) return;
  const byMonth = closed.map((): Sums => new Map());
  for (const ledger of ledgers) {
    for (const { occurredAt, currency, entries } of ledger) {
      let month = closed.length;
      while (month > 0 && (closed[month - 1]?.endsAt ?? 0) > occurredAt) month -= 1;
      const sums = byMonth[month];
      if (sums === undefined) continue;
      for (const { account, side, amountMinor } of entries)
        add(sums, `${currency} ${account}`, side === 'debit' ? amountMinor : -amountMinor);
    }
  }
  const running: Sums = new Map();
  for (const [index, { endsAt, sums }] of closed.entries()) {
    for (const [name, minor] of byMonth[index] ?? []) add(running, name, minor);
    for (const name of new Set([...running.keys(), ...sums.keys()])) {
      const [now, then] = [running.get(name) ?? 0n, sums.get(name) ?? 0n];
      if (now !== then) report('I437', `${name} was ${then} when ${endsAt} was closed and is ${now} now`);
    }
  }
}

interface PostedFact {
  readonly occurredAt: number;
  readonly currency: string;
  readonly entries: readonly {
    readonly account: string;
    readonly side: 'debit' | 'credit';
    readonly amountMinor: bigint;
  }[];
}

function add(sums: Sums, name: string, minor: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + minor);
}
