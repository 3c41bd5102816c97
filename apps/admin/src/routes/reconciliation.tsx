import type { Reconciliation } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Banner, Status } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { MovementTable } from '../features/care/movement-table.tsx';
import { PayoutTable } from '../features/care/payout-table.tsx';
import { useCommand } from '../lib/command.ts';
import { ChoiceFilter, FilterBar } from '../lib/filter-bar.tsx';
import { ProblemState, ProblemText } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

/** Whether the payment provider’s books and ours agree, and what lies between them. */
export function ReconciliationScreen() {
  const { api, tenant } = useScope();
  const [filters] = useFilters();
  const mayRun = useMay(ROLES.money);
  const state = useQuery({
    queryKey: [tenant.id, 'reconciliation'],
    queryFn: ({ signal }) => api.reconciliation.get({}, { signal }),
  });
  const run = useCommand(
    (_: undefined, options) => api.reconciliation.run({}, options),
    (after) => toast(after.openCount === 0 ? 'Nothing is open.' : `${after.openCount} open.`),
  );
  const { data } = state;
  return (
    <>
      <PageHeader
        title="Reconciliation"
        description={<LastRun state={data} />}
        mark={data?.reconciledAt ? <Verdict state={data} /> : null}
        actions={
          mayRun ? (
            <Button variant="primary" busy={run.busy} onClick={() => run.run(undefined)}>
              Reconcile now
            </Button>
          ) : null
        }
      />
      {run.error ? (
        <div className="pb-6">
          <Banner tone="problem" title="It could not be reconciled.">
            <ProblemText error={run.error} />
          </Banner>
        </div>
      ) : null}
      <div className="flex flex-col gap-10">
        {state.error && !data ? (
          <ProblemState error={state.error} onRetry={() => void state.refetch()} />
        ) : data && !data.reconciledAt ? null : (
          <Balances state={data} />
        )}
        <Section title="Movements" description="Every line of the provider’s books, and what it is in ours.">
          <FilterBar>
            <ChoiceFilter
              name="state"
              label="State"
              all="Every state"
              options={[
                { value: 'open', label: 'Open' },
                { value: 'matched', label: 'Matched' },
                { value: 'posted', label: 'Posted' },
              ]}
            />
          </FilterBar>
          <MovementTable state={filters.state} />
        </Section>
        <Section title="Payouts" description="What went to the bank, and what it was made of.">
          <PayoutTable />
        </Section>
      </div>
    </>
  );
}

function LastRun({ state }: { state: Reconciliation | undefined }) {
  if (!state?.reconciledAt) return 'Compares what the payment provider says with what our books say.';
  return (
    <>
      Last on <DateText value={state.reconciledAt} as="time" />
      {state.nextAt ? (
        <>
          , next on <DateText value={state.nextAt} as="time" />
        </>
      ) : null}
      {state.fault ? `. The last try failed: ${state.fault}` : null}
    </>
  );
}

function Verdict({ state }: { state: Reconciliation }) {
  const differs = state.currencies.some(({ difference }) => difference !== '0');
  if (state.openCount > 0) {
    return (
      <Status tone="attention">
        {state.openCount} open since <DateText value={state.oldestOpenAt ?? ''} />
      </Status>
    );
  }
  return differs ? (
    <Status tone="attention">The provider does not list all yet</Status>
  ) : (
    <Status tone="ok">Both books agree</Status>
  );
}

type Sum = Reconciliation['currencies'][number];

function Balances({ state }: { state: Reconciliation | undefined }) {
  const amount = (row: Sum, minor: string) => <Money amountMinor={minor} currency={row.currency} />;
  return (
    <DataTable
      label="Balances"
      hotkeys={false}
      loading={state === undefined}
      rows={state?.currencies ?? []}
      rowKey={({ currency }) => currency}
      columns={[
        { key: 'currency', header: 'Currency', fill: true, phone: 'title', cell: ({ currency }) => currency },
        {
          key: 'provider',
          header: 'At the provider',
          numeric: true,
          cell: (row) => amount(row, row.provider),
        },
        { key: 'books', header: 'In our books', numeric: true, cell: (row) => amount(row, row.books) },
        {
          key: 'open',
          header: 'Open there',
          numeric: true,
          wideOnly: true,
          cell: (row) => amount(row, row.open),
        },
        {
          key: 'unlisted',
          header: 'Not listed yet',
          numeric: true,
          wideOnly: true,
          cell: (row) => amount(row, row.unlisted),
        },
        {
          key: 'difference',
          header: 'Difference',
          numeric: true,
          cell: (row) => <span className="font-semibold">{amount(row, row.difference)}</span>,
        },
      ]}
      empty={<p className="py-4 text-muted">No money has moved yet. Reconcile after the first payment.</p>}
    />
  );
}
