import { split, weeklyShare } from '../habits.ts';
import type { DemoPlan, DemoTenant } from '../story.ts';
import { company, nth } from './people.ts';

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
  people: (index) =>
    company(index, {
      DE: ['Immobilien', 'Hausverwaltung', 'Wohnbau', 'Objektservice'],
      FR: ['Immobilier', 'Gestion', 'Résidences', 'Syndic'],
      NL: ['Vastgoed', 'Beheer', 'Wonen', 'Makelaars'],
    }),
  customers: 42,
  firstPlan: (index) =>
    nth(
      ['starter', 'professional', 'starter', 'enterprise', 'professional-yearly', 'starter'].concat([
        'professional',
        'starter',
        'starter-yearly',
        'professional',
        'starter',
        'enterprise-yearly',
      ]),
      index,
    ),
  moves: [
    { week: 7, customer: 0, do: 'change', plan: 'professional', when: 'now' },
    { week: 12, customer: 1, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 16, customer: 5, do: 'change', plan: 'professional', when: 'now' },
    { week: 21, customer: 13, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 26, customer: 22, do: 'change', plan: 'professional', when: 'now' },
    { week: 11, customer: 3, do: 'change', plan: 'professional', when: 'period_end' },
    { week: 18, customer: 6, do: 'change', plan: 'starter', when: 'period_end' },
    { week: 26, customer: 21, do: 'change', plan: 'starter', when: 'period_end' },
    { week: 14, customer: 2, do: 'cancel', when: 'period_end' },
    { week: 19, customer: 7, do: 'cancel', when: 'now' },
    { week: 22, customer: 14, do: 'cancel', when: 'period_end' },
    { week: 8, customer: 9, do: 'card_fails_once' },
    { week: 17, customer: 17, do: 'card_fails_once' },
    { week: 12, customer: 12, do: 'card_fails' },
    { week: 23, customer: 18, do: 'card_fails' },
    { week: 23, customer: 25, do: 'card_fails' },
    {
      week: 15,
      customer: 4,
      do: 'refund_last_payment',
      amountMinor: '4900',
      reason: 'The import of documents took three weeks',
    },
    {
      week: 24,
      customer: 15,
      do: 'refund_last_payment',
      amountMinor: '1500',
      reason: 'Two hours without service on a Monday',
    },
  ],
  weeklyUsage: (input) => {
    const offer = OFFERS.find(({ key }) => input.plan.startsWith(key));
    const calls = weeklyShare(Number(offer?.calls ?? 0), input);
    // Who calls the interface a lot need not be who stores a lot.
    const tenthsOfGb = weeklyShare(Number(offer?.gigabytes ?? 0) * 10, { ...input, index: input.index + 5 });
    return [
      { type: 'api.called', data: split(calls, 4, input.random).map((part) => ({ calls: part })) },
      {
        type: 'document.stored',
        data: split(tenthsOfGb, 2, input.random).map((part) => ({
          gigabytes: `${Math.floor(part / 10)}.${part % 10}`,
        })),
      },
    ];
  },
};
