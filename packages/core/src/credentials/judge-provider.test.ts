import { expect, test } from 'vitest';
import { addMs, instant } from '../time/instant.ts';
import {
  clockVerdict,
  judgeProvider,
  type ProviderFindings,
  type ProviderHealthInput,
  worstOf,
} from './judge-provider.ts';

const NOW = instant(Date.UTC(2026, 4, 1));
const HOUR_MS = 3_600_000;
const well: ProviderFindings = {
  fault: null,
  isLive: true,
  clockOffMs: 900,
  denied: [],
  endpoint: { isRegistered: true, isEnabled: true, missingEvents: [] },
};
const input: ProviderHealthInput = {
  now: NOW,
  provider: 'stripe',
  tenantKind: 'live',
  mode: 'live',
  findings: well,
  hookUrl: 'https://shop.example/hooks/x',
  hasWebhookSecret: true,
  arrivals: { lastAt: NOW, rejected: 0, aside: 0 },
  lastPaymentAt: addMs(NOW, -5 * HOUR_MS),
};
const judge = (more: Partial<ProviderHealthInput>, findings: Partial<ProviderFindings> = {}) => {
  const checks = judgeProvider({ ...input, ...more, findings: { ...well, ...findings } });
  return {
    worst: worstOf(checks),
    wrong: checks.flatMap(({ id, state }) => (state === 'ok' ? [] : [`${id} ${state}`])),
  };
};

test('an account that is set up well has nothing to be done', () => {
  expect(judge({})).toEqual({ worst: 'ok', wrong: [] });
  expect(judge({ arrivals: { lastAt: null, rejected: 0, aside: 0 }, lastPaymentAt: null })).toEqual({
    worst: 'ok',
    wrong: [],
  });
});

test.each<[string, Partial<ProviderHealthInput>, Partial<ProviderFindings>, string]>([
  ['a test key where money is taken', { mode: 'test' }, { isLive: false }, 'stripe.mode problem'],
  ['a live key in a sandbox', { tenantKind: 'sandbox' }, {}, 'stripe.mode problem'],
  ['a key whose account is of the other mode', {}, { isLive: false }, 'stripe.mode problem'],
  ['an expired key', {}, { fault: { kind: 'denied', code: 'api_key_expired' } }, 'stripe.reach problem'],
  ['a revoked key', {}, { fault: { kind: 'denied', code: 'invalid' } }, 'stripe.reach problem'],
  ['no answer', {}, { fault: { kind: 'unknown', code: 'no_answer' } }, 'stripe.reach problem'],
  ['a busy provider', {}, { fault: { kind: 'busy', code: 'rate_limited' } }, 'stripe.reach attention'],
  ['missing rights', {}, { denied: ['refunds'] }, 'stripe.scopes problem'],
  ['a clock that is off', {}, { clockOffMs: -31_000 }, 'stripe.clock attention'],
  ['a clock that is far off', {}, { clockOffMs: 300_000 }, 'stripe.clock problem'],
  ['no webhook secret', { hasWebhookSecret: false }, {}, 'stripe.webhook problem'],
  ['endpoints that cannot be seen', {}, { endpoint: null }, 'stripe.webhook attention'],
  [
    'no endpoint',
    {},
    { endpoint: { isRegistered: false, isEnabled: false, missingEvents: [] } },
    'stripe.webhook problem',
  ],
  [
    'a closed endpoint',
    {},
    { endpoint: { isRegistered: true, isEnabled: false, missingEvents: [] } },
    'stripe.webhook problem',
  ],
  [
    'missing events',
    {},
    { endpoint: { isRegistered: true, isEnabled: true, missingEvents: ['refund.failed'] } },
    'stripe.webhook problem',
  ],
  ['an open address', { hookUrl: 'http://shop.example/hooks/x' }, {}, 'stripe.webhook problem'],
  ['wrong signatures', { arrivals: { lastAt: NOW, rejected: 2, aside: 0 } }, {}, 'stripe.messages problem'],
  [
    'silence after a payment',
    { arrivals: { lastAt: addMs(NOW, -9 * HOUR_MS), rejected: 0, aside: 0 } },
    {},
    'stripe.messages problem',
  ],
  [
    'messages kept aside',
    { arrivals: { lastAt: NOW, rejected: 0, aside: 1 } },
    {},
    'stripe.messages attention',
  ],
])('%s is said, and nothing else', (_name, more, findings, expected) => {
  expect(judge(more, findings).wrong).toEqual([expected]);
});

test('how far a clock is off is counted as people count', () => {
  expect(clockVerdict(900)).toMatchObject({ detail: 'Our clock differs by 1 second.' });
  expect(clockVerdict(-2_100)).toMatchObject({ detail: 'Our clock differs by 2 seconds.' });
});
