import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import type { WantedDebit } from '@billhook/core/invoicing/documents/decide-debit-note';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Refusal } from '@billhook/core/kernel/result';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
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
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { applyBilling } from './apply-billing.ts';

export type DebitInput = {
  invoiceId: string;
  /** By the id of the line that each raises. */
  lines: readonly { lineId: string; amountMinor: bigint; description: string | null }[];
  reason: string;
};

/**
 * Raises what an issued invoice claimed by a document of its own, under the customer's lock: it has a number of its own
 * series, is frozen, posted and collected like an invoice, and refers to the one that it raises. Answers its id.
 *
 * Refusals: `invoice.not_found`, `invoice.billed_at_stripe`, `customer.parked`, `debit_note.invoice_not_issued`,
 * `debit_note.line_unknown`, `billing.refused`.
 */
export async function debitInvoice(ctx: CommandCtx, input: DebitInput): Promise<string> {
  await lockCustomer(ctx, (await raisable(ctx, input.invoiceId)).customerId);
  const request = await load(ctx, input, () => ctx.newId());
  const { invoice, customer } = request;
  if (customer.parkedAt !== null) refuse('customer.parked', 'Billing of this customer is stopped.');
  const decision = await decided(ctx, request, 'issue');
  const document = decision.invoice;
  invariant(document !== null, 'A debit note claims more than nothing.');
  const isAutomatic = invoice.collection === 'automatic' && !customer.paysByTransfer;
  const claimed = {
    customer,
    subscriptions: [],
    collection: isAutomatic ? ('automatic' as const) : ('manual' as const),
    frozenBuyer: invoice.buyer,
  };
  await applyBilling(ctx, [{ ...claimed, decision }]);
  ctx.audit({
    action: 'debit_note.create',
    objectKind: 'invoice',
    objectId: encodeTypeId('inv', document.id),
    details: {
      invoice: invoice.number,
      total_minor: `${document.totals.totalMinor}`,
      reason: input.reason,
    },
  });
  return document.id;
}

/** The same without a write: what would be issued. */
export async function previewDebit(ctx: QueryCtx, input: DebitInput): Promise<BillingDecision['invoice']> {
  await raisable(ctx, input.invoiceId);
  let count = 0;
  // What is written nowhere has no id of its own; the parts of one preview are told apart.
  const draftId = () => {
    count += 1;
    return `00000000-0000-7000-8000-${`${count}`.padStart(12, '0')}`;
  };
  return (await decided(ctx, await load(ctx, input, draftId), 'estimate')).invoice;
}

async function raisable(ctx: QueryCtx, invoiceId: string): Promise<StoredInvoice> {
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  refuseAtStripe(invoice);
  return invoice;
}

async function load(ctx: QueryCtx, input: DebitInput, newId: () => string): Promise<DebitRequest> {
  const invoice = await raisable(ctx, input.invoiceId);
  const lines = await linesOf(ctx, [invoice.id]);
  const subscriptionIds = new Set(lines.map(({ subscriptionId }) => subscriptionId));
  const positions = new Map(lines.map(({ id, position }) => [id, position]));
  return {
    id: newId(),
    invoice,
    customer: await getCustomer(ctx, invoice.customerId),
    subscriptions: await loadSubscriptionsForBilling(ctx, [...subscriptionIds]),
    wanted: input.lines.map(({ lineId, amountMinor, description }, index): WantedDebit => {
      const position = positions.get(lineId);
      if (position === undefined)
        return refuseLine(index, 'line', 'unknown', 'must be a line of the invoice');
      return { position, amountMinor, description, chargeId: newId() };
    }),
    reason: input.reason,
  };
}

async function decided(
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
