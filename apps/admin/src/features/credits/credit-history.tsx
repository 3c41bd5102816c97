import type { CreditEntry } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { creditDecimals } from '@billhook/ui/credit-figures';
import { creditEntryWords } from '@billhook/ui/credit-words';
import { DateText } from '@billhook/ui/date-text';
import type { Column } from '@billhook/ui/table-model';
import { ListTable } from '../../lib/list-table.tsx';
import { useCreditHistory } from './queries.ts';

function columnsFor(rows: readonly CreditEntry[]): Column<CreditEntry>[] {
  const decimals = creditDecimals(
    rows.map(({ amount, creditType }) => ({ value: amount, type: creditType })),
  );
  return [
    {
      key: 'what',
      header: 'What',
      fill: true,
      cell: (entry) => {
        const { happened, about } = creditEntryWords(entry);
        return (
          <span className="flex min-w-0 items-center gap-2">
            {happened} <span className="truncate text-faint">{about}</span>
          </span>
        );
      },
    },
    {
      key: 'amount',
      header: 'Amount',
      numeric: true,
      cell: ({ amount, creditType }) => (
        <CreditAmount value={amount} type={creditType} decimals={decimals(creditType)} />
      ),
    },
    { key: 'at', header: 'When', cell: ({ at }) => <DateText value={at} as="time" /> },
  ];
}

/** Every entry of the ledger underneath, newest first. */
export function CreditHistory({ customer }: { customer: string }) {
  const list = useCreditHistory(customer);
  return (
    <ListTable
      label="History of credits"
      hotkeys={false}
      columns={columnsFor(list.rows)}
      list={list}
      rowKey={({ id }) => id}
      empty={<p className="py-4 text-muted">Nothing has happened yet.</p>}
    />
  );
}
