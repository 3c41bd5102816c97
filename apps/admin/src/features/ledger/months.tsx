import type { LedgerMonth, RevenueWaterfall } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { formatMonth } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useQuery } from '@tanstack/react-query';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { dayOf } from '../clock/dates.ts';
import { CloseMonth } from './close-month.tsx';

type Step = RevenueWaterfall['currencies'][number]['months'][number] & {
  currency: string;
  state: 'closed' | 'open' | 'running' | 'ahead';
};

const STATES = {
  closed: { tone: 'ok', word: 'Closed' },
  open: { tone: 'info', word: 'Open' },
  running: { tone: 'info', word: 'Running' },
  ahead: { tone: 'neutral', word: 'Ahead' },
} as const;

const amountColumn = (key: 'before' | 'billed' | 'earned' | 'deferred', header: string): Column<Step> => ({
  key,
  header,
  numeric: true,
  wideOnly: key === 'before' || key === 'billed',
  cell: (row) => <Money amountMinor={row[key]} currency={row.currency} />,
});

const COLUMNS: readonly Column<Step>[] = [
  { key: 'month', header: 'Month', fill: true, phone: 'title', cell: ({ month }) => <Month month={month} /> },
  amountColumn('before', 'Ahead before'),
  amountColumn('billed', 'Invoiced'),
  amountColumn('earned', 'Earned'),
  amountColumn('deferred', 'Still ahead'),
  {
    key: 'state',
    header: 'Books',
    cell: ({ state }) => <Status tone={STATES[state].tone}>{STATES[state].word}</Status>,
  },
];

function Month({ month }: { month: string }) {
  return formatMonth(month, useLocale().locale);
}

/** When what is invoiced is earned, month by month, and which months of the books are closed. */
export function Months() {
  const { api, tenant } = useScope();
  const waterfall = useQuery({
    queryKey: [tenant.id, 'ledger', 'waterfall'],
    queryFn: ({ signal }) => api.ledger.waterfall({}, { signal }),
  });
  const months = useQuery({
    queryKey: [tenant.id, 'ledger', 'months'],
    queryFn: ({ signal }) => api.ledger.months({ signal }),
  });
  const error = waterfall.error ?? months.error;
  const over = months.data?.months ?? [];
  const steps = stepsOf(waterfall.data, over, dayOf(tenant.now, tenant.timeZone).slice(0, 7));
  return (
    <Section
      title="Earned revenue"
      description="Invoiced sales are earned by day over their service. Months ahead as things stand now."
      actions={<CloseMonth months={shownOf(over, steps)} />}
    >
      <DataTable
        label="Earned revenue by month"
        hotkeys={false}
        loading={waterfall.isPending || months.isPending}
        rows={steps}
        rowKey={({ month, currency }) => `${month} ${currency}`}
        columns={COLUMNS}
        error={error ? <ProblemState error={error} onRetry={() => void waterfall.refetch()} /> : undefined}
        empty={<p className="py-4 text-muted">Nothing is invoiced yet.</p>}
      />
    </Section>
  );
}

/** Nobody is asked about empty months before the first that is shown; they are closed with it. */
function shownOf(over: readonly LedgerMonth[], steps: readonly Step[]): readonly LedgerMonth[] {
  const first = steps.map(({ month }) => month).sort()[0];
  return first === undefined ? over : over.filter(({ month }) => month >= first);
}

/** Months in which nothing was and nothing will be are left out. */
function stepsOf(
  waterfall: RevenueWaterfall | undefined,
  over: readonly LedgerMonth[],
  running: string,
): Step[] {
  const byMonth = new Map(over.map((month) => [month.month, month]));
  const stateOf = (month: string) => {
    const found = byMonth.get(month);
    if (found !== undefined) return found.closedAt === null ? 'open' : 'closed';
    // The running month is not over, so it is not listed; what is booked now goes into it.
    if (month === running) return 'running';
    return month > running ? 'ahead' : 'open';
  };
  return (waterfall?.currencies ?? []).flatMap(({ currency, months }) =>
    months
      .filter((step) => [step.before, step.billed, step.earned].some((minor) => minor !== '0'))
      .map((step) => ({ ...step, currency, state: stateOf(step.month) })),
  );
}
