import { plainCampaign } from '@billhook/core/dunning/campaign';
import { chooseCampaign } from '@billhook/core/dunning/choose-campaign';
import type { FailureKind } from '@billhook/core/dunning/failure-kind';
import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../modules/customers/api.ts';
import { campaignsInUse, coreSegment, definitionOf, insertRun } from '../modules/dunning/api.ts';
import { linesOf } from '../modules/invoicing/api.ts';
import { loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

type Beginning = {
  customer: Customer;
  invoice: { id: string; currency: string; dueMinor: bigint };
  kind: 'charge' | 'terms';
  failureKind: FailureKind;
  failureCode: string | null;
  anchorAt: Instant;
};

/**
 * Begins the run of an unpaid invoice with the first campaign whose segment fits, in its newest version. Where none is
 * published, a failed charge follows the seller's days of retrying, and what is paid by transfer is left alone.
 */
export async function beginRun(ctx: CommandCtx, beginning: Beginning): Promise<boolean> {
  const { customer, invoice, kind } = beginning;
  const campaigns = await campaignsInUse(ctx, kind);
  if (kind === 'terms' && campaigns.length === 0) return false;
  const lines = await linesOf(ctx, [invoice.id]);
  const subscriptionIds = [...new Set(lines.map(({ subscriptionId }) => subscriptionId))];
  const subscriptions = campaigns.length === 0 ? [] : await loadSubscriptionsForBilling(ctx, subscriptionIds);
  const chosen = chooseCampaign(
    campaigns.map((row) => ({ row, segment: coreSegment(row.segment) })),
    {
      planIds: subscriptions.map(({ planId }) => planId),
      country: customer.country,
      amountMinor: invoice.dueMinor,
      currency: invoice.currency,
      customerSince: customer.createdAt,
      now: ctx.now,
    },
  )?.row;
  if (chosen === undefined && kind === 'terms') return false;
  return insertRun(ctx, {
    id: ctx.newId(),
    customerId: customer.id,
    invoiceId: invoice.id,
    subscriptionIds,
    versionId: chosen?.versionId ?? null,
    plain: chosen === undefined ? definitionOf(plainCampaign(ctx.tenant.settings.retryDelaysDays)) : null,
    stage: kind === 'charge' ? 'grace' : 'full',
    failureKind: beginning.failureKind,
    failureCode: beginning.failureCode,
    anchorAt: beginning.anchorAt,
    lastFailureAt: kind === 'charge' ? ctx.now : null,
    currency: invoice.currency,
    amountMinor: invoice.dueMinor,
  });
}
