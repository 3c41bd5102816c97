import {
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
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { listMeters } from '../../catalog/api.ts';
import type { Customer } from '../../customers/api.ts';
import { billingSettings } from '../billing-settings.ts';
import { loadWindows } from '../load-billing.ts';
import * as repo from '../repo.ts';
import { usageCorrections } from './usage-corrections.ts';

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
  const earlier = Map.groupBy(await usageCorrections(ctx, ids), (one) => one.subscriptionId);
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
  /** What lines below zero took of the invoice. */
  invoiceOffsetMinor: bigint;
  /** What deductions took back of the line, before discounts. */
  deductedMinor: bigint;
  /** What deductions took back of the invoice, for whatever period, net and tax. */
  invoiceDeductedMinor: bigint;
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
       i.total_minor - i.credited_minor as "invoiceLeftMinor", greatest(0, (
         select sum(o.net_minor + o.tax_minor) filter (where o.net_minor > 0) from invoice_lines o
         where o.tenant_id = l.tenant_id and o.invoice_id = l.invoice_id) - i.total_minor)::bigint as "invoiceOffsetMinor", d."deductedMinor", d."invoiceDeductedMinor",
       i.status, coalesce(i.number, '') as number
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id, lateral (
       select coalesce(sum(d.gross_minor) filter (where d.line_id = l.id), 0)::bigint as "deductedMinor",
         coalesce(sum(d.total_minor), 0)::bigint as "invoiceDeductedMinor"
       from usage_deductions d where d.tenant_id = l.tenant_id and d.invoice_id = l.invoice_id) d
     where l.tenant_id = $1 and l.subscription_id = $2 and l.voided_at is null
       and (l.key = any ($3::text[]) or l.charge_id in (
         select a.charge_id from usage_adjustments a
         where a.tenant_id = $1 and a.subscription_id = $2 and a.item_id = $4 and a.billing_start = $5))
     order by l.charge_id is null, i.issued_at desc, l.position`,
    [ctx.tenant.id, subscriptionId, lineKeys, itemId, iso(billingStart)],
  );
}
