import type { BilledLine } from '@billhook/core/invoicing/line';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import * as repo from './repo.ts';

export type { AlikeInvoices, AlikeKind } from './alike-invoices.ts';
export { refuseAtStripe } from './at-stripe.ts';
export {
  type BillRun,
  closeBillRun,
  findOpenBillRun,
  joinBillRun,
  listBillRuns,
  noteBillBatch,
} from './bill-runs.ts';
export { issueNote, prepareNote } from './commands/credit.ts';
export { type DebitRequest, decideDebit } from './commands/debit.ts';
export { type InvoiceToIssue, issueInvoices } from './commands/issue.ts';
export { type VoidInput, voidInvoice } from './commands/void.ts';
export {
  findNote,
  grantedByNotes,
  listNotes,
  type StoredNote,
} from './credit-notes.ts';
export { documentName } from './document-name.ts';
export { loadBilling, type ToBill } from './load-billing.ts';
export {
  insertMirroredInvoice,
  type LineFace,
  moveMirroredInvoice,
  setHostedUrl,
} from './mirrored.ts';
export {
  creditMirroredInvoice,
  insertMirroredNote,
  mirroredNotesOf,
  promisedBy,
  promisedByNotes,
  type StoredMirroredNote,
  voidMirroredNoteRow,
} from './mirrored-notes.ts';
export { presentNote, presentNotes } from './present-note.ts';
export { compareInvoices } from './queries/compare.ts';
export { diffInvoice } from './queries/diff.ts';
export { type ExportedLine, exportCsv, exportLines } from './queries/export.ts';
export { type Foreseen, foresee } from './queries/foresee.ts';
export { frozenText } from './queries/frozen.ts';
export { type LikeLines, likeLines } from './queries/likeness.ts';
export { linkedDocuments } from './queries/linked.ts';
export {
  failingElsewhere,
  findInvoice,
  findInvoices,
  findLine,
  type InvoiceFilter,
  linesOf,
  listInvoices,
  lockInvoice,
  type StoredInvoice,
  type StoredLine,
  type StoredTax,
  unpaidOf,
} from './queries/read.ts';
export { type CorrectedLine, linesToCredit, type Rerated, rerateTouched } from './queries/rerate.ts';
export { doubtfulByCurrency, eachSoldLines, type SoldLine } from './queries/sold-lines.ts';
export { taxOwed } from './queries/tax-owed.ts';
export { draftInvoice, type InvoiceDraft, upcomingInvoice, upcomingTogether } from './queries/upcoming.ts';
export {
  chargedPeriods,
  insertAdjustment,
  insertDeductions,
  periodKey,
} from './queries/usage-corrections.ts';
export { heldByTax, type TaxBasis, taxBasesOf } from './tax-basis.ts';
export { customersWithPapers } from './tax-facts.ts';
export {
  type ClaimedBooking,
  claimBookings,
  endAttempt,
  nextBookingAt,
} from './tax-provider/bookings.ts';
export { decideTaxed, type TaxedDecision, TaxQuoteNeeded } from './tax-provider/decide-taxed.ts';
export type { TaxAnswer, TaxFault, TaxProvider } from './tax-provider/port.ts';
export { isLeftToProvider, type NamedQuestion } from './tax-provider/question.ts';
export {
  askLater,
  dropQuestions,
  dueQuestions,
  isAwaited,
  keepFault,
  keepQuote,
  nextQuestionAt,
  wantQuotes,
} from './tax-provider/quotes.ts';

/** Lines of these subscriptions that stand on invoices. */
export function billedLines(ctx: QueryCtx, subscriptionIds: readonly string[]): Promise<BilledLine[]> {
  return repo.billedLines(ctx, subscriptionIds);
}

/** Moves the payment state; false if the invoice has another status than the decision rests on. */
export function movePaymentState(
  ctx: CommandCtx,
  change: { invoiceId: string; fromStatus: string; status: string; paidDeltaMinor: bigint },
): Promise<boolean> {
  return repo.movePaymentState(ctx, change);
}

/** Credit pays a part or all of what is left; false if the invoice has another status than the decision rests on. */
export function payByCredit(
  ctx: CommandCtx,
  change: { invoiceId: string; fromStatus: string; status: string; amountMinor: bigint },
): Promise<boolean> {
  return repo.payByCredit(ctx, change);
}

/** Remembers how often collecting has failed and when it is tried again. */
export function setRetry(
  ctx: CommandCtx,
  retry: { invoiceId: string; at: Instant | null; failureCount: number },
): Promise<void> {
  return repo.setRetry(ctx, retry.invoiceId, retry.at, retry.failureCount);
}

/** Adds to what was given back of an invoice's payments. */
export function addRefundedToInvoice(ctx: CommandCtx, invoiceId: string, deltaMinor: bigint): Promise<void> {
  return repo.addRefunded(ctx, invoiceId, deltaMinor);
}

export {
  issueDocument,
  previewOf,
  type WrittenDocument,
  writeLetter,
  writeProForma,
  writeStatement,
} from './commands/issue-document.ts';
export {
  findDocument,
  listDocuments,
  noteSent,
  type StoredDocument,
} from './customer-documents.ts';
export type { InvoiceDocument, InvoiceRenderer } from './document.ts';
export type { AccessPointOf, PeppolAnswer } from './e-invoices/access-point.ts';
export {
  claimPeppol,
  type Delivery,
  type DocumentFormat,
  findDelivery,
  movePeppol,
  presentDelivery,
  queuePeppol,
  recordDelivery,
  requeuePeppol,
} from './e-invoices/deliveries.ts';
export { recordDownload } from './e-invoices/downloads.ts';
export { createEInvoices, type EInvoices } from './e-invoices/files.ts';
export { partyOfEInvoice } from './e-invoices/parties.ts';
export type { DocumentRef } from './e-invoices/repo.ts';
export { type LineNames, loadLineNames } from './line-names.ts';
export { buyerOf, partyOnDocument, presentTerms, sellerOf, termsOnDocument } from './parties.ts';
export {
  createCreditNotePdf,
  createDocumentPdf,
  createInvoicePdf,
  createPreviewPdf,
  type InvoicePdf,
} from './pdf.ts';
export { placedTaxes } from './placed-taxes.ts';
export {
  fractionOf,
  presentInvoice,
  presentLineDiscounts,
  presentOneExplanation,
  presentSummaries,
} from './present.ts';
export { presentExplanation } from './present-explanation.ts';
export { type PlacedTaxRow, taxByPlace } from './queries/booked-taxes.ts';
export { presentLineUsage } from './queries/line-usage.ts';
export type { Speech } from './queries/speech.ts';
export { unplacedTax } from './queries/unplaced-tax.ts';
export { releasing } from './release.ts';
export { takeNumbers } from './repo.ts';
export { missingOfSeller, whyNotIssued } from './seller-data.ts';
export type { StoredDiscount } from './stored-explanation.ts';
export { refuseTakenAway } from './taken-away.ts';

/** What writes a document in the words of its reader; the words are many, so they are loaded with the first one. */
export const loadSpeech = () => import('./queries/speech.ts');
