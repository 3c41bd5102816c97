import type { InvoiceRecord } from '@billhook/core/decision/books';
import type { RevenueLine } from '@billhook/core/ledger/revenue-schedule';
import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { type CalendarDate, dateAt, firstOfMonth, startOfDay } from '@billhook/core/time/calendar-date';
import { addMs } from '@billhook/core/time/instant';
import { type Customer, unpaid } from './customer.ts';
import type { Earned, SellerBooks } from './seller-books.ts';
import type { World } from './world.ts';

/** Brings the books to the end of the month that is over, and closes it: whatever comes later stands in the next one. */
export function endMonth(world: World): void {
  const { seller, engine, customers } = world;
  const { month, endsAt, zone } = seller;
  const deferred = deferredByCurrency(world, (firstOfMonth(month + 1) - 1) as CalendarDate);
  const doubtful = doubtfulByCurrency(customers);
  const currencies = new Set([...deferred.keys(), ...doubtful.keys(), ...currenciesIn(seller)]);
  const postings: LedgerTransaction[] = [];
  for (const currency of [...currencies].sort()) {
    const posting = engine.monthEndPosting({
      id: `month_${month}_${currency}`,
      currency,
      occurredAt: addMs(endsAt, -1),
      deferredMinor: deferred.get(currency) ?? 0n,
      deferredInBooksMinor: seller.balances.get(`deferred_revenue ${currency}`) ?? 0n,
      doubtfulMinor: doubtful.get(currency) ?? 0n,
      doubtfulInBooksMinor: seller.balances.get(`bad_debt_allowance ${currency}`) ?? 0n,
    });
    if (posting !== null) postings.push(posting);
  }
  for (const posting of postings) book(seller, posting);
  seller.month = month + 1;
  seller.endsAt = startOfDay(firstOfMonth(month + 2), zone);
  for (const watcher of world.watchers) watcher.onMonthEnd({ endsAt, postings }, customers);
}

function book({ ledger, balances }: SellerBooks, posting: LedgerTransaction): void {
  ledger.push(posting);
  for (const { account, side, amountMinor } of posting.entries) {
    const name = `${account} ${posting.currency}`;
    balances.set(name, (balances.get(name) ?? 0n) + (side === 'credit' ? amountMinor : -amountMinor));
  }
}

function currenciesIn({ balances }: SellerBooks): readonly CurrencyCode[] {
  return [...balances.keys()].map((name) => currencyCode(name.slice(-3)));
}

/** What is invoiced and not yet earned by the end of a day; invoices with nothing ahead any more are let go. */
function deferredByCurrency({ seller, engine }: World, day: CalendarDate): Map<CurrencyCode, bigint> {
  const sums = new Map<CurrencyCode, bigint>();
  for (const [invoiceId, customer] of seller.ahead) {
    const record = customer.books.invoices.get(invoiceId);
    const lines = record === undefined || record.status === 'void' ? [] : soldLines(customer, record);
    let isAhead = false;
    for (const line of lines) {
      if (line.servicePeriod.end <= seller.endsAt) continue;
      isAhead = true;
      const { currency } = line;
      sums.set(currency, (sums.get(currency) ?? 0n) + engine.deferredAfter(line, day, seller.zone));
    }
    if (!isAhead) seller.ahead.delete(invoiceId);
  }
  return sums;
}

type SoldLine = RevenueLine & { readonly position: number; readonly currency: CurrencyCode };

/** The lines of an invoice as the books see them, with what credit notes took back. */
function soldLines({ books }: Customer, { invoice }: InvoiceRecord): readonly SoldLine[] {
  const { id, issuedAt, currency } = invoice;
  const notes = [...books.creditNotes.values()].filter(({ invoiceId }) => invoiceId === id);
  return invoice.lines.map(({ kind, netMinor, servicePeriod, position }) => ({
    kind,
    netMinor,
    servicePeriod,
    position,
    issuedAt,
    currency,
    corrections: notes.flatMap((note) =>
      note.lines
        .filter((line) => line.position === position)
        .map((line) => ({ at: note.issuedAt, netMinor: line.netMinor })),
    ),
  }));
}

function doubtfulByCurrency(customers: readonly Customer[]): Map<CurrencyCode, bigint> {
  const sums = new Map<CurrencyCode, bigint>();
  for (const { books } of customers) {
    for (const record of books.invoices.values()) {
      if (record.status !== 'uncollectible') continue;
      const { currency } = record.invoice;
      sums.set(currency, (sums.get(currency) ?? 0n) + unpaid(record).remainingMinor);
    }
  }
  return sums;
}

/** Every customer is asked for once in so many days. */
const TURNS = 30;

/** Asks core what is earned of some customers' lines by today: everybody has their turn. */
export function tellEarned(world: World, turn: number): void {
  const { seller, engine } = world;
  const day = dateAt(world.agenda.now, seller.zone);
  for (const [invoiceId, customer] of seller.ahead) {
    if (customer.plan.index % TURNS !== turn % TURNS) continue;
    const record = customer.books.invoices.get(invoiceId);
    if (record === undefined || record.status === 'void') continue;
    for (const line of soldLines(customer, record)) {
      const earnedMinor = engine.earnedThrough(line, day, seller.zone);
      const earned: Earned = { invoiceId, position: line.position, day, earnedMinor };
      for (const watcher of world.watchers) watcher.onEarned(earned);
    }
  }
}
