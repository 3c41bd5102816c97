import type { AccountEntry } from '@billhook/sdk/generated/types';
import { usePathParam } from '@billhook/ui/address';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { PageHeader } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { accountName } from '../features/ledger/account-name.ts';
import { SourceLink } from '../features/ledger/source-link.tsx';
import { ListTable } from '../lib/list-table.tsx';
import { useCursorList } from '../lib/lists.ts';
import { useScope } from '../lib/scope.tsx';
import { capital } from '../lib/words.ts';

/** What moved one account in one currency, with its balance after each. The address has both, as `EUR:cash:stripe`. */
export function AccountScreen() {
  const { api } = useScope();
  const [currency = '', ...rest] = usePathParam('id').split(':');
  const account = rest.join(':');
  const list = useCursorList<AccountEntry>(['ledger', 'account', account, currency], (page, signal) =>
    api.ledger.account({ ...page, account, currency }, { signal }),
  );
  return (
    <>
      <PageHeader
        title={`${accountName(account)}, ${currency}`}
        parents={[{ label: 'Ledger', href: '/ledger' }]}
        description="Newest first. A balance of credits is negative."
      />
      <ListTable
        label={`Entries of ${accountName(account)}`}
        columns={columnsIn(currency)}
        list={list}
        rowKey={({ id }) => id}
        dense
        empty={<p className="py-4 text-muted">Nothing was posted to this account in {currency}.</p>}
      />
    </>
  );
}

function columnsIn(currency: string): readonly Column<AccountEntry>[] {
  const amount = (key: 'debit' | 'credit', header: string): Column<AccountEntry> => ({
    key,
    header,
    numeric: true,
    wideOnly: true,
    cell: (row) => (row[key] === '0' ? null : <Money amountMinor={row[key]} currency={currency} />),
  });
  return [
    {
      key: 'when',
      header: 'When',
      phone: 'below',
      cell: ({ occurredAt }) => <DateText value={occurredAt} as="time" />,
    },
    {
      key: 'posting',
      header: 'Posting',
      phone: 'title',
      fill: true,
      cell: ({ posting }) => (
        <span className="whitespace-nowrap">{capital(posting.replaceAll('_', ' '))}</span>
      ),
    },
    { key: 'source', header: 'Source', wideOnly: true, cell: (row) => <SourceLink {...row} /> },
    amount('debit', 'Debit'),
    amount('credit', 'Credit'),
    {
      key: 'balance',
      header: 'Balance',
      numeric: true,
      cell: ({ balance }) => <Money amountMinor={balance} currency={currency} />,
    },
  ];
}
