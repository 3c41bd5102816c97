import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso } from '../../../platform/sql.ts';
import { type ImportJob, type JudgedLine, NO_COUNTS } from './repo.ts';

/** An import with how far it has come. */
export function presentImport(job: ImportJob) {
  const { rowsTotal, rowsDone, state } = job;
  const isOpen = state === 'checking' || state === 'running';
  const remaining = isOpen && rowsDone > 0 ? (Number(job.busyMs) * (rowsTotal - rowsDone)) / rowsDone : null;
  return {
    id: encodeTypeId('imp', job.id),
    object: 'import' as const,
    kind: job.kind,
    file_name: job.fileName,
    mapping: job.mapping,
    status: state,
    rows_total: rowsTotal,
    rows_done: rowsDone,
    counts: { ...NO_COUNTS, ...job.counts },
    remaining_ms: remaining === null ? null : Math.round(remaining),
    fault: job.fault,
    created_by: job.createdBy,
    created_at: iso(job.createdAt),
    finished_at: job.finishedAt === null ? null : iso(job.finishedAt),
  };
}

export function presentLine(kind: ImportJob['kind'], line: JudgedLine) {
  const prefix = kind === 'customers' ? 'cus' : 'sub';
  return {
    object: 'import_line' as const,
    line: line.line,
    external_id: line.externalId,
    outcome: line.outcome,
    object_id: line.objectId === null ? null : encodeTypeId(prefix, line.objectId),
    fields: [...line.fields],
    reasons: [...line.reasons],
  };
}
