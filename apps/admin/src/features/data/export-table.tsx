import type { DataExport } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Download, FileDown, Square } from 'lucide-react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { FORMATS, isOpen, KINDS, STATES, useExports } from './queries.ts';

const whole = new Intl.NumberFormat('en');

/** The days that it is about, as short as they can be said. */
function Days({ from, to, currency }: Pick<DataExport, 'from' | 'to' | 'currency'>) {
  const day = (value: string) => <DateText value={`${value}T12:00:00Z`} />;
  return (
    <span className="num">
      {from === null && to === null ? (
        'All days'
      ) : (
        <>
          {from === null ? 'The first day' : day(from)} to {to === null ? 'today' : day(to)}
        </>
      )}
      {currency === null ? '' : `, ${currency}`}
    </span>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** How far it has come, and how long it will take. */
function Progress({ row }: { row: DataExport }) {
  const { rowsDone, rowsTotal, remainingMs } = row;
  if (!isOpen(row)) return <span className="num">{whole.format(rowsDone)}</span>;
  const left = remainingMs === null ? '' : `, ${Math.ceil(remainingMs / 1_000)} s left`;
  return (
    <span className="num">
      {whole.format(rowsDone)}
      {rowsTotal === null ? '' : ` of ${whole.format(rowsTotal)}`}
      {left}
    </span>
  );
}

const COLUMNS: readonly Column<DataExport>[] = [
  {
    key: 'what',
    header: 'What',
    phone: 'title',
    cell: ({ kind, format }) => (
      <span className="whitespace-nowrap">{`${KINDS[kind].word}, ${FORMATS[format]}`}</span>
    ),
  },
  {
    key: 'days',
    header: 'Days',
    fill: true,
    cell: (row) => (
      <>
        <Days {...row} />
        {/* Why there is no file, where there is room for a sentence. */}
        {row.fault === null ? null : <span className="block pb-1 text-sm text-muted">{row.fault}</span>}
      </>
    ),
  },
  {
    key: 'status',
    header: 'State',
    cell: ({ status }) => <Status tone={STATES[status].tone}>{STATES[status].word}</Status>,
  },
  { key: 'rows', header: 'Rows', numeric: true, cell: (row) => <Progress row={row} /> },
  {
    key: 'size',
    header: 'Size',
    numeric: true,
    wideOnly: true,
    cell: ({ byteSize, status }) => (
      <span className="num whitespace-nowrap">{status === 'failed' ? '–' : sizeOf(byteSize)}</span>
    ),
  },
  {
    key: 'begun',
    header: 'Begun',
    wideOnly: true,
    cell: ({ createdAt }) => <DateText value={createdAt} as="time" />,
  },
];

/** Exports with their files: fetched while they are there, stopped while they are written. */
export function ExportTable() {
  const { api } = useScope();
  const fetching = useCommand(
    (id: string, options) => api.exports.link(id, {}, options),
    ({ url }) => location.assign(url),
  );
  const stop = useCommand((id: string, options) => api.exports.cancel(id, {}, options));
  const action: Column<DataExport> = {
    key: 'action',
    header: 'File',
    cell: (row) => {
      if (row.status === 'done')
        return (
          <Button size="sm" icon={Download} busy={fetching.busy} onClick={() => fetching.run(row.id)}>
            Download
          </Button>
        );
      return isOpen(row) ? (
        <Button size="sm" icon={Square} busy={stop.busy} onClick={() => stop.run(row.id)}>
          Stop
        </Button>
      ) : (
        <span className="text-faint">–</span>
      );
    },
  };
  const problem = fetching.error ?? stop.error;
  return (
    <>
      {problem ? <ProblemState error={problem} compact /> : null}
      <ListTable
        label="Exports"
        columns={[...COLUMNS, action]}
        list={useExports()}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={FileDown} title="No exports yet.">
            Begin one above. Its file is kept for a week.
          </EmptyState>
        }
      />
    </>
  );
}
