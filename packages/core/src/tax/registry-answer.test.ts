import { expect, test } from 'vitest';
import { at } from '../testing/factories.ts';
import { DEFAULT_REGISTRY_POLICY, type RegistryPolicy, worthOfNumber } from './registry-answer.ts';

const T = at('2026-03-01T00:00:00Z');
const answered = (isValid: boolean, when = T) => ({ isValid, answeredAt: when, consultationNumber: 'WAPI1' });
const policy = (more: Partial<RegistryPolicy> = {}): RegistryPolicy => ({
  ...DEFAULT_REGISTRY_POLICY,
  ...more,
});
const worth = (
  record: Partial<Parameters<typeof worthOfNumber>[0]>,
  given = policy(),
  now = at('2026-03-31T00:00:00Z'),
) => {
  const { state, hold, isDue, why } = worthOfNumber({ answer: null, downSince: null, ...record }, given, now);
  return [state, hold ? 'hold' : 'go', isDue ? 'ask' : 'keep', why].join(' ');
};

test('I315 an answer holds for its days, to the instant', () => {
  const record = { answer: answered(true) };
  expect(worth(record, policy(), at('2026-03-30T23:59:59Z'))).toBe('confirmed go keep answered');
  expect(worth(record)).toBe('well_formed go ask expired');
  expect(worth({ answer: answered(false) }, policy(), T)).toBe('refused go keep answered');
  expect(worth({})).toBe('well_formed go ask never_asked');
});

test('I315 while the registry is down the seller charges, trusts for some days, or waits', () => {
  const record = { answer: answered(true), downSince: at('2026-03-31T00:00:00Z') };
  const trust = policy({ whenDown: 'trust', trustDays: 7 });
  expect(worth(record)).toBe('well_formed go ask down_charged');
  expect(worth(record, trust)).toBe('confirmed go ask down_trusted');
  expect(worth(record, trust, at('2026-04-07T00:00:00Z'))).toBe('well_formed go ask down_charged');
  expect(worth(record, policy({ whenDown: 'hold' }))).toBe('well_formed hold ask down_held');
  expect(worth({ downSince: at('2026-03-31T00:00:00Z') }, trust)).toBe('confirmed go ask down_trusted');
});

test('I315 a refusal is never outlived by trust, and an answer that holds is not asked for again', () => {
  const trust = policy({ whenDown: 'trust' });
  const downSince = at('2026-03-30T00:00:00Z');
  expect(worth({ answer: answered(false), downSince }, trust)).toBe('refused go ask expired');
  expect(worth({ answer: answered(true, at('2026-03-20T00:00:00Z')), downSince }, trust)).toBe(
    'confirmed go keep answered',
  );
});
