import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';
import type { Documented } from '../world.ts';
import { addCredit, type Book, chargeKeyOf, countUsed, dropLine, type LineFact } from './book.ts';
import { isRaised } from './debits.ts';
import type { File } from './file.ts';
import { creditByHand } from './money.ts';

type Voided = Extract<Documented, { kind: 'void' | 'reissue' }>;

/** I79 and I92: what may be voided, and what becomes of the lines of it. Told before it is carried out. */
export function noteVoid(customer: Customer, file: File, voided: Voided, report: Report): void {
  const { book } = file;
  const { before, periods, kind, decision } = voided;
  const { invoice, status, paidMinor } = before;
  const facts = book.linesByInvoice.get(invoice.id) ?? [];
  const isOpen = status === 'open' || status === 'uncollectible';
  const isUntouched = paidMinor === 0n && !file.notes.has(invoice.id);
  const isGiven = periods === 'waive' && facts.some((fact) => isCreditedElsewhere(book, fact));
  const isRaisedOne = isRaised(customer, file, invoice.id);
  if (isRaisedOne && decision.ok) report('I488', `${invoice.id} is void although a debit note raises it`);
  const isAllowed = isOpen && isUntouched && !isGiven && !isRaisedOne;
  const isRefusedByBilling = !decision.ok && decision.refusal.code.startsWith('billing.');
  if (decision.ok !== isAllowed && !isRefusedByBilling)
    report('I79', `${kind} of ${invoice.id}, ${status}, is ${decision.ok ? 'done' : decision.refusal.code}`);
  if (!decision.ok) return;
  const { currency, totals } = invoice;
  const backMinor = totals.creditAppliedMinor + before.creditPaidMinor;
  // Where nothing can be billed yet, what went back may pay something else first.
  if (voided.kind === 'reissue' && voided.decision.ok && voided.decision.value.invoice !== null)
    book.returned = { balanceMinor: creditByHand(customer, book, currency) + backMinor };
  addCredit(book, currency, totals.creditAppliedMinor);
  for (const fact of facts) {
    if (periods === 'waive' && !isCreditOfAnother(facts, fact)) {
      fact.isWaived = true;
      book.waived.add(fact.key);
      continue;
    }
    dropLine(book, fact);
    book.again.add(fact.key);
  }
  book.linesByInvoice.delete(invoice.id);
  book.hasVoids = true;
  countUsed(book);
}

/** A charge of which a credit on another invoice took a part back: who waives it would give that part away twice. */
function isCreditedElsewhere({ lines }: Book, { kind, itemId, billingStart, invoiceId }: LineFact): boolean {
  if (kind !== 'recurring') return false;
  const credit = lines.get(`${itemId}/proration_credit/${billingStart}`);
  return credit !== undefined && credit.invoiceId !== invoiceId;
}

/** A credit of what another invoice charged: it is the customer's, whatever becomes of the invoice it stands on. */
function isCreditOfAnother(facts: readonly LineFact[], fact: LineFact): boolean {
  return fact.kind === 'proration_credit' && !facts.some(({ key }) => key === chargeKeyOf(fact));
}
