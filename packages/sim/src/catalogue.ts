import type { Meter } from '@billhook/core/catalog/meter';
import type { Plan, PlanVersion } from '@billhook/core/catalog/plan';
import { DEFAULT_PRICE_SHAPE, type Price, STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import { type Decimal12, decimal12FromInteger, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { type Cadence, MONTHLY, YEARLY } from '@billhook/core/time/cadence';

/** What the simulated seller sells: every price model, timing and cadence occurs. */
export interface Offer {
  readonly plan: Plan;
  readonly version: PlanVersion;
}

export const METERS: readonly Meter[] = [
  {
    id: 'meter_calls',
    key: 'calls',
    name: 'API calls',
    eventType: 'call',
    aggregation: 'count',
    valueProperty: null,
  },
  {
    id: 'meter_bytes',
    key: 'bytes',
    name: 'Bytes out',
    eventType: 'transfer',
    aggregation: 'sum',
    valueProperty: 'bytes',
  },
];

export const CURRENCIES: readonly CurrencyCode[] = [
  currencyCode('EUR'),
  currencyCode('USD'),
  currencyCode('JPY'),
];

function dec(text: string): Decimal12 {
  const parsed = parseDecimal12(text);
  if (!parsed.ok) throw new Error(`${text} is no decimal.`);
  return parsed.value;
}

function flat(key: string, amountMinor: bigint, cadence: Cadence = MONTHLY): Price {
  return base(key, { model: { kind: 'flat', amountMinor }, cadence });
}

function base(key: string, rest: Pick<Price, 'model'> & Partial<Price>): Price {
  return {
    id: `price_${key}`,
    key,
    name: key,
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: MONTHLY,
    ...DEFAULT_PRICE_SHAPE,
    taxCode: STANDARD_TAX_CODE,
    ...rest,
  };
}

function calls(key: string, free: bigint): Price {
  const tiers = [
    { upTo: decimal12FromInteger(free), unitPrice: dec('0'), flatMinor: 0n },
    { upTo: decimal12FromInteger(free * 4n), unitPrice: dec('0.013'), flatMinor: 25n },
    { upTo: null, unitPrice: dec('0.0071'), flatMinor: 0n },
  ];
  return base(key, {
    model: { kind: 'graduated', tiers, per: 1n },
    quantity: { kind: 'meter', meterId: 'meter_calls' },
    timing: 'in_arrears',
  });
}

function bytes(key: string): Price {
  return base(key, {
    model: { kind: 'per_unit', unitPrice: dec('0.05'), per: 1_048_576n },
    quantity: { kind: 'meter', meterId: 'meter_bytes' },
    timing: 'in_arrears',
  });
}

function seats(key: string, cadence: Cadence, timing: Price['timing']): Price {
  const tiers = [
    { upTo: decimal12FromInteger(5n), unitPrice: dec('9.99'), flatMinor: 0n },
    { upTo: null, unitPrice: dec('7.5'), flatMinor: 0n },
  ];
  return base(key, {
    model: { kind: 'graduated', tiers, per: 1n },
    quantity: { kind: 'seats' },
    cadence,
    timing,
  });
}

const PLANS: readonly {
  readonly key: string;
  readonly trialDays: number;
  readonly prices: readonly Price[];
}[] = [
  { key: 'free', trialDays: 0, prices: [flat('free', 0n)] },
  { key: 'payg', trialDays: 0, prices: [calls('payg_calls', 10n), bytes('payg_bytes')] },
  { key: 'starter', trialDays: 14, prices: [flat('starter', 2900n), calls('starter_calls', 20n)] },
  { key: 'pro', trialDays: 7, prices: [flat('pro', 5999n), calls('pro_calls', 40n), bytes('pro_bytes')] },
  { key: 'team', trialDays: 0, prices: [seats('team', MONTHLY, 'in_advance')] },
  { key: 'crew', trialDays: 0, prices: [seats('crew', { interval: 'week', count: 2 }, 'in_arrears')] },
  { key: 'quarter', trialDays: 0, prices: [flat('quarter', 16_000n, { interval: 'quarter', count: 1 })] },
  { key: 'yearly', trialDays: 30, prices: [flat('yearly', 59_000n, YEARLY), calls('yearly_calls', 40n)] },
];

/** The offers in one currency, in the seller's order. */
export function offersIn(currency: CurrencyCode): readonly Offer[] {
  return PLANS.map(({ key, trialDays, prices }, rank) => {
    const id = `${key}_${currency}`;
    return {
      plan: { id: `plan_${id}`, key: id, name: key, family: 'main', rank },
      version: {
        id: `ver_${id}`,
        planId: `plan_${id}`,
        number: 1,
        currency,
        prices,
        entitlements: [],
        trialDays,
      },
    };
  });
}
