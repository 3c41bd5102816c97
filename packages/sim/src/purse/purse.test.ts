import { burnUse } from '@billhook/core/credits/burn-usage';
import { decideExpiry } from '@billhook/core/credits/decide-expiry';
import { expect, test } from 'vitest';
import { prngOf } from '../prng.ts';
import type { Violation } from '../violation.ts';
import { CORE_PLAY, type PlayEngine, playPurse } from './play.ts';

/** The first game of so many in which something is wrong. */
function firstWrong(games: number, engine: PlayEngine = CORE_PLAY, seen = new Map<string, number>()) {
  for (let seed = 0; seed < games; seed += 1) {
    const wrong = playPurse(prngOf(`purse/${seed}`), seen, engine);
    if (wrong !== null) return { seed, ...wrong };
  }
  return null;
}

test('I385 of months of grants, uses, promises, ends, rollover and reloads, a reckoning by hand comes to the same', () => {
  const seen = new Map<string, number>();
  expect(firstWrong(300, CORE_PLAY, seen)).toBeNull();
  for (const kind of ['down', 'give', 'use', 'refused', 'promise', 'settle', 'reload'])
    expect(seen.get(kind), kind).toBeGreaterThan(100);
});

const bugs: [string, Violation['law'], Partial<PlayEngine>][] = [
  [
    'forgets periods that were missed',
    'I385',
    { missed: (every, of, since, now) => CORE_PLAY.missed(every, of, since, now).slice(-1) },
  ],
  ['promises without setting aside', 'I385', { hold: () => [] }],
  [
    'keeps what a promise did not need',
    'I385',
    { split: (...asked) => ({ ...CORE_PLAY.split(...asked), rest: [] }) },
  ],
  ['carries nothing on', 'I385', { expire: (held, now) => ({ ...decideExpiry(held, now), carried: [] }) }],
  [
    'spends in the order of age alone',
    'I385',
    { hold: (held, use, amount, order) => burnUse(held, use, amount, { ...order, expiry: 'ignored' }).parts },
  ],
  [
    'reloads beside one that is under way',
    'I112',
    { reload: (input) => CORE_PLAY.reload({ ...input, isPending: false }) },
  ],
  [
    'passes the maximum of the month',
    'I112',
    { reload: (input) => CORE_PLAY.reload({ ...input, spentThisMonthMinor: 0n }) },
  ],
];

test.each(bugs)('a purse that %s is found by its law', (_, law, bug) => {
  expect(firstWrong(300, { ...CORE_PLAY, ...bug })).toMatchObject({ law });
});
