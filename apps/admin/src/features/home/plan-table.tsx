import type { Revenue } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { Money, Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { usePlanNames } from '../catalog/queries.ts';

/** Which plans carry the revenue. */
export function PlanTable({ revenue }: { revenue: Revenue | undefined }) {
  const currency = revenue?.currency ?? 'EUR';
  const names = usePlanNames();
  return (
    <Section
      title="By plan"
      description="Every subscription that runs: active, in trial, past due or paused."
    >
      <DataTable
        label="Revenue by plan"
        dense
        hotkeys={false}
        loading={revenue === undefined}
        loadingRows={4}
        rows={revenue?.plans ?? []}
        rowKey={({ key }) => key}
        columns={[
          { key: 'plan', header: 'Plan', fill: true, cell: ({ key, name }) => names(key, name) },
          {
            key: 'active',
            header: 'Running',
            numeric: true,
            phone: 'below',
            cell: ({ activeSubscriptions }) => (
              <>
                <Quantity value={String(activeSubscriptions)} />
                <span className="sm:hidden"> running</span>
              </>
            ),
          },
          {
            key: 'mrr',
            header: 'Monthly revenue',
            numeric: true,
            cell: ({ mrr }) => <Money amountMinor={mrr} currency={currency} />,
          },
        ]}
        empty={<p className="py-3 text-muted">No subscription runs yet.</p>}
      />
    </Section>
  );
}
