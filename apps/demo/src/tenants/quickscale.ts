import { split, weeklyShare } from '../habits.ts';
import type { DemoPlan, DemoTenant } from '../story.ts';
import { company, nth } from './people.ts';

/** Credits that come with a month of each plan; who pays as they go uses about as many as here. */
const MONTHLY_CREDITS: Record<string, number> = {
  'pay-as-you-go': 3_000,
  launch: 1_000,
  grow: 4_000,
  scale: 20_000,
};

const plan = (key: string, name: string, rank: number, monthly: string, unit: string): DemoPlan => {
  const credits = String(MONTHLY_CREDITS[key]);
  return {
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
  };
};

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
      plan('launch', 'Launch', 1, '19.00', '0.018'),
      plan('grow', 'Grow', 2, '49.00', '0.014'),
      plan('scale', 'Scale', 3, '149.00', '0.01'),
    ],
  },
  people: (index) =>
    company(index + 9, {
      US: ['Labs', 'Apps', 'Software', 'Data', 'Games'],
      GB: ['Digital', 'Studio', 'Apps', 'Systems', 'Analytics'],
      DE: ['Software', 'Digital', 'Medien', 'Daten'],
    }),
  customers: 44,
  firstPlan: (index) => nth(['launch', 'grow', 'pay-as-you-go', 'launch', 'scale'], index),
  moves: [
    { week: 8, customer: 0, do: 'change', plan: 'grow', when: 'now' },
    { week: 11, customer: 1, do: 'change', plan: 'scale', when: 'now' },
    { week: 15, customer: 5, do: 'change', plan: 'grow', when: 'now' },
    { week: 19, customer: 2, do: 'change', plan: 'grow', when: 'now' },
    { week: 22, customer: 11, do: 'change', plan: 'scale', when: 'now' },
    { week: 26, customer: 18, do: 'change', plan: 'grow', when: 'now' },
    { week: 12, customer: 4, do: 'change', plan: 'grow', when: 'period_end' },
    { week: 18, customer: 9, do: 'change', plan: 'grow', when: 'period_end' },
    { week: 26, customer: 16, do: 'change', plan: 'launch', when: 'period_end' },
    { week: 15, customer: 3, do: 'cancel', when: 'period_end' },
    { week: 20, customer: 10, do: 'cancel', when: 'now' },
    { week: 23, customer: 21, do: 'cancel', when: 'period_end' },
    { week: 8, customer: 8, do: 'card_fails_once' },
    { week: 17, customer: 13, do: 'card_fails_once' },
    { week: 14, customer: 15, do: 'card_fails' },
    { week: 23, customer: 19, do: 'card_fails' },
    { week: 23, customer: 26, do: 'card_fails' },
    {
      week: 17,
      customer: 6,
      do: 'refund_last_payment',
      amountMinor: '1000',
      reason: 'Goodwill after an outage',
    },
    {
      week: 25,
      customer: 14,
      do: 'refund_last_payment',
      amountMinor: '4900',
      reason: 'A runaway job was billed',
    },
  ],
  weeklyUsage: (input) => {
    const credits = weeklyShare(MONTHLY_CREDITS[input.plan] ?? 0, input);
    return [
      { type: 'credits.used', data: split(credits, 5, input.random).map((part) => ({ credits: part })) },
    ];
  },
};
