import type { TaxOwed as Owed } from '@billhook/sdk/generated/types';
import { placeName } from '@billhook/ui/country-name';
import { DataTable } from '@billhook/ui/data-table';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { useQuery } from '@tanstack/react-query';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Row = Owed['rows'][number];

const amountColumn = (key: 'net' | 'charged' | 'takenBack' | 'owed', header: string): Column<Row> => ({
  key,
  header,
  numeric: true,
  wideOnly: key !== 'owed',
  cell: (row) => <Money amountMinor={row[key]} currency={row.currency} />,
});

/** A fraction as percent: 0.0625 as 6.25 %. */
function percentOf(rate: string): string {
  return `${Number((Number(rate) * 100).toFixed(6))} %`;
}

function placeOf({ jurisdiction }: Row): string {
  if (jurisdiction === null) return 'By own rules';
  const { country, region } = jurisdiction;
  return placeName(country, region === null ? [] : [region]);
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    header: 'Tax',
    fill: true,
    phone: 'title',
    cell: ({ name, rate }) => `${name}, ${percentOf(rate)}`,
  },
  {
    key: 'place',
    header: 'Place',
    wideOnly: true,
    cell: (row) => <span className="whitespace-nowrap">{placeOf(row)}</span>,
  },
  amountColumn('net', 'Sold'),
  amountColumn('charged', 'Charged'),
  amountColumn('takenBack', 'Taken back'),
  amountColumn('owed', 'Owed'),
];

/** What is owed to whom of this month's tax. */
export function TaxOwed() {
  const { api, tenant } = useScope();
  const owed = useQuery({
    queryKey: [tenant.id, 'ledger', 'tax'],
    queryFn: ({ signal }) => api.ledger.tax({}, { signal }),
  });
  return (
    <Section
      title="Tax of this month"
      description="By rate and by who levies it: what invoices charged, less what credit notes and voids took back."
    >
      <DataTable
        label="Tax of this month"
        hotkeys={false}
        loading={owed.isPending}
        rows={owed.data?.rows ?? []}
        rowKey={({ currency, name, rate, jurisdiction }) =>
          `${currency} ${name} ${rate} ${jurisdiction?.country} ${jurisdiction?.region} ${jurisdiction?.level}`
        }
        columns={COLUMNS}
        error={
          owed.error ? <ProblemState error={owed.error} onRetry={() => void owed.refetch()} /> : undefined
        }
        empty={<p className="py-4 text-muted">No tax was charged this month.</p>}
      />
    </Section>
  );
}
