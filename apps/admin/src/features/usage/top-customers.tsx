import { counted } from '@billhook/core/kernel/counted';
import type { TopCustomers as Top } from '@billhook/sdk/generated/types';
import { useFilters, useGo } from '@billhook/ui/address';
import { DataTable } from '@billhook/ui/data-table';
import { Quantity } from '@billhook/ui/money';
import { Select } from '@billhook/ui/select';
import type { Column } from '@billhook/ui/table-model';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useMeters } from '../catalog/queries.ts';
import { useTopCustomers } from './queries.ts';

type Row = Top['customers'][number];

const DAYS = ['7', '30', '90'] as const;

function columnsFor(unit: string): readonly Column<Row>[] {
  return [
    { key: 'customer', header: 'Customer', fill: true, cell: ({ customerName }) => customerName },
    {
      key: 'external',
      header: 'External id',
      wideOnly: true,
      cell: ({ customerExternalId }) => (
        <span className="font-mono text-sm">{customerExternalId ?? '–'}</span>
      ),
    },
    {
      key: 'events',
      header: 'Events',
      numeric: true,
      wideOnly: true,
      cell: ({ eventCount }) => <Quantity value={`${eventCount}`} />,
    },
    {
      key: 'quantity',
      header: 'Quantity',
      numeric: true,
      cell: ({ quantity }) => <Quantity value={quantity} unit={unit} maximumFractionDigits={2} />,
    },
  ];
}

/** Who used most of a meter in the last days, measured as bills are. A row leads to the customer's usage. */
export function TopCustomers() {
  const { tenant } = useScope();
  const [filters, change] = useFilters();
  const go = useGo();
  const meters = useMeters().data?.data;
  const meter = meters?.find(({ key }) => key === filters.meter) ?? meters?.[0];
  const days = DAYS.find((count) => count === filters.days) ?? '30';
  const to = Math.ceil(Date.parse(tenant.now) / 3_600_000) * 3_600_000;
  const top = useTopCustomers(meter?.key, {
    from: new Date(to - Number(days) * 86_400_000).toISOString(),
    to: new Date(to).toISOString(),
  });
  return (
    <>
      <div className="flex flex-wrap items-end gap-3 pb-3">
        <Select
          label="Meter"
          className="w-60"
          options={meters?.map(({ key, name }) => ({ value: key, label: name, detail: key })) ?? []}
          value={meter?.key ?? null}
          onValueChange={(key) => change({ meter: key })}
        />
        <Select
          label="Of the last"
          className="w-32"
          options={DAYS.map((count) => ({ value: count, label: counted(count, 'day') }))}
          value={days}
          onValueChange={(count) => change({ days: count === '30' ? undefined : count })}
        />
      </div>
      <DataTable
        label="Customers with the most"
        columns={columnsFor(meter?.unit ?? '')}
        rows={top.data?.customers ?? []}
        loading={meters === undefined || (top.isPending && meter !== undefined)}
        loadingRows={8}
        rowKey={({ customer }) => customer}
        onOpen={({ customer }) => go(`/customers/${customer}?tab=usage&meter=${meter?.key ?? ''}`)}
        error={
          top.error && !top.data ? (
            <ProblemState error={top.error} onRetry={() => void top.refetch()} />
          ) : undefined
        }
        empty={<p className="py-4 text-muted">Nobody used this meter in this time.</p>}
      />
    </>
  );
}
