import type { DemoCatalogue, DemoEntitlement, DemoPlan, DemoPrice } from './story.ts';

const cents = (decimal: string): string => {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`).toString();
};

function pricing(model: DemoPrice['model']): unknown {
  if ('flat' in model) return { model: 'flat', amount: cents(model.flat) };
  const per = String(model.per ?? 1);
  if ('perUnit' in model) return { model: 'per_unit', unit_amount: model.perUnit, per };
  const tiers = model.graduated.map((tier) => ({
    up_to: tier.upTo,
    unit_amount: tier.unit,
    flat_amount: cents(tier.flat ?? '0'),
  }));
  return { model: 'graduated', tiers, per };
}

function price(from: DemoPrice): unknown {
  const quantity = typeof from.of === 'string' ? { kind: from.of } : { kind: 'meter', meter: from.of.meter };
  return {
    key: from.key,
    name: from.name,
    pricing: pricing(from.model),
    quantity,
    timing: from.timing,
    cadence: { interval: from.interval, count: 1 },
  };
}

function right(from: DemoEntitlement): unknown {
  if (from.value === true || from.value === false)
    return { feature: from.feature, kind: 'boolean', enabled: from.value };
  if (from.value !== undefined) return { feature: from.feature, kind: 'configuration', value: from.value };
  return {
    feature: from.feature,
    kind: 'metered',
    limit: from.unlimited ? null : (from.limit ?? '0'),
    reset: from.reset ?? 'billing_period',
    overage: from.overage ? 'allow' : 'block',
    warn_at_percent: from.warnAt ?? [],
  };
}

function plan(from: DemoPlan, currency: string): unknown {
  return {
    key: from.key,
    name: from.name,
    description: from.description,
    family: from.family,
    rank: from.rank,
    public: true,
    highlights: from.highlights,
    currency,
    trial_days: from.trialDays ?? 0,
    prices: from.prices.map(price),
    entitlements: from.entitlements.map(right),
  };
}

/** The catalogue in the form that `PUT /v1/catalogue` takes. */
export function catalogueFile(catalogue: DemoCatalogue, currency: string): unknown {
  return {
    meters: catalogue.meters.map((meter) => ({
      key: meter.key,
      name: meter.name,
      event_type: meter.eventType,
      aggregation: meter.aggregation,
      value_property: meter.valueProperty ?? null,
      unit: meter.unit,
    })),
    features: catalogue.features.map((feature) => ({
      key: feature.key,
      name: feature.name,
      description: feature.description ?? '',
      kind: feature.kind,
      meter: feature.meter ?? null,
    })),
    plans: catalogue.plans.map((from) => plan(from, currency)),
    ...(catalogue.credits === undefined ? {} : { credits: catalogue.credits }),
  };
}
