import { createHash } from 'node:crypto';
import { factsOf, type Statement, type StatementLine } from '@billhook/core/banking/statement';
import { formatDate } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type StoredStatement = {
  id: string;
  accountId: string;
  fileName: string;
  format: string;
  lineCount: number;
  newCount: number;
  pendingCount: number;
  uploadedAt: Instant;
  /** Lines that are booked. */
  matchedCount: number;
};

const STATEMENT = `s.id, s.account_id as "accountId", s.file_name as "fileName", s.format, s.line_count as "lineCount",
  s.new_count as "newCount", s.pending_count as "pendingCount", s.uploaded_at as "uploadedAt",
  (select count(*)::integer from bank_lines l where l.tenant_id = s.tenant_id and l.statement_id = s.id
     and l.state = 'matched') as "matchedCount"`;

export function listStatements(
  ctx: QueryCtx,
  filter: { limit: number; startingAfter: string | null },
): Promise<StoredStatement[]> {
  return ctx.sql.rows<StoredStatement>(
    `select ${STATEMENT} from bank_statements s
     where s.tenant_id = $1 and ($2::uuid is null or (s.uploaded_at, s.id) <
       (select uploaded_at, id from bank_statements where tenant_id = $1 and id = $2))
     order by s.uploaded_at desc, s.id desc limit $3`,
    [ctx.tenant.id, filter.startingAfter, filter.limit],
  );
}

export async function getStatement(ctx: QueryCtx, id: string): Promise<StoredStatement> {
  const row = await ctx.sql.row<StoredStatement>(
    `select ${STATEMENT} from bank_statements s where s.tenant_id = $1 and s.id = $2`,
    [ctx.tenant.id, id],
  );
  if (row === undefined) throw new Error('a statement is never deleted');
  return row;
}

/**
 * Stores a statement with the lines that are not known yet. Answers their ids, in the order of the file; none, and
 * `isRepeat`, for a file that was taken before.
 */
export async function storeStatement(
  ctx: CommandCtx,
  file: { accountId: string; fileName: string; format: string; content: string },
  statements: readonly Statement[],
): Promise<{ id: string; isRepeat: boolean; newLineIds: readonly string[] }> {
  const lines = statements.flatMap((statement) => statement.lines);
  const id = ctx.newId();
  const stored = await ctx.sql.row<{ id: string }>(
    `insert into bank_statements (tenant_id, id, account_id, file_name, format, content_sha256, line_count, new_count,
       pending_count, uploaded_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)
     on conflict (tenant_id, account_id, content_sha256) do nothing returning id`,
    [
      ctx.tenant.id,
      id,
      file.accountId,
      file.fileName,
      file.format,
      sha256(file.content),
      lines.length,
      statements.reduce((sum, { pendingCount }) => sum + pendingCount, 0),
      iso(ctx.now),
    ],
  );
  if (stored === undefined) {
    const before = await ctx.sql.row<{ id: string }>(
      'select id from bank_statements where tenant_id = $1 and account_id = $2 and content_sha256 = $3',
      [ctx.tenant.id, file.accountId, sha256(file.content)],
    );
    if (before === undefined) throw new Error('what conflicts is there');
    return { id: before.id, isRepeat: true, newLineIds: [] };
  }
  const newLineIds = await insertLines(ctx, { statementId: id, accountId: file.accountId }, lines);
  await ctx.sql.run('update bank_statements set new_count = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    newLineIds.length,
  ]);
  return { id, isRepeat: false, newLineIds };
}

/** Lines that are known are left alone. Sorted by their keys, so that two uploads never wait for each other. */
async function insertLines(
  ctx: CommandCtx,
  owner: { statementId: string; accountId: string },
  lines: readonly StatementLine[],
): Promise<readonly string[]> {
  const facts = factsOf(lines).map(sha256);
  const rows = lines
    .map((line, index) => ({ line, id: ctx.newId(), fact: facts[index] ?? sha256('') }))
    .sort((left, right) => Buffer.compare(left.fact, right.fact));
  const inserted = await ctx.sql.rows<{ id: string }>(
    `insert into bank_lines (tenant_id, id, statement_id, account_id, fact_sha256, booked_on, value_on, amount_minor,
       currency, is_reversal, name, iban, reference, text, end_to_end_id, charges_minor, state, created_at)
     select $1, l.id, $2, $3, l.fact, l.booked_on, l.value_on, l.amount_minor, l.currency, l.is_reversal, l.name, l.iban,
       l.reference, l.text, l.end_to_end_id, l.charges_minor, 'unmatched', $4
     from unnest($5::uuid[], $6::bytea[], $7::date[], $8::date[], $9::bigint[], $10::text[], $11::boolean[], $12::text[],
       $13::text[], $14::text[], $15::text[], $16::text[], $17::bigint[])
       as l (id, fact, booked_on, value_on, amount_minor, currency, is_reversal, name, iban, reference, text,
         end_to_end_id, charges_minor)
     on conflict (tenant_id, account_id, fact_sha256) do nothing returning id`,
    [
      ctx.tenant.id,
      owner.statementId,
      owner.accountId,
      iso(ctx.now),
      rows.map(({ id }) => id),
      rows.map(({ fact }) => fact),
      rows.map(({ line }) => formatDate(line.bookedOn)),
      rows.map(({ line }) => (line.valueOn === null ? null : formatDate(line.valueOn))),
      rows.map(({ line }) => line.amountMinor),
      rows.map(({ line }) => line.currency),
      rows.map(({ line }) => line.isReversal),
      rows.map(({ line }) => clean(line.name, 200)),
      rows.map(({ line }) => line.iban),
      rows.map(({ line }) => clean(line.reference, 140)),
      rows.map(({ line }) => clean(line.text, 2000) ?? ''),
      rows.map(({ line }) => clean(line.endToEndId, 140)),
      rows.map(({ line }) => line.chargesMinor),
    ],
  );
  return inserted.map(({ id }) => id);
}

/** What banks write, as the contract allows it: no control characters, bounded. */
function clean(text: string | null, most: number): string | null {
  const line = text
    ?.replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
  return line === undefined || line === '' ? null : line;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
