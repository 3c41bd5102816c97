import { expect, test } from 'vitest';
import { createRoom } from './room.ts';

const LARGE = 100 * 1024;
const ROOM_TAKES = 3;

/** Comes with so many bytes and says when it went in. */
function guests() {
  const room = createRoom();
  const inside: string[] = [];
  const come = async (name: string, caller: number, bytes: number) => {
    const leave = await room.enter(caller, bytes);
    inside.push(name);
    return leave;
  };
  return { inside, come };
}

/** All that is ready to go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('I572 large bodies of one caller go in as far as there is room, and then in the order in which they came', async () => {
  const { inside, come } = guests();
  const names = ['a', 'b', 'c', 'd', 'e'];
  const leaving = names.map((name) => come(name, 1, LARGE));
  await settled();
  expect(inside).toEqual(names.slice(0, ROOM_TAKES));
  (await leaving[1])?.();
  await settled();
  expect(inside).toEqual(['a', 'b', 'c', 'd']);
  (await leaving[0])?.();
  await settled();
  expect(inside).toEqual(names);
});

test('I572 a small body waits for nobody, nor does a large one for another caller’s', async () => {
  const { inside, come } = guests();
  for (const name of ['a', 'b', 'c', 'd']) void come(name, 1, LARGE);
  void come('small', 1, 500);
  void come('other', 2, LARGE);
  await settled();
  expect(new Set(inside)).toEqual(new Set(['a', 'b', 'c', 'small', 'other']));
});

test('I572 a body larger than the room goes in when nobody else is there, and whoever came after it waits', async () => {
  const { inside, come } = guests();
  const first = come('a', 1, LARGE);
  const huge = come('huge', 1, 100 * LARGE);
  void come('b', 1, LARGE);
  await settled();
  expect(inside).toEqual(['a']);
  (await first)();
  await settled();
  expect(inside).toEqual(['a', 'huge']);
  (await huge)();
  await settled();
  expect(inside).toEqual(['a', 'huge', 'b']);
});
