import type { CoreEvent } from '../decision/event.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { currencyCode } from '../money/currency.ts';
import { isAmountInRange } from '../money/money.ts';
import type { Instant } from '../time/instant.ts';
import type { InvoiceAtStripe, InvoiceLineAtStripe } from './invoice-at-stripe.ts';
import { mirroredIssuedPosting, mirroredVoidedPosting } from './mirror-postings.ts';

/** The totals of a mirrored invoice; net and tax add up to the total. */
export interface MirroredTotals {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  /** Paid out of the balance that the customer has at Stripe. */
  readonly balanceAppliedMinor: bigint;
}

export interface MirroredLine {
  readonly line: InvoiceLineAtStripe;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

/** What is written of an invoice once: Stripe's number, tax and lines as they stand there. */
export interface MirroredDocument {
  readonly invoiceId: string;
  readonly number: string;
  readonly status: 'open' | 'paid';
  readonly totals: MirroredTotals;
  readonly lines: readonly MirroredLine[];
  readonly taxMode: 'exclusive' | 'inclusive';
  readonly issuedAt: Instant;
  readonly dueAt: Instant;
}

export interface MirrorInvoiceInput {
  readonly now: Instant;
  /** For a new one; the id of the known one otherwise. */
  readonly invoiceId: string;
  readonly customerId: string;
  readonly facts: InvoiceAtStripe;
  /** As it is here; null for one that is not known yet. */
  readonly current: { readonly status: InvoiceStatus; readonly totals: MirroredTotals } | null;
}

export interface MirrorInvoiceDecision {
  readonly create: MirroredDocument | null;
  /** The status moves without money: void, uncollectible, or open again. */
  readonly move: { readonly from: InvoiceStatus; readonly to: InvoiceStatus } | null;
  readonly postings: readonly LedgerTransaction[];
  readonly events: readonly CoreEvent[];
}

const NOTHING: MirrorInvoiceDecision = { create: null, move: null, postings: [], events: [] };

/**
 * Makes the document of an invoice that Stripe computed, once it is final there, and moves its status after it. What
 * money does is recorded apart, payment by payment. Looking again at the same changes nothing; paid and void stay.
 * Refusals: `mirror.invoice_status`, `mirror.invoice_totals`, `billing.amount_out_of_range`.
 */
export function decideMirroredInvoice(input: MirrorInvoiceInput): Result<MirrorInvoiceDecision> {
  const { facts, current } = input;
  const status = statusOf(facts);
  if (status === null) {
    return refuse('mirror.invoice_status', 'Stripe gave the invoice a status that is not known here.', {
      status: facts.status,
    });
  }
  if (status === 'draft' || facts.number === null) return ok(NOTHING);
  if (current !== null) return ok(moved(input, current, status));
  const document = documentOf(input, facts.number);
  if (!document.ok) return document;
  const { totals } = document.value;
  const issued = issueOf(input, document.value);
  if (status === 'open' || status === 'paid') return ok(issued);
  const after = moved(input, { status: document.value.status, totals }, status);
  return ok({
    create: document.value,
    move: after.move,
    postings: [...issued.postings, ...after.postings],
    events: [...issued.events, ...after.events],
  });
}

function statusOf({ status }: InvoiceAtStripe): InvoiceStatus | 'draft' | null {
  return status === 'draft' || status === 'open' || status === 'paid' || status === 'void'
    ? status
    : status === 'uncollectible'
      ? status
      : null;
}

function documentOf(input: MirrorInvoiceInput, number: string): Result<MirroredDocument> {
  const { facts, now } = input;
  const lines = facts.lines.map((line): MirroredLine => {
    const afterDiscount = line.amountMinor - line.discountMinor;
    const netMinor = line.isTaxIncluded ? afterDiscount - line.taxMinor : afterDiscount;
    return { line, netMinor, taxMinor: line.taxMinor };
  });
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n);
  const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0n);
  if (netMinor + taxMinor !== facts.totalMinor) {
    return refuse('mirror.invoice_totals', 'The lines of the invoice at Stripe do not add up to its total.', {
      lines_minor: `${netMinor + taxMinor}`,
      total_minor: `${facts.totalMinor}`,
    });
  }
  if (!isAmountInRange(facts.totalMinor)) {
    return refuse('billing.amount_out_of_range', 'The invoice at Stripe is over more than any invoice may.');
  }
  const payable = facts.totalMinor > 0n ? facts.totalMinor : 0n;
  // Credit notes have documents of their own, which take off what they take off.
  const owedMinor = facts.amountDueMinor + facts.reducedByNotesMinor;
  const dueMinor = owedMinor < 0n ? 0n : owedMinor;
  const balanceAppliedMinor = dueMinor < payable ? payable - dueMinor : 0n;
  const issuedAt = facts.finalizedAt ?? now;
  return ok({
    invoiceId: input.invoiceId,
    number,
    status: payable - balanceAppliedMinor === 0n ? 'paid' : 'open',
    totals: { netMinor, taxMinor, totalMinor: facts.totalMinor, balanceAppliedMinor },
    lines,
    taxMode: facts.lines.some(({ isTaxIncluded }) => isTaxIncluded) ? 'inclusive' : 'exclusive',
    issuedAt,
    dueAt: facts.dueAt ?? issuedAt,
  });
}

function issueOf(input: MirrorInvoiceInput, document: MirroredDocument): MirrorInvoiceDecision {
  const { totals } = document;
  const currency = currencyCode(input.facts.currency);
  const payable = totals.totalMinor > 0n ? totals.totalMinor : 0n;
  const events: CoreEvent[] = [
    eventOf(input, 'invoice.issued', {
      total_minor: `${totals.totalMinor}`,
      due_minor: `${payable - totals.balanceAppliedMinor}`,
    }),
  ];
  if (document.status === 'paid')
    events.push(eventOf(input, 'invoice.paid', { total_minor: `${totals.totalMinor}` }));
  return {
    create: document,
    move: null,
    postings: mirroredIssuedPosting(
      { id: document.invoiceId, customerId: input.customerId, currency, totals },
      document.issuedAt,
    ),
    events,
  };
}

function moved(
  input: MirrorInvoiceInput,
  current: { readonly status: InvoiceStatus; readonly totals: MirroredTotals },
  to: InvoiceStatus,
): MirrorInvoiceDecision {
  const from = current.status;
  // Paid comes of its payments; what is paid or void stays so.
  if (from === to || to === 'paid' || from === 'paid' || from === 'void') return NOTHING;
  const move = { from, to };
  if (to !== 'void') return { ...NOTHING, move };
  const invoice = {
    id: input.invoiceId,
    customerId: input.customerId,
    currency: currencyCode(input.facts.currency),
    totals: current.totals,
  };
  return {
    create: null,
    move,
    postings: mirroredVoidedPosting(invoice, input.facts.voidedAt ?? input.now),
    events: [eventOf(input, 'invoice.voided', { reason: 'Voided at Stripe' })],
  };
}

function eventOf(
  { invoiceId, customerId, facts }: MirrorInvoiceInput,
  type: CoreEvent['type'],
  data: CoreEvent['data'],
): CoreEvent {
  return { type, subjectId: invoiceId, customerId, data: { currency: facts.currency, ...data } };
}
