import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalDiskStore } from '../../adapters/local-disk/file-store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Loose } from '../../testing/caller.ts';
import type { FileStore } from '../files/api.ts';
import { exportsSource } from './exports/jobs.ts';
import { importsSource, type RowMaker, type Verdict } from './imports/jobs.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
});
afterAll(() => app.close());

const get = async (at: string) => (await app.api('GET', at)).body as Loose;
const undrawn = () => Promise.reject(new Error('nothing is drawn here'));

async function upload(kind: string, csv: string): Promise<Loose> {
  const form = new FormData();
  form.append('kind', kind);
  form.append('file', new Blob([csv], { type: 'text/csv' }), `${kind}.csv`);
  const headers = { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': crypto.randomUUID() };
  const answer = await fetch(`${app.baseUrl}/v1/imports`, { method: 'POST', headers, body: form });
  return (await answer.json()) as Loose;
}

test('I439 an export that fails unexpectedly is tried again later, a few times, and then says so', async () => {
  const { transactor } = app.server;
  const disk = createLocalDiskStore(mkdtempSync(path.join(os.tmpdir(), 'billhook-exports-')));
  const store: FileStore = { ...disk, put: () => Promise.reject(new Error('secret inside')) };
  const source = exportsSource({ transactor, store, pdf: undrawn, notePdf: undrawn, pageRows: 2 });
  const begun = (await app.api('POST', '/v1/exports', { body: { kind: 'ledger', format: 'csv' } })) as {
    body: Loose;
  };
  const at = `/v1/exports/${begun.body.id}`;
  for (let tries = 1; tries < 5; tries += 1) {
    await expect(source.run(app.tenant.id, 10)).rejects.toThrow('secret inside');
    expect(await source.run(app.tenant.id, 10)).toBe(0);
    expect(await get(at)).toMatchObject({ status: 'running', fault: null });
    app.passWallTime(10 * 60_000);
  }
  await expect(source.run(app.tenant.id, 10)).rejects.toThrow('secret inside');
  const failed = await get(at);
  expect(failed).toMatchObject({ status: 'failed', fault: expect.stringContaining('each of 5 tries') });
  expect(failed.fault).not.toContain('secret');
  app.passWallTime(10 * 60_000);
  expect(await source.run(app.tenant.id, 10)).toBe(0);
});

test('I439 an import that fails unexpectedly ends after a few tries, and its file is removed after its time', async () => {
  const { transactor } = app.server;
  const disk = createLocalDiskStore(mkdtempSync(path.join(os.tmpdir(), 'billhook-imports-')));
  const fail = () => Promise.reject(new Error('secret inside'));
  const same: Verdict = { outcome: 'same', objectId: null, fields: [], reasons: [] };
  const broken: RowMaker = { judge: fail, apply: fail };
  const kept: RowMaker = { judge: () => Promise.resolve(same), apply: fail };
  const begin = async () => {
    const { id } = await upload('customers', 'external_id,name\nx-1,Ada\n');
    const row = decodeTypeId('imp', String(id));
    const key = `imports/${app.tenant.id}/${row.ok ? row.value : ''}`;
    await disk.put(key, Buffer.from('external_id,name\nx-1,Ada\n'), 'text/csv');
    return { at: `/v1/imports/${id}`, key };
  };
  const sourceWith = (maker: RowMaker) =>
    importsSource({ transactor, store: disk, makers: { customers: maker, subscriptions: maker } });
  const first = await begin();
  const failing = sourceWith(broken);
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect(failing.run(app.tenant.id, 10)).rejects.toThrow('secret inside');
    expect((await get(first.at)).status).toBe(tries === 5 ? 'failed' : 'checking');
    app.passWallTime(10 * 60_000);
  }
  expect((await get(first.at)).fault).toMatch(/each of 5 tries/);
  expect(await disk.get(first.key)).toBeDefined();
  app.passWallTime(8 * 86_400_000);
  const working = sourceWith(kept);
  await working.run(app.tenant.id, 10);
  expect(await disk.get(first.key)).toBeUndefined();

  // One that was checked and never carried out.
  const second = await begin();
  await working.run(app.tenant.id, 10);
  expect((await get(second.at)).status).toBe('checked');
  app.passWallTime(29 * 86_400_000);
  await working.run(app.tenant.id, 10);
  expect(await disk.get(second.key)).toBeDefined();
  app.passWallTime(2 * 86_400_000);
  expect(await transactor.work((sql) => working.tenantsDue(sql, transactor.wallNow()))).toContain(
    app.tenant.id,
  );
  await working.run(app.tenant.id, 10);
  expect(await disk.get(second.key)).toBeUndefined();
  expect(await get(second.at)).toMatchObject({
    status: 'failed',
    fault: expect.stringContaining('Upload it again'),
  });
  expect(await transactor.work((sql) => working.tenantsDue(sql, transactor.wallNow()))).not.toContain(
    app.tenant.id,
  );
});
