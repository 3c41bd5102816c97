import {
  type EarlierAdjustment,
  periodsTouched,
  type RatedAgain,
  rerate,
  windowsToRerate,
} from '@billhook/core/invoicing/documents/rerate';
import type { InvoiceStatus } from '@billhook/core/invoicing/invoice';
import type { Refusal } from '@billhook/core/kernel/result';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import { carriesOver } from '@billhook/core/usage/carries-over';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { listMeters } from '../../catalog/api.ts';
import type { Customer } from '../../customers/api.ts';
import { billingSettings } from '../billing-settings.ts';
import { loadWindows } from '../load-billing.ts';
import * as repo from '../repo.ts';

/** Billed periods of one subscription as they were and as they are now; a refusal where they cannot be rated. */
export type Rerated = {
  subscription: Subscription;
  rated: readonly RatedAgain[];
  /** Moments whose periods are billed in parts and still run, and when these end. */
  waiting: readonly { meterId: string; endsAt: Instant }[];
  refusal: Refusal | null;
};

/**
 * Rates the billed periods of a customer that these moments count in once more, with the usage as it is now. Writes
 * nothing. Subscriptions that none of them touches are left out.
 */
export async function rerateTouched(
  ctx: QueryCtx,
  customer: Customer,
  subscriptions: readonly Subscription[],
  touched: readonly { meterId: string; at: Instant }[],
): Promise<Rerated[]> {
  if (touched.length === 0 || subscriptions.length === 0) return [];
  const ids = subscriptions.map(({ id }) => id);
  const billed = Map.groupBy(await repo.billedLines(ctx, ids), (line) => line.subscriptionId);
  const earlier = Map.groupBy(await adjustmentsOf(ctx, ids), (one) => one.subscriptionId);
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const byMeter = Map.groupBy(touched, ({ meterId }) => meterId);
  const settings = billingSettings(ctx.tenant.settings, customer);
  const answers: Rerated[] = [];
  for (const subscription of subscriptions) {
    const lines = billed.get(subscription.id) ?? [];
    const found = [...byMeter].map(([meterId, moments]) => ({
      meterId,
      ...periodsTouched(subscription, lines, {
        meterId,
        moments: moments.map(({ at }) => at),
        carriesOver: carriesOver(meters.get(meterId)?.aggregation),
      }),
    }));
    const periods = found.flatMap(({ settled }) => settled);
    const waiting = found.flatMap(({ meterId, running }) =>
      running.map(({ endsAt }) => ({ meterId, endsAt })),
    );
    if (periods.length === 0 && waiting.length === 0) continue;
    const input = { now: ctx.now, subscription, settings, billed: lines, periods };
    const windows = periods.length === 0 ? [] : windowsToRerate(input);
    const usage = await loadWindows(
      ctx,
      windows.map((window) => ({ customerId: customer.id, window })),
    );
    const result = rerate(input, usage, earlier.get(subscription.id) ?? []);
    answers.push({
      subscription,
      rated: result.ok ? result.value : [],
      waiting,
      refusal: result.ok ? null : result.refusal,
    });
  }
  return answers;
}

type StoredAdjustment = EarlierAdjustment & { subscriptionId: string };

/** What corrections changed so far and still stands: a note of an invoice that was voided went with it. */
function adjustmentsOf(ctx: QueryCtx, subscriptionIds: readonly string[]): Promise<StoredAdjustment[]> {
  return ctx.sql.rows<StoredAdjustment>(
    `select a.subscription_id as "subscriptionId", a.item_id as "itemId", a.billing_start as "billingStart",
       a.gross_delta_minor as "grossDeltaMinor"
     from usage_adjustments a
     where a.tenant_id = $1 and a.subscription_id = any ($2::uuid[]) and not exists (
       select 1 from credit_notes n join invoices i on i.tenant_id = n.tenant_id and i.id = n.invoice_id
       where n.tenant_id = a.tenant_id and n.id = a.credit_note_id and i.status = 'void')`,
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
     join usage_adjustments a on a.tenant_id = $1 and a.item_id = p.item_id and a.billing_start = p.billing_start
     where a.charge_id is not null`,
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

/** Keeps what a correction changed, and where it stands. */
export async function insertAdjustment(ctx: CommandCtx, adjustment: NewAdjustment): Promise<void> {
  const { rated } = adjustment;
  await ctx.sql.run(
    `insert into usage_adjustments (tenant_id, id, customer_id, subscription_id, item_id, billing_start,
       quantity_before, quantity_after, gross_delta_minor, credit_note_id, charge_id, made_at)
     values ($1, $2, $3, $4, $5, $6, $7::numeric / 1000000000000, $8::numeric / 1000000000000, $9, $10, $11, $12)`,
    [
      ctx.tenant.id,
      ctx.newId(),
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
}

export type CorrectedLine = {
  id: string;
  invoiceId: string;
  key: string;
  grossMinor: bigint;
  amountMinor: bigint;
  creditedMinor: bigint;
  totalMinor: bigint;
  /** What credit notes have left of the invoice; refunds may have given back some of it. */
  invoiceLeftMinor: bigint;
  status: InvoiceStatus;
  number: string;
};

/** The lines of issued invoices under these keys, and those of the charges that corrections of a period made. */
export function linesToCredit(
  ctx: QueryCtx,
  subscriptionId: string,
  { itemId, billingStart, lineKeys }: RatedAgain,
): Promise<CorrectedLine[]> {
  return ctx.sql.rows<CorrectedLine>(
    `select l.id, l.invoice_id as "invoiceId", l.key, l.gross_minor as "grossMinor", l.amount_minor as "amountMinor",
       l.credited_minor as "creditedMinor", l.net_minor + l.tax_minor as "totalMinor",
       i.total_minor - i.credited_minor as "invoiceLeftMinor", i.status, coalesce(i.number, '') as number
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where l.tenant_id = $1 and l.subscription_id = $2 and l.voided_at is null
       and (l.key = any ($3::text[]) or l.charge_id in (
         select a.charge_id from usage_adjustments a
         where a.tenant_id = $1 and a.subscription_id = $2 and a.item_id = $4 and a.billing_start = $5))
     order by l.charge_id is null, i.issued_at desc, l.position`,
    [ctx.tenant.id, subscriptionId, lineKeys, itemId, iso(billingStart)],
  );
}
