import type { DemoPlan, DemoTenant } from '../story.ts';
import { company } from './people.ts';

type Offer = {
  key: string;
  name: string;
  rank: number;
  monthly: string;
  yearly: string;
  calls: string;
  gigabytes: string;
  buildings: number;
};

const OFFERS: Offer[] = [
  {
    key: 'starter',
    name: 'Starter',
    rank: 1,
    monthly: '29.00',
    yearly: '290.00',
    calls: '10000',
    gigabytes: '10',
    buildings: 3,
  },
  {
    key: 'professional',
    name: 'Professional',
    rank: 2,
    monthly: '59.00',
    yearly: '590.00',
    calls: '50000',
    gigabytes: '50',
    buildings: 15,
  },
  {
    key: 'enterprise',
    name: 'Enterprise',
    rank: 3,
    monthly: '99.00',
    yearly: '990.00',
    calls: '200000',
    gigabytes: '250',
    buildings: 100,
  },
];

function plan(offer: Offer, interval: 'month' | 'year'): DemoPlan {
  return {
    key: interval === 'month' ? offer.key : `${offer.key}-yearly`,
    name: offer.name,
    family: offer.key,
    rank: offer.rank,
    description: `For up to ${offer.buildings} buildings`,
    highlights: [
      `${offer.buildings} buildings`,
      `${Number(offer.calls) / 1000}k API calls`,
      `${offer.gigabytes} GB of documents`,
      ...(interval === 'year' ? ['Two months free'] : []),
    ],
    prices: [
      {
        key: 'base',
        name: `${offer.name} plan`,
        timing: 'in_advance',
        interval,
        of: 'fixed',
        model: { flat: interval === 'month' ? offer.monthly : offer.yearly },
      },
      {
        key: 'api-calls',
        name: 'API calls',
        timing: 'in_arrears',
        interval: 'month',
        of: { meter: 'api_calls' },
        model: {
          graduated: [
            { upTo: offer.calls, unit: '0' },
            { upTo: null, unit: '0.50' },
          ],
          per: 1000,
        },
      },
      {
        key: 'storage',
        name: 'Document storage',
        timing: 'in_arrears',
        interval: 'month',
        of: { meter: 'storage_gb' },
        model: {
          graduated: [
            { upTo: offer.gigabytes, unit: '0' },
            { upTo: null, unit: '0.20' },
          ],
        },
      },
    ],
    entitlements: [
      { feature: 'api-calls', limit: offer.calls, overage: true, reset: 'billing_period', warnAt: [80, 95] },
      {
        feature: 'storage',
        limit: offer.gigabytes,
        overage: true,
        reset: 'billing_period',
        warnAt: [80, 95],
      },
      { feature: 'buildings', value: offer.buildings },
    ],
  };
}

export const concierge: DemoTenant = {
  slug: 'concierge',
  name: 'Concierge',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  seller: {
    legalName: 'Concierge Software GmbH',
    address: ['Lindenstraße 4', '10969 Berlin', 'Germany'],
    taxId: 'DE129273398',
    email: 'billing@concierge.example',
  },
  taxRates: {
    DE: { name: 'USt', rate: '0.19' },
    FR: { name: 'TVA', rate: '0.20' },
    NL: { name: 'btw', rate: '0.21' },
  },
  catalogue: {
    meters: [
      {
        key: 'api_calls',
        name: 'API calls',
        eventType: 'api.called',
        aggregation: 'sum',
        valueProperty: 'calls',
        unit: 'calls',
      },
      {
        key: 'storage_gb',
        name: 'Document storage',
        eventType: 'document.stored',
        aggregation: 'sum',
        valueProperty: 'gigabytes',
        unit: 'GB',
      },
    ],
    features: [
      { key: 'api-calls', name: 'API calls', kind: 'metered', meter: 'api_calls' },
      { key: 'storage', name: 'Document storage', kind: 'metered', meter: 'storage_gb' },
      { key: 'buildings', name: 'Buildings', kind: 'configuration' },
    ],
    plans: OFFERS.flatMap((offer) => [plan(offer, 'month'), plan(offer, 'year')]),
  },
  people: (index, random) =>
    company(
      index,
      ['DE', 'FR', 'NL'],
      ['Immobilien', 'Gestion', 'Vastgoed', 'Property', 'Hausverwaltung'],
      random,
    ),
  customers: 42,
  firstPlan: (index) => ({
    plan:
      ['starter', 'professional', 'starter', 'enterprise', 'professional-yearly', 'starter'][index % 6] ??
      'starter',
  }),
  moves: [
    { week: 9, customer: 0, do: 'change', plan: 'professional', when: 'now' },
    { week: 13, customer: 1, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 12, customer: 3, do: 'change', plan: 'professional', when: 'period_end' },
    { week: 14, customer: 5, do: 'cancel', when: 'period_end' },
    { week: 7, customer: 6, do: 'card', card: 'failing' },
    { week: 12, customer: 6, do: 'card', card: 'good' },
    { week: 12, customer: 6, do: 'retry_open_invoice' },
    { week: 18, customer: 14, do: 'card', card: 'failing' },
    {
      week: 16,
      customer: 7,
      do: 'refund_last_payment',
      amountMinor: '1500',
      reason: 'Import of documents took three days',
    },
  ],
  weeklyUsage: ({ plan: current, random }) => {
    const scale = current.startsWith('enterprise') ? 18 : current.startsWith('professional') ? 5 : 1;
    return [
      { type: 'api.called', count: 3, data: (chance) => ({ calls: scale * chance.between(500, 1100) }) },
      { type: 'document.stored', count: 1, data: (chance) => ({ gigabytes: scale * chance.between(1, 4) }) },
      ...(random.between(0, 9) === 0
        ? [{ type: 'api.called', count: 1, data: () => ({ calls: scale * 2500 }) }]
        : []),
    ];
  },
};
