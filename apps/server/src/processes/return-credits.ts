import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import {
  purchaseById,
  purchasesPaid,
  returnCredits,
  type StoredPurchase,
  shortfallOf,
  tellShortfall,
} from '../modules/credits/api.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import { burnWaiting } from '../modules/entitlements/api.ts';
import { type RefundInput, refundPayment, soldBack } from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';

type Sold = {
  chargeId: string;
  lineMinor: bigint;
  notedMinor: bigint;
  totalMinor: bigint;
  allNotedMinor: bigint;
};

/**
 * Money of an invoice was given back, or a refund of it failed: what was bought in credits there follows, under the
 * customer's lock. Credits that should go back and are not there any more open a case, since the customer has both then.
 * It looks at sums alone, so whoever gave money back, by whatever way and how often, calls it once more without harm.
 */
export async function followSoldCredits(ctx: CommandCtx, invoiceId: string, reason: string): Promise<void> {
  const purchases = await purchasesPaid(ctx, invoiceId);
  if (purchases.length === 0) return;
  // What came in before the money went back is paid for by what was there then.
  await burnWaiting(ctx, [...new Set(purchases.map(({ customerId }) => customerId))]);
  const sold = await soldOn(ctx, invoiceId);
  const refundedMinor = await soldBack(ctx, invoiceId);
  for (const purchase of purchases) {
    const price = sold.find(({ chargeId }) => chargeId === purchase.chargeId);
    if (price === undefined) continue;
    const { newlyMissing, missing, unit } = await returnCredits(
      ctx,
      purchase,
      { ...price, refundedMinor },
      reason,
    );
    if (newlyMissing) await openShortfallCase(ctx, purchase, { missing, unit });
  }
}

/** Tells staff of credits that were promised when their price went back, and then used. */
export async function tellOfShortfall(ctx: CommandCtx, purchase: StoredPurchase): Promise<void> {
  await lockCustomer(ctx, purchase.customerId);
  const now = await purchaseById(ctx, purchase.id);
  if (now === undefined) return;
  await tellShortfall(ctx, now.id, null);
  const shortfall = await shortfallOf(ctx, now);
  if (shortfall.missing > 0n) await openShortfallCase(ctx, now, shortfall);
}

function openShortfallCase(
  ctx: CommandCtx,
  { id, customerId, invoiceId }: StoredPurchase,
  { missing, unit }: { missing: Decimal12; unit: string },
): Promise<void> {
  return openCase(ctx, {
    kind: 'credits.refunded_but_spent',
    customerId,
    subjectId: id,
    detail: 'More was given back for these credits than was left of them.',
    facts: {
      missing: formatDecimal12(missing),
      unit,
      invoice: encodeTypeId('inv', invoiceId),
      purchase: encodeTypeId('cbuy', id),
    },
  });
}

/** Gives money back; what was bought with it in credits goes back as well. Refusals: those of `refundPayment`. */
export async function refundSale(ctx: CommandCtx, input: RefundInput) {
  const refund = await refundPayment(ctx, input);
  const payment = await ctx.sql.row<{ invoiceId: string | null }>(
    'select invoice_id as "invoiceId" from payment_attempts where tenant_id = $1 and id = $2',
    [ctx.tenant.id, refund.paymentId],
  );
  if (payment?.invoiceId != null) await followSoldCredits(ctx, payment.invoiceId, input.reason);
  return refund;
}

function soldOn(ctx: CommandCtx, invoiceId: string): Promise<Sold[]> {
  return ctx.sql.rows<Sold>(
    `select l.charge_id as "chargeId", (l.net_minor + l.tax_minor)::bigint as "lineMinor",
       coalesce((select sum(nl.net_minor + nl.tax_minor) from credit_note_lines nl
         join credit_notes n on n.tenant_id = nl.tenant_id and n.id = nl.credit_note_id
         where nl.tenant_id = l.tenant_id and nl.line_id = l.id), 0)::bigint as "notedMinor",
       i.total_minor as "totalMinor",
       coalesce((select sum(n.total_minor) from credit_notes n
         where n.tenant_id = i.tenant_id and n.invoice_id = i.id), 0)::bigint as "allNotedMinor"
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where l.tenant_id = $1 and l.invoice_id = $2 and l.charge_id is not null`,
    [ctx.tenant.id, invoiceId],
  );
}
