import { describe, expect, it } from 'vitest';
import type { EntitlementCheck } from './generated/types.ts';
import { rateRefusalFor, refusalFor } from './refusal.ts';

const NOW = Date.UTC(2026, 10, 1);
const refused: EntitlementCheck = {
  object: 'entitlement_check',
  customer: 'cus_01h2xcejqtf2nbrexx3vqjhp41',
  feature: 'api-calls',
  featureName: 'API calls',
  kind: 'metered',
  allowed: false,
  reason: 'limit_reached',
  unit: 'call',
  limit: '100',
  used: '100',
  remaining: '0',
  overage: 'block',
  resetAt: '2026-11-01T00:01:30.500Z',
  value: null,
  warnAtPercent: [],
  credits: null,
  counted: 'customer',
  subject: null,
  pool: null,
  explanation: null,
  pay: null,
  upgrade: { plan: 'pro', planName: 'Pro', url: 'https://shop.example/plans' },
};

describe('a refused check', () => {
  it('becomes 402 with the way to a larger plan', () => {
    const answer = refusalFor(refused, NOW);
    expect(answer).toMatchObject({
      status: 402,
      body: { code: 'entitlement.limit_reached', upgrade_url: 'https://shop.example/plans' },
    });
    expect(answer?.headers.link).toBe('<https://shop.example/plans>; rel="payment"');
  });

  it('becomes 402 with the way to pay where something unpaid keeps it back, for machines too', () => {
    const check = { ...refused, upgrade: null, pay: { url: 'https://shop.example/invoices' } };
    for (const answer of [refusalFor(check, NOW), rateRefusalFor(check, NOW)]) {
      expect(answer).toMatchObject({
        status: 402,
        body: { code: 'entitlement.payment_due', pay_url: 'https://shop.example/invoices' },
      });
      expect(answer?.headers.link).toBe('<https://shop.example/invoices>; rel="payment"');
    }
  });

  it('becomes 429 with Retry-After in whole seconds, rounded up, where no plan grants more', () => {
    const answer = refusalFor({ ...refused, upgrade: null }, NOW);
    expect(answer).toMatchObject({ status: 429, body: { code: 'entitlement.window_exhausted' } });
    expect(answer?.headers['retry-after']).toBe('91');
  });

  it('becomes 429 for machines even where a larger plan exists', () => {
    expect(rateRefusalFor(refused, NOW)?.status).toBe(429);
    expect(rateRefusalFor({ ...refused, resetAt: null }, NOW)?.status).toBe(402);
  });

  it('asks for a second at least, also after the window has begun anew', () => {
    expect(rateRefusalFor(refused, NOW + 3_600_000)?.headers['retry-after']).toBe('1');
  });

  it('becomes 403 where neither money nor time helps', () => {
    expect(refusalFor({ ...refused, upgrade: null, resetAt: null }, NOW)?.status).toBe(403);
  });

  it('is nothing where the check allowed', () => {
    expect(refusalFor({ ...refused, allowed: true }, NOW)).toBeNull();
  });
});
