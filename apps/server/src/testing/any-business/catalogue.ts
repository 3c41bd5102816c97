import type { TestApp } from '../app.ts';
import { must } from '../scenario.ts';

const CURRENCIES = ['EUR', 'USD', 'JPY'];
export const PLANS = ['small', 'team', 'tiers', 'included', 'yearly', 'tried', 'daily', 'promised'] as const;
export const ADD_ONS = ['storage', 'support'] as const;
export const COUPONS = ['half', 'tenner', 'gift'] as const;

const MONTH = { interval: 'month', count: 1 };
const YEAR = { interval: 'year', count: 1 };
const price = (key: string, pricing: object, more: object = {}) => ({
  key,
  name: key,
  pricing,
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: MONTH,
  ...more,
});
const flat = (amount: string, more: object = {}) => price('base', { model: 'flat', amount }, more);
const ofMeter = (meter: string, pricing: object, more: object = {}) =>
  price(meter, pricing, { quantity: { kind: 'meter', meter }, timing: 'in_arrears', ...more });
const perUnit = (unit_amount: string) => ({ model: 'per_unit', unit_amount, per: '1' });
const tiers = {
  model: 'graduated',
  tiers: [
    { up_to: '10', unit_amount: '30', flat_amount: '0' },
    { up_to: null, unit_amount: '12.5', flat_amount: '200' },
  ],
  per: '1',
};

const inOthers = (prices: object[]) =>
  CURRENCIES.filter((currency) => currency !== 'EUR').map((currency) => ({ currency, prices }));

function plan(key: string, rank: number, prices: object[], more: object = {}) {
  const priced = [...prices, ofMeter('owed', perUnit('7'))];
  return {
    key,
    name: key,
    rank,
    family: 'all',
    currency: 'EUR',
    prices: priced,
    other_currencies: inOthers(priced),
    entitlements: [
      {
        feature: 'work',
        kind: 'metered',
        limit: null,
        reset: 'billing_period',
        overage: 'allow',
        warn_at_percent: [],
      },
    ],
    ...more,
  };
}

const addOn = (key: string, prices: object[]) => ({
  key,
  name: key,
  kind: 'add_on',
  currency: 'EUR',
  prices,
  other_currencies: inOthers(prices),
  entitlements: [],
});

const CATALOGUE = {
  meters: [
    { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' },
    { key: 'work', name: 'Work', event_type: 'work', aggregation: 'sum', value_property: 'n' },
    { key: 'owed', name: 'Owed', event_type: 'owed', aggregation: 'sum', value_property: 'n' },
  ],
  features: [{ key: 'work', name: 'Work', kind: 'metered', meter: 'work' }],
  plans: [
    plan('small', 1, [flat('2900')]),
    plan('team', 3, [
      flat('1000'),
      price('seat', perUnit('990'), { quantity: { kind: 'seats' }, proration: 'day' }),
    ]),
    plan('tiers', 2, [ofMeter('calls', tiers), flat('500', { timing: 'in_arrears' })]),
    plan('included', 4, [flat('4999'), ofMeter('calls', perUnit('25'), { terms: { included_units: '20' } })]),
    plan('yearly', 5, [flat('120000', { cadence: YEAR }), ofMeter('calls', perUnit('3'))]),
    plan('tried', 2, [flat('3100')], { trial_days: 14 }),
    plan('daily', 2, [flat('3333', { proration: 'day', alignment: 'calendar' })]),
    plan('promised', 3, [
      flat('700'),
      ofMeter('calls', perUnit('11')),
      price('floor', { model: 'commitment', minimum: '2000', maximum: null }, { timing: 'in_arrears' }),
    ]),
    addOn('storage', [price('gigabytes', perUnit('45'), { quantity: { kind: 'seats' } })]),
    addOn('support', [price('answers', { model: 'flat', amount: '1500' }, { cadence: YEAR })]),
  ],
};

/** A seller with plans of several shapes and currencies, coupons, taxes, and credits that are bought and used. */
export async function openSmallBusiness(app: TestApp): Promise<void> {
  const ask = (method: string, path: string, body: unknown) => must(app.api(method, path, { body }));
  const rate = (percent: string) => ({ name: 'VAT', rate: percent });
  const tax_rates = { DE: rate('0.19'), FR: rate('0.055'), JP: rate('0.1') };
  await ask('PATCH', '/v1/tenant', { settings: { tax_rates, payment_terms_days: 14 } });
  await ask('PUT', '/v1/catalogue', CATALOGUE);
  const periods = { kind: 'periods', count: 3 };
  const amounts = Object.fromEntries(CURRENCIES.map((currency) => [currency, '1000']));
  const coupons = [
    { key: 'half', value: { kind: 'percent', percent: '50' }, duration: periods },
    { key: 'tenner', value: { kind: 'amount', amounts }, duration: { kind: 'once' } },
    { key: 'gift', value: { kind: 'percent', percent: '100' }, duration: { kind: 'periods', count: 1 } },
  ];
  for (const coupon of coupons) await ask('POST', '/v1/coupons', { name: coupon.key, ...coupon });
  await ask('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  await ask('POST', '/v1/credit_costs', {
    feature: 'work',
    credit_type: 'sparks',
    per_unit: '0.5',
    beyond: 'allow',
    overage_meter: 'owed',
  });
  for (const currency of CURRENCIES) {
    const key = `pack-${currency.toLowerCase()}`;
    const sold = { credit_type: 'sparks', amount: '30', price: '1000', currency, expires_after_days: 60 };
    await ask('POST', '/v1/credit_packs', { key, name: 'Pack', ...sold });
  }
  const included = { credit_type: 'sparks', amount: '10', interval: 'month' };
  await ask('POST', '/v1/credit_allowances', { plan: 'included', ...included });
}

/** The next version of a plan: what is flat in it costs some more, the rest as before. */
export function versionOf(key: string, more: number): object {
  const found = CATALOGUE.plans.find((one) => one.key === key);
  const dearer = (one: { pricing?: { model?: string; amount?: string } }) =>
    one.pricing?.model === 'flat'
      ? { ...one, pricing: { ...one.pricing, amount: String(Number(one.pricing.amount) + more * 10) } }
      : one;
  const prices = (found?.prices ?? []).map(dearer);
  const { trial_days, entitlements } = { trial_days: 0, entitlements: [], ...found };
  return { currency: 'EUR', trial_days, entitlements, prices, other_currencies: inOthers(prices) };
}
