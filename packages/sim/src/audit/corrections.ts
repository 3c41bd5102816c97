import type { CorrectionBilling } from '@billhook/core/invoicing/documents/correction-way';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { Corrected, CorrectedPeriod, TouchedMoment } from '../corrected.ts';
import { type Customer, isCollecting } from '../customer.ts';
import type { Report } from '../violation.ts';
import type { Documented } from '../world.ts';
import { add, type Book, type CorrectedUsage, type LineFact } from './book.ts';
import { checkDeduction, claimedBy } from './deductions.ts';
import type { File } from './file.ts';
import { least } from './fraction.ts';
import { soldBackOf } from './notes.ts';
import { periodName, ratedAgain, standingPeriods, type TouchedPeriod } from './rated-again.ts';

const DAY_MS = 86_400_000;

/** What the auditor knows of usage that came late and what was made of it. */
export interface CorrectionWatch {
  /** Late usage that nobody looked at yet, and since when somebody could have. */
  owed: { readonly touched: TouchedMoment; since: number | null }[];
  /** What corrections changed of a period so far, and the keys of the charges for it. */
  readonly deltas: Map<string, bigint>;
  /** What was deducted of lines, by invoice and key, before discounts; and of invoices, net and tax. */
  readonly deducted: { readonly lines: Map<string, bigint>; readonly invoices: Map<string, bigint> };
  readonly charges: Map<string, { readonly name: string; readonly amountMinor: bigint }>;
  /** What was said to be done by a document and is not seen yet. */
  readonly debits: Map<string, { readonly invoiceId: string; readonly amountMinor: bigint }>;
  readonly credits: Map<
    string,
    { readonly name: string; readonly period: Period; readonly amountMinor: bigint }
  >;
}

export function newCorrections(): CorrectionWatch {
  return {
    owed: [],
    deltas: new Map(),
    deducted: { lines: new Map(), invoices: new Map() },
    charges: new Map(),
    debits: new Map(),
    credits: new Map(),
  };
}

/** Usage that came for a stretch that stands on an invoice is owed a look. */
export function noteLate(
  customer: Customer,
  { book, corrections: watch }: Pick<File, 'book' | 'corrections'>,
  touched: TouchedMoment,
): void {
  if (standingPeriods(customer, book, [touched]).length > 0) watch.owed.push({ touched, since: null });
}

/** A period that is billed anew has all of its usage in it: what a correction charged for it is owed a look. */
export function noteIssued(watch: CorrectionWatch, { lines }: IssuedInvoice): void {
  for (const { meterId, itemId, servicePeriod, explanation } of lines) {
    const name = periodName(itemId, explanation.billingPeriod.start);
    const isCharged = [...watch.charges.values()].some((one) => one.name === name);
    if (meterId !== null && isCharged)
      watch.owed.push({ touched: { meterId, at: servicePeriod.start }, since: null });
  }
}

export interface CorrectionRules {
  readonly settings: BillingSettings;
  readonly corrections: CorrectionBilling | null;
}

/** I142 and I535: what late usage changes of what was billed, by hand; told before it is carried out. */
export function checkCorrection(
  customer: Customer,
  file: File,
  corrected: Corrected,
  rules: CorrectionRules,
  report: Report,
): void {
  const { book, corrections: watch } = file;
  const { touched, periods, at } = corrected;
  const isAsked = (one: TouchedMoment) =>
    touched.some(({ meterId, at: moment }) => meterId === one.meterId && moment === one.at);
  watch.owed = watch.owed.filter((one) => {
    if (!isAsked(one.touched)) return true;
    one.since = null;
    return standingPeriods(customer, book, [one.touched]).some(({ isSettled }) => !isSettled);
  });
  const standing = standingPeriods(customer, book, touched).filter(({ isSettled }) => isSettled);
  for (const [subscription, own] of Map.groupBy(standing, (one) => one.subscription)) {
    const told = periods.filter(({ subscriptionId }) => subscriptionId === subscription.id);
    const hand = ratedAgain({ book, subscription, now: at, settings: rules.settings }, own, watch.deltas);
    for (const one of told)
      if (!hand.isBounded && (hand.deltas.get(nameOf(one)) ?? 0n) !== one.grossDeltaMinor)
        report(
          'I142',
          `${nameOf(one)} is corrected by ${one.grossDeltaMinor}, by hand ${hand.deltas.get(nameOf(one))}`,
        );
    const toldMinor = sumOf(told.map(({ grossDeltaMinor }) => grossDeltaMinor));
    if (toldMinor !== hand.totalMinor)
      report('I142', `${subscription.id} is corrected by ${toldMinor}, by hand ${hand.totalMinor}`);
  }
  const known = new Set(standing.map(({ subscription }) => subscription.id));
  // In the order in which they are carried out: each has what those before it left.
  for (const one of periods) {
    if (known.has(one.subscriptionId))
      checkWay(customer, file, one, standingFacts(standing, one, book), rules, report);
    else report('I142', `${nameOf(one)} is corrected and nothing of it came late`);
  }
}

function nameOf({ itemId, billingStart }: CorrectedPeriod): string {
  return periodName(itemId, billingStart);
}

type Period = Pick<CorrectedUsage, 'itemId' | 'billingStart'>;

const ownOf = ({ itemId, billingStart }: CorrectedPeriod): Period => ({ itemId, billingStart });

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function standingFacts(own: readonly TouchedPeriod[], one: CorrectedPeriod, book: Book): readonly LineFact[] {
  const facts = own.find(({ name }) => name === nameOf(one))?.facts;
  return facts ?? book.items.get(one.itemId)?.parts.get(one.billingStart) ?? [];
}

/** What costs more is charged where the seller wants it; what costs less is credited as far as anything is left. */
function checkWay(
  customer: Customer,
  file: File,
  period: CorrectedPeriod,
  facts: readonly LineFact[],
  { corrections }: CorrectionRules,
  report: Report,
): void {
  const { corrections: watch } = file;
  const name = nameOf(period);
  const { way, grossDeltaMinor } = period;
  const raised = grossDeltaMinor > 0n && corrections === 'debit_note' ? raisedByHand(customer, facts) : null;
  if (way.kind === 'debited' || way.kind === 'charged') {
    const wanted = raised === null ? 'charged' : `debited on ${raised.invoiceId}`;
    const seen = way.kind === 'debited' ? `debited on ${way.invoiceId}` : 'charged';
    if (seen !== wanted || grossDeltaMinor <= 0n) report('I535', `${name} is ${seen}, by hand ${wanted}`);
    add(watch.deltas, name, grossDeltaMinor);
    const chargeKey = `${way.chargeId}/one_off`;
    watch.charges.set(chargeKey, { name, amountMinor: grossDeltaMinor });
    file.book.corrected.push({ ...ownOf(period), amountMinor: grossDeltaMinor, chargeKey });
    if (way.kind === 'debited')
      watch.debits.set(way.chargeId, { invoiceId: way.invoiceId, amountMinor: grossDeltaMinor });
    return;
  }
  if (grossDeltaMinor > 0n) report('I142', `${name} costs ${grossDeltaMinor} more and nobody pays it`);
  const parts = way.kind === 'credited' ? way.parts : [];
  const creditedMinor = sumOf(parts.map(({ amountMinor }) => amountMinor));
  const lines = linesByHand(customer, file, name, facts);
  const leftMinor = grossDeltaMinor < 0n ? leftByHand(customer, file, lines) : 0n;
  const wantedMinor = -grossDeltaMinor < leftMinor ? -grossDeltaMinor : leftMinor;
  if (creditedMinor !== (wantedMinor > 0n ? wantedMinor : 0n))
    report('I143', `${name} is credited ${creditedMinor}, by hand ${wantedMinor}`);
  for (const { invoiceId, position, amountMinor } of parts)
    watch.credits.set(`${invoiceId}/${position}`, { name, period: ownOf(period), amountMinor });
  checkDeduction({ customer, file, lines }, period, report);
}

/** The last line of a period, none of which a discount lowered, that claims anything and stands on an issued invoice. */
function raisedByHand({ books }: Customer, facts: readonly LineFact[]): LineFact | null {
  if (facts.some(({ grossMinor, amountMinor }) => grossMinor !== amountMinor)) return null;
  const standing = facts.filter(
    ({ invoiceId, grossMinor }) => grossMinor > 0n && books.invoices.get(invoiceId)?.status !== 'skipped',
  );
  return standing.at(-1) ?? null;
}

/** The lines that a period can be credited on: of what corrections charged for it, and then its own from the last. */
function linesByHand(
  { books }: Customer,
  { book, corrections: watch }: File,
  name: string,
  facts: readonly LineFact[],
): readonly LineFact[] {
  const charged = [...watch.charges].flatMap(([key, one]) =>
    one.name === name ? (book.lines.get(key) ?? []) : [],
  );
  return [...charged, ...facts.toReversed()].filter(
    ({ isWaived, amountMinor, invoiceId }) =>
      !isWaived && amountMinor > 0n && books.invoices.get(invoiceId)?.status !== 'skipped',
  );
}

/** What notes have left of these lines, before discounts. */
function leftByHand(customer: Customer, file: File, facts: readonly LineFact[]): bigint {
  const { documents, notes, corrections: watch } = file;
  const invoiceLeft = new Map<string, bigint>();
  let leftMinor = 0n;
  for (const fact of facts) {
    const { key, grossMinor, amountMinor, creditedMinor, invoiceId } = fact;
    const backMinor = (creditedMinor * grossMinor + amountMinor - 1n) / amountMinor;
    const { totals, lines } = documents.get(invoiceId) as IssuedInvoice;
    const line = lines.find((one) => one.key === key);
    const lineMinor = (line?.netMinor ?? 0n) + (line?.taxMinor ?? 0n);
    const backTotalMinor = (notes.get(invoiceId)?.totalMinor ?? 0n) + soldBackOf(customer, invoiceId);
    const claimedMinor = claimedBy(lines) - (watch.deducted.invoices.get(invoiceId) ?? 0n);
    const wholeMinor = least(totals.totalMinor, claimedMinor);
    const left = invoiceLeft.get(invoiceId) ?? wholeMinor - backTotalMinor;
    if (left <= 0n) continue;
    let ownMinor = grossMinor - backMinor;
    // Where refunds took sales back, a unit is left for the rounding of tax.
    if (left < lineMinor) ownMinor = least(ownMinor, ((left - 1n) * grossMinor) / lineMinor);
    if (ownMinor <= 0n) continue;
    invoiceLeft.set(invoiceId, left - (ownMinor * lineMinor) / grossMinor);
    leftMinor += ownMinor;
  }
  return leftMinor;
}

/** The document that a correction announced is seen: for as much as it was to be. */
export function checkAnnounced(
  { book, corrections: watch }: Pick<File, 'book' | 'corrections'>,
  documented: Documented,
  report: Report,
): void {
  const { before } = documented;
  if (documented.kind === 'debit_note') {
    for (const { chargeId, amountMinor } of documented.wanted) {
      const announced = watch.debits.get(chargeId);
      if (announced === undefined) continue;
      watch.debits.delete(chargeId);
      if (!documented.decision.ok)
        report('I535', `${chargeId} is refused: ${documented.decision.refusal.code}`);
      if (announced.amountMinor !== amountMinor || announced.invoiceId !== before.invoice.id)
        report('I535', `${chargeId} claims ${amountMinor}, announced were ${announced.amountMinor}`);
    }
  }
  if (documented.kind !== 'credit_note' || documented.lines === 'rest') return;
  for (const { position, creditMinor } of documented.lines) {
    const key = `${before.invoice.id}/${position}`;
    const announced = watch.credits.get(key);
    if (announced?.amountMinor !== creditMinor) continue;
    watch.credits.delete(key);
    if (documented.decision.ok) {
      add(watch.deltas, announced.name, -creditMinor);
      const line = documented.decision.value.creditNote.lines.find((one) => one.position === position);
      const amountMinor = -(line?.amountMinor ?? 0n);
      book.corrected.push({ ...announced.period, amountMinor, chargeKey: null });
    } else if (!comesToNothing(before.invoice, position, creditMinor))
      report('I143', `${key} is not credited: ${documented.decision.refusal.code}`);
  }
}

/** Less than a unit is left of it by discounts, so no note can say it. */
function comesToNothing({ lines }: IssuedInvoice, position: number, creditMinor: bigint): boolean {
  const line = lines.find((one) => one.position === position);
  return line !== undefined && creditMinor * (line.netMinor + line.taxMinor) < line.grossMinor;
}

/** I142: a charge of a correction is billed as it was decided. */
export function checkCharged(watch: CorrectionWatch, { lines }: IssuedInvoice, report: Report): void {
  for (const { key, grossMinor } of lines) {
    const charge = watch.charges.get(key);
    if (charge !== undefined && charge.amountMinor !== grossMinor)
      report('I142', `${key} is billed at ${grossMinor}, decided were ${charge.amountMinor}`);
  }
}

/** I142: late usage is looked at within two days of when it could be, and what is announced is done at once. */
export function checkOwed(
  customer: Customer,
  { book, corrections: watch }: Pick<File, 'book' | 'corrections'>,
  now: number,
  report: Report,
): void {
  for (const key of [...watch.debits.keys(), ...watch.credits.keys()])
    report('I142', `${key} was announced and not written`);
  if (watch.owed.length === 0) return;
  const isUnderWay = [...customer.books.invoices.keys()].some((id) => isCollecting(customer, id));
  for (const one of watch.owed) {
    const periods = standingPeriods(customer, book, [one.touched]);
    // One that was billed in parts is looked at when it was to end, also where it ended before.
    const isOver = (one: TouchedPeriod) =>
      one.isSettled && one.facts.every(({ billingEnd }) => billingEnd <= now);
    const isReady = !isUnderWay && periods.length > 0 && periods.every(isOver);
    one.since = isReady ? (one.since ?? now) : null;
    if (one.since !== null && now - one.since > 2 * DAY_MS)
      report('I142', `late usage of ${one.touched.meterId} for ${customer.plan.id} is not looked at`);
  }
}
