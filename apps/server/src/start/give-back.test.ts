import { expect, test } from 'vitest';
import { createSpells } from './give-back.ts';

const MIB = 1024 * 1024;
const busy = { utilization: 0.8, heldBytes: 90 * MIB };
const quiet = { utilization: 0.02, heldBytes: 90 * MIB };

test('a busy spell is over at the fourth quiet look, and a pause within it ends nothing', () => {
  const { isOver } = createSpells();
  const looks = [busy, quiet, quiet, quiet, busy, quiet, quiet, quiet, quiet];
  expect(looks.map(isOver)).toEqual([...Array<boolean>(8).fill(false), true]);
});

test('what was given back is given back once: a quiet server is left alone until it holds 3 MiB more', () => {
  const { isOver, returned } = createSpells();
  for (const look of [quiet, quiet, quiet]) isOver(look);
  expect(isOver(quiet)).toBe(true);
  returned(60 * MIB);
  expect(isOver({ ...quiet, heldBytes: 63 * MIB - 1 })).toBe(false);
  expect(isOver({ ...quiet, heldBytes: 63 * MIB })).toBe(true);
});
