import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import type { Documented } from '../world.ts';
import { keepLine } from './book.ts';
import { checkSums, checkTaxes } from './documents.ts';
import type { File } from './file.ts';

const DAY_MS = 86_400_000;

type Debited = Extract<Documented, { kind: 'debit_note' }>;

/** Whether a debit note stands that raises an invoice. */
export function isRaised({ books }: Customer, { documents }: File, invoiceId: string): boolean {
  return [...documents.values()].some(
    ({ id, raises }) => raises?.invoiceId === invoiceId && books.invoices.get(id)?.status !== 'void',
  );
}

/** I487: a debit note by hand: what was asked for, at the tax and over the time of the lines of then. Told before it is written. */
export function checkDebit(
  {
    customer,
    file,
    debited,
    settings,
  }: {
    readonly customer: Customer;
    readonly file: File;
    readonly debited: Debited;
    readonly settings: BillingSettings;
  },
  report: Report,
): void {
  const { before, wanted, decision, at } = debited;
  const { invoice, status } = before;
  const isAllowed =
    status !== 'void' &&
    status !== 'skipped' &&
    wanted.length > 0 &&
    wanted.every(({ amountMinor }) => amountMinor > 0n);
  if (decision.ok !== isAllowed)
    report(
      'I487',
      `A debit note of ${invoice.id}, ${status}, is ${decision.ok ? 'written' : decision.refusal.code}`,
    );
  const document = decision.ok ? decision.value.invoice : null;
  if (document === null) return;
  const { id, currency, issuedAt, dueAt, raises } = document;
  if (raises?.invoiceId !== invoice.id || currency !== invoice.currency)
    report('I487', `${id} raises ${raises?.invoiceId} in ${currency}, not ${invoice.id}`);
  if (issuedAt !== at || dueAt !== at + settings.paymentTermsDays * DAY_MS)
    report('I101', `${id} is due at ${new Date(dueAt).toISOString()}`);
  if (document.lines.length !== wanted.length) report('I487', `${id} has ${document.lines.length} lines`);
  for (const { position, amountMinor, chargeId } of wanted) {
    const line = document.lines.find(({ key }) => key === `${chargeId}/one_off`);
    const raised = invoice.lines.find((one) => one.position === position);
    if (line === undefined || raised === undefined) report('I487', `${id} leaves line ${position} out`);
    else checkLine(line, raised, { amountMinor, at }, report);
  }
  checkSums(customer, file.book, document, report);
  checkTaxes(customer, document, settings, report);
  for (const line of document.lines) keepLine(file.book, id, line);
}

function checkLine(
  line: InvoiceLine,
  raised: InvoiceLine,
  { amountMinor, at }: { readonly amountMinor: bigint; readonly at: number },
  report: Report,
): void {
  const { start, end } = raised.servicePeriod;
  // What was for a moment is for a moment now.
  const [from, to] = end > start ? [start, end] : [at, at];
  const isRight =
    line.grossMinor === amountMinor &&
    line.amountMinor === amountMinor &&
    line.kind === 'one_off' &&
    line.subscriptionId === raised.subscriptionId &&
    line.taxCode === raised.taxCode &&
    line.servicePeriod.start === from &&
    line.servicePeriod.end === to;
  if (!isRight)
    report(
      'I487',
      `${line.key} claims ${line.amountMinor} for ${line.subscriptionId}, asked for ${amountMinor}`,
    );
}
