import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalDiskStore } from '../../adapters/local-disk/file-store.ts';
import { createTextSigner, equalSecrets } from '../../platform/crypto.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant } from '../../testing/tenant.ts';
import type { FileService } from './api.ts';
import { fileCleanUpSource } from './jobs.ts';
import { createFileService } from './service.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z') as Instant;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const actor = { kind: 'system', id: 'test' } as const;

let database: TestDatabase;
let folder: string;
let files: FileService;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'billhook-files-'));
  files = createFileService({
    transactor: createTransactor({ database, clock: () => NOW, randomBytes, log: silentLog }),
    store: createLocalDiskStore(folder),
    sign: createTextSigner(randomBytes(32), 'files'),
    same: equalSecrets,
  });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const request = (tenantId: number) => ({ tenantId, actor, requestId: null });
const logo = { purpose: 'logo', name: 'logo.png', bytes: PNG } as const;

test('a stored file reads back byte for byte, under a key that says nothing', async () => {
  const tenant = await createTestTenant(database);
  const stored = await files.store(request(tenant.id), logo);
  expect(stored).toMatchObject({ contentType: 'image/png', state: 'clean', byteSize: BigInt(PNG.length) });
  expect(stored.storageKey).not.toContain('logo');
  const { bytes } = await files.read(request(tenant.id), stored.id);
  expect(Buffer.from(bytes).equals(PNG)).toBe(true);
});

test('the type is what the content is: a page or a script named as a picture is refused', async () => {
  const tenant = await createTestTenant(database);
  for (const content of [
    '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    '<!doctype html><p>hi',
    'alert(1)',
    '',
  ]) {
    await expect(
      files.store(request(tenant.id), { ...logo, bytes: Buffer.from(content) }),
    ).rejects.toMatchObject({ code: 'file.type_not_allowed' });
  }
});

test('a file beyond the size of its purpose or the quota of the tenant is refused and leaves nothing', async () => {
  const tenant = await createTestTenant(database, { settings: { fileQuotaBytes: String(PNG.length + 10) } });
  await expect(
    files.store(request(tenant.id), { ...logo, bytes: Buffer.concat([PNG, Buffer.alloc(1_000_000)]) }),
  ).rejects.toMatchObject({ code: 'file.too_large' });
  const results = await Promise.allSettled([
    files.store(request(tenant.id), logo),
    files.store(request(tenant.id), logo),
  ]);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ reason: { code: 'file.quota_exceeded' } });
});

test('another tenant sees no file of this one, neither to read nor to delete', async () => {
  const [mine, other] = [await createTestTenant(database), await createTestTenant(database)];
  const stored = await files.store(request(mine.id), logo);
  await expect(files.read(request(other.id), stored.id)).rejects.toMatchObject({ code: 'file.not_found' });
  await expect(files.remove(request(other.id), stored.id)).rejects.toMatchObject({ code: 'file.not_found' });
});

test('a link works for its file and tenant until it expires, and not when altered', () => {
  const fileId = '018f3f2e-0000-7000-8000-000000000000';
  const expires = NOW + 60_000;
  const signature = new URLSearchParams(files.link(1, fileId, expires)).get('signature') ?? '';
  expect(files.linkIsValid(1, fileId, expires, signature, NOW)).toBe(true);
  expect(files.linkIsValid(1, fileId, expires, signature, expires)).toBe(false);
  expect(files.linkIsValid(2, fileId, expires, signature, NOW)).toBe(false);
  expect(files.linkIsValid(1, fileId, expires + 1, signature, NOW)).toBe(false);
  expect(files.linkIsValid(1, fileId, expires, `${signature.slice(0, -1)}A${signature.slice(-1)}`, NOW)).toBe(
    false,
  );
});

test('a deleted file cannot be read and its bytes are gone; the document of an invoice cannot be deleted', async () => {
  const tenant = await createTestTenant(database);
  const stored = await files.store(request(tenant.id), logo);
  await files.remove(request(tenant.id), stored.id);
  await expect(files.read(request(tenant.id), stored.id)).rejects.toMatchObject({ code: 'file.not_found' });
  expect(await readdir(path.dirname(path.join(folder, stored.storageKey)))).not.toContain(
    path.basename(stored.storageKey),
  );
  const invoice = await files.store(request(tenant.id), {
    purpose: 'invoice_pdf',
    name: 'INV-1.pdf',
    bytes: Buffer.from('%PDF-1.7\n%%EOF\n'),
  });
  await expect(files.remove(request(tenant.id), invoice.id)).rejects.toMatchObject({ code: 'file.in_use' });
});

test('bytes that changed on disk are an error, never an answer', async () => {
  const tenant = await createTestTenant(database);
  const stored = await files.store(request(tenant.id), logo);
  await writeFile(path.join(folder, stored.storageKey), 'something else');
  await expect(files.read(request(tenant.id), stored.id)).rejects.toThrow('checksum');
});

test('a key that climbs out of the folder is refused by the store itself', async () => {
  const store = createLocalDiskStore(folder);
  await expect(store.get('../../etc/passwd')).rejects.toThrow('storage key');
  await expect(store.put('a/../b', PNG, 'image/png')).rejects.toThrow('storage key');
});

test('an upload that died half-way stops counting against the quota after a day, and its bytes go', async () => {
  const tenant = await createTestTenant(database, { settings: { fileQuotaBytes: String(PNG.length) } });
  let now = NOW as number;
  const transactor = createTransactor({ database, clock: () => now as Instant, randomBytes, log: silentLog });
  const disk = createLocalDiskStore(folder);
  const killed = createFileService({
    transactor,
    store: {
      ...disk,
      async put(key, bytes, type) {
        await disk.put(key, bytes, type);
        throw new Error('killed');
      },
    },
    sign: createTextSigner(randomBytes(32), 'files'),
    same: equalSecrets,
  });
  await expect(killed.store(request(tenant.id), logo)).rejects.toThrow('killed');
  await expect(files.store(request(tenant.id), logo)).rejects.toMatchObject({ code: 'file.quota_exceeded' });
  const sweep = fileCleanUpSource({ transactor, store: disk });
  expect(await sweep.run(tenant.id, 10)).toBe(0);
  now += 25 * 3_600_000;
  expect(await sweep.run(tenant.id, 10)).toBe(1);
  const dead = await transactor.query(request(tenant.id), (ctx) =>
    ctx.sql.rows<{ key: string }>(
      `select storage_key as key from files where tenant_id = $1 and state = 'deleted'`,
      [tenant.id],
    ),
  );
  expect(await disk.get(dead[0]?.key ?? '')).toBeUndefined();
  expect(await files.store(request(tenant.id), logo)).toMatchObject({ state: 'clean' });
});
