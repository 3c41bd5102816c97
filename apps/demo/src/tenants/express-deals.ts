import { appetite, changeTo, split, weeklyShare } from '../habits.ts';
import type { DemoPlan, DemoTenant } from '../story.ts';
import { nth, person } from './people.ts';

/** Products that each plan may watch. */
const PRODUCTS: Record<string, number> = { basic: 5, pro: 50, premium: 500 };

const plan = (key: string, name: string, rank: number, monthly: string, channels: string[]): DemoPlan => {
  const products = String(PRODUCTS[key]);
  return {
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
  };
};

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
      plan('basic', 'Basic', 1, '0.00', ['Mail alerts']),
      plan('pro', 'Pro', 2, '9.99', ['Mail and SMS alerts', 'Hourly checks']),
      plan('premium', 'Premium', 3, '19.99', ['All channels', 'Checks every 10 minutes']),
    ],
  },
  people: (index) => person(index + 100, ['GB']),
  customers: 48,
  firstPlan: (index) => nth(['basic', 'pro', 'basic', 'premium', 'pro'], index),
  moves: [
    { week: 6, customer: 0, do: 'change', plan: 'pro', when: 'now' },
    { week: 10, customer: 1, do: 'change', plan: 'premium', when: 'now' },
    { week: 14, customer: 6, do: 'change', plan: 'premium', when: 'now' },
    { week: 17, customer: 10, do: 'change', plan: 'pro', when: 'now' },
    { week: 20, customer: 16, do: 'change', plan: 'premium', when: 'now' },
    { week: 26, customer: 20, do: 'change', plan: 'pro', when: 'now' },
    { week: 11, customer: 3, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 19, customer: 8, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 21, customer: 9, do: 'change', plan: 'basic', when: 'period_end' },
    { week: 26, customer: 13, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 13, customer: 4, do: 'cancel', when: 'period_end' },
    { week: 17, customer: 11, do: 'cancel', when: 'now' },
    { week: 18, customer: 7, do: 'cancel', when: 'now' },
    { week: 23, customer: 19, do: 'cancel', when: 'period_end' },
    { week: 9, customer: 14, do: 'card_fails_once' },
    { week: 18, customer: 24, do: 'card_fails_once' },
    { week: 12, customer: 18, do: 'card_fails' },
    { week: 23, customer: 21, do: 'card_fails' },
    { week: 23, customer: 28, do: 'card_fails' },
    {
      week: 12,
      customer: 6,
      do: 'refund_last_payment',
      amountMinor: '1199',
      reason: 'Charged after a promised free month',
    },
    {
      week: 25,
      customer: 26,
      do: 'refund_last_payment',
      amountMinor: '600',
      reason: 'Alerts came a day late',
    },
  ],
  weeklyUsage: (input) => {
    const limit = PRODUCTS[input.plan] ?? 0;
    // A watch list grows for some months and never passes what the plan allows.
    const months = Math.min(5, Math.floor(input.age / 4));
    const watched = Math.min(limit, Math.ceil((limit * appetite(input.index) * (75 + 5 * months)) / 10_000));
    const checks = weeklyShare(watched * 240, input);
    return [
      { type: 'price.checked', data: split(checks, 3, input.random).map((part) => ({ checks: part })) },
      { type: 'product.watched', data: changeTo('watched', watched, input) },
    ];
  },
};
