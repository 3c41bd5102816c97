import { type Difference, Reader } from './reader.ts';
import { verifyDiscounts } from './verify-discounts.ts';
import { verifyEntries } from './verify-entries.ts';
import { verifyLine } from './verify-line.ts';
import { verifyTaxes } from './verify-taxes.ts';

/** Whether a document holds, and if not, every place where it does not. */
export type InvoiceVerdict =
  | { readonly ok: true; readonly lines: number }
  | { readonly ok: false; readonly differences: readonly Difference[] };

/**
 * Computes an exported invoice again from its explanations alone: quantities, slices, shares of periods, rounding,
 * discounts, tax and totals. It needs no catalogue and no database, and is written apart from the code that bills, so
 * that a mistake in one is not repeated in the other. What stands on other invoices (the charge that a credit takes
 * back, what a period spent) is taken as stated unless it is on this one.
 *
 * @param exported the parsed JSON of `canonicalInvoice`
 */
export function verifyInvoice(exported: unknown): InvoiceVerdict {
  const differences: Difference[] = [];
  const invoice = new Reader(exported, '', differences);
  invoice.get('format').word(['billhook-invoice/1']);
  const lines = invoice.get('lines').list();
  const adjustments = invoice.get('adjustments').list();
  const amounts = [...lines, ...adjustments];
  for (const [at, member] of amounts.entries()) {
    const position = member.get('position');
    if (position.number() !== at + 1) position.differs(`${position.value}`, `${at + 1}`);
  }
  for (const line of lines) verifyLine(line);
  verifyEntries(lines);
  verifyDiscounts(lines, invoice.get('policies').get('discounts'));
  verifyCharges(lines);
  verifyTaxes(invoice, amounts);
  verifyTotals(invoice, amounts);
  return differences.length === 0 ? { ok: true, lines: lines.length } : { ok: false, differences };
}

/** A credit of a charge on the same invoice rests on what that charge came to. */
function verifyCharges(lines: readonly Reader[]): void {
  const byKey = new Map(lines.map((line) => [line.get('key').text(), line]));
  for (const line of lines) {
    const basis = line.get('explanation').get('basis');
    if (basis.isNull() || basis.get('kind').value !== 'charge') continue;
    const charge = byKey.get(basis.get('charged_key').text());
    if (charge !== undefined) basis.get('charged_minor').expectMinor(charge.get('amount_minor').minor());
  }
}

function verifyTotals(invoice: Reader, amounts: readonly Reader[]): void {
  const totals = invoice.get('totals');
  let net = 0n;
  let tax = 0n;
  for (const member of amounts) {
    net += member.get('net_minor').minor();
    tax += member.get('tax_minor').minor();
  }
  const total = net + tax;
  totals.get('net_minor').expectMinor(net);
  totals.get('tax_minor').expectMinor(tax);
  totals.get('total_minor').expectMinor(total);
  const applied = totals.get('credit_applied_minor').minor();
  const most = total > 0n ? total : 0n;
  if (applied < 0n || applied > most)
    totals.get('credit_applied_minor').differs(`${applied}`, `0 to ${most}`);
  const granted = total < 0n ? -total : 0n;
  totals.get('credit_granted_minor').expectMinor(granted);
  totals.get('due_minor').expectMinor(total + granted - applied);
}
