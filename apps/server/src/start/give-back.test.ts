import { expect, test } from 'vitest';
import { createSpells } from './give-back.ts';

const BUSY = 0.8;
const QUIET = 0.02;
const looks = (count: number, share: number) => Array<number>(count).fill(share);

test('the start is over at the first quiet look, and memory is given back then', () => {
  expect([BUSY, BUSY, QUIET, QUIET, QUIET].map(createSpells())).toEqual([false, false, true, false, false]);
});

test('a busy spell is over after ten quiet looks, and a shorter pause ends nothing', () => {
  const isOver = createSpells();
  isOver(QUIET);
  const pause = [...looks(3, BUSY), ...looks(9, QUIET), BUSY];
  expect(pause.filter(isOver)).toEqual([]);
  expect(looks(10, QUIET).map(isOver)).toEqual([...Array<boolean>(9).fill(false), true]);
});

test('a quiet server is left alone: memory is given back once after each spell', () => {
  const isOver = createSpells();
  isOver(QUIET);
  expect(looks(100, QUIET).filter(isOver)).toEqual([]);
  isOver(BUSY);
  expect(looks(100, QUIET).filter(isOver)).toHaveLength(1);
});
