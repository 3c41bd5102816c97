import fs from 'node:fs';
import path from 'node:path';
import { startTestApp, type TestApp } from '../../apps/server/src/testing/app.ts';
import { must } from '../../apps/server/src/testing/scenario.ts';
import { ensureWebBuilt } from '../../scripts/build-web.ts';
import { root } from '../../scripts/run-steps.ts';

type Offer = { key: string; name: string; rank: number; monthly: string; calls: string; buildings: number };

const OFFERS: Offer[] = [
  { key: 'starter', name: 'Starter', rank: 1, monthly: '2900', calls: '10000', buildings: 3 },
  { key: 'professional', name: 'Professional', rank: 2, monthly: '5900', calls: '50000', buildings: 15 },
  { key: 'enterprise', name: 'Enterprise', rank: 3, monthly: '9900', calls: '200000', buildings: 100 },
];

/** A fee in advance, and calls of which some are included; each thousand beyond costs half a euro. */
function planOf(offer: Offer): unknown {
  const monthly = { interval: 'month', count: 1 };
  return {
    key: offer.key,
    name: offer.name,
    description: `For up to ${offer.buildings} buildings`,
    family: offer.key,
    rank: offer.rank,
    public: true,
    highlights: [`${offer.buildings} buildings`, 'Every house has its own concierge'],
    currency: 'EUR',
    trial_days: 0,
    prices: [
      {
        key: 'base',
        name: `${offer.name} plan`,
        pricing: { model: 'flat', amount: offer.monthly },
        quantity: { kind: 'fixed' },
        timing: 'in_advance',
        cadence: monthly,
      },
      {
        key: 'api-calls',
        name: 'API calls',
        pricing: {
          model: 'graduated',
          tiers: [
            { up_to: offer.calls, unit_amount: '0', flat_amount: '0' },
            { up_to: null, unit_amount: '0.50', flat_amount: '0' },
          ],
          per: '1000',
        },
        quantity: { kind: 'meter', meter: 'api_calls' },
        timing: 'in_arrears',
        cadence: monthly,
      },
    ],
    entitlements: [
      {
        feature: 'api-calls',
        kind: 'metered',
        limit: offer.calls,
        reset: 'billing_period',
        overage: 'allow',
        warn_at_percent: [80, 95],
      },
      { feature: 'buildings', kind: 'configuration', value: offer.buildings },
    ],
  };
}

const CATALOGUE = {
  meters: [
    {
      key: 'api_calls',
      name: 'API calls',
      event_type: 'api.called',
      aggregation: 'sum',
      value_property: 'calls',
      unit: 'calls',
    },
  ],
  features: [
    { key: 'api-calls', name: 'API calls', description: '', kind: 'metered', meter: 'api_calls' },
    { key: 'buildings', name: 'Buildings', description: '', kind: 'configuration', meter: null },
  ],
  plans: OFFERS.map(planOf),
};

const SETTINGS = {
  name: 'Concierge',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  settings: {
    tax_rates: { DE: { name: 'VAT', rate: '0.19' } },
    seller: {
      legal_name: 'Concierge Software GmbH',
      address: ['Lindenstraße 4', '10969 Berlin', 'Germany'],
      tax_id: 'DE129273398',
      email: 'billing@concierge.example',
    },
  },
};

/** A whole server with both web apps as they are built for a start, its worker at work, and three plans on sale. */
export async function openShop(): Promise<TestApp> {
  await ensureWebBuilt({ log: () => undefined });
  const app = await startTestApp({ worker: true });
  for (const name of ['admin', 'portal'] as const) {
    fs.cpSync(path.join(root, 'apps', name, 'dist'), app.web[name], { recursive: true });
  }
  await must(app.api('PATCH', '/v1/tenant', { body: SETTINGS }));
  await must(app.api('PUT', '/v1/catalogue', { body: CATALOGUE }));
  return app;
}

/** Sends calls of a customer as one event of usage, now in the time of the seller. */
export async function sendCalls(app: TestApp, customer: string, id: string, calls: number): Promise<void> {
  const { now } = await must(app.api('GET', '/v1/clock'));
  const event = {
    specversion: '1.0',
    id,
    source: 'api-gateway',
    type: 'api.called',
    subject: customer,
    time: String(now),
    data: { calls },
  };
  const answer = await must(app.api('POST', '/v1/events', { body: [event] }));
  if (Number(answer.counts?.accepted) !== 1)
    throw new Error(`usage was not taken: ${JSON.stringify(answer)}`);
}
