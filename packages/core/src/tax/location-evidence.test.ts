import { expect, test } from 'vitest';
import { assessEvidence, type EvidenceKind } from './location-evidence.ts';

const pieces = (...all: [EvidenceKind, string][]) => all.map(([kind, country]) => ({ kind, country }));

test('I314 two pieces of different kinds that agree say where a consumer is', () => {
  expect(assessEvidence(pieces(['billing_address', 'FR'], ['ip_address', 'FR']))).toEqual({
    state: 'agrees',
    country: 'FR',
    kinds: ['billing_address', 'ip_address'],
    against: [],
  });
  expect(
    assessEvidence(pieces(['billing_address', 'FR'], ['ip_address', 'DE'], ['payment_method', 'MC'])),
  ).toMatchObject({ state: 'agrees', country: 'FR', against: ['ip_address'] });
});

test('I314 one piece twice is one piece, and as many for another country are a case for a person', () => {
  expect(assessEvidence([])).toEqual({ state: 'too_few', country: null });
  expect(assessEvidence(pieces(['ip_address', 'FR'], ['ip_address', 'FR']))).toEqual({
    state: 'too_few',
    country: 'FR',
  });
  expect(assessEvidence(pieces(['billing_address', 'FR'], ['ip_address', 'DE']))).toEqual({
    state: 'contradicts',
    countries: ['FR', 'DE'],
  });
  const two = pieces(
    ['billing_address', 'FR'],
    ['sim_card', 'FR'],
    ['ip_address', 'DE'],
    ['payment_method', 'DE'],
  );
  expect(assessEvidence(two).state).toBe('contradicts');
});

test('I314 a small seller needs one piece, which nothing contradicts', () => {
  const needed = { needed: 1 } as const;
  expect(assessEvidence(pieces(['payment_method', 'FR']), needed)).toMatchObject({
    state: 'agrees',
    country: 'FR',
  });
  expect(assessEvidence(pieces(['payment_method', 'FR'], ['ip_address', 'DE']), needed).state).toBe(
    'contradicts',
  );
});
