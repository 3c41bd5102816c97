import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { TaxRate } from '@billhook/core/invoicing/tax';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import type { Documented } from '../world.ts';
import { addCredit, type Book } from './book.ts';
import type { File } from './file.ts';
import { type Fraction, isLess, least, minus, over, plus, roundBy, whole, ZERO } from './fraction.ts';
import { rateOf, taxOf } from './tax.ts';

type Noted = Extract<Documented, { kind: 'credit_note' }>;

/** What notes took back of one invoice so far. */
export interface NoteRecord {
  netMinor: bigint;
  totalMinor: bigint;
  /** By position: before discounts, and of the line's amount. */
  readonly creditMinor: Map<number, bigint>;
  readonly amountMinor: Map<number, bigint>;
}

/** What a note must take back of one line. */
interface Part {
  readonly position: number;
  readonly creditMinor: bigint;
  readonly share: Fraction;
  readonly rate: TaxRate | null;
}

interface Note {
  readonly parts: readonly Part[];
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly reducedMinor: bigint;
}

interface Scope {
  readonly customer: Customer;
  readonly file: File;
  readonly noted: Noted;
  readonly settings: BillingSettings;
}

/** I78: a credit note by hand, from the frozen invoice and what was taken back of it before. Told before it is written. */
export function checkNote(scope: Scope, report: Report): void {
  const { file, noted } = scope;
  const { before, decision } = noted;
  const { invoice } = before;
  const record = file.notes.get(invoice.id) ?? newRecord();
  const wanted = noteByHand(scope, record);
  if (!decision.ok || wanted === null) {
    if (decision.ok !== (wanted !== null))
      report('I78', `A note on ${invoice.id} is ${decision.ok ? 'written' : decision.refusal.code}`);
    if (!decision.ok) return;
  }
  const { creditNote } = decision.value;
  const { totals, lines, id } = creditNote;
  if (wanted !== null) {
    const seen = [totals.netMinor, totals.taxMinor, totals.totalMinor, totals.invoiceReducedMinor].join();
    const right = [wanted.netMinor, wanted.taxMinor, wanted.totalMinor, wanted.reducedMinor].join();
    if (seen !== right) report('I78', `${id} on ${invoice.id} comes to ${seen}, by hand ${right}`);
    const asked = wanted.parts.map(({ position, creditMinor }) => `${position}:${creditMinor}`).join();
    const given = lines.map(({ position, creditMinor }) => `${position}:${creditMinor}`).join();
    if (asked !== given) report('I78', `${id} credits ${given}, asked for ${asked}`);
  }
  if (totals.creditGrantedMinor !== totals.totalMinor - totals.invoiceReducedMinor)
    report('I78', `${id} grants ${totals.creditGrantedMinor}`);
  if (creditNote.invoiceId !== invoice.id || creditNote.currency !== invoice.currency)
    report('I82', `${id} is about ${creditNote.invoiceId} in ${creditNote.currency}`);
  checkLines(invoice, creditNote, record, report);
  record.netMinor += totals.netMinor;
  record.totalMinor += totals.totalMinor;
  file.notes.set(invoice.id, record);
  addCredit(file.book, invoice.currency, totals.creditGrantedMinor);
  noteCredited(file.book, creditNote);
}

function newRecord(): NoteRecord {
  return { netMinor: 0n, totalMinor: 0n, creditMinor: new Map(), amountMinor: new Map() };
}

type WrittenNote = Extract<Noted['decision'], { ok: true }>['value']['creditNote'];

/** The lines of a note add up to it, and no line of the invoice is taken back beyond itself. */
function checkLines(
  invoice: IssuedInvoice,
  { id, lines, totals }: WrittenNote,
  record: NoteRecord,
  report: Report,
): void {
  let net = 0n;
  let tax = 0n;
  for (const line of lines) {
    const { position, creditMinor, discountMinor, amountMinor, netMinor, taxMinor } = line;
    net += netMinor;
    tax += taxMinor;
    const own = invoice.lines.find((one) => one.position === position);
    const allMinor = (record.amountMinor.get(position) ?? 0n) + amountMinor;
    record.amountMinor.set(position, allMinor);
    record.creditMinor.set(position, (record.creditMinor.get(position) ?? 0n) + creditMinor);
    const wholeMinor = own?.amountMinor ?? 0n;
    const isWithin = wholeMinor < 0n ? allMinor >= wholeMinor : allMinor <= wholeMinor;
    if (!isWithin || amountMinor !== creditMinor - discountMinor)
      report('I78', `${id} makes it ${allMinor} of ${wholeMinor} on line ${position}`);
  }
  if (net !== totals.netMinor || tax !== totals.taxMinor)
    report('I78', `The lines of ${id} add up to ${net} and ${tax}, its totals say otherwise`);
}

/** What the note must come to; null where it must be refused. */
function noteByHand(scope: Scope, record: NoteRecord): Note | null {
  const { customer, file, noted } = scope;
  const { invoice, status, paidMinor, creditPaidMinor } = noted.before;
  if (status === 'void' || status === 'skipped') return null;
  const left = new Map(invoice.lines.map((line) => [line.position, leftOf(file.book, line, record)]));
  const credits = wantedOf(noted.lines, invoice.lines, left);
  if (credits === null) return null;
  const parts = invoice.lines.flatMap((line): Part[] => {
    const creditMinor = credits.get(line.position) ?? 0n;
    if (creditMinor === 0n) return [];
    const rate = rateOf(line.taxCode, customer.taxChoice);
    const { leftAmountMinor } = left.get(line.position) as Left;
    return [
      { position: line.position, creditMinor, share: shareOf(line, creditMinor, leftAmountMinor), rate },
    ];
  });
  const sums = sumOf(parts, scope);
  const leftMinor = invoice.totals.totalMinor - record.totalMinor;
  const isLast = invoice.lines.every(({ position }) => {
    const own = left.get(position);
    return own?.elsewhereMinor === 0n && (credits.get(position) ?? 0n) === own.leftMinor;
  });
  let { netMinor, totalMinor } = sums;
  if (isLast || totalMinor > leftMinor) totalMinor = leftMinor;
  if (isLast) netMinor = invoice.totals.netMinor - record.netMinor;
  if (netMinor > totalMinor) netMinor = totalMinor;
  if (totalMinor <= 0n) return null;
  const soldBack = soldBackOf(customer, invoice.id);
  if (soldBack > 0n && totalMinor > leftMinor - soldBack) return null;
  const isOwed = status === 'open' || status === 'uncollectible';
  const dueMinor = isOwed ? invoice.totals.dueMinor - paidMinor - creditPaidMinor : 0n;
  const reducedMinor = least(totalMinor, dueMinor);
  return { parts, netMinor, taxMinor: totalMinor - netMinor, totalMinor, reducedMinor };
}

/** What of the discounts goes with a credit; more, where the line has less left after them than the rest would be. */
function shareOf({ grossMinor, amountMinor }: InvoiceLine, creditMinor: bigint, leftMinor: bigint): Fraction {
  const share = positive({ n: (grossMinor - amountMinor) * creditMinor, d: grossMinor });
  const bound = whole(creditMinor - leftMinor);
  const isBeyond = grossMinor > 0n ? isLess(share, bound) : isLess(bound, share);
  return isBeyond ? bound : share;
}

/** Net and total of parts: discounts come off first, tax is on the rest, rounded as on an invoice. */
function sumOf(parts: readonly Part[], { customer, settings }: Scope) {
  const { mode } = customer.taxChoice;
  let creditMinor = 0n;
  for (const part of parts) creditMinor += part.creditMinor;
  const discountMinor = roundBy(parts.map(({ share }) => share).reduce(plus, ZERO), 'half_away_from_zero');
  const bases = parts.map(({ creditMinor: own, share, rate }) => ({
    amount: minus(whole(own), share),
    rate,
  }));
  let taxMinor = 0n;
  for (const tax of taxOf(bases, mode, settings.tax)) taxMinor += tax;
  const amountMinor = creditMinor - discountMinor;
  const totalMinor = mode === 'inclusive' ? amountMinor : amountMinor + taxMinor;
  return { netMinor: totalMinor - taxMinor, totalMinor };
}

export function soldBackOf({ books }: Customer, wantedId: string): bigint {
  let sum = 0n;
  for (const { invoiceId, status, amountMinor, creditMinor } of books.refunds.values())
    if (invoiceId === wantedId && status !== 'failed' && status !== 'returned')
      sum += amountMinor - creditMinor;
  return sum;
}

interface Left {
  readonly leftMinor: bigint;
  /** What credits for unused time took back of it. */
  readonly elsewhereMinor: bigint;
  /** After discounts, of the sign of the line: what neither notes nor those credits gave back. */
  readonly leftAmountMinor: bigint;
}

function leftOf({ lines }: Book, line: InvoiceLine, record: NoteRecord): Left {
  const { grossMinor, amountMinor, position } = line;
  const { start } = line.explanation.billingPeriod;
  const credit =
    line.kind === 'recurring' ? lines.get(`${line.itemId}/proration_credit/${start}`) : undefined;
  const backMinor = credit === undefined ? 0n : credit.creditedMinor - credit.amountMinor;
  // Of the gross as much as stands for that amount, and never too little.
  const elsewhereMinor =
    backMinor > 0n && amountMinor > 0n ? (backMinor * grossMinor + amountMinor - 1n) / amountMinor : 0n;
  const leftMinor = grossMinor - (record.creditMinor.get(position) ?? 0n) - elsewhereMinor;
  const unspentMinor = amountMinor - (record.amountMinor.get(position) ?? 0n) - backMinor;
  return {
    leftMinor: grossMinor > 0n && leftMinor < 0n ? 0n : leftMinor,
    elsewhereMinor,
    leftAmountMinor: unspentMinor < 0n === amountMinor < 0n ? unspentMinor : 0n,
  };
}

/** What is asked of every line; null where that is more than it has left, or nothing. */
function wantedOf(
  asked: Noted['lines'],
  lines: readonly InvoiceLine[],
  left: ReadonlyMap<number, Left>,
): ReadonlyMap<number, bigint> | null {
  const credits = new Map<number, bigint>();
  if (asked === 'rest') {
    for (const [position, { leftMinor }] of left) credits.set(position, leftMinor);
    return credits;
  }
  for (const { position, creditMinor } of asked) {
    const isNegative = (lines.find((line) => line.position === position)?.grossMinor ?? 0n) < 0n;
    const { leftMinor } = left.get(position) as Left;
    const isWithin = isNegative
      ? creditMinor < 0n && creditMinor >= leftMinor
      : creditMinor > 0n && creditMinor <= leftMinor;
    if (!isWithin || credits.has(position)) return null;
    credits.set(position, creditMinor);
  }
  return credits;
}

function positive({ n, d }: Fraction): Fraction {
  return over(whole(d < 0n ? -n : n), whole(d < 0n ? -d : d));
}

/** Lines remember what notes took back of them: no credit for unused time goes beyond that. */
function noteCredited(book: Book, { invoiceId, lines }: WrittenNote): void {
  for (const { key, amountMinor } of lines) {
    const fact = book.lines.get(key ?? '');
    if (fact !== undefined && fact.invoiceId === invoiceId) fact.creditedMinor += amountMinor;
  }
}
