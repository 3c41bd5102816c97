import { counted } from '@billhook/core/kernel/counted';
import type { DataImport, ImportLine } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { FormActions } from '@billhook/ui/form';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { ListChecks } from 'lucide-react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { IMPORT_STATES, isMoving, OUTCOMES, useImport, useImportLines } from './import-queries.ts';

const COLUMNS: readonly Column<ImportLine>[] = [
  { key: 'line', header: 'Line', numeric: true, cell: ({ line }) => <span className="num">{line}</span> },
  {
    key: 'id',
    header: 'External id',
    phone: 'title',
    cell: ({ externalId }) => externalId ?? <span className="text-muted">None</span>,
  },
  {
    key: 'outcome',
    header: 'Outcome',
    cell: ({ outcome }) => <Status tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].word}</Status>,
  },
  {
    key: 'why',
    header: 'What or why',
    fill: true,
    cell: ({ outcome, fields, reasons }) => (
      <span className="whitespace-normal">
        {reasons.length > 0 ? reasons.join(' ') : outcome === 'change' ? fields.join(', ') : ''}
      </span>
    ),
  },
];

/** What an import would do or has done, line by line, and the button that does it. */
export function ImportReport({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <SideSheet
      open={id !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="What would this import do?"
      description="Line by line, by what is there now."
    >
      {id === undefined ? null : <Report id={id} onClose={onClose} />}
    </SideSheet>
  );
}

function Report({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useImport(id);
  if (found.error && !found.data)
    return <ProblemState error={found.error} onRetry={() => void found.refetch()} />;
  return found.data ? <Loaded job={found.data} onClose={onClose} /> : null;
}

function sumOf({ counts, status }: DataImport): string {
  const { create, change, same, refuse } = counts;
  const isAhead = status === 'checking' || status === 'checked';
  return `${isAhead ? 'Would be: ' : ''}${create} new, ${change} changed, ${same} the same, ${refuse} refused.`;
}

function Loaded({ job, onClose }: { job: DataImport; onClose: () => void }) {
  const { api } = useScope();
  const run = useCommand(
    (_: undefined, options) => api.imports.run(job.id, {}, options),
    () => toast('The import has begun.', { detail: job.fileName }),
  );
  const cancel = useCommand((_: undefined, options) => api.imports.cancel(job.id, {}, options), onClose);
  const lines = useImportLines(job.id, job.status);
  const problem = run.error ?? cancel.error;
  const { create, change } = job.counts;
  return (
    <div className="flex flex-col gap-4">
      {problem ? <ProblemState error={problem} compact /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Status tone={IMPORT_STATES[job.status].tone}>{IMPORT_STATES[job.status].word}</Status>
        <span className="num">
          {isMoving(job) ? `${job.rowsDone} of ${counted(job.rowsTotal, 'row')}` : sumOf(job)}
        </span>
      </div>
      {isMoving(job) ? null : (
        <ListTable
          label="Lines"
          columns={COLUMNS}
          list={lines}
          rowKey={({ line }) => String(line)}
          hotkeys={false}
          empty={
            <EmptyState icon={ListChecks} title="No lines.">
              It was stopped before its first line was looked at.
            </EmptyState>
          }
        />
      )}
      {job.status === 'checked' ? (
        <FormActions>
          <Button busy={cancel.busy} onClick={() => cancel.run(undefined)}>
            Discard
          </Button>
          <Button
            variant="primary"
            busy={run.busy}
            disabled={create + change === 0}
            onClick={() => run.run(undefined)}
          >
            {`Import ${create + change} of ${counted(job.rowsTotal, 'row')}`}
          </Button>
        </FormActions>
      ) : null}
    </div>
  );
}
