import { type DiffedInvoice, diffInvoices } from '@billhook/core/invoicing/diff-invoices';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { readFrozen } from '../frozen.ts';
import { frozenText } from './frozen.ts';
import { findInvoice, type StoredInvoice } from './read.ts';

const NOTHING: DiffedInvoice = { lines: [], totals: { netMinor: 0n, taxMinor: 0n, totalMinor: 0n } };

/**
 * Why the total of an invoice differs from that of another one, or of the one before it: parts that add up exactly.
 * Refusals: `invoice.not_found`, `invoice.not_comparable`.
 */
export async function diffInvoice(ctx: QueryCtx, invoice: StoredInvoice, againstId: string | null) {
  const other = againstId === null ? await invoiceBefore(ctx, invoice) : await named(ctx, againstId);
  if (other !== undefined && (other.customerId !== invoice.customerId || other.currency !== invoice.currency))
    return refuse('invoice.not_comparable', 'It is of another customer or in another currency.');
  if (invoice.authority === 'stripe' || other?.authority === 'stripe')
    return refuse('invoice.not_comparable', 'Stripe computed it and says no more than its lines.');
  const before = other === undefined ? NOTHING : await frozenInvoice(ctx, other.id);
  const after = await frozenInvoice(ctx, invoice.id);
  const difference = diffInvoices(after, before);
  return {
    object: 'invoice_diff' as const,
    invoice: encodeTypeId('inv', invoice.id),
    number: invoice.number,
    against: other === undefined ? null : encodeTypeId('inv', other.id),
    against_number: other?.number ?? null,
    against_issued_at: other === undefined ? null : iso(other.issuedAt),
    currency: invoice.currency,
    before: `${before.totals.totalMinor}`,
    after: `${after.totals.totalMinor}`,
    change: `${difference.totalMinor}`,
    parts: {
      price: `${difference.priceMinor}`,
      volume: `${difference.volumeMinor}`,
      mix: `${difference.mixMinor}`,
      plan: `${difference.planMinor}`,
      tax: `${difference.taxMinor}`,
      one_off: `${difference.oneOffMinor}`,
    },
  };
}

async function frozenInvoice(ctx: QueryCtx, id: string): Promise<DiffedInvoice> {
  const text = await frozenText(ctx, id);
  return text === undefined ? NOTHING : readFrozen(text);
}

async function named(ctx: QueryCtx, id: string): Promise<StoredInvoice> {
  const invoice = await findInvoice(ctx, id);
  return invoice ?? refuse('invoice.not_found', 'There is no such invoice to compare with.');
}

/** The last one before it of the same subscription, or of the customer where it bills several. */
async function invoiceBefore(ctx: QueryCtx, invoice: StoredInvoice): Promise<StoredInvoice | undefined> {
  const row = await ctx.sql.row<{ id: string }>(
    `select i.id from invoices i
     join invoices self on self.tenant_id = i.tenant_id and self.id = $2
     where i.tenant_id = $1 and i.id <> self.id and i.customer_id = self.customer_id and i.currency = self.currency
       and i.authority = 'billhook' and i.status not in ('void', 'skipped')
       -- A debit note stands beside the invoice that it raises, and is no next one.
       and i.raises_invoice_id is null and self.raises_invoice_id is null
       and (i.issued_at, i.sequence) < (self.issued_at, self.sequence)
       and (self.subscription_id is null or i.subscription_id is not distinct from self.subscription_id)
     order by i.issued_at desc, i.sequence desc limit 1`,
    [ctx.tenant.id, invoice.id],
  );
  return row === undefined ? undefined : findInvoice(ctx, row.id);
}
