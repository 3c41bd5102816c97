import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilSomebodyWaits } from '../../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { summedHour } from '../../testing/summed-hour.ts';
import { lockCustomers } from '../customers/api.ts';
import { type CorrectionRequest, correct, ingest } from './api.ts';
import { insertRevisions, standingEvents } from './corrections.ts';

let platform: TestPlatform;
let admin: pg.Client;
beforeAll(async () => {
  platform = await startTestPlatform();
  admin = new pg.Client({ connectionString: platform.database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await platform.close();
});

async function amendable() {
  const here = await summedHour(platform, platform.one, ['sum']);
  const event = here.event('customer-0', '3');
  await here.send([event]);
  const key = { source: event.source, eventId: event.id };
  const twice = () =>
    here.run((ctx) =>
      ctx.sql.rows(
        `select revision from usage_events where tenant_id = $1 and source = $2 and event_id = $3
         group by revision having count(*) > 1`,
        [ctx.tenant.id, key.source, key.eventId],
      ),
    );
  const standing = () => here.run((ctx) => standingEvents(ctx, [key]));
  return { ...here, event, key, twice, standing };
}

test('I569 amendments of one event at the same time are revisions of their own, and the last one counts', async () => {
  const { run, event, key, twice, standing, read, ids, differences } = await amendable();
  const values = ['4', '5', '6', '7'];
  await Promise.all(
    values.map((value) =>
      run((ctx) =>
        correct(ctx, {
          kind: 'amend',
          key,
          content: { ...event, data: { ...event.data, value } },
          reason: 'Read wrongly.',
        }),
      ),
    ),
  );
  expect(await twice()).toEqual([]);
  const [last] = await standing();
  expect(last?.revision).toBe(1 + values.length);
  expect(await read(ids.slice(0, 1))).toEqual([`${last?.data.value} of 1`]);
  expect(await differences()).toBe(0n);
});

test('I569 a content for a revision that stands already ends its transaction', async () => {
  const { run, twice, standing } = await amendable();
  const [stands] = await standing();
  if (stands === undefined) throw new Error('the event stands');
  const { source, eventId, type, time, data, contentHash, customerId } = stands;
  const event = { source, eventId, type, time, data, contentHash, subject: 'customer-0' };
  const again = { event, customerId, readings: [], countedAt: time, revision: 1 };
  await expect(run((ctx) => insertRevisions(ctx, [again]))).rejects.toThrow('one content');
  expect([await twice(), await standing()]).toEqual([[], [stands]]);
});

/** Contents of events whose mark holds the digest of another. */
const MISMARKED = `select i.event_id from usage_event_ids i join usage_events e on e.tenant_id = i.tenant_id
  and e.source = i.source and e.event_id = i.event_id and e.revision = i.revision
  where i.tenant_id = $1 and i.source = $2 and i.content_hash <> e.content_hash`;

test('I620 what is sent again is known by the mark of its id, which holds the digest of the content that counts', async () => {
  const { run, send, event, key } = await amendable();
  const statuses = async (events: readonly unknown[]) =>
    (await send(events)).results.map(({ status, reason = '' }) => `${status} ${reason.split(':')[0]}`);
  const amended = { ...event, data: { ...event.data, value: '4' } };
  await run((ctx) => correct(ctx, { kind: 'amend', key, content: amended, reason: 'Read wrongly.' }));
  const other = { ...event, data: { ...event.data, value: '5' } };
  const later = { ...amended, time: new Date(Date.parse(event.time) + 1000).toISOString() };
  expect(await statuses([event])).toEqual(['duplicate duplicate']);
  expect(await statuses([amended, other, later])).toEqual([
    'duplicate duplicate',
    'quarantined id_conflict',
    'quarantined id_conflict',
  ]);
  expect(await run((ctx) => ctx.sql.rows(MISMARKED, [ctx.tenant.id, key.source]))).toEqual([]);
});

test('I620 events of before are marked with the digest of what counts', async () => {
  const { run, event, key } = await amendable();
  const amended = { ...event, data: { ...event.data, value: '4' } };
  await run((ctx) => correct(ctx, { kind: 'amend', key, content: amended, reason: 'Read wrongly.' }));
  const file = new URL('../../../migrations/0121_marks_know_contents.sql', import.meta.url);
  const migration = await readFile(file, 'utf8');
  const start = migration.indexOf('update usage_event_ids');
  const mismarked = () => run((ctx) => ctx.sql.rows(MISMARKED, [ctx.tenant.id, key.source]));
  await admin.query(`update usage_event_ids set content_hash = '' where source = $1`, [key.source]);
  expect(await mismarked()).toHaveLength(1);
  await admin.query(migration.slice(start, migration.indexOf(';', start)));
  expect(await mismarked()).toEqual([]);
});

test('I569 what a backfill would add under an id that another customer’s event takes meanwhile is refused', async () => {
  const here = await summedHour(platform, platform.one, ['sum']);
  const { run, ids, period } = here;
  const event = here.event('customer-0', '3');
  const fill = () =>
    run((ctx) =>
      correct(ctx, {
        kind: 'backfill',
        mode: 'add',
        events: [event],
        customerId: ids[0] ?? '',
        type: event.type,
        from: period.start,
        to: period.end,
        reason: 'From the log.',
      }),
    );
  let filling: Promise<unknown> = Promise.resolve();
  await run(async (ctx) => {
    await ingest(ctx, [{ ...here.event('customer-1', '5'), id: event.id }]);
    filling = fill();
    filling.catch(() => undefined);
    await untilSomebodyWaits(admin);
  });
  await expect(filling).rejects.toMatchObject({
    code: 'request.invalid',
    faults: [{ pointer: '/events', code: 'event.id_conflict' }],
  });
  expect(await here.read(ids.slice(0, 2))).toEqual(['0 of 0', '5 of 1']);
  expect(await here.differences()).toBe(0n);
});

test.each(['amend', 'void'] as const)(
  'I624 an event that is moved to a third customer while somebody waits to %s it is put right under that customer’s lock',
  async (kind) => {
    const { run, send, event, ids, read, differences } = await summedHour(platform, platform.one, ['sum']);
    const [waitedFor, moved] = [event('customer-0', '2'), event('customer-1', '3')];
    await send([waitedFor, moved]);
    const keyOf = ({ source, id }: typeof moved) => ({ source, eventId: id });
    const amend = (subject: string) => {
      const content = { ...moved, subject };
      return run((ctx) => correct(ctx, { kind: 'amend', key: keyOf(moved), content, reason: 'Moved.' }));
    };
    const requests: Record<typeof kind, CorrectionRequest> = {
      amend: {
        kind: 'amend',
        key: keyOf(moved),
        reason: 'Of another.',
        content: { ...moved, subject: waitedFor.subject },
      },
      void: { kind: 'void', events: [waitedFor, moved].map(keyOf), reason: 'Wrong.' },
    };
    let isOver = false;
    let correcting: Promise<unknown> = Promise.resolve();
    const third = event('customer-2', '10');
    await run(async (counting) => {
      await run(async (holding) => {
        await lockCustomers(holding, ids.slice(0, 1));
        correcting = run((ctx) => correct(ctx, requests[kind])).finally(() => {
          isOver = true;
        });
        correcting.catch(() => undefined);
        // It has seen whose the event is, and waits for the first of its customers.
        await untilSomebodyWaits(admin);
        await amend(third.subject);
        await ingest(counting, [third]);
        // Behind what it left to be written.
        await counting.sql.rows('select');
      });
      await untilSomebodyWaits(admin, 1, () => isOver);
    });
    await correcting;
    expect(await read(ids.slice(0, 3))).toEqual([
      kind === 'amend' ? '5 of 2' : '0 of 0',
      '0 of 0',
      '10 of 1',
    ]);
    expect(await differences()).toBe(0n);
  },
);
