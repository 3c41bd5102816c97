import type { DeductedPart } from '@billhook/core/invoicing/documents/deduction';
import type { RatedAgain } from '@billhook/core/invoicing/documents/rerate';
import type { UsageCorrection } from '@billhook/core/invoicing/usage-correction';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** What corrections changed so far and still stands: a note of an invoice that was voided went with it. */
export function usageCorrections(
  ctx: QueryCtx,
  subscriptionIds: readonly string[],
): Promise<(UsageCorrection & { subscriptionId: string })[]> {
  return ctx.sql.rows(
    `select a.subscription_id as "subscriptionId", a.item_id as "itemId", a.billing_start as "billingStart",
       a.gross_delta_minor as "grossDeltaMinor", a.charge_id as "chargeId",
       coalesce(n.amount_minor, a.gross_delta_minor) as "amountMinor"
     from usage_adjustments a left join lateral (
       select -sum(l.amount_minor)::bigint as amount_minor, bool_or(i.status = 'void') as is_void
       from credit_notes n join invoices i on i.tenant_id = n.tenant_id and i.id = n.invoice_id
         join credit_note_lines l on l.tenant_id = n.tenant_id and l.credit_note_id = n.id
       where n.tenant_id = a.tenant_id and n.id = a.credit_note_id) n on true
     where a.tenant_id = $1 and a.subscription_id = any ($2::uuid[]) and n.is_void is not true`,
    [ctx.tenant.id, subscriptionIds],
  );
}

/** Those of these billed periods that a correction has charged for already, by what `periodKey` calls them. */
export async function chargedPeriods(
  ctx: QueryCtx,
  periods: readonly { itemId: string; billingStart: Instant }[],
): Promise<ReadonlySet<string>> {
  if (periods.length === 0) return new Set();
  const rows = await ctx.sql.rows<{ itemId: string; billingStart: Instant }>(
    `select distinct a.item_id as "itemId", a.billing_start as "billingStart"
     from unnest($2::uuid[], $3::timestamptz[]) as p (item_id, billing_start)
     cross join lateral (
       select item_id, billing_start from usage_adjustments
       where tenant_id = $1 and item_id = p.item_id and billing_start = p.billing_start and charge_id is not null offset 0
     ) as a`,
    [
      ctx.tenant.id,
      periods.map(({ itemId }) => itemId),
      periods.map(({ billingStart }) => iso(billingStart)),
    ],
  );
  return new Set(rows.map(periodKey));
}

export function periodKey({ itemId, billingStart }: { itemId: string; billingStart: Instant }): string {
  return `${itemId}/${billingStart}`;
}

export type NewAdjustment = {
  customerId: string;
  subscriptionId: string;
  rated: RatedAgain;
  grossDeltaMinor: bigint;
  creditNoteId: string | null;
  chargeId: string | null;
};

/** Keeps what a correction changed, and where it stands. Answers its id. */
export async function insertAdjustment(ctx: CommandCtx, adjustment: NewAdjustment): Promise<string> {
  const { rated } = adjustment;
  const id = ctx.newId();
  await ctx.sql.run(
    `insert into usage_adjustments (tenant_id, id, customer_id, subscription_id, item_id, billing_start,
       quantity_before, quantity_after, gross_delta_minor, credit_note_id, charge_id, made_at)
     values ($1, $2, $3, $4, $5, $6, $7::numeric / 1000000000000, $8::numeric / 1000000000000, $9, $10, $11, $12)`,
    [
      ctx.tenant.id,
      id,
      adjustment.customerId,
      adjustment.subscriptionId,
      rated.itemId,
      iso(rated.billingStart),
      rated.quantityBefore,
      rated.quantityAfter,
      adjustment.grossDeltaMinor,
      adjustment.creditNoteId,
      adjustment.chargeId,
      iso(ctx.now),
    ],
  );
  return id;
}

/** Keeps what a deduction took back of which line: later ones, for whatever period, find so much less left. */
export async function insertDeductions(
  ctx: CommandCtx,
  adjustmentId: string,
  parts: readonly DeductedPart<{ readonly id: string; readonly invoiceId: string }>[],
): Promise<void> {
  await ctx.sql.run(
    `insert into usage_deductions (tenant_id, adjustment_id, line_id, invoice_id, gross_minor, total_minor)
     select $1, $2, p.line_id, p.invoice_id, p.gross_minor, p.total_minor
     from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[]) as p (line_id, invoice_id, gross_minor, total_minor)`,
    [
      ctx.tenant.id,
      adjustmentId,
      parts.map(({ line }) => line.id),
      parts.map(({ line }) => line.invoiceId),
      parts.map(({ grossMinor }) => grossMinor),
      parts.map(({ totalMinor }) => totalMinor),
    ],
  );
}
