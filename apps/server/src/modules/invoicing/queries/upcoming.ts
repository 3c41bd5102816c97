import type { Release } from '@billhook/core/invoicing/consolidation';
import type { InvoiceLine, InvoiceTotals } from '@billhook/core/invoicing/invoice';
import type { TaxSubtotal } from '@billhook/core/invoicing/tax';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { type Instant, later } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import type { Customer } from '../../customers/api.ts';
import { loadBilling } from '../load-billing.ts';
import { releasing } from '../release.ts';
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
  const at = later(billsAt, ctx.now);
  const { release } = releasing(ctx.tenant, at)(customer);
  const draft = await draftInvoice(ctx, customer, [subscription], at, release);
  // What falls due by then may wait for the end of its day or month, and is billed with the rest of it.
  if (draft !== null || release === undefined) return draft;
  return draftInvoice(ctx, customer, [subscription], release.next);
}

/** What the bill run would put on one invoice of these subscriptions at a moment that lies ahead. */
export function upcomingTogether(
  ctx: QueryCtx,
  customer: Customer,
  subscriptions: readonly Subscription[],
  at: Instant,
): Promise<InvoiceDraft | null> {
  return draftInvoice(ctx, customer, subscriptions, at, releasing(ctx.tenant, at)(customer).release);
}

/**
 * What an invoice of these subscriptions would say if it were made at `now`, which may lie ahead. Writes nothing.
 *
 * @param release what may be on it, where lines wait for the end of a day or month; all, if left out
 */
export async function draftInvoice(
  ctx: QueryCtx,
  customer: Customer,
  subscriptions: readonly Subscription[],
  now: Instant,
  release?: Release,
): Promise<InvoiceDraft | null> {
  const [input] = await loadBilling(ctx, [{ customer, subscriptions }], now, () => NO_ID);
  if (input === undefined) return null;
  const entry = { customer, input: release === undefined ? input : { ...input, release } };
  const [taxed] = await decideTaxed(ctx, [entry], 'estimate');
  if (taxed?.kind !== 'decided') return null;
  const decision = taxed.result;
  if (!decision.ok || decision.value.invoice === null) return null;
  const { lines, taxes, totals } = decision.value.invoice;
  return { billsAt: now, lines, taxes, totals };
}
