import { expect, test } from 'vitest';
import { createJoiner, type Joiner } from './joiner.ts';

/** Work that ends when it is told to. */
function held() {
  const pieces: { items: readonly number[]; end(): void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<number[]>((resolve) => {
      pieces.push({ items, end: () => resolve(items.map((item) => item * 2)) });
    });
  const until = async (count: number) => {
    while (pieces.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { pieces, run, until };
}

test('what arrives while a piece of work is under way goes together into the next, each with its own answer', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 1 });
  const first = joiner.ask(1);
  await until(1);
  const rest = [2, 3, 4].map((item) => joiner.ask(item));
  pieces[0]?.end();
  await until(2);
  pieces[1]?.end();
  expect(await first).toBe(2);
  expect(await Promise.all(rest)).toEqual([4, 6, 8]);
  expect(pieces.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
});

test('callers who were answered together and ask again share the next piece with those who waited', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 1, gatherMs: 60_000 });
  const all = Array.from({ length: 16 }, (_, item) => item);
  const first = all.map((item) => joiner.ask(item));
  await until(1);
  const waiting = joiner.ask(100);
  pieces[0]?.end();
  await Promise.all(first);
  // Nothing begins before the last of them is back.
  const again = all.slice(1).map((item) => joiner.ask(item));
  await new Promise((resolve) => setImmediate(resolve));
  expect(pieces).toHaveLength(1);
  again.push(joiner.ask(0));
  await until(2);
  pieces[1]?.end();
  expect(await waiting).toBe(200);
  expect(await Promise.all(again)).toEqual([...all.slice(1), 0].map((item) => item * 2));
  expect(pieces[1]?.items).toHaveLength(17);
});

test('nobody waits for callers who do not come back', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 1, gatherMs: 5 });
  const first = Array.from({ length: 16 }, (_, item) => joiner.ask(item));
  await until(1);
  const waiting = joiner.ask(100);
  pieces[0]?.end();
  await Promise.all(first);
  await until(2);
  pieces[1]?.end();
  expect(await waiting).toBe(200);
});

test('a piece of work stays below its weight, unless one item alone is heavier', async () => {
  const pieces: (readonly number[])[] = [];
  const joiner = createJoiner({
    run: async (items: readonly number[]) => {
      pieces.push(items);
      return items;
    },
    weightOf: (item) => item,
    maxWeight: 10,
    lanes: 1,
  });
  expect(await Promise.all([4, 6, 1, 30, 2].map((item) => joiner.ask(item)))).toEqual([4, 6, 1, 30, 2]);
  expect(pieces).toEqual([[4, 6], [1], [30], [2]]);
});

test('one item that cannot be done takes no neighbour along', async () => {
  const joiner = createJoiner({
    run: async (items: readonly number[]) => {
      if (items.includes(5)) throw new Error('no 5');
      return items;
    },
    maxWeight: 100,
    lanes: 2,
  });
  const answers = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((item) => joiner.ask(item)));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'refused'))).toEqual([
    1,
    2,
    3,
    4,
    'refused',
    6,
    7,
  ]);
});

test('work that may stand although it failed is not tried again in parts', async () => {
  let runs = 0;
  const joiner = createJoiner({
    run: async (): Promise<number[]> => {
      runs += 1;
      throw new Error('the outcome is unknown');
    },
    maxWeight: 100,
    lanes: 1,
    mayStand: () => true,
  });
  const answers = await Promise.allSettled([joiner.ask(1), joiner.ask(2)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(runs).toBe(1);
});

/** So many callers at once, of items that are numbered or all the same. */
const crowdOf = (joiner: Joiner<number, number>) => (count: number, same?: number) =>
  Promise.all(Array.from({ length: count }, (_, item) => joiner.ask(same ?? item)));

test('I639 of many callers each half is a piece of its own, and one is answered while the other is under way', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 2, half: 4, gatherMs: 60_000 });
  const ask = crowdOf(joiner);
  const all = ask(16);
  await until(1);
  pieces[0]?.end();
  await all;
  const back = [ask(8), ask(8)];
  await until(3);
  expect(pieces.map(({ items }) => items.length)).toEqual([16, 8, 8]);
  pieces[1]?.end();
  await back[0];
  const again = ask(8);
  await until(4);
  expect(pieces.map(({ items }) => items.length)).toEqual([16, 8, 8, 8]);
  pieces[2]?.end();
  pieces[3]?.end();
  await Promise.all([...back, again]);
});

test('I639 of an odd number of callers both halves are under way too', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 2, half: 4, gatherMs: 60_000 });
  const ask = crowdOf(joiner);
  const all = ask(17);
  await until(1);
  pieces[0]?.end();
  await all;
  const back = [ask(9), ask(8)];
  await until(3);
  expect(pieces.map(({ items }) => items.length)).toEqual([17, 9, 8]);
  pieces[1]?.end();
  pieces[2]?.end();
  await Promise.all(back);
});

test.each([
  ['I639 where halves are not worth it all callers are one piece', { mayHalve: () => false }],
  ['I639 so many that their commits are to be few are one piece', { whole: 20 }],
])('%s', async (_, options) => {
  const { pieces, run, until } = held();
  const ask = crowdOf(createJoiner({ run, maxWeight: 100, lanes: 2, half: 4, gatherMs: 60_000, ...options }));
  const all = ask(20);
  await until(1);
  pieces[0]?.end();
  await all;
  const again = ask(20);
  await until(2);
  expect(pieces.map(({ items }) => items.length)).toEqual([20, 20]);
  pieces[1]?.end();
  await again;
});

test('I639 behind a piece that is stuck one more may begin, and no second', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 2, half: 4, stuckMs: 0 });
  const aMomentLater = async () => {
    const now = performance.now();
    while (performance.now() <= now) await new Promise((resolve) => setImmediate(resolve));
  };
  const answers: Promise<number>[] = [];
  for (const count of [1, 2, 3, 3]) {
    answers.push(joiner.ask(count));
    await until(count);
    await aMomentLater();
  }
  expect(pieces.map(({ items }) => items)).toEqual([[1], [2], [3]]);
  for (const piece of pieces) piece.end();
  await until(4);
  pieces[3]?.end();
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 6]);
});

test('I639 a piece that is stuck is noticed also where nobody asks any more', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 2, half: 4, stuckMs: 5 });
  const first = joiner.ask(1);
  await until(1);
  const rest = [2, 3].map((item) => joiner.ask(item));
  await until(2);
  for (const piece of pieces) piece.end();
  await Promise.all([first, ...rest]);
  expect(pieces.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

test('I639 many who called once are forgotten, and few with much to do are two pieces again', async () => {
  const sizes: number[] = [];
  let hold: Promise<void> | undefined;
  const joiner = createJoiner({
    ...{
      maxWeight: 1000,
      weightOf: (item: number) => item,
      lanes: 2,
      heavy: 100,
      half: 8,
      gatherMs: 1,
      gatherAfter: 16,
    },
    async run(items: readonly number[]) {
      sizes.push(items.length);
      await hold;
      return items;
    },
  });
  const ask = crowdOf(joiner);
  await ask(64, 1);
  for (let turn = 0; turn < 40; turn += 1) await ask(1, 1);
  sizes.splice(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  hold = promise;
  const first = ask(1, 120);
  await new Promise((done) => setImmediate(done));
  const second = ask(3, 120);
  await new Promise((done) => setImmediate(done));
  await new Promise((done) => setImmediate(done));
  expect(sizes).toEqual([1, 3]);
  resolve();
  await Promise.all([first, second]);
});

test('I639 a few callers who come while many are under way wait until those are answered', async () => {
  const { pieces, run, until } = held();
  const joiner = createJoiner({ run, maxWeight: 100, lanes: 2, half: 4 });
  const many = Array.from({ length: 16 }, (_, item) => joiner.ask(item));
  await until(1);
  const few = Array.from({ length: 8 }, (_, item) => joiner.ask(item));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(pieces).toHaveLength(1);
  pieces[0]?.end();
  await until(2);
  pieces[1]?.end();
  await Promise.all([...many, ...few]);
  expect(pieces.map(({ items }) => items.length)).toEqual([16, 8]);
});
