import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startTestApp, type TestApp } from '../../apps/server/src/testing/app.ts';
import type { Caller } from '../../apps/server/src/testing/caller.ts';
import { must, secondTenant } from '../../apps/server/src/testing/scenario.ts';
import { ensureWebBuilt } from '../../scripts/build-web.ts';
import { root } from '../../scripts/run-steps.ts';
import { startBrowser } from './browser.ts';

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

const COUNTED = {
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

/** A seller with three plans on sale, and what calls its API as its owner would. */
export type Business = { app: TestApp; slug: string; typeId: string; api: Caller };

/**
 * A whole server with both web apps as they are built for a start, its worker at work, and a browser. All test files
 * that run in one process share them; each opens a business of its own in it. They end with the process.
 */
export function sharedShop(): Promise<{ app: TestApp; browser: Browser }> {
  shared ??= Promise.all([openServer(), startBrowser()]).then(([app, browser]) => ({ app, browser }));
  return shared;
}

let shared: Promise<{ app: TestApp; browser: Browser }> | undefined;

async function openServer(): Promise<TestApp> {
  await ensureWebBuilt({ log: () => undefined });
  const app = await startTestApp({ worker: true });
  for (const name of ['admin', 'portal'] as const) {
    fs.cpSync(path.join(root, 'apps', name, 'dist'), app.web[name], { recursive: true });
  }
  return app;
}

/** A business of a test's own on the shared server. */
export async function openBusiness(app: TestApp, slug: string): Promise<Business> {
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const business = { app, slug, ...(await secondTenant(app, owner, slug)) };
  await must(business.api('PATCH', '/v1/tenant', { body: SETTINGS }));
  await putOnSale(business, OFFERS);
  return business;
}

function putOnSale({ api }: Business, offers: Offer[]): Promise<unknown> {
  return must(api('PUT', '/v1/catalogue', { body: { ...COUNTED, plans: offers.map(planOf) } }));
}

/** Publishes a version of one plan with another fee a month, in minor units. */
export async function changeFee(seller: Business, key: string, monthly: string): Promise<void> {
  await putOnSale(
    seller,
    OFFERS.map((offer) => (offer.key === key ? { ...offer, monthly } : offer)),
  );
}

/** Sends calls of a customer as one event of usage, now in the time of the seller. */
export async function sendCalls(
  { api }: Business,
  customer: string,
  id: string,
  calls: number,
): Promise<void> {
  const { now } = await must(api('GET', '/v1/clock'));
  const event = {
    specversion: '1.0',
    id,
    source: 'api-gateway',
    type: 'api.called',
    subject: customer,
    time: String(now),
    data: { calls },
  };
  const answer = await must(api('POST', '/v1/events', { body: [event] }));
  if (Number(answer.counts?.accepted) !== 1)
    throw new Error(`usage was not taken: ${JSON.stringify(answer)}`);
}
