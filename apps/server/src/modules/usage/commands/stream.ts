import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import { parseStrictJson } from '../../../http/json.ts';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import type { TransactionRequest, Transactor } from '../../../platform/transaction.ts';
import { groupsOfLines, type Line, TOO_LONG } from '../read-lines.ts';
import type { IngestResult, IngestStatus } from '../types.ts';
import { countsOf, ingest, MAX_BATCH } from './ingest.ts';

/** The longest event, with room for its other members. */
const MAX_LINE_BYTES = 131_072;
const MAX_FAULTS = 20;

type Fault = { line: number; status: 'quarantined' | 'rejected'; reason: string };

type StoredStream = {
  id: string;
  linesTaken: bigint;
  accepted: bigint;
  duplicate: bigint;
  quarantined: bigint;
  rejected: bigint;
  faults: Fault[];
  openedAt: Instant;
  takenAt: Instant | null;
};

const STREAM = `id, lines_taken as "linesTaken", accepted, duplicate, quarantined, rejected, faults,
  opened_at as "openedAt", taken_at as "takenAt"`;

/** Opens a stream; its receipt is empty. */
export async function openStream(ctx: CommandCtx): Promise<StoredStream> {
  const row = await ctx.sql.row<StoredStream>(
    `insert into usage_streams (tenant_id, id, opened_at) values ($1, $2, $3) returning ${STREAM}`,
    [ctx.tenant.id, ctx.newId(), iso(ctx.wallNow)],
  );
  invariant(row !== undefined, 'A stream that is opened is there.');
  return row;
}

/** The receipt as it stands. Refuses with `stream.not_found`. */
export async function getStream(
  ctx: QueryCtx,
  id: string,
  lock: '' | 'for update' = '',
): Promise<StoredStream> {
  const row = await ctx.sql.row<StoredStream>(
    `select ${STREAM} from usage_streams where tenant_id = $1 and id = $2 ${lock}`,
    [ctx.tenant.id, id],
  );
  return row ?? refuse('stream.not_found', 'There is no such stream.');
}

/**
 * Takes the lines of a stream in batches. Each batch is one transaction with the receipt, so what the receipt says is
 * what stands, whatever breaks in between; the sender goes on after the last line of it. The receipt's row keeps two
 * senders of one stream apart: who is out of step is refused.
 * Refuses with `stream.not_found`, `stream.out_of_step`.
 *
 * @param after lines that were taken before the first of these
 */
export async function takeLines(
  transactor: Transactor,
  request: TransactionRequest,
  stream: { id: string; after: number; lines: AsyncIterable<Uint8Array> },
): Promise<StoredStream> {
  let receipt = await transactor.query(request, (ctx) => getStream(ctx, stream.id));
  let taken = BigInt(stream.after);
  refuseOutOfStep(receipt, taken);
  const sizes = { groupSize: MAX_BATCH, maxBytes: MAX_LINE_BYTES };
  for await (const lines of groupsOfLines(stream.lines, sizes)) {
    receipt = await transactor.command(request, (ctx) => takeBatch(ctx, stream.id, taken, lines));
    taken += BigInt(lines.length);
  }
  return receipt;
}

async function takeBatch(
  ctx: CommandCtx,
  id: string,
  after: bigint,
  lines: readonly Line[],
): Promise<StoredStream> {
  const receipt = await getStream(ctx, id, 'for update');
  refuseOutOfStep(receipt, after);
  const values: unknown[] = [];
  const places: number[] = [];
  const unread: Fault[] = [];
  for (const [index, line] of lines.entries()) {
    const number = Number(after) + index + 1;
    if (line !== TOO_LONG && line.trim() === '') continue;
    const value = line === TOO_LONG ? undefined : parse(line);
    if (value !== undefined) {
      values.push(value.json);
      places.push(number);
      continue;
    }
    const reason = line === TOO_LONG ? `It is longer than ${MAX_LINE_BYTES} bytes.` : 'It is not JSON.';
    unread.push({ line: number, status: 'rejected', reason });
  }
  const { results } = await ingest(ctx, values);
  const counts = countsOf(results);
  counts.rejected += unread.length;
  const found = [...unread, ...results.flatMap((result) => faultOf(result, places))];
  const faults = [...receipt.faults, ...found.sort((a, b) => a.line - b.line)].slice(0, MAX_FAULTS);
  return keep(ctx, id, lines.length, counts, faults);
}

function refuseOutOfStep({ linesTaken }: StoredStream, after: bigint): void {
  if (linesTaken === after) return;
  refuse('stream.out_of_step', `The stream has ${linesTaken} lines, and these begin after ${after}.`, {
    facts: { lines_taken: Number(linesTaken) },
  });
}

function parse(line: string): { json: unknown } | undefined {
  try {
    return { json: parseStrictJson(line) };
  } catch {
    return undefined;
  }
}

function faultOf({ status, reason, index }: IngestResult, places: readonly number[]): Fault[] {
  if (status !== 'quarantined' && status !== 'rejected') return [];
  return [{ line: places[index] ?? 0, status, reason: reason ?? '' }];
}

async function keep(
  ctx: CommandCtx,
  id: string,
  lines: number,
  counts: Record<IngestStatus, number>,
  faults: readonly Fault[],
): Promise<StoredStream> {
  const row = await ctx.sql.row<StoredStream>(
    `update usage_streams set lines_taken = lines_taken + $3, accepted = accepted + $4, duplicate = duplicate + $5,
       quarantined = quarantined + $6, rejected = rejected + $7, faults = $8, taken_at = $9
     where tenant_id = $1 and id = $2 returning ${STREAM}`,
    [
      ctx.tenant.id,
      id,
      lines,
      counts.accepted,
      counts.duplicate,
      counts.quarantined,
      counts.rejected,
      JSON.stringify(faults),
      iso(ctx.wallNow),
    ],
  );
  invariant(row !== undefined, 'A stream is never taken away.');
  return row;
}

export function presentStream(stream: StoredStream) {
  return {
    id: encodeTypeId('str', stream.id),
    object: 'event_stream' as const,
    lines_taken: Number(stream.linesTaken),
    counts: {
      accepted: Number(stream.accepted),
      duplicate: Number(stream.duplicate),
      quarantined: Number(stream.quarantined),
      rejected: Number(stream.rejected),
    },
    faults: stream.faults,
    created_at: iso(stream.openedAt),
    taken_at: isoOrNull(stream.takenAt),
  };
}
