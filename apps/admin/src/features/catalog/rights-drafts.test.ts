import type { Feature, Plan, PlanVersion } from '@billhook/sdk/generated/types';
import { expect, test } from 'vitest';
import { changedFeatures, rightsOf, versionWith, withRight } from './rights-drafts.ts';

const pooled = {
  kind: 'metered',
  feature: 'calls',
  featureName: 'Calls',
  unit: 'calls',
  limit: '10',
  poolLimit: '50',
  reset: 'day',
  overage: 'soft',
  warnAtPercent: [80],
} as const;
const version = {
  currency: 'EUR',
  trialDays: 14,
  prices: [],
  otherCurrencies: [],
  entitlements: [pooled, { kind: 'boolean', feature: 'sso', featureName: 'SSO', enabled: true }],
} as unknown as PlanVersion;
const plan = { id: 'plan_1', latestVersion: version } as unknown as Plan;
const features = ['calls', 'sso', 'regions'].map((key) => ({ key })) as unknown as Feature[];
const NONE = new Map();

test('a right that is changed is a draft of its plan, and none once it is as published again', () => {
  const off = { kind: 'boolean', feature: 'sso', enabled: false } as const;
  const changed = withRight(NONE, plan, 'sso', off);
  expect(rightsOf(plan, changed)).toContainEqual(off);
  expect(changedFeatures(plan, changed, features).map(({ key }) => key)).toEqual(['sso']);
  expect(withRight(changed, plan, 'sso', { ...off, enabled: true })).toEqual(NONE);
  const taken = withRight(NONE, plan, 'calls', null);
  expect(rightsOf(plan, taken).map(({ feature }) => feature)).toEqual(['sso']);
  const back = rightsOf(plan, NONE).find(({ feature }) => feature === 'calls') ?? null;
  expect(withRight(taken, plan, 'calls', back)).toEqual(NONE);
});

test('the next version keeps everything but the rights that were changed, pools and soft limits too', () => {
  const { featureName: _, unit: __, ...calls } = pooled;
  expect(versionWith(plan, rightsOf(plan, NONE))).toEqual({
    currency: 'EUR',
    trialDays: 14,
    prices: [],
    otherCurrencies: [],
    entitlements: [calls, { kind: 'boolean', feature: 'sso', enabled: true }],
  });
});
