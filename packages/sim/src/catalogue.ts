import type { AddOn } from '@billhook/core/catalog/add-on';
import { checkPlan } from '@billhook/core/catalog/check-plan';
import type { Coupon } from '@billhook/core/catalog/coupon';
import type { Meter } from '@billhook/core/catalog/meter';
import type { Plan, PlanVersion } from '@billhook/core/catalog/plan';
import type { Price } from '@billhook/core/catalog/price';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { type Cadence, MONTHLY, YEARLY } from '@billhook/core/time/cadence';
import { dec, drawPrice, EVENT_MODELS, type PriceWish, UNIT_MODEL_KINDS, unitModel } from './prices.ts';
import type { Prng } from './prng.ts';
import type { Swarm } from './swarm.ts';

/** What a seed's seller sells: every price model, timing and cadence occurs in one seed or another. */
export interface Catalogue {
  readonly offers: ReadonlyMap<CurrencyCode, readonly Offer[]>;
  readonly addOns: ReadonlyMap<CurrencyCode, readonly AddOn[]>;
  readonly coupons: readonly Coupon[];
}

/** A plan with its versions, oldest first. */
export interface Offer {
  readonly plan: Plan;
  readonly versions: readonly PlanVersion[];
}

export const METERS: readonly Meter[] = [
  meter('calls', 'call', 'count'),
  meter('bytes', 'transfer', 'sum'),
  meter('sales', 'sale', 'sum'),
  meter('requests', 'request', 'sum'),
  meter('levels', 'level', 'sum'),
  meter('members', 'member', 'sum'),
];

function meter(key: string, eventType: string, aggregation: Meter['aggregation']): Meter {
  return {
    id: `meter_${key}`,
    key,
    name: key,
    eventType,
    aggregation,
    valueProperty: aggregation === 'count' ? null : 'value',
    unitProperty: null,
  };
}

/** With two, none and three minor digits. */
export const CURRENCIES: readonly CurrencyCode[] = [
  currencyCode('EUR'),
  currencyCode('JPY'),
  currencyCode('KWD'),
];

const RARE_CADENCES: readonly Cadence[] = [
  { interval: 'day', count: 1 },
  { interval: 'day', count: 10 },
  { interval: 'week', count: 2 },
  { interval: 'month', count: 5 },
  { interval: 'half_year', count: 1 },
  { interval: 'year', count: 2 },
];

const WEEKLY: Cadence = { interval: 'week', count: 1 };
const QUARTERLY: Cadence = { interval: 'quarter', count: 1 };

interface PlanWish {
  readonly key: string;
  readonly trialDays: number;
  readonly prices: (prng: Prng) => readonly PriceWish[];
}

function flat(key: string, min: number, max: number, cadence: Cadence, prng: Prng): PriceWish {
  return { key, model: { kind: 'flat', amountMinor: BigInt(prng.int(min, max)) }, cadence };
}

function calls(key: string, cadence: Cadence, prng: Prng): PriceWish {
  return {
    key,
    model: unitModel(prng.pick(UNIT_MODEL_KINDS), 8, 1, prng),
    quantity: { kind: 'meter', meterId: 'meter_calls' },
    cadence,
  };
}

function bytes(key: string, prng: Prng): PriceWish {
  return {
    key,
    model: { kind: 'per_unit', unitPrice: dec('0.05'), per: BigInt(prng.pick([1_000_000, 1_048_576])) },
    quantity: { kind: 'meter', meterId: 'meter_bytes' },
  };
}

function seats(key: string, cadence: Cadence, timing: Price['timing'], prng: Prng): PriceWish {
  const model = unitModel(prng.pick(UNIT_MODEL_KINDS), 5, 12, prng);
  return { key, model, quantity: { kind: 'seats' }, cadence, timing };
}

function events(key: string, place: number, prng: Prng): PriceWish {
  const draw = EVENT_MODELS[place % EVENT_MODELS.length] as (typeof EVENT_MODELS)[number];
  const { meterId, model } = draw(prng);
  return { key, model, quantity: { kind: 'meter', meterId }, cadence: prng.pick([MONTHLY, WEEKLY]) };
}

function commitment(key: string, cadence: Cadence, prng: Prng): PriceWish {
  const minimumMinor = prng.chance(0.7) ? BigInt(prng.int(100, 9000)) : null;
  const least = minimumMinor ?? 200n;
  const maximumMinor = minimumMinor === null || prng.chance(0.5) ? least + BigInt(prng.int(0, 9000)) : null;
  return { key, model: { kind: 'commitment', minimumMinor, maximumMinor }, cadence, timing: 'in_arrears' };
}

/** In the seller's order: a move down this list is an upgrade. */
function planWishes(swarm: Swarm, prng: Prng): readonly PlanWish[] {
  const rare = prng.pick(RARE_CADENCES);
  const event = prng.int(0, EVENT_MODELS.length - 1);
  const odd = swarm.hasRareCadences ? rare : MONTHLY;
  return [
    { key: 'free', trialDays: 0, prices: (own) => [flat('free', 0, 0, MONTHLY, own)] },
    {
      key: 'payg',
      trialDays: 0,
      prices: (own) => [calls('payg_calls', MONTHLY, own), bytes('payg_bytes', own)],
    },
    {
      key: 'starter',
      trialDays: 14,
      prices: (own) => [flat('base', 500, 4000, MONTHLY, own), calls('calls', MONTHLY, own)],
    },
    {
      key: 'events',
      trialDays: 0,
      prices: (own) => [
        flat('events_base', 0, 900, MONTHLY, own),
        events('events_a', event, own),
        events('events_b', event + 3, own),
      ],
    },
    {
      key: 'pro',
      trialDays: 7,
      prices: (own) => [
        flat('base', 3000, 9000, MONTHLY, own),
        calls('calls', swarm.hasRareCadences ? WEEKLY : MONTHLY, own),
        bytes('bytes', own),
      ],
    },
    { key: 'team', trialDays: 0, prices: (own) => [seats('team', MONTHLY, 'in_advance', own)] },
    {
      key: 'crew',
      trialDays: 0,
      prices: (own) => [
        seats('crew', odd, 'in_arrears', own),
        { ...flat('crew_support', 100, 900, QUARTERLY, own), timing: 'in_arrears' },
      ],
    },
    {
      key: 'committed',
      trialDays: 0,
      prices: (own) => [
        seats('committed', MONTHLY, 'in_advance', own),
        calls('committed_calls', MONTHLY, own),
        commitment('committed_bounds', swarm.hasRareCadences ? QUARTERLY : MONTHLY, own),
      ],
    },
    {
      key: 'odd',
      trialDays: 3,
      prices: (own) => [flat('odd', 500, 9000, odd, own), bytes('odd_bytes', own)],
    },
    {
      key: 'yearly',
      trialDays: 30,
      prices: (own) => [flat('yearly', 30_000, 90_000, YEARLY, own), calls('calls', MONTHLY, own)],
    },
  ];
}

export const OFFER_COUNT = 10;

export function drawCatalogue(swarm: Swarm, prng: Prng): Catalogue {
  const wishes = planWishes(swarm, prng.fork('plans'));
  const drafts = wishes.map(({ key, trialDays, prices }) => ({
    key,
    trialDays,
    versions: [1, 2].map((number) => {
      const own = prng.fork(`${key} ${number}`);
      // What a price is made of besides its figures stays from version to version.
      const shape = prng.fork(`${key} shape`);
      return prices(own).map((wish) => drawPrice(wish, swarm, shape));
    }),
  }));
  return {
    offers: new Map(
      CURRENCIES.map((currency) => [currency, drafts.map((draft, rank) => offerIn(draft, rank, currency))]),
    ),
    addOns: new Map(
      CURRENCIES.map((currency) => [currency, addOnsIn(currency, swarm, prng.fork('add-ons'))]),
    ),
    coupons: drawCoupons(prng.fork('coupons')),
  };
}

interface PlanDraft {
  readonly key: string;
  readonly trialDays: number;
  readonly versions: readonly (readonly Price[])[];
}

function offerIn({ key, trialDays, versions }: PlanDraft, rank: number, currency: CurrencyCode): Offer {
  const planId = `plan_${key}_${currency}`;
  return {
    plan: { id: planId, key: `${key}_${currency}`, name: key, family: 'main', rank },
    versions: versions.map((prices, index) => {
      const number = index + 1;
      const version: PlanVersion = {
        id: `ver_${key}_${currency}_${number}`,
        planId,
        number,
        currency,
        prices: prices.map((price) => ({ ...price, id: `${price.id}_${key}_${currency}_${number}` })),
        entitlements: [],
        trialDays,
      };
      const faults = checkPlan(version, { features: [], meters: METERS });
      if (faults.length > 0) throw new Error(`${version.id}: ${JSON.stringify(faults)}`);
      return version;
    }),
  };
}

function addOnsIn(currency: CurrencyCode, swarm: Swarm, prng: Prng): readonly AddOn[] {
  const addOn = (key: string, kind: AddOn['kind'], wish: PriceWish, planIds: readonly string[]): AddOn => {
    const price = drawPrice(wish, swarm, prng.fork(key));
    const id = `addon_${key}`;
    return {
      id,
      key,
      name: key,
      kind,
      currency,
      prices: [{ ...price, id: `${price.id}_${currency}` }],
      planIds,
    };
  };
  const own = prng.fork('figures');
  return [
    addOn('support', 'recurring', flat('support', 300, 2500, MONTHLY, own), []),
    addOn('backup', 'recurring', { ...flat('backup', 100, 900, WEEKLY, own), timing: 'in_arrears' }, [
      `plan_starter_${currency}`,
      `plan_pro_${currency}`,
      `plan_team_${currency}`,
    ]),
    addOn('units', 'recurring', { key: 'units', model: unitModel('per_unit', 3, 4, own) }, []),
    addOn('setup', 'one_off', flat('setup', 100, 9000, MONTHLY, own), []),
  ];
}

function drawCoupons(prng: Prng): readonly Coupon[] {
  const coupon = (key: string, rest: Pick<Coupon, 'value' | 'duration'> & Partial<Coupon>): Coupon => ({
    id: `coupon_${key}`,
    key,
    name: key,
    scope: { planIds: [], priceKeys: [] },
    maxRedemptions: null,
    maxPerCustomer: null,
    redeemBy: null,
    stackOrder: prng.int(0, 3),
    isStackable: true,
    ...rest,
  });
  const amountsMinor = Object.fromEntries(
    CURRENCIES.map((currency) => [currency, BigInt(prng.int(50, 3000))]),
  );
  return [
    coupon('third', { value: { kind: 'percent', percent: dec('33.33') }, duration: { kind: 'forever' } }),
    coupon('launch', { value: { kind: 'percent', percent: dec('50') }, duration: { kind: 'once' } }),
    coupon('base_only', {
      value: { kind: 'percent', percent: dec('12.5') },
      duration: { kind: 'periods', count: 3 },
      scope: { planIds: [], priceKeys: ['base', 'team'] },
    }),
    coupon('gift', { value: { kind: 'amount', amountsMinor }, duration: { kind: 'periods', count: 2 } }),
    coupon('always', { value: { kind: 'amount', amountsMinor }, duration: { kind: 'forever' } }),
    coupon('few', {
      value: { kind: 'amount', amountsMinor },
      duration: { kind: 'once' },
      isStackable: false,
      maxRedemptions: prng.int(1, 10),
      maxPerCustomer: 1,
    }),
  ];
}
