import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { documentsAfter } from './customer-documents.ts';
import { FACT_TABLES, factsAfter } from './customer-facts.ts';
import type { ExportJob } from './repo.ts';
import type { Step, StepDeps, Writer } from './step.ts';
import { type ZipEntry, zipEnd, zipFile } from './zip.ts';

/** Documents of one piece: these are drawn, which takes time. */
const DOCUMENTS = 10;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Which part is being written, what of it was written last, and how many files it has. */
type Cursor = { part: number; after: string; file: number };
type File = { name: string; content: Uint8Array };
type Piece = { files: File[]; rows: number; after: string | null };

const PARTS = [...FACT_TABLES, 'invoice documents', 'credit note documents'];

/**
 * Everything about one customer as a ZIP: each table as NDJSON, and each document as it was issued, in JSON and PDF.
 * Written file by file, so that neither a large customer nor a stop is a matter.
 */
export const customerWriter: Writer = {
  total: async (ctx, job) => {
    const row = await ctx.sql.row<{ count: bigint }>(
      `select (select count(*) from usage_events where tenant_id = $1 and customer_id = $2)
         + (select count(*) from invoices where tenant_id = $1 and customer_id = $2) as count`,
      [ctx.tenant.id, customerOf(job)],
    );
    return row?.count ?? 0n;
  },
  async step(deps, job) {
    const cursor = (job.cursor as Cursor | null) ?? { part: 0, after: '', file: 1 };
    const piece = await pieceOf(deps, job, cursor);
    const next = nextOf(cursor, piece.after);
    return finished(deps, job, piece, next);
  },
};

function customerOf({ customerId }: ExportJob): string {
  invariant(customerId !== null, 'The export of a customer names one.');
  return customerId;
}

function nextOf(cursor: Cursor, after: string | null): Cursor | null {
  if (after !== null) return { part: cursor.part, after, file: cursor.file + 1 };
  return cursor.part + 1 < PARTS.length ? { part: cursor.part + 1, after: '', file: 1 } : null;
}

async function pieceOf(deps: StepDeps, job: ExportJob, cursor: Cursor): Promise<Piece> {
  const table = FACT_TABLES[cursor.part];
  if (table !== undefined) return factsOf(deps, job, table, cursor);
  return cursor.part === FACT_TABLES.length
    ? documentsOf(deps, job, 'invoices', cursor)
    : documentsOf(deps, job, 'credit_notes', cursor);
}

async function factsOf(deps: StepDeps, job: ExportJob, table: string, cursor: Cursor): Promise<Piece> {
  const id = customerOf(job);
  const facts = await deps.transactor.query(deps.request, (ctx: QueryCtx) =>
    factsAfter(ctx, table, { id, typeId: encodeTypeId('cus', id) }, cursor.after, deps.pageRows),
  );
  const suffix = cursor.file === 1 && facts.length < deps.pageRows ? '' : `-${cursor.file}`;
  const content = Buffer.from(facts.map(({ fact }) => `${JSON.stringify(fact, asText)}\n`).join(''));
  const isCounted = table === 'usage_events' || table === 'invoices';
  return {
    files: facts.length === 0 ? [] : [{ name: `${table}${suffix}.ndjson`, content }],
    rows: isCounted ? facts.length : 0,
    after: facts.length < deps.pageRows ? null : (facts.at(-1)?.place ?? null),
  };
}

const asText = (_name: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

async function documentsOf(
  deps: StepDeps,
  job: ExportJob,
  table: 'invoices' | 'credit_notes',
  cursor: Cursor,
): Promise<Piece> {
  const after = cursor.after === '' ? NO_ID : cursor.after;
  const rows = await deps.transactor.query(deps.request, (ctx) =>
    documentsAfter(ctx, table, customerOf(job), after, DOCUMENTS),
  );
  const files: File[] = [];
  for (const { id, number, canonical } of rows) {
    const name = `documents/${number.replaceAll(/[^A-Za-z0-9._-]/g, '_')}`;
    files.push({ name: `${name}.json`, content: Buffer.from(canonical) });
    const draw = table === 'invoices' ? deps.pdf : deps.notePdf;
    files.push({ name: `${name}.pdf`, content: (await draw(deps.request, id)).bytes });
  }
  return { files, rows: 0, after: rows.length < DOCUMENTS ? null : (rows.at(-1)?.id ?? null) };
}

async function finished(deps: StepDeps, job: ExportJob, piece: Piece, next: Cursor | null): Promise<Step> {
  let at = Number(job.byteSize);
  const chunks: Buffer[] = [];
  const entries: ZipEntry[] = [];
  for (const { name, content } of piece.files) {
    const { bytes, entry } = zipFile(name, content, at);
    chunks.push(bytes);
    entries.push(entry);
    at += bytes.byteLength;
  }
  const footer = Buffer.from(JSON.stringify(entries));
  if (next === null) {
    const kept = (await deps.footers()).flatMap((one) => JSON.parse(one.toString()) as ZipEntry[]);
    chunks.push(zipEnd([...kept, ...entries], at));
  }
  return { bytes: Buffer.concat(chunks), rows: piece.rows, cursor: next, footer };
}
