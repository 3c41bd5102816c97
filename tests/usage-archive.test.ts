import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { correct, ingest } from '../apps/server/src/modules/usage/api.ts';
import { usageRetentionSource } from '../apps/server/src/modules/usage/retention.ts';
import {
  addCustomer,
  addMeter,
  addPlan,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../apps/server/src/testing/billing.ts';
import { archiveEntries } from '../packages/cli/src/archive-entries.ts';
import { verifyArchives } from '../packages/cli/src/verify-archive.ts';

const usage = (id: string, time: string, n: number) => ({
  specversion: '1.0',
  id,
  source: id.startsWith('Ä') ? 'ärger' : 'test',
  type: 'call',
  subject: 'ada',
  time,
  data: { n },
});

/** A seller whose usage of three months was billed and then corrected, and is old enough to leave the database. */
async function archivedWorld(usageArchiveFormat: 'ndjson' | 'parquet') {
  const world = await createBillingWorld('2023-01-15T00:00:00Z', {
    usageRetentionMonths: 26,
    usageArchiveFormat,
    lateUsage: 'correct',
  });
  await addMeter(world, { key: 'calls', event_type: 'call', aggregation: 'sum', value_property: 'n' });
  const price = flatPrice('0', {
    key: 'api',
    name: 'API calls',
    pricing: { model: 'per_unit', unit_amount: '0.1', per: '1' } as never,
    quantity: { kind: 'meter', meter: 'calls' },
    timing: 'in_arrears',
  });
  const plan = await addPlan(world, { key: 'pro', prices: [price] });
  const customer = await addCustomer(world, { name: 'Ada', external_id: 'ada' });
  await subscribe(world, customer.id, plan);
  const send = (events: readonly unknown[]) => world.command((ctx) => ingest(ctx, events));
  // Periods from the 15th to the 15th, so that each line rests on two months.
  for (const month of ['01', '02', '03']) {
    await world.billUntil(`2023-${month}-28T00:00:00Z`);
    await send([
      usage(`b${month}`, `2023-${month}-20T10:00:00.500Z`, 3),
      usage(`Ä${month}`, `2023-${month}-20T10:00:00.500Z`, 4),
      usage(`a${month}`, `2023-${month}-20T10:00:59Z`, 5),
      usage(`z${month}`, `2023-${month}-27T23:59:59.999Z`, 6),
    ]);
  }
  await world.billUntil('2023-03-16T00:00:00Z');
  await world.setNow('2023-03-28T00:00:00Z');
  await send([usage('late', '2023-03-10T00:00:00Z', 100)]);
  await world.command((ctx) =>
    correct(ctx, { kind: 'void', events: [{ source: 'test', eventId: 'b01' }], reason: 'Wrong.' }),
  );
  await world.command((ctx) =>
    correct(ctx, {
      kind: 'amend',
      key: { source: 'test', eventId: 'a02' },
      content: { ...usage('', '2023-02-21T00:00:00Z', 9) },
      reason: 'Wrong.',
    }),
  );
  await world.billUntil('2025-08-01T00:00:00Z');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-archive-'));
  const files: string[] = [];
  const store = {
    async put(key: string, bytes: Uint8Array) {
      const file = path.join(folder, key.replaceAll('/', '_'));
      await writeFile(file, bytes);
      files.push(file);
    },
    get: async () => undefined,
    delete: async () => undefined,
  };
  const source = usageRetentionSource({ transactor: world.transactor, store });
  while ((await source.run(world.tenantId, 1)) > 0);
  expect(await world.admin('select 1 from usage_events')).toEqual([]);
  return { world, folder, files };
}

test('I150 issued lines verify against archives alone, also where usage was corrected after the bill, and a changed byte shows', async () => {
  const { world, folder, files } = await archivedWorld('ndjson');
  const verdict = await verifyArchives(files.toReversed());
  // January, February and March to April; the later ones rest on months of which nothing was archived.
  expect(verdict).toMatchObject({ files: 3, events: 14, proved: 2, differences: [] });
  const [first = ''] = files;
  const [one, other] = [path.join(folder, 'changed'), path.join(folder, 'cut')];
  const text = gunzipSync(await readFile(first)).toString('utf8');
  await writeFile(one, gzipSync(text.replace('"5.000000000000"', '"6.000000000000"')));
  await writeFile(other, gzipSync(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)));
  const changed = await verifyArchives([one, ...files.slice(1)]);
  expect(changed.differences).toEqual([
    expect.stringContaining('not as it was written'),
    expect.stringContaining('its readings are not those'),
  ]);
  expect((await verifyArchives([other])).differences).toContainEqual(expect.stringContaining('breaks off'));
  await world.close();
});

test('I438 an archive as Parquet proves the same lines as one in NDJSON, by the same digest, and a changed byte shows', async () => {
  const { world, folder, files } = await archivedWorld('parquet');
  const kept = await world.admin('select format, event_count from usage_archives order by starts_at');
  expect(kept).toEqual([4, 5, 5].map((events) => ({ format: 'parquet', event_count: String(events) })));
  expect(await verifyArchives(files.toReversed())).toMatchObject({
    files: 3,
    events: 14,
    proved: 2,
    differences: [],
  });
  const [first = ''] = files;
  const entries: unknown[] = [];
  for await (const { value } of archiveEntries(first)) entries.push(value);
  expect(entries).toContainEqual(
    expect.objectContaining({
      id: 'a01',
      at: Date.parse('2023-01-20T10:00:59Z'),
      data: { n: 5 },
      readings: [[expect.any(String), '5.000000000000']],
    }),
  );
  const bytes = await readFile(first);
  const changed = path.join(folder, 'changed');
  await writeFile(changed, bytes.with(bytes.indexOf('a01') + 2, 0x39));
  expect((await verifyArchives([changed, ...files.slice(1)])).differences).toEqual([
    expect.stringContaining('not as it was written'),
    expect.stringContaining('its readings are not those'),
  ]);
  await writeFile(changed, bytes.subarray(0, -20));
  expect((await verifyArchives([changed])).differences).toEqual([expect.stringContaining('changed: ')]);
  await world.close();
});
