import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { meterOfKind, NAMES, summedHour } from '../../testing/summed-hour.ts';
import { correct } from './api.ts';
import { topCustomers } from './queries/top-customers.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

test('I567 sums that wait are part of every figure, and adding them up changes none', async () => {
  const here = await summedHour(platform, platform.one);
  await here.send(NAMES.map((name, index) => here.event(name, `${index}.5`, index)));
  await here.send(NAMES.map((name, index) => here.event(name, `${index}`, 30 + index)));
  expect(await here.waiting()).toBeGreaterThan(2);
  const asRead = async () => ({
    figures: await here.read(),
    top: await here.run((ctx) =>
      topCustomers(ctx, { meter: meterOfKind(here.meters, 'sum'), limit: 3, ...here.period }),
    ),
    differences: await here.differences(),
  });
  const before = await asRead();
  expect(before.differences).toBe(0n);
  expect(before.top.map(({ customerId }) => customerId)).toEqual([11, 10, 9].map((at) => here.ids[at]));
  expect(await here.read([here.ids[11] as string], [meterOfKind(here.meters, 'sum')])).toEqual(['22.5 of 2']);
  expect(await here.addUp()).toBeGreaterThan(2);
  expect(await here.waiting()).toBe(0);
  expect(await asRead()).toEqual(before);
});

test('I567 who reads while batches come in and are added up in two places sees whole batches, each once', async () => {
  const here = await summedHour(platform, platform.one);
  const meter = meterOfKind(here.meters, 'sum');
  let isOver = false;
  const untilOver = async (act: () => Promise<unknown>) => {
    while (!isOver) await act();
  };
  let last = 0;
  const look = async () => {
    const figures = new Set(await here.read(here.ids, [meter]));
    expect([...figures]).toHaveLength(1);
    const count = Number([...figures][0]?.split(' ').at(-1));
    expect(count).toBeGreaterThanOrEqual(last);
    last = count;
  };
  const beside = [untilOver(here.addUp), untilOver(here.addUp), untilOver(look)];
  try {
    for (let round = 0; round < 40; round += 1) await here.send(NAMES.map((name) => here.event(name, '2')));
  } finally {
    isOver = true;
  }
  await Promise.all(beside);
  expect(new Set(await here.read(here.ids, [meter]))).toEqual(new Set(['80 of 40']));
  expect(await here.differences()).toBe(0n);
});

test('I567 what is corrected while its sum waits, or is being added up, counts once and as corrected', async () => {
  const here = await summedHour(platform, platform.one);
  const meter = meterOfKind(here.meters, 'sum');
  for (let round = 0; round < 10; round += 1) {
    const events = NAMES.map((name) => here.event(name, '3'));
    await here.send(events);
    const [gone, put] = [events[round], events[(round + 1) % NAMES.length]];
    const void_ = { kind: 'void', events: [{ eventId: gone?.id, source: gone?.source }], reason: 'Wrong.' };
    const amend = {
      kind: 'amend',
      key: { eventId: put?.id, source: put?.source },
      content: { ...put, data: { value: '4', who: 'w9' } },
      reason: 'More.',
    };
    const corrections = [void_, amend].map((one) => here.run((ctx) => correct(ctx, one as never)));
    await Promise.all([...corrections, here.addUp()]);
    expect(await here.differences()).toBe(0n);
  }
  // Ten times 3 each; the first to the tenth lost one, the second to the eleventh got one more.
  const expected = NAMES.map((_, index) => {
    const [lost, got] = [index < 10, index >= 1 && index <= 10];
    return `${30 - (lost ? 3 : 0) + (got ? 1 : 0)} of ${10 - (lost ? 1 : 0)}`;
  });
  expect(await here.read(here.ids, [meter])).toEqual(expected);
  await here.addUp();
  expect(await here.read(here.ids, [meter])).toEqual(expected);
});

test('I567 sums of few customers, and figures that do not add up, stand at once', async () => {
  const here = await summedHour(platform, platform.other);
  await here.send(NAMES.slice(0, 5).map((name) => here.event(name, '1')));
  expect(await here.waiting()).toBe(0);
  await here.send(NAMES.map((name) => here.event(name, '1')));
  const adding = here.meters.filter(
    ({ aggregation }) => !['max', 'latest', 'weighted_sum'].includes(aggregation),
  );
  expect(await here.waiting()).toBe(adding.length);
  expect(await here.differences()).toBe(0n);
});
