import type { DataImport } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Upload } from 'lucide-react';
import { ListTable } from '../../lib/list-table.tsx';
import { IMPORT_STATES, useImports } from './import-queries.ts';

const figure = (name: keyof DataImport['counts'], header: string): Column<DataImport> => ({
  key: name,
  header,
  numeric: true,
  wideOnly: true,
  cell: ({ counts }) => <span className="num">{counts[name]}</span>,
});

const COLUMNS: readonly Column<DataImport>[] = [
  {
    key: 'file',
    header: 'File',
    fill: true,
    phone: 'title',
    cell: ({ fileName }) => <span className="block truncate">{fileName}</span>,
  },
  {
    key: 'kind',
    header: 'Rows are',
    cell: ({ kind }) => (kind === 'customers' ? 'Customers' : 'Subscriptions'),
  },
  {
    key: 'status',
    header: 'State',
    cell: ({ status }) => <Status tone={IMPORT_STATES[status].tone}>{IMPORT_STATES[status].word}</Status>,
  },
  figure('create', 'New'),
  figure('change', 'Changed'),
  figure('same', 'The same'),
  figure('refuse', 'Refused'),
  {
    key: 'begun',
    header: 'Begun',
    wideOnly: true,
    cell: ({ createdAt }) => <DateText value={createdAt} as="time" />,
  },
];

/** Imports; each opens its report. */
export function ImportTable({ onOpen }: { onOpen: (id: string) => void }) {
  return (
    <ListTable
      label="Imports"
      columns={COLUMNS}
      list={useImports()}
      rowKey={({ id }) => id}
      rowName={({ fileName }) => fileName}
      onOpen={({ id }) => onOpen(id)}
      empty={
        <EmptyState icon={Upload} title="No imports yet.">
          Bring your customers and their subscriptions as CSV. You see what would be done before anything is.
        </EmptyState>
      }
    />
  );
}
