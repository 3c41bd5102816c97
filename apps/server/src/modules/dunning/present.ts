import type { AheadStep, Outlook } from '@billhook/core/dunning/outlook';
import { campaignFaults } from '@billhook/core/dunning/validate-campaign';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { CampaignRow } from './campaigns.ts';
import { coreCampaign } from './definition.ts';
import type { PastStep, RunRow } from './runs.ts';

/** Names Stripe's own try among the steps; no step of a campaign can have it, since keys have no dot. */
export const STRIPE_TRY = 'stripe.try';

export function presentCampaign(row: CampaignRow) {
  const { definition, publishedAt, versionNumber } = row;
  return {
    id: encodeTypeId('dcam', row.id),
    object: 'dunning_campaign' as const,
    name: row.name,
    kind: row.kind,
    rank: row.rank,
    segment: row.segment,
    draft: row.draft,
    faults: row.draft === null ? [] : [...campaignFaults(coreCampaign(row.kind, row.draft))],
    published:
      definition === null || publishedAt === null || versionNumber === null
        ? null
        : { number: versionNumber, published_at: iso(publishedAt), definition },
    archived_at: isoOrNull(row.archivedAt),
    created_at: iso(row.createdAt),
  };
}

export function presentAhead(ahead: readonly AheadStep[]) {
  return ahead.map(({ step, at }) => ({ key: step.key, action: step.action, mail: step.mail, at: iso(at) }));
}

export function presentLeftOut(leftOut: Outlook['leftOut']) {
  return leftOut.map(({ step, reason }) => ({ key: step.key, action: step.action, reason }));
}

export type RunToPresent = {
  run: RunRow;
  invoiceNumber: string;
  outlook: Outlook;
  past: readonly PastStep[];
  /** Texts by the step that they belong to, from the module that sends them. */
  texts: ReadonlyMap<string, StepText>;
};

export type StepText = {
  status:
    | 'queued'
    | 'sending'
    | 'unknown'
    | 'accepted'
    | 'sent'
    | 'delivered'
    | 'undelivered'
    | 'failed'
    | 'dropped';
  reason: string | null;
  error_code: number | null;
  at: string;
};

export function presentRun({ run, invoiceNumber, outlook, past, texts }: RunToPresent) {
  return {
    ...faceOf(run, invoiceNumber, outlook),
    campaign:
      run.campaignId === null
        ? null
        : {
            id: encodeTypeId('dcam', run.campaignId),
            name: run.campaignName ?? '',
            version: run.versionNumber ?? 0,
          },
    recovered_amount: `${run.recoveredMinor}`,
    recovered_by: run.recoveredBy,
    past: past.map((step) => ({
      key: step.key,
      action: step.action,
      outcome: step.outcome,
      reason: step.reason,
      by: step.actorKind === 'system' ? 'system' : step.actorId,
      at: iso(step.at),
      text: texts.get(step.key) ?? null,
    })),
    left_out: presentLeftOut(outlook.leftOut),
  };
}

/** For the customer: steps that were taken and are ahead, without what staff wrote. */
export function presentMyRun({ run, invoiceNumber, outlook, past }: RunToPresent) {
  const shown = past.filter(({ outcome }) => outcome !== 'skipped');
  return {
    ...faceOf(run, invoiceNumber, outlook),
    past: shown.map(({ action, at }) => ({ action, at: iso(at) })),
  };
}

/** Stripe's next try stands among our steps, by its time; it comes whether or not the run is held back here. */
function aheadOf(run: RunRow, { ahead }: Outlook) {
  if (run.status !== 'active' && run.status !== 'paused') return [];
  const steps = presentAhead(ahead);
  if (run.stripeTryAt === null) return steps;
  const at = iso(run.stripeTryAt);
  const before = steps.filter((step) => step.at <= at);
  return [
    ...before,
    { key: STRIPE_TRY, action: 'retry' as const, mail: null, at },
    ...steps.slice(before.length),
  ];
}

function faceOf(run: RunRow, invoiceNumber: string, outlook: Outlook) {
  return {
    id: encodeTypeId('drun', run.id),
    object: 'dunning_run' as const,
    customer: encodeTypeId('cus', run.customerId),
    invoice: encodeTypeId('inv', run.invoiceId),
    invoice_number: invoiceNumber,
    currency: run.currency,
    amount: `${run.amountMinor}`,
    status: run.status,
    access: run.stage,
    failure_kind: run.failureKind,
    failure_code: run.failureCode,
    created_at: iso(run.startedAt),
    ended_at: isoOrNull(run.endedAt),
    ahead: aheadOf(run, outlook),
  };
}
