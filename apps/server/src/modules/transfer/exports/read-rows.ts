import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CellValue, ExportRow } from '@billhook/core/transfer/cell';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';
import type { Dataset } from './datasets.ts';
import type { ExportJob } from './repo.ts';

/** The last row that was read: its key, and its place among rows of that key. */
export type Place = { key: string; position: number };

const BEFORE_ALL: Place = { key: '00000000-0000-0000-0000-000000000000', position: -1 };

/** What is chosen, as bounds that always hold a value, so that the plan stays the one by the key. */
function bounds(job: ExportJob, dataset: Dataset) {
  const values: unknown[] = [
    job.untilId,
    isoOrNull(job.start) ?? '-infinity',
    isoOrNull(job.end) ?? 'infinity',
  ];
  const conditions = [
    dataset.where,
    `${dataset.key} <= $2`,
    `${dataset.time} >= $3::timestamptz`,
    `${dataset.time} < $4::timestamptz`,
  ];
  if (job.currency !== null) conditions.push(`${dataset.currency} = $${values.push(job.currency) + 1}`);
  if (job.customerId !== null) conditions.push(`${dataset.customer} = $${values.push(job.customerId) + 1}`);
  return { conditions, values };
}

export async function countRows(ctx: QueryCtx, job: ExportJob, dataset: Dataset): Promise<bigint> {
  const { conditions, values } = bounds(job, dataset);
  const row = await ctx.sql.row<{ count: bigint }>(
    `select count(*) as count from ${dataset.from} where ${conditions.join(' and ')}`,
    [ctx.tenant.id, ...values],
  );
  return row?.count ?? 0n;
}

type Read = Record<string, CellValue> & { key_: string; position_: number };

/** The rows behind a place, at most `limit`, and the place of the last; null where there are no more. */
export async function readRows(
  ctx: QueryCtx,
  job: ExportJob,
  dataset: Dataset,
  after: Place | null,
  limit: number,
): Promise<{ rows: ExportRow[]; next: Place | null }> {
  const { conditions, values } = bounds(job, dataset);
  const { key, position } = after ?? BEFORE_ALL;
  const at = values.length + 2;
  const columns = dataset.fields.map(({ name, sql }) => `${sql} as "${name}"`);
  const found = await ctx.sql.rows<Read>(
    `select ${columns.join(', ')}, ${dataset.key} as key_, ${dataset.position}::integer as position_
     from ${dataset.from}
     where ${conditions.join(' and ')} and (${dataset.key}, ${dataset.position}) > ($${at}::uuid, $${at + 1}::integer)
     order by ${dataset.key}, ${dataset.position} limit $${at + 2}`,
    [ctx.tenant.id, ...values, key, position, limit],
  );
  const last = found.at(-1);
  const next =
    last === undefined || found.length < limit ? null : { key: last.key_, position: last.position_ };
  return { rows: found.map((row) => withIds(dataset, row)), next };
}

/** Ids leave the house as they stand in the API. */
function withIds(dataset: Dataset, row: Read): ExportRow {
  const shown: Record<string, CellValue> = {};
  for (const { name, prefix } of dataset.fields) {
    const value = row[name] ?? null;
    shown[name] = prefix !== undefined && typeof value === 'string' ? encodeTypeId(prefix, value) : value;
  }
  return shown;
}
