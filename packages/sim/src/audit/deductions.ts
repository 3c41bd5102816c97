import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { CorrectedPeriod } from '../corrected.ts';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import { add, type LineFact } from './book.ts';
import type { File } from './file.ts';
import { floorOf, least, over, roundBy, times, whole } from './fraction.ts';
import { soldBackOf } from './notes.ts';
import { periodName } from './rated-again.ts';

const HALF = 'half_away_from_zero';

interface Scope {
  readonly customer: Customer;
  readonly file: File;
  /** Those that the period can be credited on, in their order. */
  readonly lines: readonly LineFact[];
}

/**
 * I594: what an invoice cannot be credited, because lines below zero lowered it, comes off another one, as far as deductions
 * of whatever period (I622) have left of it.
 */
export function checkDeduction(scope: Scope, period: CorrectedPeriod, report: Report): void {
  const { book, corrections: watch } = scope.file;
  const { way, itemId, billingStart, grossDeltaMinor } = period;
  if (grossDeltaMinor >= 0n) return;
  const name = periodName(itemId, billingStart);
  const { parts, ...hand } = deductedByHand(scope, period);
  const deduction = way.kind === 'credited' ? way.deduction : null;
  const seen = `${deduction?.grossMinor ?? 0n} as ${deduction?.amountMinor ?? 0n}`;
  const wanted = hand.amountMinor === 0n ? '0 as 0' : `${hand.grossMinor} as ${hand.amountMinor}`;
  if (seen !== wanted) report('I594', `${name} is deducted ${seen}, by hand ${wanted}`);
  if (deduction === null) return;
  const { chargeId, grossMinor, amountMinor } = deduction;
  const chargeKey = `${chargeId}/one_off`;
  add(watch.deltas, name, -grossMinor);
  for (const one of parts) {
    add(watch.deducted.lines, `${one.invoiceId}/${one.key}`, one.grossMinor);
    add(watch.deducted.invoices, one.invoiceId, one.totalMinor);
  }
  watch.charges.set(chargeKey, { name, amountMinor: -amountMinor });
  book.corrected.push({ itemId, billingStart, amountMinor: -grossMinor, chargeKey });
}

function deductedByHand({ customer, file, lines }: Scope, period: CorrectedPeriod) {
  const { lines: ofLines, invoices: ofInvoices } = file.corrections.deducted;
  const noted = period.way.kind === 'credited' ? period.way.parts : [];
  const placed = lines.map((fact) => {
    const document = file.documents.get(fact.invoiceId) as IssuedInvoice;
    const line = document.lines.find(({ key }) => key === fact.key);
    const wholeMinor = (line?.netMinor ?? 0n) + (line?.taxMinor ?? 0n);
    const note = noted.find((one) => one.invoiceId === fact.invoiceId && one.position === line?.position);
    return { fact, document, wholeMinor, notedMinor: note?.amountMinor ?? 0n };
  });
  const used = new Map<string, bigint>();
  const use = ({ wholeMinor, fact }: (typeof placed)[number], grossMinor: bigint) => {
    const share = over(times(whole(grossMinor), whole(wholeMinor)), whole(fact.grossMinor));
    const totalMinor = roundBy(share, 'up');
    add(used, fact.invoiceId, totalMinor);
    return totalMinor;
  };
  let wantedMinor = -period.grossDeltaMinor;
  for (const one of placed) {
    use(one, one.notedMinor);
    wantedMinor -= one.notedMinor;
  }
  const parts = [];
  const sum = { grossMinor: 0n, amountMinor: 0n };
  for (const one of placed) {
    const { key, grossMinor, amountMinor, creditedMinor, invoiceId } = one.fact;
    const claimedMinor = claimedBy(one.document.lines);
    if (claimedMinor <= one.document.totals.totalMinor || one.wholeMinor <= 0n) continue;
    const ownMinor = ofLines.get(`${invoiceId}/${key}`) ?? 0n;
    const leftMinor =
      claimedMinor -
      (file.notes.get(invoiceId)?.totalMinor ?? 0n) -
      soldBackOf(customer, invoiceId) -
      (ofInvoices.get(invoiceId) ?? 0n) -
      (used.get(invoiceId) ?? 0n);
    if (leftMinor <= 0n) continue;
    const backMinor = (creditedMinor * grossMinor + amountMinor - 1n) / amountMinor;
    const roomMinor = floorOf(over(times(whole(leftMinor), whole(grossMinor)), whole(one.wholeMinor)));
    const lineMinor = least(grossMinor - backMinor - one.notedMinor - ownMinor, roomMinor);
    const taken = least(lineMinor, wantedMinor);
    if (taken <= 0n) continue;
    wantedMinor -= taken;
    sum.grossMinor += taken;
    sum.amountMinor += roundBy(over(times(whole(taken), whole(amountMinor)), whole(grossMinor)), HALF);
    parts.push({ invoiceId, key, grossMinor: taken, totalMinor: use(one, taken) });
  }
  return { ...sum, parts };
}

/** What lines above zero claimed, net and tax. */
export function claimedBy(lines: IssuedInvoice['lines']): bigint {
  return lines.reduce((sum, { netMinor, taxMinor }) => (netMinor > 0n ? sum + netMinor + taxMinor : sum), 0n);
}
