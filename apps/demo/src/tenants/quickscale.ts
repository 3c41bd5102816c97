import type { DemoPlan, DemoTenant } from '../story.ts';
import { company } from './people.ts';

const plan = (
  key: string,
  name: string,
  rank: number,
  monthly: string,
  credits: string,
  unit: string,
): DemoPlan => ({
  key,
  name,
  family: key,
  rank,
  description: `${credits} credits a month`,
  highlights: [
    `${credits} credits each month`,
    `${unit} USD for each credit more`,
    ...(rank > 1 ? ['Custom domains'] : []),
  ],
  prices: [
    {
      key: 'base',
      name: `${name} plan`,
      timing: 'in_advance',
      interval: 'month',
      of: 'fixed',
      model: { flat: monthly },
    },
    {
      key: 'credits',
      name: 'Credits',
      timing: 'in_arrears',
      interval: 'month',
      of: { meter: 'credits' },
      model: {
        graduated: [
          { upTo: credits, unit: '0' },
          { upTo: null, unit },
        ],
      },
    },
  ],
  entitlements: [
    { feature: 'credits', limit: credits, overage: true, reset: 'billing_period', warnAt: [80, 95, 100] },
    { feature: 'custom-domains', value: rank > 1 },
  ],
});

const payAsYouGo: DemoPlan = {
  key: 'pay-as-you-go',
  name: 'Pay as you go',
  family: 'pay-as-you-go',
  rank: 0,
  description: 'Nothing fixed, each credit has its price',
  highlights: ['No monthly fee', '0.02 USD a credit, 0.015 from 5,000 on'],
  prices: [
    {
      key: 'credits',
      name: 'Credits',
      timing: 'in_arrears',
      interval: 'month',
      of: { meter: 'credits' },
      model: {
        graduated: [
          { upTo: '5000', unit: '0.02' },
          { upTo: null, unit: '0.015' },
        ],
      },
    },
  ],
  entitlements: [
    { feature: 'credits', unlimited: true, reset: 'billing_period' },
    { feature: 'custom-domains', value: false },
  ],
};

export const quickscale: DemoTenant = {
  slug: 'quickscale',
  name: 'QuickScale',
  currency: 'USD',
  timeZone: 'UTC',
  seller: {
    legalName: 'QuickScale LLC',
    address: ['77 Pier Road', 'Austin, TX 78701', 'United States'],
    taxId: null,
    email: 'billing@quickscale.example',
  },
  taxRates: {},
  catalogue: {
    meters: [
      {
        key: 'credits',
        name: 'Credits',
        eventType: 'credits.used',
        aggregation: 'sum',
        valueProperty: 'credits',
        unit: 'credits',
      },
    ],
    features: [
      { key: 'credits', name: 'Credits', kind: 'metered', meter: 'credits' },
      { key: 'custom-domains', name: 'Custom domains', kind: 'boolean' },
    ],
    plans: [
      payAsYouGo,
      plan('launch', 'Launch', 1, '19.00', '1000', '0.018'),
      plan('grow', 'Grow', 2, '49.00', '4000', '0.014'),
      plan('scale', 'Scale', 3, '149.00', '20000', '0.01'),
    ],
  },
  people: (index, random) =>
    company(index + 13, ['US', 'GB', 'DE'], ['Apps', 'Labs', 'Cloud', 'Data', 'Works'], random),
  customers: 44,
  firstPlan: (index) => ({
    plan: ['launch', 'grow', 'pay-as-you-go', 'launch', 'scale'][index % 5] ?? 'launch',
  }),
  moves: [
    { week: 8, customer: 0, do: 'change', plan: 'grow', when: 'now' },
    { week: 11, customer: 1, do: 'change', plan: 'scale', when: 'now' },
    { week: 12, customer: 4, do: 'change', plan: 'grow', when: 'period_end' },
    { week: 15, customer: 3, do: 'cancel', when: 'period_end' },
    { week: 8, customer: 5, do: 'card', card: 'failing' },
    { week: 13, customer: 5, do: 'card', card: 'good' },
    { week: 13, customer: 5, do: 'retry_open_invoice' },
    { week: 16, customer: 10, do: 'card', card: 'failing' },
    {
      week: 17,
      customer: 6,
      do: 'refund_last_payment',
      amountMinor: '1000',
      reason: 'Goodwill after an outage',
    },
  ],
  weeklyUsage: ({ plan: current, random }) => {
    const scale = { launch: 1, grow: 4, scale: 22, 'pay-as-you-go': 3 }[current] ?? 1;
    return [
      {
        type: 'credits.used',
        count: 3,
        data: (chance) => ({ credits: scale * chance.between(50, 110) + random.between(0, 9) }),
      },
    ];
  },
};
