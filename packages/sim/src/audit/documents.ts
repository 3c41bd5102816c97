import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import type { Billed } from '../world.ts';
import { expectedLines, isQuiet } from './biller.ts';
import { addCredit, type Book, countUsed, keepLine } from './book.ts';
import type { Due } from './due.ts';
import { least } from './fraction.ts';
import { creditByHand } from './money.ts';
import { taxByHand } from './tax.ts';
import { billedThrough, lookedAt, waits } from './waiting.ts';

const DAY_MS = 86_400_000;

/** What the seller bills by. */
export interface Rules {
  readonly settings: BillingSettings;
  /** Of the seller's calendar. */
  readonly zone: string;
}

/** Compares a run of billing with what it must have found: every line that is due, and no other. */
export function checkRun(
  customer: Customer,
  book: Book,
  billed: Billed,
  { settings, zone }: Rules,
  report: Report,
): void {
  const { at: now, currency, invoices, replacesInvoiceId } = billed;
  // What takes the place of another invoice is called up at once.
  const through = replacesInvoiceId === null ? billedThrough(customer, zone, now) : Number.POSITIVE_INFINITY;
  const found = new Map<string, InvoiceLine>();
  for (const { invoice } of invoices) {
    for (const line of invoice.lines) {
      if (book.waived.has(line.key)) report('I92', `${line.key} is billed although it was waived`);
      else if (found.has(line.key) || book.lines.has(line.key)) report('I01', `${line.key} is billed twice`);
      found.set(line.key, line);
    }
  }
  for (const subscription of lookedAt(customer, currency)) {
    const isIdle = invoices.length === 0 && settings.thresholdMinor === null;
    if (isIdle && isQuiet({ book, subscription, now })) continue;
    const { dues, commit } = expectedLines({ book, subscription, now, settings }, true);
    let isWaiting = false;
    for (const due of dues) {
      if (waits(due, through, now)) {
        isWaiting = true;
        if (!found.delete(due.key)) continue;
        report('I490', `${due.key} is billed at ${iso(now)}, before its day or month is over`);
        continue;
      }
      const line = found.get(due.key) ?? found.get(due.key.replace('/spend_cap/', '/true_up/'));
      if (line === undefined) reportMissing(book, due, report);
      else checkLine(line, due, settings, report);
      if (line !== undefined) found.delete(line.key);
    }
    if (!isWaiting) commit();
  }
  for (const line of found.values()) report('I01', `${line.key} is billed and was not due`);
  checkHeads(customer, billed, settings, report);
  for (const { invoice } of invoices) {
    checkSums(customer, book, invoice, report);
    checkTaxes(customer, invoice, settings, report);
    for (const line of invoice.lines) {
      keepLine(book, invoice.id, line);
      book.again.delete(line.key);
    }
  }
  if (book.hasVoids && invoices.length > 0) countUsed(book);
}

function reportMissing(book: Book, due: Due, report: Report): void {
  if (book.again.has(due.key)) report('I92', `${due.key} was voided and is not billed again`);
  else report('I02', `${due.key} is due since ${iso(due.billableAt)} and not billed`);
}

/** Nothing that fell due may wait for longer than the run that it falls in; what was voided waits for the next run. */
export function checkNothingWaits(
  customer: Customer,
  book: Book,
  now: Instant,
  { settings, zone }: Rules,
  report: Report,
): void {
  const through = billedThrough(customer, zone, now);
  for (const subscription of customer.books.subscriptions.values()) {
    if (isQuiet({ book, subscription, now })) continue;
    const { dues } = expectedLines({ book, subscription, now, settings }, false);
    for (const due of dues)
      if (!book.again.has(due.key) && !waits(due, through, now))
        report('I02', `${due.key} waits since ${iso(due.billableAt)}`);
  }
}

/** One invoice a currency, of its subscriptions alone; due by the terms; named after the invoice it takes the place of. */
function checkHeads(
  { books, plan }: Customer,
  { invoices, at, replacesInvoiceId }: Billed,
  settings: BillingSettings,
  report: Report,
): void {
  const currencies = new Set<string>();
  for (const { invoice } of invoices) {
    const { id, currency, issuedAt, dueAt } = invoice;
    if (currencies.has(currency)) report('I82', `${plan.id} gets two invoices in ${currency}`);
    currencies.add(currency);
    for (const { key, subscriptionId } of invoice.lines) {
      if (books.subscriptions.get(subscriptionId)?.currency !== currency)
        report('I82', `${key} stands on an invoice in ${currency}`);
    }
    if (issuedAt !== at || dueAt !== at + settings.paymentTermsDays * DAY_MS)
      report('I101', `${id} of ${iso(at)} is due at ${iso(dueAt)}`);
    if (invoice.replacesInvoiceId !== replacesInvoiceId)
      report('I79', `${id} takes the place of ${invoice.replacesInvoiceId}, not of ${replacesInvoiceId}`);
  }
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}

/** One line against what is worked out by hand: what it is for, how much of it, what it costs. */
function checkLine(line: InvoiceLine, due: Due, settings: BillingSettings, report: Report): void {
  const { servicePeriod: service, explanation } = line;
  const { billingPeriod: billing, periodIndex } = explanation;
  if (
    service.start !== due.start ||
    service.end !== due.end ||
    billing.start !== due.billingStart ||
    billing.end !== due.billingEnd ||
    periodIndex !== due.index
  ) {
    const seen = `${iso(service.start)}..${iso(service.end)}`;
    report('I03', `${line.key} is for ${seen}, by the calendar ${iso(due.start)}..${iso(due.end)}`);
  }
  if (
    line.billableAt !== due.billableAt ||
    line.collectAt !== due.billableAt + settings.paymentTermsDays * DAY_MS
  )
    report('I03', `${line.key} is billable at ${iso(line.billableAt)}, not at ${iso(due.billableAt)}`);
  if (line.priceId !== due.price.id || (due.item !== null && line.planVersionId !== due.item.planVersionId))
    report('I09', `${line.key} names another price or version than its item`);
  if (line.kind !== due.kind) report('I96', `${line.key} is a ${line.kind}, not a ${due.kind}`);
  if (line.quantity !== due.quantity && line.kind !== 'one_off')
    report('I32', `${line.key} bills ${line.quantity}, the receipts say ${due.quantity}`);
  if (line.grossMinor !== due.grossMinor)
    report(lawOf(due), `${line.key} is ${line.grossMinor}, by hand ${due.grossMinor}`);
  const taken = line.discounts
    .filter((part) => part.amountMinor !== 0n)
    .map((part) => `${part.discountId}/${part.periodIndex}:${part.amountMinor}`);
  const given = due.discounts.map((part) => `${part.discountId}/${part.periodIndex}:${part.amountMinor}`);
  if (line.amountMinor !== due.amountMinor || taken.sort().join() !== given.sort().join())
    report('I74', `${line.key} is lowered by [${taken}] to ${line.amountMinor}, by hand by [${given}]`);
}

function lawOf({ kind, start, end, billingStart, billingEnd }: Due): string {
  if (kind === 'proration_credit') return 'I88';
  if (kind === 'true_up' || kind === 'spend_cap') return 'I96';
  const isWhole = start === billingStart && end === billingEnd;
  return kind === 'recurring' && !isWhole ? 'I85' : 'I62';
}

export function checkSums(customer: Customer, book: Book, invoice: IssuedInvoice, report: Report): void {
  let net = 0n;
  let tax = 0n;
  let billableAt = Number.NEGATIVE_INFINITY;
  for (const [index, line] of invoice.lines.entries()) {
    net += line.netMinor;
    tax += line.taxMinor;
    const stated = invoice.taxMode === 'inclusive' ? line.netMinor + line.taxMinor : line.netMinor;
    if (stated !== line.amountMinor || line.position !== index + 1 || line.billableAt < billableAt)
      report('I63', `${invoice.id} line ${line.position} does not add up or is out of order`);
    billableAt = line.billableAt;
  }
  const total = net + tax;
  const granted = total < 0n ? -total : 0n;
  const { currency } = invoice;
  const balance = book.returned?.balanceMinor ?? creditByHand(customer, book, currency);
  book.returned = null;
  const applied = total < 0n ? 0n : least(total, balance);
  const { totals } = invoice;
  const isRight =
    totals.netMinor === net &&
    totals.taxMinor === tax &&
    totals.totalMinor === total &&
    totals.creditGrantedMinor === granted &&
    totals.creditAppliedMinor === applied &&
    totals.dueMinor === total + granted - applied;
  if (!isRight) report('I04', `${invoice.id} does not add up: ${net} + ${tax}, credit ${balance}`);
  addCredit(book, currency, granted - applied);
}

export function checkTaxes(
  customer: Customer,
  invoice: IssuedInvoice,
  settings: BillingSettings,
  report: Report,
): void {
  const expected = taxByHand(invoice.lines, customer.taxChoice, settings.tax);
  for (const [index, line] of invoice.lines.entries()) {
    if (line.taxMinor !== expected[index])
      report('I63', `${line.key} has tax ${line.taxMinor}, by hand ${expected[index]}`);
  }
}

/** Freezes a document and its lines, so that nobody can edit them without being seen. */
export function freeze(invoice: IssuedInvoice): IssuedInvoice {
  for (const line of invoice.lines) Object.freeze(line);
  Object.freeze(invoice.lines);
  Object.freeze(invoice.totals);
  return Object.freeze(invoice);
}

/** The same document: itself, or a copy with the same text. */
export function isSameDocument(left: IssuedInvoice | undefined, right: IssuedInvoice): boolean {
  if (left === right) return true;
  const text = (invoice: IssuedInvoice | undefined) =>
    JSON.stringify(invoice, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return text(left) === text(right);
}
