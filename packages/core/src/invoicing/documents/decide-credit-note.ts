import type { Change, Decision } from '../../decision/change.ts';
import type { CoreEvent } from '../../decision/event.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { creditNotePosting } from '../../ledger/credit-note-posting.ts';
import type { Instant } from '../../time/instant.ts';
import type { InvoiceStatus } from '../invoice.ts';
import type { BilledLine } from '../line.ts';
import type { LineTax } from '../tax.ts';
import {
  type CreditAmounts,
  type CreditedLine,
  type CreditedPart,
  type CreditNotePolicy,
  creditAmounts,
} from './credit-amounts.ts';
import type { CreditedInvoice, CreditNote, CreditNoteLine } from './credit-note.ts';
import { type Creditable, creditableOf, type WantedCredit, wantedOf } from './creditable.ts';

export interface CreditNoteInput {
  readonly now: Instant;
  /** Id for the note. */
  readonly creditNoteId: string;
  readonly invoice: CreditedInvoice;
  /** How the invoice stands now. */
  readonly status: InvoiceStatus;
  readonly paidMinor: bigint;
  /** What credit that was granted after its issue, and earlier notes, paid of it. */
  readonly creditPaidMinor: bigint;
  /** The lines of the customer that stand: a charge that was credited for unused time has less left to credit. */
  readonly billed: readonly BilledLine[];
  /** Earlier notes of the same invoice. */
  readonly earlier: readonly CreditNote[];
  /** Sales of the invoice that refunds of its payments took back, those under way among them. */
  readonly soldBackMinor: bigint;
  /** `rest`: whatever earlier notes have left of every line. */
  readonly lines: 'rest' | readonly WantedCredit[];
  readonly reason: string;
  readonly policy: CreditNotePolicy;
}

export interface CreditNoteDecision extends Decision {
  readonly creditNote: CreditNote;
}

/**
 * Takes back an invoice or a part of its lines: of each line the share of its discounts comes off first, tax is on the
 * rest, and all notes together with refunds never exceed the invoice; the last one takes the rounding. What is still due is lowered
 * first, and what was paid becomes customer credit.
 * Refusals: `credit_note.invoice_not_issued`, `credit_note.line_unknown`, `credit_note.line_twice`,
 * `credit_note.beyond_line`, `credit_note.beyond_invoice`, `credit_note.nothing_left`.
 */
export function decideCreditNote(input: CreditNoteInput): Result<CreditNoteDecision> {
  const { invoice, status } = input;
  if (status === 'void' || status === 'skipped')
    return refuse('credit_note.invoice_not_issued', `An invoice that is ${status} cannot be credited.`);
  const creditable = creditableOf(invoice, input.earlier, input.billed);
  const wanted = wantedOf(creditable, input.lines);
  if (!wanted.ok) return wanted;
  const left = leftOf(invoice, input.earlier);
  // Only what is credited takes part in the spreading, so that no unit falls on a line that the note leaves out.
  const chosen = creditable.flatMap((entry, at): readonly ChosenEntry[] => {
    const { creditMinor } = wanted.value[at] as CreditedPart;
    return creditMinor === 0n ? [] : [{ ...entry, creditMinor }];
  });
  const amounts = creditAmounts({
    parts: chosen,
    mode: invoice.taxMode,
    policy: invoice.policies.tax,
    notePolicy: input.policy,
    left,
    isLast: wanted.value.every((part, at) => isAllOf(part.creditMinor, creditable[at] as Creditable)),
  });
  if (amounts.totalMinor <= 0n)
    return refuse('credit_note.nothing_left', 'What is left of these lines comes to nothing.');
  const leftMinor = left.totalMinor - input.soldBackMinor;
  if (input.soldBackMinor > 0n && amounts.totalMinor > leftMinor)
    return refuse('credit_note.beyond_invoice', `Of the invoice, ${leftMinor} can be credited.`, {
      left_minor: `${leftMinor}`,
    });
  const creditNote = noteOf(input, chosen, amounts);
  return ok({ creditNote, ...effectsOf(input, creditNote) });
}

/** A line that was credited elsewhere in part is never credited whole by notes. */
function isAllOf(creditMinor: bigint, { leftMinor, elsewhereMinor }: Creditable): boolean {
  return creditMinor === leftMinor && elsewhereMinor === 0n;
}

function leftOf({ totals }: CreditedInvoice, earlier: readonly CreditNote[]) {
  let { netMinor, totalMinor } = totals;
  for (const note of earlier) {
    netMinor -= note.totals.netMinor;
    totalMinor -= note.totals.totalMinor;
  }
  return { netMinor, totalMinor };
}

type ChosenEntry = Creditable & { readonly creditMinor: bigint };

function noteOf(input: CreditNoteInput, chosen: readonly ChosenEntry[], amounts: CreditAmounts): CreditNote {
  const { invoice, status } = input;
  const lines = chosen.map(({ position, key, description, creditMinor }, at): CreditNoteLine => {
    const line = amounts.lines[at] as CreditedLine;
    return {
      position,
      key,
      description,
      creditMinor,
      amountMinor: creditMinor - line.discountMinor,
      ...line,
    };
  });
  const { netMinor, taxMinor, totalMinor } = amounts;
  const isOpen = status === 'open' || status === 'uncollectible';
  const dueMinor = isOpen ? invoice.totals.dueMinor - input.paidMinor - input.creditPaidMinor : 0n;
  const invoiceReducedMinor = totalMinor < dueMinor ? totalMinor : dueMinor;
  return {
    id: input.creditNoteId,
    invoiceId: invoice.id,
    customerId: invoice.customerId,
    currency: invoice.currency,
    issuedAt: input.now,
    reason: input.reason,
    taxMode: invoice.taxMode,
    lines,
    taxes: taxesOf(lines),
    totals: {
      netMinor,
      taxMinor,
      totalMinor,
      invoiceReducedMinor,
      creditGrantedMinor: totalMinor - invoiceReducedMinor,
    },
  };
}

function taxesOf(lines: readonly CreditNoteLine[]): readonly LineTax[] {
  const byRate = new Map<string, LineTax>();
  for (const { rate, taxMinor } of lines.flatMap((line) => line.taxes))
    byRate.set(rate.id, { rate, taxMinor: (byRate.get(rate.id)?.taxMinor ?? 0n) + taxMinor });
  return [...byRate.values()];
}

function effectsOf(input: CreditNoteInput, creditNote: CreditNote): Decision {
  const { invoice, status } = input;
  const { customerId, currency, totals } = creditNote;
  const { invoiceReducedMinor, creditGrantedMinor, totalMinor } = totals;
  const changes: Change[] = [{ type: 'credit_note.create', creditNote }];
  const events: CoreEvent[] = [
    {
      type: 'credit_note.issued',
      subjectId: creditNote.id,
      customerId,
      data: { currency, invoice_id: invoice.id, total_minor: `${totalMinor}` },
    },
  ];
  if (invoiceReducedMinor > 0n) {
    const settledMinor = input.paidMinor + input.creditPaidMinor + invoiceReducedMinor;
    const isSettled = settledMinor === invoice.totals.dueMinor;
    changes.push({
      type: 'invoice.credit',
      invoiceId: invoice.id,
      fromStatus: status,
      status: isSettled ? 'paid' : status,
      amountMinor: invoiceReducedMinor,
    });
    if (isSettled) {
      const data = { currency, total_minor: `${invoice.totals.totalMinor}` };
      events.push({ type: 'invoice.paid', subjectId: invoice.id, customerId, data });
    }
  }
  if (creditGrantedMinor > 0n) {
    const source = { sourceType: 'credit_note', sourceId: creditNote.id } as const;
    changes.push({
      type: 'customer_credit.add',
      customerId,
      currency,
      deltaMinor: creditGrantedMinor,
      ...source,
    });
    const data = { currency, delta_minor: `${creditGrantedMinor}` };
    events.push({ type: 'credit.granted', subjectId: creditNote.id, customerId, data });
  }
  const transaction = creditNotePosting(creditNote);
  if (transaction !== null) changes.push({ type: 'ledger.post', transaction });
  return { changes, events };
}
