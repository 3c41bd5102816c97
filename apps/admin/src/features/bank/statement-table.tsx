import type { BankStatement } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import type { Column } from '@billhook/ui/table-model';
import { FileText } from 'lucide-react';
import { ListTable } from '../../lib/list-table.tsx';
import { useStatements } from './queries.ts';

const COLUMNS: readonly Column<BankStatement>[] = [
  {
    key: 'file',
    header: 'File',
    fill: true,
    phone: 'title',
    cell: ({ fileName }) => <span className="block truncate">{fileName}</span>,
  },
  { key: 'format', header: 'Format', wideOnly: true, cell: ({ format }) => format },
  { key: 'uploaded', header: 'Taken', cell: ({ createdAt }) => <DateText value={createdAt} as="time" /> },
  {
    key: 'lines',
    header: 'Movements',
    numeric: true,
    cell: ({ lines }) => <span className="num">{lines}</span>,
  },
  {
    key: 'new',
    header: 'New',
    numeric: true,
    cell: ({ newLines }) => <span className="num">{newLines}</span>,
  },
  {
    key: 'booked',
    header: 'Booked',
    numeric: true,
    cell: ({ matchedLines }) => <span className="num">{matchedLines}</span>,
  },
];

export function StatementTable() {
  return (
    <ListTable
      label="Statements"
      columns={COLUMNS}
      list={useStatements()}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={FileText} title="No statements yet.">
          Upload what your bank gives you: camt.053 or CSV.
        </EmptyState>
      }
    />
  );
}
