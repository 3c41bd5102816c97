import type { Meter } from '@billhook/core/catalog/meter';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { createMeter, type MeterInput } from '../catalog/commands/create-meter.ts';
import { createCustomer } from '../customers/commands/create-customer.ts';
import { addSumsOf, correct, ingest } from './api.ts';

const NAMES = Array.from({ length: 8 }, (_, index) => `customer-${index}`);

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

async function world(request = platform.one) {
  const { transactor } = platform;
  const run = <T>(fn: (ctx: CommandCtx) => Promise<T>) => transactor.command(request, fn);
  const hour = Math.floor(transactor.wallNow() / 3_600_000) * 3_600_000 - 7_200_000;
  const type = `fault-${Math.floor(performance.now() * 1000)}`;
  let meter: Meter | undefined;
  await run(async (ctx) => {
    meter = await createMeter(ctx, {
      key: type,
      name: 'Bytes',
      event_type: type,
      aggregation: 'sum',
      value_property: 'value',
      unit: 'byte',
    } as MeterInput);
    for (const name of NAMES)
      await createCustomer(ctx, { name, external_id: `${type}-${name}`, currency: 'EUR' });
  });
  let sent = 0;
  const event = (name: string, value: string) => {
    sent += 1;
    const time = new Date(hour + 60_000).toISOString();
    return {
      specversion: '1.0',
      id: `${sent}`,
      source: type,
      type,
      subject: `${type}-${name}`,
      time,
      data: { value },
    };
  };
  const send = async (events: readonly unknown[]) =>
    (await run((ctx) => ingest(ctx, events))).results.map(({ status }) => status);
  const voids = (one: { id: string; source: string }) => (ctx: CommandCtx) =>
    correct(ctx, {
      kind: 'void',
      events: [{ eventId: one.id, source: one.source }],
      reason: 'Wrong.',
    } as never);
  return { run, event, send, voids, meter, addUp: () => addSumsOf(transactor, request.tenantId) };
}

test('a figure that is too large to be added to can still be put right', async () => {
  const here = await world();
  const wrong = here.event('customer-0', `${'9'.repeat(25)}`);
  expect(await here.send([wrong])).toEqual(['accepted']);
  expect(new Set(await here.send(NAMES.map((name) => here.event(name, '2'))))).toEqual(new Set(['accepted']));
  await here.addUp().catch(() => undefined);
  await here.run(here.voids(wrong));
  await here.addUp();
});

test('while a customer is corrected, usage of others is taken in', async () => {
  const here = await world(platform.other);
  const events = NAMES.map((name) => here.event(name, '2'));
  await here.send(events);
  const order: string[] = [];
  let corrected: () => void = () => undefined;
  const isCorrected = new Promise<void>((resolve) => {
    corrected = resolve;
  });
  const correction = here.run(async (ctx) => {
    await here.voids(events[0] as never)(ctx);
    corrected();
    // What follows of a correction: bills are rated again, a preview is taken back.
    await new Promise((resolve) => setTimeout(resolve, 600));
    order.push('correction');
  });
  await isCorrected;
  const other = here.send([here.event('customer-5', '1')]).then(() => order.push('event'));
  await Promise.all([correction, other]);
  expect(order).toEqual(['event', 'correction']);
});

test('adding up does not hold up writers of others while it waits for one', async () => {
  const here = await world(platform.other);
  await here.send(NAMES.map((name) => here.event(name, '2')));
  const order: string[] = [];
  let isHeld: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  // A long transaction that has counted usage of one customer, as a bill run does that bills credits owed.
  const long = here.run(async (ctx) => {
    await ingest(ctx, [here.event('customer-7', '1')]);
    isHeld();
    await new Promise((resolve) => setTimeout(resolve, 900));
    order.push('long');
  });
  await held;
  const adding = here.addUp().catch(() => 0);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const other = here.send([here.event('customer-2', '1')]).then(() => order.push('event'));
  await Promise.all([long, other, adding]);
  expect(order).toEqual(['event', 'long']);
});

test('a transaction that corrects twice and one that counts for a few customers never wait for each other', async () => {
  const here = await world(platform.other);
  const events = NAMES.slice(2).map((name) => here.event(name, '2'));
  await here.send(events);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  let tries = 0;
  let corrected: () => void = () => undefined;
  const isCorrected = new Promise<void>((resolve) => {
    corrected = resolve;
  });
  const correction = here.run(async (ctx) => {
    tries += 1;
    await here.voids(events[0] as never)(ctx);
    corrected();
    await pause(300);
    // As credits do that are owed less for several uses: each is a correction of its own.
    await here.voids(events[5] as never)(ctx);
  });
  await isCorrected;
  const few = here.run((ctx) => {
    tries += 1;
    return ingest(ctx, [here.event('customer-1', '1'), here.event('customer-4', '1')]);
  });
  await pause(50);
  await here.send(
    ['customer-0', 'customer-1', 'customer-3', 'customer-4', 'customer-5', 'customer-6'].map((name) =>
      here.event(name, '1'),
    ),
  );
  await Promise.all([correction, few]);
  expect(tries).toBe(2);
});
