import type { Entitlement } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Quantity } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import { standing } from './right-words.ts';

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
          cell: (right) => <Now right={right} />,
        },
        {
          key: 'used',
          header: 'Used',
          numeric: true,
          cell: (right) => <Used right={right} />,
        },
        {
          key: 'limit',
          header: 'Limit',
          numeric: true,
          wideOnly: true,
          cell: ({ limit, unit, counted }) =>
            limit === null ? (
              NONE
            ) : (
              <>
                <Quantity value={limit} unit={unit ?? undefined} maximumFractionDigits={2} />
                {counted === 'subject' ? <span className="text-faint"> each</span> : null}
              </>
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

function Now({ right }: { right: Entitlement }) {
  const { tone, word } = standing(right);
  return <Status tone={tone}>{word}</Status>;
}

/** What is used, by all together; the value where there is nothing to count. On a phone with its limit. */
function Used({ right: { used, unit, value, limit, counted, explanation } }: { right: Entitlement }) {
  if (used === null) return value === null ? NONE : [value].flat().join(', ');
  const byAll = explanation.windowUsage?.poolUsed ?? used;
  const isShared = limit !== null && counted !== 'subject';
  return (
    <>
      <Quantity value={byAll} unit={unit ?? undefined} maximumFractionDigits={2} />
      {isShared ? (
        <span className="text-faint sm:hidden">
          {' '}
          of <Quantity value={limit} maximumFractionDigits={2} />
        </span>
      ) : null}
    </>
  );
}
