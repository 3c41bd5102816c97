import { mkdtempSync, openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalDiskStore } from '../../adapters/local-disk/file-store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Loose } from '../../testing/caller.ts';
import type { FileStore } from '../files/api.ts';
import { exportsSource } from './exports/jobs.ts';
import { partsOf } from './exports/repo.ts';
import type { DrawPdf } from './exports/step.ts';

const ROWS = 100_000;
/** What live memory may grow by from the first piece to the last: less than a tenth of what the rows take. */
const MOST_GROWTH_BYTES = 12_000_000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [price], entitlements: [] };
  await app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } });
  const customer = (await app.api('POST', '/v1/customers', { body: { name: 'Ada', currency: 'EUR' } })).body;
  const body = { customer: customer.id, plan: 'pro', collection: 'manual' };
  await app.api('POST', '/v1/subscriptions', { body });
  await app.drain();
  // More entries of the same transaction again and again, as the books of years would hold them.
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await admin.query('set row_security = off');
  const { rows } = await admin.query('select * from ledger_transactions limit 1');
  await admin.query(
    `with t as (
       insert into ledger_transactions (tenant_id, id, source_kind, source_id, posting, currency, occurred_at, recorded_at)
       select $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'test', gen_random_uuid(), 'made', 'EUR',
         now(), now() from generate_series(1, $2) n returning tenant_id, id)
     insert into ledger_entries (tenant_id, transaction_id, position, account, side, amount_minor, currency)
     select t.tenant_id, t.id, p, case p when 1 then 'receivable' else 'revenue' end,
       case p when 1 then 'debit' else 'credit' end, ('x' || right(t.id::text, 8))::bit(32)::bigint, 'EUR'
     from t, generate_series(1, 2) p`,
    [rows[0]?.tenant_id, ROWS / 2],
  );
  await admin.end();
}, 120_000);
afterAll(() => app.close());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const undrawn: DrawPdf = () => Promise.reject(new Error('nothing is drawn here'));

/** The pieces of an export one after the other, as a download sends them. */
async function joined(disk: FileStore, typeId: string): Promise<Buffer> {
  const id = decodeTypeId('exp', typeId);
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system' as const, id: 'test' },
    requestId: null,
  };
  const parts = await app.server.transactor.query(request, (ctx) => partsOf(ctx, id.ok ? id.value : ''));
  const pieces = await Promise.all(parts.map(({ storageKey }) => disk.get(storageKey)));
  return Buffer.concat(pieces.map((piece) => piece ?? Buffer.alloc(0)));
}

test('I344 a hundred thousand rows leave as Parquet and CSV with flat memory, and read back as they are', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-large-'));
  const fetched: Record<string, string> = {};
  const disk = createLocalDiskStore(path.join(folder, 'pieces'));
  const live: number[] = [];
  const store: FileStore = {
    ...disk,
    async put(...args) {
      await disk.put(...args);
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      live.push(heapUsed + arrayBuffers);
    },
  };
  const { transactor } = app.server;
  const source = exportsSource({ transactor, store, pdf: undrawn, notePdf: undrawn, pageRows: 5_000 });
  for (const format of ['parquet', 'csv']) {
    const begun = (await app.api('POST', '/v1/exports', { body: { kind: 'ledger', format } })).body as Loose;
    live.length = 0;
    expect(await source.run(app.tenant.id, 1)).toBe(1);
    const done = (await app.api('GET', `/v1/exports/${begun.id}`)).body as Loose;
    expect(done).toMatchObject({ status: 'done', rows_done: done.rows_total as never });
    expect(live.length).toBeGreaterThan(19);
    // The first pieces fill what is kept for good: plans, code, buffers.
    expect(Math.max(...live.slice(-5)) - Math.max(...live.slice(2, 5))).toBeLessThan(MOST_GROWTH_BYTES);
    fetched[format] = path.join(folder, format);
    await writeFile(fetched[format] ?? '', await joined(disk, String(begun.id)));
  }

  const blob = await openAsBlob(fetched.parquet ?? '');
  const file = {
    byteLength: blob.size,
    slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer(),
  };
  const metadata = await parquetMetadataAsync(file);
  expect(metadata.row_groups.length).toBeGreaterThan(9);
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns: ['transaction', 'account', 'amount_minor'],
  });
  expect(rows.length).toBeGreaterThan(ROWS);
  const made = rows.slice(0, ROWS);
  expect(made.every((row, index) => row.amount_minor === BigInt(Math.floor(index / 2) + 1))).toBe(true);
  const csv = await (await openAsBlob(fetched.csv ?? '')).text();
  expect(csv.split('\r\n').length - 2).toBe(rows.length);
}, 120_000);
