import type { TrialBalance } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { accountName } from '../features/ledger/account-name.ts';
import { EntryTable } from '../features/ledger/entry-table.tsx';
import { Months } from '../features/ledger/months.tsx';
import { TaxAccounts } from '../features/ledger/tax-accounts.tsx';
import { TaxOwed } from '../features/ledger/tax-owed.tsx';
import { ProblemState } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';

/** The books: every account, and whether debits equal credits. */
export function LedgerScreen() {
  const { api, tenant } = useScope();
  const balance = useQuery({
    queryKey: [tenant.id, 'trial-balance'],
    queryFn: ({ signal }) => api.ledger.trialBalance({ signal }),
  });
  const { data } = balance;
  return (
    <>
      <PageHeader
        title="Ledger"
        description={
          data ? (
            <>
              As of <DateText value={data.asOf} as="time" />
            </>
          ) : (
            'Every movement of money is posted once.'
          )
        }
        mark={
          data ? (
            <Status tone={data.balanced ? 'ok' : 'problem'}>
              {data.balanced ? 'Debits equal credits' : 'Debits and credits differ'}
            </Status>
          ) : null
        }
      />
      <div className="flex flex-col gap-10">
        {balance.error && !data ? (
          <ProblemState error={balance.error} onRetry={() => void balance.refetch()} />
        ) : (
          <Accounts balance={data} />
        )}
        <Months />
        <TaxOwed />
        <TaxAccounts />
        <Section title="Postings" description="Newest first. In the balance above, credits are negative.">
          <EntryTable />
        </Section>
      </div>
    </>
  );
}

type Account = TrialBalance['accounts'][number];
const TOTAL = 'Total';

/** Accounts of one currency after another, each with its sum. */
function rowsOf(balance: TrialBalance | undefined): Account[] {
  if (!balance) return [];
  return balance.totals.flatMap(({ currency, debit, credit, difference }) => [
    ...balance.accounts.filter((account) => account.currency === currency),
    { account: TOTAL, currency, debit, credit, balance: difference },
  ]);
}

function Accounts({ balance }: { balance: TrialBalance | undefined }) {
  const strong = ({ account }: Account) => (account === TOTAL ? 'font-semibold' : '');
  const amount = (row: Account, amountMinor: string) => (
    <Money amountMinor={amountMinor} currency={row.currency} className={strong(row)} />
  );
  return (
    <DataTable
      label="Trial balance"
      hotkeys={false}
      loading={balance === undefined}
      rows={rowsOf(balance)}
      rowKey={({ account, currency }) => `${account} ${currency}`}
      columns={[
        {
          key: 'account',
          header: 'Account',
          fill: true,
          cell: (row) =>
            row.account === TOTAL ? (
              <span className={strong(row)}>{TOTAL}</span>
            ) : (
              <TextLink href={`/ledger/${row.currency}:${row.account}`}>{accountName(row.account)}</TextLink>
            ),
        },
        {
          key: 'debit',
          header: 'Debit',
          numeric: true,
          wideOnly: true,
          cell: (row) => amount(row, row.debit),
        },
        {
          key: 'credit',
          header: 'Credit',
          numeric: true,
          wideOnly: true,
          cell: (row) => amount(row, row.credit),
        },
        { key: 'balance', header: 'Balance', numeric: true, cell: (row) => amount(row, row.balance) },
      ]}
      empty={<p className="py-4 text-muted">Nothing is posted yet. The first invoice opens the books.</p>}
    />
  );
}
