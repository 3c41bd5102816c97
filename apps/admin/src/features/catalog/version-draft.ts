import type {
  Cadence,
  Feature,
  PlanRightDraft,
  PlanVersion,
  Price,
  PriceDraft,
  Pricing,
} from '@billhook/sdk/generated/types';

/** A version while it is written: what the API takes, and nothing more. */
export interface VersionDraft {
  readonly currency: string;
  readonly trialDays: number;
  readonly prices: readonly PriceDraft[];
  /** The same prices, by key, in other currencies. */
  readonly otherCurrencies: readonly { readonly currency: string; readonly prices: readonly PriceDraft[] }[];
  readonly entitlements: readonly PlanRightDraft[];
}

export const MONTHLY: Cadence = { interval: 'month', count: 1 };

export function emptyDraft(currency: string): VersionDraft {
  return { currency, trialDays: 0, prices: [newPrice([])], otherCurrencies: [], entitlements: [] };
}

/** The next version begins as a copy of the last. */
export function draftOf(version: PlanVersion): VersionDraft {
  return {
    currency: version.currency,
    trialDays: version.trialDays,
    prices: version.prices.map(priceDraft),
    otherCurrencies: version.otherCurrencies.map(({ currency, prices }) => ({
      currency,
      prices: prices.map(priceDraft),
    })),
    entitlements: version.entitlements.map((right): PlanRightDraft => {
      const { feature } = right;
      if (right.kind === 'boolean') return { feature, kind: right.kind, enabled: right.enabled };
      if (right.kind === 'configuration') return { feature, kind: right.kind, value: right.value };
      const { kind, limit, poolLimit, reset, overage, warnAtPercent } = right;
      const pool = poolLimit == null ? {} : { poolLimit };
      return { feature, kind, limit, ...pool, reset, overage, warnAtPercent };
    }),
  };
}

const priceDraft = ({ id: _id, object: _object, ...price }: Price): PriceDraft => price;

export function newPrice(others: readonly PriceDraft[]): PriceDraft {
  const keys = new Set(others.map(({ key }) => key));
  let key = 'base';
  for (let count = 2; keys.has(key); count += 1) key = `price-${count}`;
  return {
    key,
    name: others.length === 0 ? 'Base fee' : 'Usage',
    pricing: { model: 'flat', amount: '0' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: MONTHLY,
  };
}

/** A price keeps what it can when its model changes. */
export function withModel(price: PriceDraft, model: Pricing['model']): PriceDraft {
  if (model === price.pricing.model) return price;
  const unitAmount =
    price.pricing.model === 'per_unit'
      ? price.pricing.unitAmount
      : price.pricing.model === 'graduated'
        ? (price.pricing.tiers[0]?.unitAmount ?? '0')
        : '0';
  const counted = price.quantity.kind === 'fixed' ? ({ kind: 'seats' } as const) : price.quantity;
  if (model === 'flat') return { ...price, pricing: { model, amount: '0' }, quantity: { kind: 'fixed' } };
  if (model === 'per_unit') return { ...price, pricing: { model, unitAmount, per: '1' }, quantity: counted };
  if (model !== 'graduated') return price;
  const tiers = [
    { upTo: '100', unitAmount, flatAmount: '0' },
    { upTo: null, unitAmount, flatAmount: '0' },
  ];
  return { ...price, pricing: { model, tiers, per: '1' }, quantity: counted };
}

export function newRight(feature: Feature): PlanRightDraft {
  if (feature.kind === 'boolean') return { feature: feature.key, kind: 'boolean', enabled: true };
  if (feature.kind === 'configuration') return { feature: feature.key, kind: 'configuration', value: '' };
  return {
    feature: feature.key,
    kind: 'metered',
    limit: '1000',
    reset: 'billing_period',
    overage: 'block',
    warnAtPercent: [80, 95],
  };
}

/** The same list with one item replaced. */
export function replaceAt<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  return items.map((one, at) => (at === index ? item : one));
}

export function withoutAt<Item>(items: readonly Item[], index: number): Item[] {
  return items.filter((_, at) => at !== index);
}
