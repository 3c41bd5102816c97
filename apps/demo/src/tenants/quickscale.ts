import { split, weeklyShare } from '../habits.ts';
import type { DemoPlan, DemoPrice, DemoTenant, DemoUsage, DemoWeek } from '../story.ts';
import { company, nth } from './people.ts';

/** Images that a month of each plan includes; who pays as they go scales about as many as here. */
const MONTHLY_IMAGES: Record<string, number> = {
  'pay-as-you-go': 3_000,
  launch: 1_000,
  grow: 4_000,
  scale: 20_000,
};

/** AI credits that each plan grants, and how often; who pays as they go pays for each one, or buys ahead. */
const GRANTED: Record<string, { credits: number; interval: 'month' | 'year' }> = {
  grow: { credits: 3_600, interval: 'year' },
  scale: { credits: 1_500, interval: 'month' },
};

/** What an AI credit beyond the balance costs, on plans that know them. */
const creditPrice = (unit: string): DemoPrice => ({
  key: 'ai-credits',
  name: 'AI credits beyond the balance',
  timing: 'in_arrears',
  interval: 'month',
  of: { meter: 'ai_credits_owed' },
  model: { perUnit: unit },
});

const thousands = (count: number) => count.toLocaleString('en-US');

const plan = (key: string, name: string, rank: number, monthly: string, unit: string): DemoPlan => {
  const images = String(MONTHLY_IMAGES[key]);
  const words = thousands(MONTHLY_IMAGES[key] ?? 0);
  const granted = GRANTED[key];
  return {
    key,
    name,
    family: key,
    rank,
    description: `${words} images a month`,
    highlights: [
      ...(granted ? [`${thousands(granted.credits)} AI credits each ${granted.interval}`] : []),
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
        key: 'images',
        name: 'Images',
        timing: 'in_arrears',
        interval: 'month',
        of: { meter: 'images' },
        model: {
          graduated: [
            { upTo: images, unit: '0' },
            { upTo: null, unit },
          ],
        },
      },
      ...(granted ? [creditPrice('0.04')] : []),
    ],
    entitlements: [
      { feature: 'images', limit: images, overage: true, reset: 'billing_period', warnAt: [80, 95, 100] },
      ...(granted ? AI_FEATURES.map(({ feature }) => ({ feature, unlimited: true })) : []),
      { feature: 'custom-domains', value: rank > 1 },
    ],
  };
};

/** What an AI feature costs in credits, for a picture. */
const AI_FEATURES = [
  { feature: 'ai-upscaling', name: 'AI upscaling', meter: 'upscaled', perUnit: '2' },
  { feature: 'background-removal', name: 'Background removal', meter: 'backgrounds', perUnit: '1' },
];

const payAsYouGo: DemoPlan = {
  key: 'pay-as-you-go',
  name: 'Pay as you go',
  family: 'pay-as-you-go',
  rank: 0,
  description: 'Nothing fixed, each image has its price',
  highlights: ['No monthly fee', 'AI credits cost less when bought ahead'],
  prices: [
    {
      key: 'images',
      name: 'Images',
      timing: 'in_arrears',
      interval: 'month',
      of: { meter: 'images' },
      model: {
        graduated: [
          { upTo: '5000', unit: '0.02' },
          { upTo: null, unit: '0.015' },
        ],
      },
    },
    creditPrice('0.05'),
  ],
  entitlements: [
    { feature: 'images', unlimited: true, reset: 'billing_period' },
    ...AI_FEATURES.map(({ feature }) => ({ feature, unlimited: true })),
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
        key: 'images',
        name: 'Images',
        eventType: 'images.scaled',
        aggregation: 'sum',
        valueProperty: 'images',
        unit: 'images',
      },
      ...AI_FEATURES.map(({ name, meter }) => ({
        key: meter,
        name,
        eventType: `pictures.${meter}`,
        aggregation: 'sum' as const,
        valueProperty: 'pictures',
        unit: 'pictures',
      })),
      {
        key: 'ai_credits_owed',
        name: 'AI credits beyond the balance',
        eventType: 'credits.owed',
        aggregation: 'sum',
        valueProperty: 'credits',
        unit: 'credits',
      },
    ],
    features: [
      { key: 'images', name: 'Images', kind: 'metered', meter: 'images' },
      ...AI_FEATURES.map(({ feature, name, meter }) => ({
        key: feature,
        name,
        kind: 'metered' as const,
        meter,
      })),
      { key: 'custom-domains', name: 'Custom domains', kind: 'boolean' },
    ],
    plans: [
      payAsYouGo,
      plan('launch', 'Launch', 1, '19.00', '0.018'),
      plan('grow', 'Grow', 2, '49.00', '0.014'),
      plan('scale', 'Scale', 3, '149.00', '0.01'),
    ],
    credits: {
      types: [{ key: 'ai', name: 'AI credits', unit: 'credits', low_at: '50' }],
      costs: AI_FEATURES.map(({ feature, perUnit }) => ({
        feature,
        credit_type: 'ai',
        per_unit: perUnit,
        beyond: 'allow',
        overage_meter: 'ai_credits_owed',
      })),
      packs: [
        ['ai-500', '500 AI credits', '500', '1500'],
        ['ai-2000', '2,000 AI credits', '2000', '4900'],
      ].map(([key, name, amount, price]) => ({
        key,
        name,
        credit_type: 'ai',
        amount,
        price,
        currency: 'USD',
        expires_after_days: 365,
      })),
      allowances: Object.entries(GRANTED).map(([key, { credits, interval }]) => ({
        plan: key,
        credit_type: 'ai',
        amount: String(credits),
        interval,
        rollover_max: String(credits / 2),
        rollover_periods: 1,
      })),
    },
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
    { week: 6, customer: 4, do: 'buy_credits', pack: 'ai-500' },
    {
      week: 9,
      customer: 7,
      do: 'reload_credits',
      pack: 'ai-500',
      threshold: '100',
      monthlyMaximumMinor: '3000',
    },
    { week: 13, customer: 7, do: 'give_credits', amount: '50', reason: 'Goodwill after an outage' },
    { week: 20, customer: 22, do: 'buy_credits', pack: 'ai-2000' },
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
    const images = weeklyShare(MONTHLY_IMAGES[input.plan] ?? 0, input);
    const scaled = split(images, 5, input.random).map((part) => ({ images: part }));
    return [{ type: 'images.scaled', data: scaled }, ...aiUsage(input)];
  },
};

/** Some customers let AI work on their pictures, every fourth week. */
function aiUsage({ index, plan: key, age, random }: DemoWeek): DemoUsage[] {
  if (key === 'launch' || index % 3 !== 1 || age % 4 !== 1) return [];
  const size = key === 'scale' ? 500 : 120;
  return AI_FEATURES.map(({ meter }) => ({
    type: `pictures.${meter}`,
    data: [{ pictures: random.between(size / 2, size) }],
  }));
}
