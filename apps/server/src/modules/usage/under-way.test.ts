import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transactor } from '../../platform/transaction.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { openIngest, upload, uploadSeller } from '../../testing/uploads.ts';
import { createUnderWay } from './under-way.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const REPEATED = 'duplicate duplicate';
const ACCEPTED = { outcome: 'accepted' } as never;
const event = (eventId: string, changes: { source?: string; contentHash?: string } = {}) =>
  ({ source: 'camera', eventId, contentHash: `of ${eventId}`, ...changes }) as never;
const events = (...ids: readonly string[]) => ids.map((id) => event(id));

test('I626 a batch leaves to another what that one is adding, whether once or twice, and says so when that is done', async () => {
  const underWay = createUnderWay();
  const first = underWay.begin(events('1', '2', '3'));
  const second = underWay.begin(events('3', '4', '1', '3'));
  expect(first.sharedCount).toBe(0);
  expect([second.sharedCount, ...[0, 1, 2, 3].map(second.isShared)]).toEqual([3, true, false, true, true]);
  const spread = second.spread([ACCEPTED]);
  expect(spread).toEqual([undefined, ACCEPTED, undefined, undefined]);
  second.end(spread);
  const settling = second.settle(spread);
  first.end(first.spread([ACCEPTED, ACCEPTED, { outcome: 'duplicate' }]));
  const repeated = { outcome: 'duplicate' };
  expect(await settling).toEqual([repeated, ACCEPTED, repeated, repeated]);
  expect(underWay.begin(events('1', '4')).sharedCount).toBe(0);
});

test('I626 what says something else or is of another source is not left to another, nor is what that one left to a third', () => {
  const underWay = createUnderWay();
  underWay.begin(events('1'));
  underWay.begin([event('1'), event('2')]);
  const other = [event('1', { contentHash: 'else' }), event('1', { source: 'gate' })];
  expect(underWay.begin(other).sharedCount).toBe(0);
  expect(underWay.begin(events('1', '2')).sharedCount).toBe(2);
});

test('I626 of a batch that says two things under one id none is left to another: the first of them decides', () => {
  const underWay = createUnderWay();
  underWay.begin(events('1', '2'));
  const share = underWay.begin([event('1'), event('1', { contentHash: 'else' }), event('2')]);
  expect([0, 1, 2].map(share.isShared)).toEqual([false, false, true]);
});

test('I626 what another did not add after all is left to be looked at', async () => {
  const underWay = createUnderWay();
  const [failed, refused] = [underWay.begin(events('1')), underWay.begin(events('2'))];
  const share = underWay.begin(events('1', '2', '3'));
  failed.end(undefined);
  refused.end([{ outcome: 'quarantined', reason: 'late' } as never]);
  expect(await share.settle(share.spread([ACCEPTED]))).toEqual([undefined, undefined, ACCEPTED]);
});

/** A process that met with much that was repeated, and whose next transaction waits to be let on, or to fail. */
async function repeatingProcess() {
  const { run, figures, sends } = await uploadSeller(platform);
  let gate: { begun: () => void; ended: Promise<void> } | undefined;
  let failures = 0;
  const transactor: Transactor = {
    ...platform.transactor,
    commandAtOnce(...args) {
      const held = gate;
      gate = undefined;
      if (held === undefined) return platform.transactor.commandAtOnce(...args);
      held.begun();
      const noConnection = () => Promise.reject(new Error('No connection was free.'));
      return held.ended.then(() => platform.transactor.commandAtOnce(...args) ?? noConnection());
    },
    commandAfter(...args) {
      failures -= 1;
      if (failures >= 0) throw new Error('The database is away.');
      return platform.transactor.commandAfter(...args);
    },
  };
  const { join, counts, beside } = openIngest(transactor);
  const send = sends(join);
  await send(upload('1'), upload('2'));
  await send(upload('1'), upload('2'));
  await send(upload('1'), upload('2'));
  const batch = (name: string, ...others: readonly unknown[]) =>
    send(...Array.from({ length: 200 }, (_, index) => upload(`${name}-${index}`)), ...others);
  /** Sends a batch whose transaction does not begin before it is let. */
  const hold = async (name: string, ...others: readonly unknown[]) => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    gate = { begun: begun.resolve, ended: ended.promise };
    const answer = batch(name, ...others).then(
      (statuses) => statuses.slice(200),
      () => 'failed',
    );
    await begun.promise;
    return {
      answer,
      letOn: ended.resolve,
      /** @param looks how many looks fail after it */
      fail(looks = 1) {
        failures = looks;
        ended.reject(Object.assign(new Error('canceling statement'), { code: '57014' }));
      },
    };
  };
  return { run, figures, counts, beside, batch, hold };
}

test('I626 a batch with an event that another one is adding is answered once that stands, which counts it once', async () => {
  const { figures, counts, batch, hold } = await repeatingProcess();
  const { looks } = counts;
  const first = await hold('first', upload('shared'));
  let isAnswered = false;
  const second = batch('second', upload('1'), upload('shared'), upload('own')).then((statuses) => {
    isAnswered = true;
    return statuses.slice(200);
  });
  await expect.poll(figures).toEqual([2 + 201, 2 + 201, 10 * (2 + 201)]);
  expect(isAnswered).toBe(false);
  first.letOn();
  expect(await first.answer).toEqual(['accepted']);
  expect(await second).toEqual([REPEATED, REPEATED, 'accepted']);
  expect(await figures()).toEqual([2 + 402, 2 + 402, 10 * (2 + 402)]);
  expect(counts.looks).toBe(looks);
});

test('I626 where the other one fails, what was left to it is counted by who waited for it', async () => {
  const { figures, batch, hold } = await repeatingProcess();
  const first = await hold('first', upload('shared'));
  const second = batch('second', upload('shared'));
  await expect.poll(figures).toEqual([2 + 200, 2 + 200, 10 * (2 + 200)]);
  first.fail();
  expect(await first.answer).toBe('failed');
  expect((await second).slice(200)).toEqual(['accepted']);
  expect(await figures()).toEqual([2 + 201, 2 + 201, 10 * (2 + 201)]);
});

test('I626 where a look at what the other one left out fails, its request alone is told so', async () => {
  const { figures, batch, hold } = await repeatingProcess();
  const first = await hold('first', upload('shared'));
  // Who asks at the same time shares a transaction.
  const second = batch('second', upload('shared')).catch(() => 'failed');
  const neighbour = batch('neighbour');
  await expect.poll(figures).toEqual([2 + 400, 2 + 400, 10 * (2 + 400)]);
  first.fail(2);
  expect(await first.answer).toBe('failed');
  expect(await second).toBe('failed');
  expect(new Set(await neighbour)).toEqual(new Set(['accepted']));
  const again = await batch('second', upload('shared'));
  expect([again.slice(0, 200).filter((status) => status === REPEATED).length, again[200]]).toEqual([
    200,
    'accepted',
  ]);
  expect(await figures()).toEqual([2 + 401, 2 + 401, 10 * (2 + 401)]);
});

test('I626 a batch that is sent again while it is being added is answered as repeated once that stands', async () => {
  const { figures, batch, hold } = await repeatingProcess();
  const first = await hold('first');
  const again = batch('first');
  first.letOn();
  await first.answer;
  expect(new Set(await again)).toEqual(new Set([REPEATED]));
  expect(await figures()).toEqual([2 + 200, 2 + 200, 10 * (2 + 200)]);
});

test('I626 batches of which much is repeated go beside each other', async () => {
  const { beside, batch, figures } = await repeatingProcess();
  beside.most = 0;
  const names = Array.from({ length: 10 }, (_, at) => `batch-${at}`);
  const statuses = await Promise.all(names.map((name) => batch(name, upload('1'), upload('2'))));
  expect(statuses.flat().filter((status) => status === REPEATED)).toHaveLength(20);
  expect(beside.most).toBeGreaterThanOrEqual(2);
  expect(await figures()).toEqual([2002, 2002, 20_020]);
});
