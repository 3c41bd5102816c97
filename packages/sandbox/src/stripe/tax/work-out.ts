import type { Address } from '../../state/records.ts';
import type { TaxPart } from '../../state/tax-records.ts';
import {
  NOT_COLLECTING,
  NOT_TAXABLE,
  PARTLY_TAXED,
  REVERSE_CHARGED,
  TEST_PLACES,
  type TestRate,
} from './rates.ts';

export interface Asked {
  readonly address: Address;
  readonly hasTaxId: boolean;
  readonly override: 'customer_exempt' | 'none' | 'reverse_charge';
  /** In seconds. */
  readonly taxDate: number;
  readonly amount: number;
  readonly taxBehavior: 'exclusive' | 'inclusive';
  readonly taxCode: string;
}

const HUNDRED = 100_000n;

/** Half of a unit goes up; amounts are 0 or more. */
function divided(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function percentText(thousandths: number): string {
  return String(thousandths / 1000);
}

/** What each jurisdiction takes of a line, by the made-up rates of the day. */
export function workOut(asked: Asked): TaxPart[] {
  const { address, override, taxCode } = asked;
  const country = address.country ?? '';
  const state = address.state?.toUpperCase() ?? null;
  const day = new Date(asked.taxDate * 1000).toISOString().slice(0, 10);
  const postal = address.postal_code ?? '';
  const rates = TEST_PLACES.filter(
    (place) =>
      place.country === country &&
      (place.state === null || place.state === state) &&
      postal.startsWith(place.postal),
  ).flatMap((place) => place.rates);
  if (NOT_COLLECTING.has(`${country}-${state}`)) return [untaxed(asked, 'not_collecting', null)];
  if (rates.length === 0) return [untaxed(asked, 'not_subject_to_tax', null)];
  const isReversed =
    override === 'reverse_charge' || (asked.hasTaxId && REVERSE_CHARGED.has(country) && override === 'none');
  if (isReversed) return [untaxed(asked, 'reverse_charge', rates[0])];
  if (override === 'customer_exempt') return rates.map((rate) => untaxed(asked, 'customer_exempt', rate));
  if (taxCode === NOT_TAXABLE) return rates.map((rate) => untaxed(asked, 'product_exempt', rate));
  return taxed(asked, rates, day);
}

function jurisdictionOf({ address }: Asked, rate: TestRate | null | undefined): TaxPart['jurisdiction'] {
  const state = address.state?.toUpperCase() ?? null;
  const country = address.country ?? '';
  const level = rate?.level ?? (state === null ? 'country' : 'state');
  return {
    country,
    display_name: rate?.name ?? state ?? country,
    level,
    state: level === 'country' ? null : state,
  };
}

function untaxed(asked: Asked, reason: string, rate: TestRate | null | undefined): TaxPart {
  const details =
    rate === null || rate === undefined
      ? null
      : { display_name: rate.title, percentage_decimal: '0', tax_type: rate.type };
  return {
    amount: 0,
    jurisdiction: jurisdictionOf(asked, rate),
    sourcing: 'destination',
    tax_rate_details: details,
    taxability_reason: reason,
    taxable_amount: 0,
  };
}

function taxed(asked: Asked, rates: readonly TestRate[], day: string): TaxPart[] {
  const held = rates.map((rate) => {
    const thousandths = rate.from.findLast(([from]) => from <= day)?.[1] ?? 0;
    const isPart =
      asked.taxCode === PARTLY_TAXED.code &&
      asked.address.state?.toUpperCase() === PARTLY_TAXED.state &&
      rate.level === 'state';
    return { rate, thousandths, share: isPart ? PARTLY_TAXED.thousandths : 1000 };
  });
  // Of a price that includes tax, the net is what is left when every rate is taken of its share.
  const sum = held.reduce((all, { thousandths, share }) => all + BigInt(thousandths * share), 0n);
  const amount = BigInt(asked.amount);
  const net =
    asked.taxBehavior === 'inclusive' ? divided(amount * HUNDRED * 1000n, HUNDRED * 1000n + sum) : amount;
  return held.map(({ rate, thousandths, share }): TaxPart => {
    const taxable = divided(net * BigInt(share), 1000n);
    return {
      amount: Number(divided(taxable * BigInt(thousandths), HUNDRED)),
      jurisdiction: jurisdictionOf(asked, rate),
      sourcing: 'destination',
      tax_rate_details: {
        display_name: rate.title,
        percentage_decimal: percentText(thousandths),
        tax_type: rate.type,
      },
      taxability_reason: share === 1000 ? 'standard_rated' : 'taxable_basis_reduced',
      taxable_amount: Number(taxable),
    };
  });
}
