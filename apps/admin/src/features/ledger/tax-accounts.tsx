import type { TaxAccounts as Booked } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import type { Column } from '@billhook/ui/table-model';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { accountName } from './account-name.ts';
import { monthsOf, type Stretch } from './stretches.ts';

type Row = Booked['rows'][number];

const RETURNS: Readonly<Record<Row['filedBy'], string>> = {
  home: 'At home',
  registration: 'Registered there',
  oss: 'One-stop shop',
  elsewhere: 'Elsewhere',
};

const amountColumn = (key: 'net' | 'charged' | 'takenBack' | 'owed', header: string): Column<Row> => ({
  key,
  header,
  numeric: true,
  wideOnly: key !== 'owed',
  cell: (row) => <Money amountMinor={row[key]} currency={row.currency} />,
});

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'account',
    header: 'Account',
    fill: true,
    phone: 'title',
    cell: ({ currency, account }) => (
      <TextLink href={`/ledger/${currency}:${account}`}>{accountName(account)}</TextLink>
    ),
  },
  {
    key: 'return',
    header: 'Return',
    wideOnly: true,
    cell: ({ filedBy }) => <span className="whitespace-nowrap">{RETURNS[filedBy]}</span>,
  },
  amountColumn('net', 'Sold'),
  amountColumn('charged', 'Charged'),
  amountColumn('takenBack', 'Taken back'),
  amountColumn('owed', 'Owed'),
];

/** Tax as it is booked, for the returns: by country, region and rate. */
export function TaxAccounts() {
  const { api, tenant } = useScope();
  const [stretch, setStretch] = useState<Stretch>('this_quarter');
  // The months are counted from the one that the server says is running, since a sandbox has a clock of its own.
  const running = useQuery({
    queryKey: [tenant.id, 'ledger', 'tax'],
    queryFn: ({ signal }) => api.ledger.tax({}, { signal }),
  });
  const months = running.data === undefined ? undefined : monthsOf(stretch, running.data.to);
  const booked = useQuery({
    queryKey: [tenant.id, 'ledger', 'tax-accounts', months],
    queryFn: ({ signal }) => api.ledger.taxAccounts(months ?? {}, { signal }),
    enabled: months !== undefined,
  });
  return (
    <Section
      title="Tax in the books"
      description="By country, region and rate, each an account of its own: what returns are filled in from."
    >
      <div className="mb-3">
        <Segmented<Stretch>
          label="Stretch of time"
          value={stretch}
          onValueChange={setStretch}
          options={[
            { value: 'this_month', label: 'Month' },
            { value: 'last_month', label: 'Last month' },
            { value: 'this_quarter', label: 'Quarter' },
            { value: 'last_quarter', label: 'Last quarter' },
          ]}
        />
      </div>
      <DataTable
        label="Tax in the books"
        hotkeys={false}
        loading={booked.data === undefined && !booked.error}
        rows={booked.data?.rows ?? []}
        rowKey={({ currency, account }) => `${currency} ${account}`}
        columns={COLUMNS}
        error={
          booked.error ? (
            <ProblemState error={booked.error} onRetry={() => void booked.refetch()} />
          ) : undefined
        }
        empty={<p className="py-4 text-muted">No tax was booked in this time.</p>}
      />
    </Section>
  );
}
