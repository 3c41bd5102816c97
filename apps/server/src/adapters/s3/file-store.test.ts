import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileStore } from '../../modules/files/api.ts';
import { createS3Store } from './file-store.ts';

let server: S3rver;
let folder: string;
let store: FileStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'billhook-s3-'));
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'documents', configs: [] }],
  });
  const address = (await server.run()) as AddressInfo;
  store = createS3Store({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'us-east-1',
    bucket: 'documents',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('an object is kept, read back byte for byte, replaced by itself and deleted', async () => {
  const bytes = Buffer.from([0, 255, 1, 254, 10, 13]);
  await store.put('tenant/abc', bytes, 'application/pdf');
  await store.put('tenant/abc', bytes, 'application/pdf');
  expect(Buffer.from((await store.get('tenant/abc')) ?? []).equals(bytes)).toBe(true);
  await store.delete('tenant/abc');
  expect(await store.get('tenant/abc')).toBeUndefined();
});

test('an object that was never there is missing, not an error', async () => {
  expect(await store.get('tenant/never')).toBeUndefined();
});
