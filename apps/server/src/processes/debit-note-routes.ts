import type { OperatorRoutes } from '@billhook/contract/routes';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { iso } from '../platform/sql.ts';
import { type DebitInput, debitInvoice, previewDebit } from './debit-invoice.ts';
import { invoiceRow, rowOf, showInvoice } from './invoice-routes.ts';
import { presentDraft } from './present-draft.ts';

type RouteIds = 'createDebitNote' | 'previewDebitNote';

type Body = {
  lines: readonly { line: string; amount: string; description?: string }[];
  reason: string;
};

/** Documents that raise what an invoice claimed. They are read, sent and paid by the routes of invoices. */
export const debitNoteRoutes: Pick<Handlers<OperatorRoutes>, RouteIds> = {
  createDebitNote: async (ctx, { params, body }) =>
    showInvoice(ctx, await debitInvoice(ctx, readDebit(params.id, body))),
  previewDebitNote: async (ctx, { params, body }) => {
    const draft = await previewDebit(ctx, readDebit(params.id, body));
    invariant(draft !== null, 'A debit note claims more than nothing.');
    return {
      object: 'draft_debit_note',
      customer: encodeTypeId('cus', draft.customerId),
      raises: params.id,
      due_at: iso(draft.dueAt),
      ...(await presentDraft(ctx, draft, draft.currency)),
    };
  },
};

function readDebit(invoice: string, body: Body): DebitInput {
  const lines = body.lines.map(({ line, amount, description }) => ({
    lineId: rowOf('il', line) ?? '',
    amountMinor: BigInt(amount),
    description: description ?? null,
  }));
  return { invoiceId: invoiceRow(invoice), lines, reason: body.reason };
}
