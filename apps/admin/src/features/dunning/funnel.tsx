import type { DunningFunnel } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { EmptyState } from '@billhook/ui/empty-state';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { HeartHandshake } from 'lucide-react';
import { useFunnel } from './queries.ts';
import { KIND_WORDS, RECOVERED_WORDS } from './words.ts';

type Row = {
  readonly key: string;
  readonly name: string;
  readonly currency: string;
  readonly runs: number;
  readonly active: number;
  readonly recovered: number;
  readonly lost: number;
  readonly amount: string;
  readonly recoveredAmount: string;
};

const columnsOf = (header: string): Column<Row>[] => [
  { key: 'name', header, fill: true, phone: 'title', cell: ({ name }) => name },
  { key: 'runs', header: 'Unpaid', numeric: true, cell: ({ runs }) => runs },
  { key: 'active', header: 'Under way', numeric: true, wideOnly: true, cell: ({ active }) => active },
  { key: 'recovered', header: 'Recovered', numeric: true, cell: ({ recovered }) => recovered },
  { key: 'lost', header: 'Lost', numeric: true, wideOnly: true, cell: ({ lost }) => lost },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    wideOnly: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
  {
    key: 'money',
    header: 'Came in',
    numeric: true,
    cell: ({ recoveredAmount, currency }) => <Money amountMinor={recoveredAmount} currency={currency} />,
  },
];

type StepRow = DunningFunnel['byStep'][number];

const STEP_COLUMNS: readonly Column<StepRow>[] = [
  {
    key: 'by',
    header: 'What brought it',
    fill: true,
    phone: 'title',
    cell: ({ by, step }) =>
      step === null ? RECOVERED_WORDS[by] : `${RECOVERED_WORDS[by]}: ${step.replaceAll('_', ' ')}`,
  },
  { key: 'recovered', header: 'Invoices', numeric: true, cell: ({ recovered }) => recovered },
  {
    key: 'money',
    header: 'Came in',
    numeric: true,
    cell: ({ recoveredAmount, currency }) => <Money amountMinor={recoveredAmount} currency={currency} />,
  },
];

/** What became of unpaid invoices of the last year: by kind of failure, campaign and step. */
export function Funnel() {
  const { data, isPending } = useFunnel();
  const byKind = (data?.byKind ?? []).map(
    (row): Row => ({ ...row, key: `${row.kind}${row.currency}`, name: KIND_WORDS[row.kind] }),
  );
  const byCampaign = (data?.byCampaign ?? []).map(
    (row): Row => ({
      ...row,
      key: `${row.campaign}${row.currency}`,
      name: row.name ?? 'Days of retrying in the settings',
    }),
  );
  const nothing = (
    <EmptyState icon={HeartHandshake} title="Nothing was unpaid in the last year">
      What fails to be collected shows here, with what came back and by which step.
    </EmptyState>
  );
  return (
    <div className="flex flex-col gap-8">
      <Section title="By kind of failure" description="Invoices that were unpaid in the last year.">
        <DataTable
          label="By kind of failure"
          columns={columnsOf('Kind of failure')}
          rows={byKind}
          rowKey={({ key }) => key}
          loading={isPending}
          empty={nothing}
          hotkeys={false}
        />
      </Section>
      {byCampaign.length > 0 ? (
        <Section title="By campaign">
          <DataTable
            label="By campaign"
            columns={columnsOf('Campaign')}
            rows={byCampaign}
            rowKey={({ key }) => key}
            hotkeys={false}
          />
        </Section>
      ) : null}
      {data && data.byStep.length > 0 ? (
        <Section title="Recovered by">
          <DataTable
            label="Recovered by"
            columns={STEP_COLUMNS}
            rows={data.byStep}
            rowKey={({ by, step, currency }) => `${by} ${step} ${currency}`}
            hotkeys={false}
          />
        </Section>
      ) : null}
    </div>
  );
}
