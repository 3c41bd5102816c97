import { expect, test } from 'vitest';
import { always } from './due.ts';
import { createSetbacks, type Piece } from './setbacks.ts';

const MINUTE_MS = 60_000;
const moving = { id: 1, isStanding: false };

/** Pieces that fail as long as their key is among `faulty`, with what was tried. */
function play() {
  let nowMs = 0;
  const faulty = new Map<string, Error>();
  const tried: string[] = [];
  const heard: string[] = [];
  const setbacks = createSetbacks(
    () => nowMs,
    async (_, { customerId }, failures, reason) => {
      heard.push(`${customerId} ${failures}: ${reason}`);
    },
  );
  const piece = (key: string): Piece => ({
    key,
    customerId: `cus-${key}`,
    async work() {
      tried.push(key);
      const fault = faulty.get(key);
      if (fault !== undefined) throw fault;
    },
  });
  return {
    setbacks,
    heard,
    faulty,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** What one round tried. */
    async round(keys: string[], tenant = moving) {
      tried.length = 0;
      const [outcome] = await Promise.allSettled([setbacks.each(tenant, keys.map(piece), always)]);
      const fault = outcome.status === 'rejected' ? String(outcome.reason) : null;
      return { tried: [...tried], fault };
    },
  };
}

test('I654 a piece of due work that fails holds up none behind it, and the fault is told once they are done', async () => {
  const { faulty, round } = play();
  faulty.set('b', new Error('broken'));
  expect(await round(['a', 'b', 'c'])).toEqual({ tried: ['a', 'b', 'c'], fault: 'Error: b: broken' });
});

test('I654 what failed rests for a minute, then for two and at most for an hour, and hides nothing meanwhile', async () => {
  const { setbacks, faulty, pass, round } = play();
  faulty.set('b', new Error('broken'));
  await round(['b']);
  expect(setbacks.room(1, 200)).toBe(201);
  expect(setbacks.room(2, 200)).toBe(200);
  expect(await round(['a', 'b'])).toEqual({ tried: ['a'], fault: null });
  pass(MINUTE_MS);
  expect((await round(['b'])).tried).toEqual(['b']);
  pass(MINUTE_MS);
  expect((await round(['b'])).tried).toEqual([]);
  pass(MINUTE_MS);
  expect((await round(['b'])).tried).toEqual(['b']);
  for (let failures = 3; failures < 20; failures += 1) {
    pass(60 * MINUTE_MS);
    expect((await round(['b'])).tried).toEqual(['b']);
  }
});

test('I654 what was mended is as good as new', async () => {
  const { setbacks, faulty, pass, round } = play();
  faulty.set('b', new Error('broken'));
  await round(['b']);
  faulty.clear();
  pass(MINUTE_MS);
  expect(await round(['b'])).toEqual({ tried: ['b'], fault: null });
  expect(setbacks.room(1, 200)).toBe(200);
});

test('I654 what failed and is no longer due is forgotten', async () => {
  const { setbacks, faulty, pass, round } = play();
  faulty.set('b', new Error('broken'));
  await round(['b']);
  pass(60 * MINUTE_MS);
  await round(['a']);
  expect(setbacks.room(1, 200)).toBe(201);
  pass(2 * MINUTE_MS);
  await round(['a']);
  expect(setbacks.room(1, 200)).toBe(200);
});

test('I654 under a standing clock nothing rests, so that no instant is passed over', async () => {
  const { faulty, round } = play();
  faulty.set('b', new Error('broken'));
  const standing = { id: 1, isStanding: true };
  await round(['b'], standing);
  expect((await round(['b'], standing)).tried).toEqual(['b']);
});

test('I654 a lost connection ends the round at once, and nobody is to blame', async () => {
  const { setbacks, faulty, round } = play();
  faulty.set('b', new Error('Connection terminated unexpectedly'));
  const { tried, fault } = await round(['a', 'b', 'c']);
  expect(tried).toEqual(['a', 'b']);
  expect(fault).toContain('Connection terminated');
  expect(setbacks.room(1, 200)).toBe(200);
});

test('I656 each failure of a piece is told, with how often it failed in a row', async () => {
  const { heard, faulty, pass, round } = play();
  faulty.set('b', new Error('broken'));
  await round(['a', 'b']);
  await round(['a', 'b']);
  pass(MINUTE_MS);
  await round(['b']);
  faulty.clear();
  pass(2 * MINUTE_MS);
  await round(['b']);
  faulty.set('b', new Error('torn'));
  await round(['b']);
  expect(heard).toEqual(['cus-b 1: broken', 'cus-b 2: broken', 'cus-b 1: torn']);
});
