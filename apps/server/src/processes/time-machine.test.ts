import { expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

const START = '2026-01-15T09:30:00.000Z';
const END = '2026-05-03T00:00:00.000Z';
const DAY_MS = 86_400_000;

const price = (key: string, pricing: object, more: object = {}) => ({
  key,
  name: key,
  pricing,
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
  ...more,
});

async function must(answer: Promise<{ status: number; text: string; body: unknown }>) {
  const { status, text, body } = await answer;
  if (status >= 300) throw new Error(text);
  return body as { id: string };
}

/** The same business on a server of its own: renewals, a trial, usage, a change and an end that lie ahead. */
async function tellStory(app: TestApp): Promise<void> {
  const { api } = app;
  await must(api('POST', '/v1/clock/advance', { body: { to: START } }));
  await settled(app);
  const calls = price(
    'calls',
    { model: 'per_unit', unit_amount: '0.05', per: '1' },
    { quantity: { kind: 'meter', meter: 'calls' }, timing: 'in_arrears' },
  );
  const plan = (key: string, rank: number, amount: string, trialDays = 0) => ({
    key,
    name: key,
    rank,
    currency: 'EUR',
    trial_days: trialDays,
    prices: [price('base', { model: 'flat', amount }), calls],
    entitlements: [
      {
        feature: 'calls',
        kind: 'metered',
        limit: '5',
        reset: 'billing_period',
        overage: 'allow',
        warn_at_percent: [80],
      },
    ],
  });
  await must(
    api('PUT', '/v1/catalogue', {
      body: {
        meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
        features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
        plans: [plan('small', 1, '1000'), plan('large', 2, '4000'), plan('trial', 1, '2000', 20)],
      },
    }),
  );
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  for (const [index, plan] of ['small', 'large', 'trial', 'small'].entries()) {
    const customer = `c-${index}`;
    await must(
      api('POST', '/v1/customers', {
        body: {
          name: customer,
          external_id: customer,
          time_zone: zones[index],
          email: `${customer}@example.com`,
        },
      }),
    );
    const sub = await must(
      api('POST', '/v1/subscriptions', { body: { customer, plan, collection: 'manual' } }),
    );
    const events = Array.from({ length: 3 + index }, (_, event) => ({
      specversion: '1.0',
      id: `${customer}-${event}`,
      source: 'story',
      type: 'call',
      subject: customer,
      time: START,
    }));
    await must(api('POST', '/v1/events', { body: events, idempotencyKey: null }));
    if (index === 1) {
      await must(
        api('POST', `/v1/subscriptions/${sub.id}/change`, { body: { plan: 'small', when: 'period_end' } }),
      );
    }
    if (index === 3) await must(api('POST', `/v1/subscriptions/${sub.id}/cancel`, { body: {} }));
  }
}

/** Waits for the move that runs, and for nothing else. */
async function settled(app: TestApp): Promise<void> {
  await app.server.mover.finished(app.tenant.id);
}

async function facts(app: TestApp): Promise<string[]> {
  const answer = await fetch(`${app.baseUrl}/v1/facts/export`, {
    headers: { authorization: `Bearer ${app.apiKey}` },
  });
  return (await answer.text()).trimEnd().split('\n');
}

async function play(steps: number): Promise<string[]> {
  const app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  try {
    await tellStory(app);
    const [from, to] = [Date.parse(START), Date.parse(END)];
    for (let step = 1; step <= steps; step += 1) {
      // Uneven steps, so that they fall on no boundary by chance.
      const at =
        step === steps ? to : Math.floor(from + ((to - from) * step) / steps) - (step % 7) * (DAY_MS / 9);
      await must(app.api('POST', '/v1/clock/advance', { body: { to: new Date(at).toISOString() } }));
      await settled(app);
    }
    return await facts(app);
  } finally {
    await app.close();
  }
}

test('I72 moving the clock in one step or in thirty gives the same business facts', {
  timeout: 120_000,
}, async () => {
  const [once, often] = [await play(1), await play(30)];
  expect(often).toEqual(once);
  const count = (fact: string) => once.filter((line) => line.startsWith(`{"fact":"${fact}"`)).length;
  expect(count('invoice')).toBeGreaterThan(12);
  expect(count('ledger_entry')).toBeGreaterThan(20);
  expect(once.filter((line) => line.includes('subscription.canceled'))).toHaveLength(1);
});
