import type { CreditEntry } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { CREDIT_SOURCES, creditHappening } from '@billhook/ui/credit-words';
import { DateText } from '@billhook/ui/date-text';
import type { Column } from '@billhook/ui/table-model';
import { ListTable } from '../../lib/list-table.tsx';
import { useCreditHistory } from './queries.ts';

const COLUMNS: readonly Column<CreditEntry>[] = [
  {
    key: 'what',
    header: 'What',
    fill: true,
    cell: ({ kind, source, featureName, reason }) => (
      <span className="flex min-w-0 items-center gap-2">
        {creditHappening(kind, source)}
        <span className="truncate text-faint">{featureName ?? (reason || CREDIT_SOURCES[source])}</span>
      </span>
    ),
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ amount, creditType }) => <CreditAmount value={amount} type={creditType} />,
  },
  { key: 'at', header: 'When', cell: ({ at }) => <DateText value={at} as="time" /> },
];

/** Every entry of the ledger underneath, newest first. */
export function CreditHistory({ customer }: { customer: string }) {
  return (
    <ListTable
      label="History of credits"
      hotkeys={false}
      columns={COLUMNS}
      list={useCreditHistory(customer)}
      rowKey={({ id }) => id}
      empty={<p className="py-4 text-muted">Nothing has happened yet.</p>}
    />
  );
}
