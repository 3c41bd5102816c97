import type { CreditBalance, CreditGrant, CreditPack } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { CreditAmount, ExpiryText } from '@billhook/ui/credit-amount';
import { creditDecimals } from '@billhook/ui/credit-figures';
import { CREDIT_SOURCES } from '@billhook/ui/credit-words';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Badge } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Coins } from 'lucide-react';
import { ProblemState } from '../../lib/problem.tsx';
import { useMay } from '../../lib/scope.tsx';
import { useFeatureNames } from '../catalog/queries.ts';
import { CreditHistory } from './credit-history.tsx';
import { AdjustForm, GrantForm, RevokeForm } from './hand-forms.tsx';
import { useCredits } from './queries.ts';
import { ReloadText } from './reload-text.tsx';

const STAFF = ['owner', 'admin', 'finance', 'support'] as const;

/** What a customer holds, grant by grant in the order of spending, and what happened to it. */
export function CustomerCredits({ customer }: { customer: string }) {
  const credits = useCredits(customer);
  const [, change] = useFilters();
  const mayGive = useMay(STAFF);
  if (credits.error && !credits.data)
    return <ProblemState error={credits.error} onRetry={() => void credits.refetch()} />;
  if (!credits.data) return <SkeletonText lines={8} />;
  const { balances, packs } = credits.data;
  return (
    <div className="flex flex-col gap-8">
      {mayGive ? (
        <div className="flex gap-2">
          <Button onClick={() => change({ credit: 'grant' })}>Grant credits</Button>
          <Button onClick={() => change({ credit: 'adjust' })}>Adjust</Button>
        </div>
      ) : null}
      {balances.length === 0 ? (
        <EmptyState icon={Coins} title="No credits yet.">
          Plans grant them, customers buy them, or you grant some with the button above.
        </EmptyState>
      ) : (
        balances.map((balance) => (
          <Balance key={balance.creditType.id} balance={balance} packs={packs} mayGive={mayGive} />
        ))
      )}
      <Section title="History">
        <CreditHistory customer={customer} />
      </Section>
      <Sheets customer={customer} balances={balances} />
    </div>
  );
}

interface BalanceProps {
  readonly balance: CreditBalance;
  readonly packs: readonly CreditPack[];
  readonly mayGive: boolean;
}

function Balance({ balance, packs, mayGive }: BalanceProps) {
  const { creditType, available, promised, lowAt, lowAtIsOwn, grants, reload, purchasePending } = balance;
  const columns = grantColumns(balance, mayGive, useFeatureNames());
  return (
    <Section
      title={creditType.name}
      description={
        <>
          <CreditAmount value={available} type={creditType} className="font-medium text-text" /> can be used
          now.
          {promised === '0' ? null : (
            <>
              {' '}
              <CreditAmount value={promised} type={creditType} /> more are promised to processes.
            </>
          )}
          {lowAt === null ? null : (
            <>
              {' '}
              {lowAtIsOwn ? 'By its own choice the' : 'The'} customer is told below{' '}
              <CreditAmount value={lowAt} type={creditType} />.
            </>
          )}
          {purchasePending ? ' A purchase waits for its payment.' : null}
        </>
      }
    >
      <DataTable
        label={`Grants of ${creditType.name}`}
        hotkeys={false}
        rows={grants}
        rowKey={({ id }) => id}
        columns={columns}
        empty={<p className="py-4 text-muted">Nothing is left.</p>}
      />
      {reload === null ? null : <ReloadText reload={reload} type={creditType} packs={packs} />}
    </Section>
  );
}

function grantColumns(
  { creditType, grants }: CreditBalance,
  mayGive: boolean,
  nameOf: (feature: string) => string,
): Column<CreditGrant>[] {
  const amounts = grants.flatMap(({ left, amount }) => [left, amount]);
  const decimals = creditDecimals(amounts.map((value) => ({ value, type: creditType })))(creditType);
  const columns: Column<CreditGrant>[] = [
    {
      key: 'source',
      header: 'Grant',
      fill: true,
      cell: ({ source, reason, running, features, subscription }) => (
        <span className="flex min-w-0 items-center gap-2">
          {CREDIT_SOURCES[source]}
          {reason ? <span className="truncate text-faint">{reason}</span> : null}
          {running ? null : <Badge>Not yet</Badge>}
          {features ? <Badge tone="info">Only {features.map(nameOf).join(', ')}</Badge> : null}
          {subscription ? <Badge tone="info">One subscription</Badge> : null}
        </span>
      ),
    },
    { key: 'priority', header: 'Priority', numeric: true, wideOnly: true, cell: ({ priority }) => priority },
    {
      key: 'left',
      header: 'Left',
      numeric: true,
      cell: ({ left }) => <CreditAmount value={left} type={creditType} decimals={decimals} />,
    },
    {
      key: 'amount',
      header: 'Of',
      numeric: true,
      wideOnly: true,
      cell: ({ amount }) => <CreditAmount value={amount} type={creditType} decimals={decimals} />,
    },
    {
      key: 'expires',
      header: 'Expires',
      cell: ({ expiresAt }) => <ExpiryText at={expiresAt} />,
    },
  ];
  return mayGive ? [...columns, REVOKE] : columns;
}

const REVOKE: Column<CreditGrant> = {
  key: 'revoke',
  header: <span className="sr-only">Revoke</span>,
  cell: (grant) => <RevokeButton grant={grant} />,
};

function RevokeButton({ grant }: { grant: CreditGrant }) {
  const [, change] = useFilters();
  return (
    <Button size="sm" variant="quiet" onClick={() => change({ credit: 'revoke', grant: grant.id })}>
      Revoke<span className="sr-only">: {CREDIT_SOURCES[grant.source]}</span>
    </Button>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  grant: 'Grant credits',
  adjust: 'Adjust credits',
  revoke: 'Revoke what is left?',
};

function Sheets({ customer, balances }: { customer: string; balances: readonly CreditBalance[] }) {
  const [filters, change] = useFilters();
  const close = () => change({ credit: undefined, grant: undefined });
  const act = filters.credit ?? '';
  const held = balances.flatMap(({ grants, creditType }) => grants.map((grant) => ({ grant, creditType })));
  const named = held.find(({ grant }) => grant.id === filters.grant);
  return (
    <SideSheet
      open={act in TITLES}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      title={TITLES[act] ?? ''}
    >
      {act === 'grant' ? <GrantForm customer={customer} onClose={close} /> : null}
      {act === 'adjust' ? <AdjustForm customer={customer} onClose={close} /> : null}
      {act === 'revoke' && named ? <RevokeForm {...named} onClose={close} /> : null}
    </SideSheet>
  );
}
