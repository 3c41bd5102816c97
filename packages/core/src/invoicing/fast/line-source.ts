import type { PriceModel } from '../../catalog/price-model.ts';
import { type Decimal12, decimal12FromInteger } from '../../kernel/decimal.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { CurrencyCode } from '../../money/currency.ts';
import { compilePrice } from '../../rating/compile-price.ts';
import type { RatingPolicy } from '../../rating/policy.ts';
import { rateReading } from '../../rating/rate-reading.ts';
import type { Rating } from '../../rating/trace.ts';
import { plainTracer } from '../../rating/trace-plain.ts';
import { itemGrid } from '../../subscriptions/items.ts';
import type { OneOffCharge, Subscription, SubscriptionItem } from '../../subscriptions/subscription.ts';
import type { Instant } from '../../time/instant.ts';
import type { Period } from '../../time/period.ts';
import type { LineSource as Facts } from '../charge-line.ts';
import { type LineExplanation, type LineKind, lineKey } from '../line.ts';
import type { BillingSettings } from '../settings.ts';
import { type BoundaryTable, boundaryTable, momentAt, placeOf } from './boundary-table.ts';
import { type SmallFraction, smallFraction } from './small-figures.ts';

/** When the lines of a source come: at the start of a period, at its end, once for the rest of one, or once. */
export type SourceShape = 'advance' | 'arrears' | 'usage' | 'credit' | 'once';

/** What gives lines of one kind of one item, with everything that is the same for all of them. */
export interface LineSource {
  readonly shape: SourceShape;
  readonly kind: LineKind;
  readonly facts: Facts['item'];
  /** Null for a charge that is made once. */
  readonly item: SubscriptionItem | null;
  readonly description: string;
  /** Units of a charge; 0 for usage. */
  readonly quantity: Decimal12;
  readonly table: BoundaryTable | null;
  readonly activeFrom: number;
  /** Infinity while it runs. */
  readonly activeTo: number;
  /** How long after its service a line may be billed, in milliseconds. */
  readonly waitMs: number;
  readonly isBySecond: boolean;
  /** What a whole period costs; null for usage and credits. */
  readonly rating: Rating | null;
  readonly wholeMinor: number;
  readonly exact: SmallFraction | null;
  /** Rates usage; null if the price cannot be rated. */
  readonly rate: ((quantity: bigint) => bigint | null) | null;
  /** Rates usage with its trace. */
  readonly traced: ((quantity: Decimal12, amountMinor: bigint) => Rating) | null;
  /** For a credit: the place of the period that it takes a part of, and when. */
  readonly creditPlace: number;
  readonly creditAt: number;
  /** For a credit: what gives the charge. */
  readonly charge: LineSource | null;
  /** The names and periods of its lines, by place, as far as they were asked for. */
  readonly factsAt: LineFact[];
}

/** What a line of a period is called, and the period. */
export interface LineFact {
  readonly key: string;
  readonly billingPeriod: Period;
  /** The same in every run of a charge, and of a credit of the same charge; null until it was asked for, and for usage. */
  explanation: LineExplanation | null;
  /** What the charge was, where the explanation is that of a credit; else 0. */
  chargedMinor: number;
}

/** What sources are made from beside the item. */
export interface SourceScope {
  readonly subscription: Subscription;
  readonly settings: BillingSettings;
  readonly ratingPolicy: RatingPolicy;
  /** Grids are shared by items with the same periods. */
  readonly tables: Map<string, BoundaryTable>;
  readonly billedKeys: ReadonlySet<string>;
}

/** The models whose amount needs no more of usage than its quantity. */
const BY_QUANTITY: ReadonlySet<PriceModel['kind']> = new Set([
  'flat',
  'per_unit',
  'graduated',
  'volume',
  'stair_step',
  'package',
  'dynamic_multiplier',
]);

/** What a source has where nothing else is said. */
const NOTHING = {
  isBySecond: false,
  rating: null,
  wholeMinor: 0,
  exact: null,
  rate: null,
  traced: null,
  creditPlace: -1,
  creditAt: Number.POSITIVE_INFINITY,
  charge: null,
} as const;

/** The sources of one item; null if its lines need more than is prepared here. */
export function sourcesOfItem(item: SubscriptionItem, scope: SourceScope): readonly LineSource[] | null {
  const { price } = item;
  if (price.model.kind === 'commitment') return null;
  const table = tableOf(item, scope);
  if (price.quantity.kind === 'meter') {
    if (price.timing !== 'in_arrears' || !BY_QUANTITY.has(price.model.kind)) return null;
    const rate = raterOf(item, scope);
    const traced = tracerOf(item, scope);
    return [{ ...sourceOf(item, table, scope), shape: 'usage', kind: 'usage', rate, traced }];
  }
  const fee = feeOf(item.price, item.quantity, scope);
  if (fee === null) return null;
  const charge: LineSource = {
    ...sourceOf(item, table, scope),
    ...fee,
    shape: price.timing === 'in_advance' ? 'advance' : 'arrears',
    kind: 'recurring',
    waitMs: 0,
  };
  const credit = creditSource(item, table, charge, scope);
  return credit === null ? [charge] : [charge, credit];
}

/** A charge that is made once; null if it cannot be rated. */
export function onceSource(charge: OneOffCharge, scope: SourceScope): LineSource | null {
  const { subscription } = scope;
  const fee = feeOf(charge.price, charge.quantity, scope);
  if (fee === null) return null;
  const { planId, planVersionId } = subscription;
  return {
    shape: 'once',
    kind: 'one_off',
    facts: { id: charge.id, planId, planVersionId, price: charge.price },
    item: null,
    description: charge.description,
    quantity: decimal12FromInteger(charge.quantity),
    table: null,
    activeFrom: charge.at,
    activeTo: Number.POSITIVE_INFINITY,
    waitMs: 0,
    ...NOTHING,
    ...fee,
    factsAt: [],
  };
}

function sourceOf(
  item: SubscriptionItem,
  table: BoundaryTable,
  scope: SourceScope,
): Omit<LineSource, 'shape' | 'kind'> {
  return {
    facts: item,
    item,
    description: item.price.name,
    quantity: decimal12FromInteger(item.quantity),
    table,
    activeFrom: item.activeFrom,
    activeTo: item.activeTo ?? Number.POSITIVE_INFINITY,
    waitMs: scope.settings.usageGraceMs,
    ...NOTHING,
    isBySecond: item.price.proration === 'second',
    factsAt: [],
  };
}

function tableOf(item: SubscriptionItem, { subscription, tables }: SourceScope): BoundaryTable {
  const { cadence, alignment } = item.price;
  const { anchorAt, activeFrom } = item;
  const key = `${anchorAt}/${activeFrom}/${cadence.interval}/${cadence.count}/${alignment}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const table = boundaryTable(itemGrid(subscription, item), activeFrom);
  tables.set(key, table);
  return table;
}

/** What a whole period of a price costs. */
function feeOf(
  price: SubscriptionItem['price'],
  units: bigint,
  { subscription, ratingPolicy }: SourceScope,
): Pick<LineSource, 'rating' | 'wholeMinor' | 'exact'> | null {
  const quantity = decimal12FromInteger(units);
  const rating = rateReading(price, { quantity }, subscription.currency, ratingPolicy);
  if (!rating.ok) return null;
  const { exactMinor, amountMinor } = rating.value;
  return {
    rating: rating.value,
    wholeMinor: Number(amountMinor),
    exact: smallFraction(exactMinor.numerator, exactMinor.denominator),
  };
}

function raterOf({ price }: SubscriptionItem, { subscription, ratingPolicy }: SourceScope) {
  return (
    compilePrice(price, subscription.currency, ratingPolicy) ??
    exactRater(price, subscription.currency, ratingPolicy)
  );
}

function tracerOf({ price }: SubscriptionItem, { subscription, ratingPolicy }: SourceScope) {
  const { currency } = subscription;
  const plain = plainTracer(price, currency, ratingPolicy);
  return (quantity: Decimal12, amountMinor: bigint): Rating => {
    const quick = plain?.(quantity, amountMinor);
    if (quick != null) return quick;
    const rating = rateReading(price, { quantity }, currency, ratingPolicy);
    invariant(rating.ok, 'A quantity that was billed can be rated.');
    return rating.value;
  };
}

function exactRater(price: SubscriptionItem['price'], currency: CurrencyCode, policy: RatingPolicy) {
  return (quantity: bigint): bigint | null => {
    const rating = rateReading(price, { quantity: quantity as Decimal12 }, currency, policy);
    return rating.ok ? rating.value.amountMinor : null;
  };
}

/** The credit of an item that ends inside a period that was or will be charged; null if there is none. */
function creditSource(
  item: SubscriptionItem,
  table: BoundaryTable,
  charge: LineSource,
  scope: SourceScope,
): LineSource | null {
  const { activeFrom, activeTo } = item;
  if (charge.shape !== 'advance' || activeTo === null || !item.creditUnused) return null;
  const place = placeOf(table, activeTo);
  const start = momentAt(table, place) as Instant;
  const from = Math.max(start, activeFrom);
  const isCharged = from < activeTo || scope.billedKeys.has(lineKey(item.id, 'recurring', start));
  if (!isCharged || (item.price.proration === 'none' && activeTo > from)) return null;
  return {
    ...charge,
    shape: 'credit',
    kind: 'proration_credit',
    rating: null,
    exact: null,
    creditPlace: place,
    creditAt: Math.max(activeTo, from),
    description: `Unused time: ${charge.description}`,
    charge,
    factsAt: [],
  };
}
