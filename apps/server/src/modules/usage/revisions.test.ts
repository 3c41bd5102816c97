import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { summedHour } from '../../testing/summed-hour.ts';
import { correct } from './api.ts';
import { insertRevisions, standingEvents } from './corrections.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

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
