import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { send } from '../testing/scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-04-01T00:00:00Z' });
});
afterAll(() => app.close());

test('money that came is receipted, a credit is told as a credit, and what credit pays is told so', async () => {
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '3000' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await send(app.api, '/v1/plans', {
    key: 'pro',
    name: 'Pro',
    currency: 'EUR',
    prices: [price],
    entitlements: [],
  });
  const customer = await send(app.api, '/v1/customers', { name: 'Ada', email: 'ada@example.com' });
  await send(app.api, `/v1/customers/${customer.id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  const start = { customer: customer.id, plan: 'pro', collection: 'automatic' };
  const first = await send(app.api, '/v1/subscriptions', start);
  await app.drain();
  await send(app.api, `/v1/subscriptions/${first.id}/cancel`, { when: 'now', reason: 'asked' });
  await app.drain();
  await send(app.api, '/v1/subscriptions', start);
  await app.drain();
  const mails = await app.sandbox.mails({ to: 'ada@example.com', limit: 50 });
  const subjects = mails.data.map(({ subject }) => subject).reverse();
  const money = subjects.filter((subject) => /Receipt|Credit of|credit/.test(subject));
  expect(money).toEqual([
    'Receipt for invoice INV-2026-000001: 30.00 EUR',
    expect.stringMatching(/^Credit of 30\.00 EUR from /),
    'Invoice INV-2026-000003 is paid from your credit',
  ]);
});
