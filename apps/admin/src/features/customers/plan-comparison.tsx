import { counted } from '@billhook/core/kernel/counted';
import type { CustomerOverview, PlanSuggestions } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Money, Quantity } from '@billhook/ui/money';
import { Select } from '@billhook/ui/select';
import { Banner, Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { usePlanNames } from '../catalog/queries.ts';
import { usePlanSuggestions } from './rights-queries.ts';

type Compared = PlanSuggestions['plans'][number];

/** What the customer really used in the last periods, priced on every plan on sale. */
export function PlanComparison({ overview }: { overview: CustomerOverview }) {
  // What begins later was not used yet.
  const running = overview.subscriptions.filter(
    ({ status }) => status !== 'canceled' && status !== 'scheduled',
  );
  const [count, setCount] = useState('3');
  const [chosen, setChosen] = useState(running.at(-1)?.id);
  const found = usePlanSuggestions(overview.customer.id, Number(count), chosen);
  const names = usePlanNames();
  const nameOf = ({ plan, planName }: Compared) => names(plan, planName);
  if (found.error && !found.data)
    return <ProblemState error={found.error} onRetry={() => void found.refetch()} />;
  const data = found.data;
  const best = data?.plans.find(({ plan }) => plan === data.suggested);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-3">
        {running.length > 1 && chosen !== undefined ? (
          <Select
            label="Instead of"
            size="sm"
            className="w-56"
            options={running.map(({ id, plan }) => ({ value: id, label: plan.name }))}
            value={chosen}
            onValueChange={setChosen}
          />
        ) : null}
        <Select
          label="Look at"
          size="sm"
          className="w-44"
          options={['1', '3', '6', '12'].map((value) => ({
            value,
            label: value === '1' ? 'The last period' : `The last ${counted(value, 'period')}`,
          }))}
          value={count}
          onValueChange={setCount}
        />
      </div>
      {best ? <Better plan={best} name={nameOf(best)} /> : null}
      <Measured data={data} />
      <DataTable
        label="Plans by what they would have cost"
        hotkeys={false}
        rows={data?.plans ?? []}
        loading={found.isPending}
        loadingRows={3}
        rowKey={({ plan }) => plan}
        columns={columnsFor(nameOf, data?.isRunning ?? false)}
        empty={<p className="py-4 text-muted">There is no subscription whose usage could be compared.</p>}
      />
      <p className="text-sm text-muted">
        Before tax, discounts and add-ons, with the same seats, by the engine that writes invoices. Of longer
        periods the part that lies in these is counted.
        {running.length > 1 ? ' The customer’s other plans stay as they are.' : null}
      </p>
    </div>
  );
}

function Better({ plan, name }: { plan: Compared; name: string }) {
  return (
    <Banner tone="info" title={`${name} suits what was used better.`}>
      {plan.saving.startsWith('-') ? (
        'It allows all of it, which the plan of today does not.'
      ) : (
        <>
          It would have cost <Money amountMinor={plan.saving} currency={plan.currency} /> less.
        </>
      )}
    </Banner>
  );
}

/** The periods, and how much was used of each meter in them. */
function Measured({ data }: { data: PlanSuggestions | undefined }) {
  const [first] = data?.periods ?? [];
  const last = data?.periods.at(-1);
  if (!data || !first || !last) return null;
  return (
    <p className="text-muted">
      <DateText value={first.start} /> to <DateText value={last.end} />
      {data.isRunning ? '. No period is over yet, so this is the first one so far.' : null}
      {data.meters.map(({ meter, meterName, unit, quantities }) => (
        <span key={meter} className="block">
          {meterName}:{' '}
          {quantities.map((value, index) => (
            <span key={data.periods[index]?.start ?? index}>
              {index === 0 ? null : ', '}
              <Quantity
                value={value}
                unit={index === quantities.length - 1 ? unit : undefined}
                maximumFractionDigits={2}
              />
            </span>
          ))}
        </span>
      ))}
    </p>
  );
}

const AVERAGE: Column<Compared> = {
  key: 'average',
  header: 'A period',
  numeric: true,
  wideOnly: true,
  cell: ({ average, currency }) => <Money amountMinor={average} currency={currency} />,
};

const columnsFor = (nameOf: (plan: Compared) => string, isRunning: boolean): Column<Compared>[] => [
  {
    key: 'plan',
    header: 'Plan',
    fill: true,
    cell: (plan: Compared) => (plan.isCurrent ? `${nameOf(plan)} (today)` : nameOf(plan)),
  },
  {
    key: 'holds',
    header: 'All of the usage',
    cell: ({ aboveLimits: [passed] }: Compared) =>
      passed === undefined ? (
        <Status tone="ok">Allowed</Status>
      ) : (
        <Status tone="attention">
          {passed.featureName}: <Quantity value={passed.used} maximumFractionDigits={2} /> of{' '}
          <Quantity value={passed.limit} maximumFractionDigits={2} />
        </Status>
      ),
  },
  // A part of a period is not what a period costs.
  ...(isRunning ? [] : [AVERAGE]),
  {
    key: 'total',
    header: isRunning ? 'So far' : 'In all',
    numeric: true,
    cell: ({ total, currency }: Compared) => <Money amountMinor={total} currency={currency} />,
  },
  {
    key: 'saving',
    header: 'Saved',
    numeric: true,
    phone: 'below',
    cell: ({ saving, currency, isCurrent }: Compared) =>
      isCurrent ? (
        <span className="text-faint max-sm:hidden">–</span>
      ) : (
        <>
          <span className="sm:hidden">Saved </span>
          <Money amountMinor={saving} currency={currency} plus />
        </>
      ),
  },
];
