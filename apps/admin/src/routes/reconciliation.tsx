import type { Reconciliation } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { Banner, Status } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { MovementTable } from '../features/care/movement-table.tsx';
import { PayoutTable } from '../features/care/payout-table.tsx';
import { useCommand } from '../lib/command.ts';
import { ChoiceFilter, FilterBar } from '../lib/filter-bar.tsx';
import { ProblemState, ProblemText } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';
import { providerName } from '../lib/words.ts';

/** Whether the payment provider’s books and ours agree, and what lies between them. */
export function ReconciliationScreen() {
  const { api } = useScope();
  const [filters, change] = useFilters();
  const { provider } = filters;
  const mayRun = useMay(ROLES.money);
  const { first, state } = useBooks(provider);
  const run = useCommand(
    (_: undefined, options) => api.reconciliation.run({ provider }, options),
    (after) => toast(after.openCount === 0 ? 'Nothing is open.' : `${after.openCount} open.`),
  );
  const { data } = state;
  const isOneOfMany = first !== undefined && first.providers.length > 1;
  const chosen = provider ?? (isOneOfMany ? first.provider : undefined);
  return (
    <>
      <PageHeader
        title="Reconciliation"
        description={<LastRun state={data} />}
        mark={data?.reconciledAt ? <Verdict state={data} /> : null}
        actions={
          <>
            {isOneOfMany ? (
              <ProviderChoice
                providers={first.providers}
                value={provider ?? first.provider}
                onChange={(next) => change({ provider: next })}
              />
            ) : null}
            {mayRun ? (
              <Button variant="primary" busy={run.busy} onClick={() => run.run(undefined)}>
                Reconcile now
              </Button>
            ) : null}
          </>
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
          <StateFilter />
          <MovementTable state={filters.state} provider={chosen} />
        </Section>
        <Section title="Payouts" description="What went to the bank, and what it was made of.">
          <PayoutTable provider={chosen} />
        </Section>
      </div>
    </>
  );
}

/** The books of the provider that is asked for, and those of the default one, which name all others. */
function useBooks(provider: string | undefined) {
  const { api, tenant } = useScope();
  const booksAt = (at: string | undefined) => ({
    queryKey: [tenant.id, 'reconciliation', at ?? ''],
    queryFn: ({ signal }: { signal: AbortSignal }) => api.reconciliation.get({ provider: at }, { signal }),
  });
  const { data: first } = useQuery(booksAt(undefined));
  return { first, state: useQuery(booksAt(provider === first?.provider ? undefined : provider)) };
}

function StateFilter() {
  return (
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
  );
}

/** Each provider has books of its own; the one that is looked at stands in the address. */
function ProviderChoice({
  providers,
  value,
  onChange,
}: {
  providers: Reconciliation['providers'];
  value: string;
  onChange: (provider: string) => void;
}) {
  return (
    <Select
      label="Payment provider"
      hideLabel
      size="sm"
      className="w-36"
      options={providers.map((one) => ({ value: one, label: providerName(one) }))}
      value={value}
      onValueChange={onChange}
    />
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
