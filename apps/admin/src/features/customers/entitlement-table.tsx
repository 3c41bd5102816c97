import type { Entitlement } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Quantity } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';

const REASONS: Readonly<Record<Entitlement['reason'], string>> = {
  enabled: 'Granted',
  within_limit: 'Within limit',
  unlimited: 'Unlimited',
  overage: 'Beyond the limit, billed',
  limit_reached: 'Limit reached',
  disabled: 'Not in the plan',
  not_granted: 'Not in the plan',
  no_subscription: 'No subscription',
  credits: 'Paid by credits',
  credits_used_up: 'Credits used up',
};

const NONE = <span className="text-faint">–</span>;

/** What `check` answers for each feature right now. */
export function EntitlementTable({ rights }: { rights: readonly Entitlement[] }) {
  return (
    <DataTable
      label="Entitlements"
      hotkeys={false}
      rows={rights}
      rowKey={({ feature }) => feature}
      columns={[
        { key: 'feature', header: 'Feature', fill: true, cell: ({ featureName }) => featureName },
        {
          key: 'state',
          header: 'Now',
          cell: ({ allowed, reason }) => (
            <Status tone={reason === 'overage' ? 'attention' : allowed ? 'ok' : 'neutral'}>
              {REASONS[reason]}
            </Status>
          ),
        },
        {
          key: 'used',
          header: 'Used',
          numeric: true,
          cell: ({ used, unit, value }) =>
            used === null ? (
              value === null ? (
                NONE
              ) : (
                String(value)
              )
            ) : (
              <Quantity value={used} unit={unit ?? undefined} maximumFractionDigits={2} />
            ),
        },
        {
          key: 'limit',
          header: 'Limit',
          numeric: true,
          wideOnly: true,
          cell: ({ limit, unit }) =>
            limit === null ? (
              NONE
            ) : (
              <Quantity value={limit} unit={unit ?? undefined} maximumFractionDigits={2} />
            ),
        },
        {
          key: 'reset',
          header: 'Resets',
          wideOnly: true,
          cell: ({ resetAt }) => (resetAt === null ? NONE : <DateText value={resetAt} />),
        },
      ]}
      empty={<p className="py-4 text-muted">The catalogue has no features yet.</p>}
    />
  );
}
