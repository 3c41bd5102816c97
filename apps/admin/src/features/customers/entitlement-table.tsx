import type { Entitlement } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Quantity } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import { REASONS } from './right-words.ts';

const NONE = <span className="text-faint">–</span>;

/** What `check` answers for each feature right now. A row opens what the answer rests on. */
export function EntitlementTable({
  rights,
  openKey,
  onOpen,
}: {
  rights: readonly Entitlement[];
  openKey?: string | undefined;
  onOpen: (right: Entitlement) => void;
}) {
  return (
    <DataTable
      label="Entitlements"
      hotkeys={false}
      rows={rights}
      rowKey={({ feature }) => feature}
      openKey={openKey}
      onOpen={onOpen}
      columns={[
        { key: 'feature', header: 'Feature', fill: true, cell: ({ featureName }) => featureName },
        {
          key: 'state',
          header: 'Now',
          cell: ({ allowed, reason }) => (
            <Status
              tone={
                reason === 'overage' || reason === 'soft_limit' ? 'attention' : allowed ? 'ok' : 'neutral'
              }
            >
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
                [value].flat().join(', ')
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
