import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import type { WantedDebit } from '@billhook/core/invoicing/documents/decide-debit-note';
import type { Refusal } from '@billhook/core/kernel/result';
import { getCustomer } from '../modules/customers/api.ts';
import {
  type DebitRequest,
  decideDebit,
  findInvoice,
  linesOf,
  refuseAtStripe,
  type StoredInvoice,
  TaxQuoteNeeded,
} from '../modules/invoicing/api.ts';
import { loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';

export type DebitInput = {
  invoiceId: string;
  /** By the id of the line that each raises; whoever keeps what is charged gives its id. */
  lines: readonly { lineId: string; amountMinor: bigint; description: string | null; chargeId?: string }[];
  reason: string;
};

/** The invoice, if any document may raise it. */
export async function raisable(ctx: QueryCtx, invoiceId: string): Promise<StoredInvoice> {
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  refuseAtStripe(invoice);
  return invoice;
}

/** Everything that deciding needs. */
export async function loadDebit(
  ctx: QueryCtx,
  input: DebitInput,
  newId: () => string,
): Promise<DebitRequest> {
  const invoice = await raisable(ctx, input.invoiceId);
  const lines = await linesOf(ctx, [invoice.id]);
  const subscriptionIds = new Set(lines.map(({ subscriptionId }) => subscriptionId));
  const positions = new Map(lines.map(({ id, position }) => [id, position]));
  return {
    id: newId(),
    invoice,
    customer: await getCustomer(ctx, invoice.customerId),
    subscriptions: await loadSubscriptionsForBilling(ctx, [...subscriptionIds]),
    wanted: input.lines.map(({ lineId, amountMinor, description, chargeId }, index): WantedDebit => {
      const position = positions.get(lineId);
      if (position === undefined)
        return refuseLine(index, 'line', 'unknown', 'must be a line of the invoice');
      return { position, amountMinor, description, chargeId: chargeId ?? newId() };
    }),
    reason: input.reason,
  };
}

/** What would be issued; what cannot be is refused. */
export async function decidedDebit(
  ctx: QueryCtx,
  request: DebitRequest,
  purpose: 'issue' | 'estimate',
): Promise<BillingDecision> {
  const taxed = await decideDebit(ctx, request, purpose);
  if (taxed.kind === 'waits') {
    if (!taxed.isAsked) throw new TaxQuoteNeeded([taxed.question]);
    return refuse('billing.refused', 'The provider of taxes does not answer. Nothing was changed.', {
      facts: { reason: 'tax.provider_away' },
    });
  }
  return taxed.result.ok ? taxed.result.value : refuseDebit(taxed.result.refusal);
}

function refuseDebit({ code, detail, facts }: Refusal): never {
  if (code === 'debit_note.invoice_not_issued') return refuse(code, detail);
  const index = Number(/\d+$/.exec(`${facts.pointer ?? ''}`)?.[0]);
  if (code === 'debit_note.line_unknown') return refuseLine(index, 'line', 'unknown', detail);
  return refuse('billing.refused', `${detail} Nothing was changed.`, { facts: { reason: code, ...facts } });
}

function refuseLine(index: number, member: string, code: 'unknown', detail: string): never {
  return refuse('debit_note.line_unknown', 'A line is not on this invoice.', {
    faults: [{ pointer: `/lines/${index}/${member}`, code, detail }],
  });
}
