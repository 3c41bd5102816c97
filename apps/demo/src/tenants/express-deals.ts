import type { DemoPlan, DemoTenant } from '../story.ts';
import { person } from './people.ts';

const plan = (
  key: string,
  name: string,
  rank: number,
  monthly: string,
  products: string,
  channels: string[],
): DemoPlan => ({
  key,
  name,
  family: key,
  rank,
  description: `Watch up to ${products} products`,
  highlights: [`${products} watched products`, ...channels],
  prices: [
    {
      key: 'base',
      name: `${name} plan`,
      timing: 'in_advance',
      interval: 'month',
      of: 'fixed',
      model: { flat: monthly },
    },
  ],
  entitlements: [
    { feature: 'watched-products', limit: products, overage: false, reset: 'never', warnAt: [80, 100] },
    { feature: 'price-checks', unlimited: true, reset: 'billing_period' },
    { feature: 'sms-alerts', value: rank > 1 },
    { feature: 'whatsapp-alerts', value: rank > 2 },
  ],
});

export const expressDeals: DemoTenant = {
  slug: 'express-deals',
  name: 'Express Deals',
  currency: 'GBP',
  timeZone: 'Europe/London',
  seller: {
    legalName: 'Express Deals Ltd',
    address: ['14 Tanner Row', 'York YO1 6HT', 'United Kingdom'],
    taxId: null,
    email: 'billing@express-deals.example',
  },
  taxRates: { GB: { name: 'VAT', rate: '0.20' } },
  catalogue: {
    meters: [
      {
        key: 'watched_products',
        name: 'Watched products',
        eventType: 'product.watched',
        aggregation: 'sum',
        valueProperty: 'change',
        unit: 'products',
      },
      {
        key: 'price_checks',
        name: 'Price checks',
        eventType: 'price.checked',
        aggregation: 'sum',
        valueProperty: 'checks',
        unit: 'checks',
      },
    ],
    features: [
      { key: 'watched-products', name: 'Watched products', kind: 'metered', meter: 'watched_products' },
      { key: 'price-checks', name: 'Price checks', kind: 'metered', meter: 'price_checks' },
      { key: 'sms-alerts', name: 'SMS alerts', kind: 'boolean' },
      { key: 'whatsapp-alerts', name: 'WhatsApp alerts', kind: 'boolean' },
    ],
    plans: [
      plan('basic', 'Basic', 1, '0.00', '5', ['Mail alerts']),
      plan('pro', 'Pro', 2, '9.99', '50', ['Mail and SMS alerts', 'Hourly checks']),
      plan('premium', 'Premium', 3, '19.99', '500', ['All channels', 'Checks every 10 minutes']),
    ],
  },
  people: (index) => person(index + 11, ['GB']),
  customers: 48,
  firstPlan: (index) => ({ plan: ['basic', 'pro', 'basic', 'premium', 'pro'][index % 5] ?? 'basic' }),
  moves: [
    { week: 6, customer: 0, do: 'change', plan: 'pro', when: 'now' },
    { week: 9, customer: 2, do: 'change', plan: 'premium', when: 'now' },
    { week: 11, customer: 3, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 13, customer: 1, do: 'cancel', when: 'period_end' },
    { week: 17, customer: 8, do: 'cancel', when: 'now' },
    { week: 8, customer: 4, do: 'card', card: 'failing' },
    { week: 13, customer: 4, do: 'card', card: 'good' },
    { week: 13, customer: 4, do: 'retry_open_invoice' },
    { week: 15, customer: 13, do: 'card', card: 'failing' },
    {
      week: 12,
      customer: 6,
      do: 'refund_last_payment',
      amountMinor: '999',
      reason: 'Charged after a promised free month',
    },
  ],
  weeklyUsage: ({ plan: current, week, random }) => {
    const scale = { basic: 1, pro: 6, premium: 40 }[current] ?? 1;
    const added =
      week % 6 === 0 ? [{ type: 'product.watched', count: 1, data: () => ({ change: scale }) }] : [];
    return [
      {
        type: 'price.checked',
        count: 2,
        data: (chance) => ({ checks: scale * chance.between(20, 60) + random.between(0, 3) }),
      },
      ...added,
    ];
  },
};
