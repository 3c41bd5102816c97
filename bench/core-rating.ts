import { DEFAULT_PRICE_TERMS } from '@billhook/core/catalog/price';
import type { GraduatedModel, Tier } from '@billhook/core/catalog/price-model';
import { type Decimal12, decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { currencyCode } from '@billhook/core/money/currency';
import { compilePrice } from '@billhook/core/rating/compile-price';
import { rateReading } from '@billhook/core/rating/rate-reading';
import Big from 'big.js';
import { Decimal } from 'decimal.js';
import { perCoreSecond, type Speed } from './core-speed.ts';

const TIERS: readonly { upTo: string | null; price: string; flat: string }[] = [
  { upTo: '1000', price: '0.01', flat: '5.00' },
  { upTo: '10000', price: '0.008', flat: '0' },
  { upTo: '100000', price: '0.0055', flat: '1.00' },
  { upTo: null, price: '0.00025', flat: '0' },
];
const USD = currencyCode('USD');
const QUANTITIES = 16_384;

/**
 * Graduated prices with four tiers over quantities up to 200,000, half of them whole units and half thousandths, rounded
 * half away from zero to the cent. Every way gives the same amounts; that is checked before anything is measured.
 *
 * @throws Error if two ways differ
 */
export function measureRating(): readonly Speed[] {
  const quantities = sampleQuantities();
  const price = { model: graduated(), terms: DEFAULT_PRICE_TERMS };
  const compiled = compilePrice(price, USD);
  if (compiled === null) throw new Error('A graduated price is compiled.');
  const exact = (quantity: bigint) => {
    const rating = rateReading(price, { quantity: decimal12FromScaled(quantity) }, USD);
    return rating.ok ? rating.value.amountMinor : -1n;
  };
  const decimals = quantities.map((quantity) => new Decimal(textOf(quantity)));
  const bigs = quantities.map((quantity) => new Big(textOf(quantity)));
  const byDecimal = decimalRater();
  const byBig = bigRater();
  for (const [index, quantity] of quantities.entries()) {
    const amounts = [
      `${compiled(quantity)}`,
      `${exact(quantity)}`,
      byDecimal(decimals[index] as Decimal).toFixed(),
      byBig(bigs[index] as Big).toFixed(),
    ];
    if (new Set(amounts).size > 1) throw new Error(`${textOf(quantity)} costs ${amounts.join(' or ')}.`);
  }
  return [
    { name: 'graduated ratings, compiled, exact', perSecond: rate(quantities, compiled), asked: 10_000_000 },
    { name: 'graduated ratings, with trace', perSecond: rate(quantities, exact), asked: null },
    { name: 'graduated ratings, decimal.js', perSecond: rate(decimals, byDecimal), asked: null },
    { name: 'graduated ratings, big.js', perSecond: rate(bigs, byBig), asked: null },
  ];
}

function rate<T>(inputs: readonly T[], rater: (input: T) => unknown): number {
  return perCoreSecond(() => {
    let kept: unknown;
    for (const input of inputs) kept = rater(input);
    if (kept === undefined) throw new Error('A rating gives an amount.');
    return inputs.length;
  });
}

/** The same quantities in every run: a linear congruential sequence. */
function sampleQuantities(): readonly bigint[] {
  let state = 2_463_534_242;
  return Array.from({ length: QUANTITIES }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const thousandths = BigInt(state) % 200_000_000n;
    return (index % 2 === 0 ? thousandths - (thousandths % 1000n) : thousandths) * 10n ** 9n;
  });
}

function graduated(): GraduatedModel {
  const tiers = TIERS.map(
    ({ upTo, price, flat }): Tier => ({
      upTo: upTo === null ? null : decimal(upTo),
      unitPrice: decimal(price),
      flatMinor: BigInt(Math.round(Number(flat) * 100)),
    }),
  );
  return { kind: 'graduated', tiers, per: 1n };
}

function decimal(text: string): Decimal12 {
  const value = parseDecimal12(text);
  if (!value.ok) throw new Error(value.refusal.detail);
  return value.value;
}

function textOf(quantity: bigint): string {
  const thousandths = quantity / 10n ** 9n;
  return `${thousandths / 1000n}.${(thousandths % 1000n).toString().padStart(3, '0')}`;
}

/** As a library user writes it: tier by tier, in cents, rounded at the end. */
function decimalRater(): (quantity: Decimal) => Decimal {
  const tiers = TIERS.map(({ upTo, price, flat }) => ({
    upTo: upTo === null ? null : new Decimal(upTo),
    cents: new Decimal(price).times(100),
    flat: new Decimal(flat).times(100),
  }));
  const zero = new Decimal(0);
  return (quantity) => {
    let sum = zero;
    let from = zero;
    for (const { upTo, cents, flat } of tiers) {
      const top = upTo === null || quantity.lte(upTo) ? quantity : upTo;
      sum = sum.plus(top.minus(from).times(cents)).plus(flat);
      if (upTo === null || quantity.lte(upTo)) break;
      from = upTo;
    }
    return sum.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  };
}

function bigRater(): (quantity: Big) => Big {
  const tiers = TIERS.map(({ upTo, price, flat }) => ({
    upTo: upTo === null ? null : new Big(upTo),
    cents: new Big(price).times(100),
    flat: new Big(flat).times(100),
  }));
  const zero = new Big(0);
  return (quantity) => {
    let sum = zero;
    let from = zero;
    for (const { upTo, cents, flat } of tiers) {
      const top = upTo === null || quantity.lte(upTo) ? quantity : upTo;
      sum = sum.plus(top.minus(from).times(cents)).plus(flat);
      if (upTo === null || quantity.lte(upTo)) break;
      from = upTo;
    }
    return sum.round(0, Big.roundHalfUp);
  };
}
