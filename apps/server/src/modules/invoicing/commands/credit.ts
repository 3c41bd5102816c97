import { createHash } from 'node:crypto';
import { DEFAULT_CREDIT_NOTE_POLICY } from '@billhook/core/invoicing/documents/credit-amounts';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import type { WantedCredit } from '@billhook/core/invoicing/documents/creditable';
import {
  type CreditNoteDecision,
  decideCreditNote,
} from '@billhook/core/invoicing/documents/decide-credit-note';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import type { LineTax } from '@billhook/core/invoicing/tax';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Result } from '@billhook/core/kernel/result';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { dateAt, dateFields } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { earlierNotes, insertNote, insertNoteLines, markCredited, noteLineJson } from '../credit-notes.ts';
import { readFrozen } from '../frozen.ts';
import { sellerOf } from '../parties.ts';
import { frozenText } from '../queries/frozen.ts';
import { linesOf, type StoredInvoice } from '../queries/read.ts';
import * as repo from '../repo.ts';
import { bookReversal } from '../tax-provider/bookings.ts';

/**
 * Decides a credit note of an invoice whose customer is locked; writes nothing. The refusals are those of core.
 *
 * @param more `soldBackMinor`: sales that refunds of the invoice took back
 */
export async function prepareNote(
  ctx: CommandCtx,
  invoice: StoredInvoice,
  lines: 'rest' | readonly WantedCredit[],
  more: { readonly reason: string; readonly soldBackMinor: bigint },
): Promise<Result<CreditNoteDecision>> {
  const text = await frozenText(ctx, invoice.id);
  invariant(text !== undefined, 'An invoice that is shown has its frozen text.');
  const subscriptionIds = new Set((await linesOf(ctx, [invoice.id])).map((line) => line.subscriptionId));
  return decideCreditNote({
    now: ctx.now,
    creditNoteId: ctx.newId(),
    invoice: readFrozen(text),
    status: invoice.status,
    paidMinor: invoice.paidMinor,
    creditPaidMinor: invoice.creditPaidMinor,
    billed: await repo.billedLines(ctx, [...subscriptionIds]),
    earlier: await earlierNotes(ctx, invoice),
    lines,
    ...more,
    policy: DEFAULT_CREDIT_NOTE_POLICY,
  });
}

/**
 * Writes a decided note with a number of its own series, frozen like an invoice. It locks the row of the series, so it
 * must be the last lock that a transaction takes.
 *
 * @param refundedMinor what of the credit goes back to the payment method
 */
export async function issueNote(
  ctx: CommandCtx,
  note: CreditNote,
  invoice: StoredInvoice,
  refundedMinor: bigint,
): Promise<void> {
  const numbering = await numberOf(ctx);
  const issued: CreditNote = { ...note, issuedAt: numbering.issuedAt };
  const seller = sellerOf(ctx.tenant, localeOf(invoice));
  const { totals } = issued;
  const taxes = issued.taxes.map((tax) => taxJson(tax, issued.lines));
  const facts = {
    id: issued.id,
    invoice_id: issued.invoiceId,
    customer_id: issued.customerId,
    number: numbering.number,
    currency: issued.currency,
    reason: issued.reason,
    seller,
    buyer: invoice.buyer,
    issued_at: iso(issued.issuedAt),
    taxes,
    net_minor: `${totals.netMinor}`,
    tax_minor: `${totals.taxMinor}`,
    total_minor: `${totals.totalMinor}`,
  };
  const canonical = canonicalJson({
    ...facts,
    format: 'billhook-credit-note/1',
    invoice_number: invoice.number,
    tax_mode: issued.taxMode,
    lines: issued.lines.map(noteLineJson),
  });
  await insertNote(ctx, {
    ...facts,
    series: numbering.series,
    year: numbering.year,
    sequence: `${numbering.sequence}`,
    reduced_minor: `${totals.invoiceReducedMinor}`,
    granted_minor: `${totals.creditGrantedMinor}`,
    refunded_minor: `${refundedMinor}`,
    canonical,
    content_sha256: createHash('sha256').update(canonical, 'utf8').digest('hex'),
  });
  await insertNoteLines(ctx, issued);
  await bookReversal(ctx, issued.invoiceId, issued);
  await markCredited(ctx, {
    invoiceId: issued.invoiceId,
    totalMinor: totals.totalMinor,
    reducedMinor: totals.invoiceReducedMinor,
  });
  ctx.audit({
    action: 'credit_note.create',
    objectKind: 'credit_note',
    objectId: encodeTypeId('cn', issued.id),
    details: {
      number: numbering.number,
      invoice: invoice.number,
      total_minor: `${totals.totalMinor}`,
      refunded_minor: `${refundedMinor}`,
      reason: issued.reason,
    },
  });
}

const taxJson = ({ rate, taxMinor }: LineTax, lines: CreditNote['lines']) => ({
  rate_id: rate.id,
  name: rate.name,
  percent: formatDecimal12(rate.percent),
  tax_minor: `${taxMinor}`,
  ...(rate.exemption === undefined ? {} : { exemption: rate.exemption.text }),
  // A provider may tax a part of a line, which the line does not say.
  ...(rate.jurisdiction === undefined
    ? { net_minor: `${netAt(rate.id, lines)}` }
    : { jurisdiction: { ...rate.jurisdiction } }),
});

/** What a note takes back of the net that a rate is on. */
function netAt(rateId: string, lines: CreditNote['lines']): bigint {
  let netMinor = 0n;
  for (const line of lines) if (line.taxes.some(({ rate }) => rate.id === rateId)) netMinor += line.netMinor;
  return netMinor;
}

const localeOf = ({ buyer }: StoredInvoice) => (typeof buyer.locale === 'string' ? buyer.locale : null);

/** Notes are numbered beside the invoices: `BH-CN-2026-000001`. The colon keeps the counters of both apart. */
async function numberOf(ctx: CommandCtx) {
  const prefix = ctx.tenant.settings.invoiceSeries;
  const series = `CN:${prefix}`;
  const { year } = dateFields(dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone)));
  const { first, issuedAt } = await repo.takeNumbers(ctx, series, year, 1, ctx.now);
  const number = formatInvoiceNumber({ prefix, year }, first).replace('-', '-CN-');
  return { series, year, sequence: first, issuedAt, number };
}
