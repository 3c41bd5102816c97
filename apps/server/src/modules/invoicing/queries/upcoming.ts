import type { InvoiceLine, InvoiceTotals } from '@billhook/core/invoicing/invoice';
import type { TaxSubtotal } from '@billhook/core/invoicing/tax';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { type Instant, later } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import type { Customer } from '../../customers/api.ts';
import { loadBilling } from '../load-billing.ts';
import { decideTaxed } from '../tax-provider/decide-taxed.ts';

/** An invoice that is not issued: what it would say. */
export type InvoiceDraft = {
  billsAt: Instant;
  lines: readonly InvoiceLine[];
  taxes: readonly TaxSubtotal[];
  totals: InvoiceTotals;
};

// A draft is never written; its invoice needs an id that no row has.
const NO_ID = '00000000-0000-7000-8000-000000000000';

/**
 * What the next bill of a subscription would say with the usage so far. Null where nothing more will be billed, or
 * where the next thing that happens costs nothing.
 */
export async function upcomingInvoice(
  ctx: QueryCtx,
  customer: Customer,
  subscription: Subscription,
): Promise<InvoiceDraft | null> {
  const billsAt = subscription.nextActionAt;
  if (billsAt === null) return null;
  return draftInvoice(ctx, customer, [subscription], later(billsAt, ctx.now));
}

/** What an invoice of these subscriptions would say if it were made at `now`, which may lie ahead. Writes nothing. */
export async function draftInvoice(
  ctx: QueryCtx,
  customer: Customer,
  subscriptions: readonly Subscription[],
  now: Instant,
): Promise<InvoiceDraft | null> {
  const [input] = await loadBilling(ctx, [{ customer, subscriptions }], now, () => NO_ID);
  if (input === undefined) return null;
  const [taxed] = await decideTaxed(ctx, [{ customer, input }], 'estimate');
  if (taxed?.kind !== 'decided') return null;
  const decision = taxed.result;
  if (!decision.ok || decision.value.invoice === null) return null;
  const { lines, taxes, totals } = decision.value.invoice;
  return { billsAt: now, lines, taxes, totals };
}
