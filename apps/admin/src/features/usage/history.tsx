import type { UsageReport } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { formatQuantity } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { LineChart } from '@billhook/ui/line-chart';
import { useLocale } from '@billhook/ui/locale';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import { Select } from '@billhook/ui/select';
import type { Column } from '@billhook/ui/table-model';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { type Grain, type Stretch, useHistory } from './queries.ts';

type Group = UsageReport['groups'][number];

const GRAINS: readonly { value: Grain; label: string }[] = [
  { value: 'hour', label: 'Hours' },
  { value: 'day', label: 'Days' },
  { value: 'month', label: 'Months' },
];
const WHOLE = '';
/** How far back each grain looks, so that a chart has some 50 to 170 points. */
const REACH_DAYS: Readonly<Record<Grain, number>> = { hour: 7, day: 60, month: 366 };
/** More lines than these cannot be told apart. */
const DRAWN_GROUPS = 4;

export interface HistoryProps {
  readonly customer: string;
  readonly meter: { readonly key: string; readonly groupBy: readonly string[] };
  /** The seller's time. */
  readonly now: string;
}

/** Usage by hour, day or month, and by a property that the meter groups by. */
export function History({ customer, meter, now }: HistoryProps) {
  const [grain, setGrain] = useState<Grain>('day');
  const [dimension, setDimension] = useState<string>(WHOLE);
  const asked = {
    customer,
    meter: meter.key,
    granularity: grain,
    ...stretchUpTo(now, REACH_DAYS[grain]),
    ...(dimension === WHOLE ? {} : { dimension }),
  };
  const history = useHistory(asked);
  return (
    <Section
      title="History"
      actions={<Segmented label="History by" options={GRAINS} value={grain} onValueChange={setGrain} />}
    >
      <div className="flex flex-col gap-4">
        {meter.groupBy.length === 0 ? null : (
          <Select
            label="By property"
            className="max-w-60"
            options={[
              { value: WHOLE, label: 'All together' },
              ...meter.groupBy.map((name) => ({ value: name, label: name })),
            ]}
            value={dimension}
            onValueChange={setDimension}
          />
        )}
        {history.error ? (
          <ProblemState error={history.error} onRetry={() => void history.refetch()} />
        ) : (
          <HistoryChart report={history.data} grain={grain} />
        )}
        {dimension === WHOLE || history.data === undefined ? null : <Groups report={history.data} />}
      </div>
    </Section>
  );
}

function stretchUpTo(now: string, days: number): Stretch {
  const to = Math.ceil(Date.parse(now) / 3_600_000) * 3_600_000;
  return { from: new Date(to - days * 86_400_000).toISOString(), to: new Date(to).toISOString() };
}

function HistoryChart({ report, grain }: { report: UsageReport | undefined; grain: Grain }) {
  const { locale, timeZone } = useLocale();
  const style = grain === 'hour' ? 'time' : grain === 'day' ? 'weekday' : 'date';
  const groups = report?.groups.slice(0, DRAWN_GROUPS) ?? [];
  return (
    <LineChart
      title={report?.dimension ? `By ${report.dimension}` : 'All together'}
      labels={report?.points.map(({ start }) => formatDate(start, style, locale, timeZone)) ?? []}
      series={
        groups.length > 0
          ? groups.map(({ value, points }) => ({ name: groupName(value), values: points }))
          : [{ name: report?.meterName ?? '', values: report?.points.map(({ quantity }) => quantity) ?? [] }]
      }
      format={(value) => formatQuantity(value, locale, { maximumFractionDigits: 2 })}
      loading={report === undefined}
      height={180}
    />
  );
}

const groupName = (value: string) => (value === '' ? 'Without it' : value);

function Groups({ report }: { report: UsageReport }) {
  const columns: readonly Column<Group>[] = [
    {
      key: 'value',
      header: report.dimension,
      fill: true,
      cell: ({ value }) => (value === '' ? <span className="text-muted">Without it</span> : value),
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
      cell: ({ quantity }) => <Quantity value={quantity} unit={report.unit} maximumFractionDigits={2} />,
    },
  ];
  return (
    <>
      <DataTable
        label={`Usage by ${report.dimension}`}
        columns={columns}
        rows={report.groups}
        dense
        rowKey={({ value }) => value}
        empty={<p className="py-4 text-muted">Nothing was used in this time.</p>}
      />
      {report.groupsLeftOut > 0 ? (
        <p className="text-sm text-muted">{report.groupsLeftOut} more values have less.</p>
      ) : null}
    </>
  );
}
