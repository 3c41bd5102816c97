import type { LedgerTransaction } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { capital } from '../../lib/words.ts';
import { accountName } from './account-name.ts';
import { SourceLink } from './source-link.tsx';

function names(posting: LedgerTransaction, side: 'debit' | 'credit'): string {
  const accounts = posting.entries.filter((entry) => entry.side === side).map(({ account }) => account);
  return [...new Set(accounts)].map(accountName).join(', ');
}

/** The sum of one side; both sides are equal. */
function sumOf(posting: LedgerTransaction): string {
  return posting.entries
    .reduce((sum, entry) => (entry.side === 'debit' ? sum + BigInt(entry.amount) : sum), 0n)
    .toString();
}

const COLUMNS: readonly Column<LedgerTransaction>[] = [
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
    cell: ({ posting }) => <span className="whitespace-nowrap">{capital(posting.replaceAll('_', ' '))}</span>,
  },
  {
    key: 'debit',
    header: 'Debit',
    wideOnly: true,
    cell: (row) => <span className="whitespace-nowrap">{names(row, 'debit')}</span>,
  },
  { key: 'credit', header: 'Credit', wideOnly: true, fill: true, cell: (row) => names(row, 'credit') },
  {
    key: 'source',
    header: 'Source',
    wideOnly: true,
    cell: (row) => <SourceLink {...row} />,
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: (row) => <Money amountMinor={sumOf(row)} currency={row.currency} />,
  },
];

export function EntryTable() {
  const { api } = useScope();
  const list = useCursorList<LedgerTransaction>(['ledger'], (page, signal) =>
    api.ledger.list(page, { signal }),
  );
  return (
    <ListTable
      label="Postings"
      columns={COLUMNS}
      list={list}
      rowKey={({ id }) => id}
      dense
      empty={<p className="py-4 text-muted">No postings yet.</p>}
    />
  );
}
