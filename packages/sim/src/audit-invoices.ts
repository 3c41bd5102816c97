import type { InvoiceRecord } from '@billhook/core/decision/books';
import type { InvoiceLine, IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import { checkAmount, checkBounds } from './audit-amounts.ts';
import type { Customer } from './customer.ts';
import type { Report } from './violation.ts';

const MINOR_PER_MAJOR: Readonly<Record<string, bigint>> = { EUR: 100n, USD: 100n, JPY: 1n };

/** What is looked at once, when an invoice is issued: its sums, its lines against their prices, its tax. */
export function checkDocument(customer: Customer, invoice: IssuedInvoice, report: Report): void {
  let net = 0n;
  let tax = 0n;
  for (const line of invoice.lines) {
    net += line.netMinor;
    tax += line.taxMinor;
    const gross = line.netMinor + line.taxMinor;
    const stated = invoice.taxMode === 'inclusive' ? gross : line.netMinor;
    if (stated !== line.amountMinor) report('I63', `${invoice.id} line ${line.position} does not add up`);
    checkLine(customer, invoice, line, report);
  }
  const { totals } = invoice;
  const due = totals.totalMinor + totals.creditGrantedMinor - totals.creditAppliedMinor;
  if (
    net !== totals.netMinor ||
    tax !== totals.taxMinor ||
    net + tax !== totals.totalMinor ||
    due !== totals.dueMinor
  ) {
    report(
      'I04',
      `${invoice.id} does not add up: lines ${net} + ${tax}, total ${totals.totalMinor}, due ${totals.dueMinor}`,
    );
  }
  checkTax(customer, invoice, report);
}

function checkLine(customer: Customer, invoice: IssuedInvoice, line: InvoiceLine, report: Report): void {
  const subscription = customer.books.subscriptions.get(line.subscriptionId);
  const item = subscription?.items.find((candidate) => candidate.id === line.itemId);
  if (subscription === undefined || item === undefined) {
    report('I09', `${line.key} bills an item that does not exist`);
    return;
  }
  if (line.priceId !== item.price.id || line.planVersionId !== item.planVersionId) {
    report('I09', `${line.key} names another price than its item`);
  }
  const chargedKey = line.key.replace('/proration_credit/', '/recurring/');
  const documents = [...[...customer.books.invoices.values()].map((record) => record.invoice), invoice];
  const charge =
    documents.flatMap(({ lines }) => lines).find(({ key }) => line.key !== key && key === chargedKey) ?? null;
  checkAmount(line, item.price, charge, MINOR_PER_MAJOR[line.currency] ?? 100n, report);
  checkBounds(line, item, subscription, report);
}

/** The simulated sellers have one rate for all lines, so tax is one rounding of one sum. */
function checkTax(customer: Customer, invoice: IssuedInvoice, report: Report): void {
  const rate = { none: 0n, exclusive: 19n, inclusive: 10n }[customer.plan.tax];
  let stated = 0n;
  for (const line of invoice.lines) stated += line.amountMinor;
  const base = customer.plan.tax === 'inclusive' ? 100n + rate : 100n;
  const magnitude = ((stated < 0n ? -stated : stated) * rate * 2n + base) / (base * 2n);
  const expected = stated < 0n ? -magnitude : magnitude;
  if (invoice.totals.taxMinor !== expected)
    report('I63', `${invoice.id} has tax ${invoice.totals.taxMinor}, by hand ${expected}`);
}

/** I01 and I02: the lines of every item lie end to end, from its beginning to what is due by now. */
export function checkCoverage(customer: Customer, now: Instant, report: Report): void {
  const spans = new Map<string, { start: number; end: number }[]>();
  for (const { invoice } of customer.books.invoices.values()) {
    for (const line of invoice.lines) {
      const name = `${line.itemId} ${line.kind === 'proration_credit' ? 'credit' : 'charge'}`;
      const list = spans.get(name) ?? [];
      list.push(line.servicePeriod);
      spans.set(name, list);
    }
  }
  for (const [name, list] of spans) {
    list.sort((left, right) => left.start - right.start);
    for (const [index, span] of list.entries()) {
      const before = list[index - 1];
      if (before === undefined) continue;
      if (span.start < before.end)
        report('I01', `${name} is billed twice from ${new Date(span.start).toISOString()}`);
      if (span.start > before.end)
        report('I02', `${name} has a hole from ${new Date(before.end).toISOString()}`);
    }
  }
  if (customer.parked !== null) return;
  for (const subscription of customer.books.subscriptions.values()) {
    for (const item of subscription.items)
      checkReach(item, spans.get(`${item.id} charge`) ?? [], now, report);
  }
}

/** The longest a period of the simulated cadences can last, with an hour for clock changes. */
const LONGEST_MS: Readonly<Record<string, number>> = { week: 14.1, month: 31.1, quarter: 92.1, year: 366.1 };

function checkReach(
  item: SubscriptionItem,
  spans: readonly { start: number; end: number }[],
  now: Instant,
  report: Report,
): void {
  const until = Math.min(now, item.activeTo ?? now);
  if (until <= item.activeFrom) return;
  const last = spans.at(-1);
  if (spans[0] !== undefined && spans[0].start !== item.activeFrom)
    report('I02', `${item.id} is not billed from its start`);
  const reached = last?.end ?? item.activeFrom;
  const ended = item.activeTo !== null && item.activeTo <= now;
  const longestMs = (LONGEST_MS[item.price.cadence.interval] ?? 0) * 86_400_000;
  const enough = item.price.timing === 'in_advance' || ended ? reached >= until : reached > until - longestMs;
  if (!enough) report('I02', `${item.id} is billed only to ${new Date(reached).toISOString()}`);
}

/** The frozen part of a record as text, to see whether a document moved after its issue. */
export function fingerprint(record: InvoiceRecord): string {
  return JSON.stringify(record.invoice, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}
