import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { CorrectedPeriod } from '../corrected.ts';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import { add, type LineFact } from './book.ts';
import type { File } from './file.ts';
import { floorOf, least, over, roundBy, times, whole } from './fraction.ts';
import { soldBackOf } from './notes.ts';
import { periodName } from './rated-again.ts';

interface Scope {
  readonly customer: Customer;
  readonly file: File;
  /** Those that the period can be credited on, in their order. */
  readonly lines: readonly LineFact[];
}

/** I594: what an invoice cannot be credited, because lines below zero lowered it, comes off another one. */
export function checkDeduction(scope: Scope, period: CorrectedPeriod, report: Report): void {
  const { book, corrections: watch } = scope.file;
  const { way, itemId, billingStart, grossDeltaMinor } = period;
  if (grossDeltaMinor >= 0n) return;
  const name = periodName(itemId, billingStart);
  const hand = deductedByHand(scope, period, watch.deducted.get(name) ?? 0n);
  const deduction = way.kind === 'credited' ? way.deduction : null;
  const seen = `${deduction?.grossMinor ?? 0n} as ${deduction?.amountMinor ?? 0n}`;
  const wanted = hand.amountMinor === 0n ? '0 as 0' : `${hand.grossMinor} as ${hand.amountMinor}`;
  if (seen !== wanted) report('I594', `${name} is deducted ${seen}, by hand ${wanted}`);
  if (deduction === null) return;
  const { chargeId, grossMinor, amountMinor } = deduction;
  const chargeKey = `${chargeId}/one_off`;
  add(watch.deltas, name, -grossMinor);
  add(watch.deducted, name, grossMinor);
  watch.charges.set(chargeKey, { name, amountMinor: -amountMinor });
  book.corrected.push({ itemId, billingStart, amountMinor: -grossMinor, chargeKey });
}

function deductedByHand({ customer, file, lines }: Scope, period: CorrectedPeriod, earlierMinor: bigint) {
  const parts = period.way.kind === 'credited' ? period.way.parts : [];
  const notedOf = (invoiceId: string, position: number) =>
    parts.find((one) => one.invoiceId === invoiceId && one.position === position)?.amountMinor ?? 0n;
  const placed = lines.map((fact) => {
    const document = file.documents.get(fact.invoiceId) as IssuedInvoice;
    const line = document.lines.find(({ key }) => key === fact.key);
    const wholeMinor = (line?.netMinor ?? 0n) + (line?.taxMinor ?? 0n);
    return { fact, document, wholeMinor, notedMinor: notedOf(fact.invoiceId, line?.position ?? 0) };
  });
  const used = new Map<string, bigint>();
  const shareOf = ({ wholeMinor, fact }: (typeof placed)[number], grossMinor: bigint) =>
    floorOf(times(whole(grossMinor), over(whole(wholeMinor), whole(fact.grossMinor))));
  for (const one of placed) add(used, one.fact.invoiceId, shareOf(one, one.notedMinor));
  let wantedMinor = -period.grossDeltaMinor;
  for (const { notedMinor } of placed) wantedMinor -= notedMinor;
  let skipMinor = earlierMinor;
  const sum = { grossMinor: 0n, amountMinor: 0n };
  for (const one of placed) {
    const { grossMinor, amountMinor, creditedMinor, invoiceId } = one.fact;
    const claimedMinor = claimedBy(one.document);
    if (claimedMinor <= one.document.totals.totalMinor || one.wholeMinor <= 0n) continue;
    const leftMinor =
      claimedMinor -
      (file.notes.get(invoiceId)?.totalMinor ?? 0n) -
      soldBackOf(customer, invoiceId) -
      (used.get(invoiceId) ?? 0n);
    if (leftMinor <= 0n) continue;
    const backMinor = (creditedMinor * grossMinor + amountMinor - 1n) / amountMinor;
    const ownMinor = least(
      grossMinor - backMinor - one.notedMinor,
      floorOf(over(times(whole(leftMinor), whole(grossMinor)), whole(one.wholeMinor))),
    );
    if (ownMinor <= 0n) continue;
    add(used, invoiceId, shareOf(one, ownMinor));
    const skipped = least(ownMinor, skipMinor);
    skipMinor -= skipped;
    const taken = least(ownMinor - skipped, wantedMinor);
    wantedMinor -= taken;
    sum.grossMinor += taken;
    const share = over(times(whole(taken), whole(amountMinor)), whole(grossMinor));
    sum.amountMinor += roundBy(share, 'half_away_from_zero');
  }
  return sum;
}

/** What lines above zero claimed, net and tax. */
function claimedBy({ lines }: IssuedInvoice): bigint {
  return lines.reduce((sum, { netMinor, taxMinor }) => (netMinor > 0n ? sum + netMinor + taxMinor : sum), 0n);
}
