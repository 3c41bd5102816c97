import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilSomebodyWaits } from '../../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { openIngest, upload, uploadSeller } from '../../testing/uploads.ts';
import { createFeature } from './commands/create-feature.ts';
import { createMeter } from './commands/create-meter.ts';
import { rememberedWords, wordsAtHand } from './remembered.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const FILES = {
  key: 'files',
  name: 'Files',
  event_type: 'upload',
  aggregation: 'count',
  unit: 'file',
} as const;

test('I640 whoever adds, changes or removes a feature or a meter writes the row of its tenant, and no other', async () => {
  const [here, elsewhere] = [await uploadSeller(platform), await uploadSeller(platform)];
  const markOf = async ({ run }: typeof here) => {
    const row = await run((ctx) =>
      ctx.sql.row<{ mark: string }>('select xmin::text as mark from tenants where id = $1', [ctx.tenant.id]),
    );
    return row?.mark;
  };
  const before = await markOf(elsewhere);
  const seen = new Set([await markOf(here)]);
  const owner = new pg.Client({ connectionString: platform.database.url });
  await owner.connect();
  const change = (statement: string) =>
    owner.query(`${statement} where tenant_id = $1 and key = 'files'`, [here.request.tenantId]);
  const changes: (() => Promise<unknown>)[] = [
    () => here.run((ctx) => createMeter(ctx, FILES)),
    () => here.run((ctx) => createFeature(ctx, { key: 'files', name: 'Files', kind: 'boolean' })),
    () => change(`update meters set name = 'Photos'`),
    () => change(`update features set name = 'Photos'`),
    () => change('delete from features'),
    () => change('delete from meters'),
  ];
  for (const [index, make] of changes.entries()) {
    await make();
    seen.add(await markOf(here));
    expect(seen.size).toBe(index + 2);
  }
  expect(await markOf(elsewhere)).toBe(before);
  await owner.end();
});

test('I640 what goes by words as they were seen ends with the first change of any, whoever made it', async () => {
  const here = await uploadSeller(platform);
  const { join, counts } = openIngest(platform.transactor);
  let serial = 0;
  const send = async () => {
    serial += 1;
    return (await join(here.request, [upload(`${serial}`)])).results.map(({ status }) => status);
  };
  for (let turn = 0; turn < 3; turn += 1) expect(await send()).toEqual(['accepted']);
  expect(counts).toEqual({ tries: 2, looks: 1 });
  await here.run((ctx) => createMeter(ctx, FILES));
  expect(await send()).toEqual(['accepted']);
  expect(counts).toEqual({ tries: 3, looks: 2 });
  // Four events are counted in bytes, and the last also as a file.
  expect(await here.figures()).toEqual([4, 5, 41]);
});

test('I640 a change is seen also by who waited for a customer meanwhile', async () => {
  const here = await uploadSeller(platform);
  const { join, counts } = openIngest(platform.transactor);
  const send = async (id: string) =>
    (await join(here.request, [upload(id)])).results.map(({ status }) => status);
  for (const id of ['1', '2']) expect(await send(id)).toEqual(['accepted']);
  const watcher = new pg.Client({ connectionString: platform.database.url });
  await watcher.connect();
  let sent: Promise<(string | undefined)[]> | undefined;
  await here.run(async (ctx) => {
    await ctx.sql.run('select from customers where tenant_id = $1 for update', [ctx.tenant.id]);
    sent = send('3');
    await untilSomebodyWaits(watcher);
    await here.run((other) => createMeter(other, FILES));
  });
  await watcher.end();
  expect(await sent).toEqual(['accepted']);
  expect(counts).toEqual({ tries: 2, looks: 2 });
  expect(await here.figures()).toEqual([3, 4, 31]);
});

test('I640 who writes words and reads them is no witness of what they come to', async () => {
  const here = await uploadSeller(platform);
  const { tenantId } = here.request;
  await here.run(async (ctx) => {
    await createMeter(ctx, FILES);
    await rememberedWords(ctx);
    await createMeter(ctx, { ...FILES, key: 'photos' });
  });
  expect(wordsAtHand(tenantId)?.words.meters.size ?? 0).toBeLessThan(3);
  const known = wordsAtHand(tenantId);
  const mark = await here.run((ctx) =>
    ctx.sql.row<{ mark: string }>('select xmin::text as mark from tenants where id = $1', [tenantId]),
  );
  expect(known?.tenantMark).not.toBe(mark?.mark);
});
