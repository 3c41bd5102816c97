import { expect, test } from 'vitest';
import { standing } from './right-words.ts';

const credits = { creditType: 'ai', available: '0', cost: '2', beyond: 'allow' } as const;

test('what is paid by credits is beyond them, not beyond a limit that it does not have', () => {
  const right = { allowed: true, reason: 'overage', counted: 'customer', credits: null } as const;
  expect(standing(right)).toEqual({ tone: 'attention', word: 'Beyond the limit, billed' });
  expect(standing({ ...right, credits })).toEqual({
    tone: 'attention',
    word: 'Beyond the credits, billed',
  });
  expect(standing({ ...right, reason: 'unlimited' })).toEqual({ tone: 'ok', word: 'Unlimited' });
});
