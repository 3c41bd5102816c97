import { DEFAULT_PRICE_TERMS } from '@billhook/core/catalog/price';
import {
  DEFAULT_DISCOUNT_POLICY,
  type DiscountPolicy,
  type DiscountTerm,
} from '@billhook/core/invoicing/discount-lines';
import {
  type CreditNotePolicy,
  DEFAULT_CREDIT_NOTE_POLICY,
} from '@billhook/core/invoicing/documents/credit-amounts';
import type { TaxCategory, TaxRate } from '@billhook/core/invoicing/tax';
import { DEFAULT_TAX_POLICY, type TaxPolicy } from '@billhook/core/invoicing/tax-policy';
import {
  DECIMAL12_SCALE,
  type Decimal12,
  decimal12FromInteger,
  decimal12FromScaled,
} from '@billhook/core/kernel/decimal';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import type { RoundingMode } from '@billhook/core/money/round';
import { DEFAULT_RATING_POLICY } from '@billhook/core/rating/policy';
import { rateReading } from '@billhook/core/rating/rate-reading';
import { sum } from './members.ts';
import { decimalOf, readValue } from './read.ts';

export interface CaseTax {
  readonly tax_category?: string;
  readonly tax_percent?: string;
  /** Several taxes on one line, each on the net. */
  readonly taxes?: readonly { readonly percent: string }[];
}

export interface CaseLine extends CaseTax {
  readonly id: string;
  readonly net?: number;
  readonly gross?: number;
  readonly quantity?: string;
  readonly unit_price?: string;
  readonly price_base_quantity?: string;
  readonly allowances?: readonly number[];
  readonly charges?: readonly number[];
  readonly net_only?: boolean;
}

export interface CaseExtra extends CaseTax {
  readonly amount: number;
}

export interface CaseCoupon {
  readonly type: 'fixed' | 'percent';
  readonly value: number | string;
  readonly scope?: 'all' | readonly string[];
}

export interface InvoiceCase {
  readonly kind: 'invoice' | 'credit_note' | 'credit_note_of_invoice' | 'discount';
  readonly currency: string;
  readonly tax_mode?: 'exclusive' | 'inclusive';
  readonly lines: readonly CaseLine[];
  readonly document_allowances?: readonly CaseExtra[];
  readonly document_charges?: readonly CaseExtra[];
  readonly prepaid?: number;
  readonly payable_rounding?: number;
  readonly coupons?: readonly CaseCoupon[];
  readonly credit_notes_applied?: readonly number[];
  readonly prepaid_credits_applied?: number;
  readonly progressive_credit?: number;
  readonly credit?: Readonly<Record<string, number>>;
  readonly prior_credit_notes?: readonly number[];
  readonly expected: Readonly<Record<string, unknown>>;
}

/** The seller's choices that a case may name. */
export interface InvoiceSettings {
  readonly rounding: RoundingMode;
  readonly discounts: DiscountPolicy;
  readonly tax: TaxPolicy;
  readonly creditNotes: CreditNotePolicy;
}

const DEFAULTS: InvoiceSettings = {
  rounding: 'half_away_from_zero',
  discounts: DEFAULT_DISCOUNT_POLICY,
  tax: DEFAULT_TAX_POLICY,
  creditNotes: DEFAULT_CREDIT_NOTE_POLICY,
};

type Setting = (before: InvoiceSettings) => InvoiceSettings;

const ALREADY_SO: Setting = (before) => before;
const PRECISE: Setting = (before) => ({ ...before, tax: { ...before.tax, rounding: 'precise_once' } });
/** Peers whose notes round alone compute the tax of an invoice precisely, and let only the lines bound a note. */
const NOTES_ALONE: Setting = (before) => ({
  ...PRECISE(before),
  creditNotes: { ...before.creditNotes, bound: 'lines' },
});

/** What each policy of a case is in the engine; a key and code that are not here are no setting of ours. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  'allocation:largest_remainder': discounts({ split: 'largest_remainder' }),
  'allocation:remainder_last': discounts({ split: 'remainder_last' }),
  'cap:never_below_zero': ALREADY_SO,
  'consumer_eu:customer_country_rate': ALREADY_SO,
  'coupon:proportional_5_decimals': ALREADY_SO,
  'coupon:sequential_on_remaining': ALREADY_SO,
  'coupon_order:percent_then_fixed': discounts({ order: 'percent_then_fixed' }),
  'credit_note:coupon_share_first': PRECISE,
  'credit_note:last_note_takes_rounding': NOTES_ALONE,
  'credit_notes:after_tax': ALREADY_SO,
  'deduction_order:coupons_tax_creditnotes_prepaid': ALREADY_SO,
  'eu_vat:reverse_charge_b2b_other_state': ALREADY_SO,
  'inclusive_rounding:round_net': tax({ inclusive: 'round_net' }),
  'inclusive_rounding:round_tax': tax({ inclusive: 'round_tax' }),
  'outside_eu:exempt': ALREADY_SO,
  'percent:on_total': discounts({ percent: 'on_total' }),
  'percent:per_line': discounts({ percent: 'per_line' }),
  'progressive:credited_on_period_invoice': ALREADY_SO,
  'rounding:half_up': ALREADY_SO,
  'several_taxes:each_on_net': ALREADY_SO,
  'several_taxes:each_on_net_rounded': tax({ rounding: 'per_category' }),
  'tax_choice:line_customer_entity': ALREADY_SO,
  'tax_rounding:per_category': tax({ rounding: 'per_category' }),
  'tax_rounding:per_line': tax({ rounding: 'per_line' }),
  'tax_rounding:precise_rounded_once': PRECISE,
  'tax_rounding:total_minus_subtotal': (before) => ({
    ...before,
    creditNotes: { ...before.creditNotes, rounding: 'total_minus_subtotal' },
  }),
  'unknown_country:no_tax': ALREADY_SO,
  'verification:format_only': ALREADY_SO,
  'verification:registry_confirmed': ALREADY_SO,
};

function discounts(more: Partial<DiscountPolicy>): Setting {
  return (before) => ({ ...before, discounts: { ...before.discounts, ...more } });
}

function tax(more: Partial<TaxPolicy>): Setting {
  return (before) => ({ ...before, tax: { ...before.tax, ...more } });
}

/** The engine's settings for the policies of a case, or a sentence that names the one that it does not know. */
export function settingsOf(policies: Readonly<Record<string, string>>): InvoiceSettings | string {
  let settings = DEFAULTS;
  for (const [key, code] of Object.entries(policies)) {
    const setting = SETTINGS[`${key}:${code}`];
    if (setting === undefined) return `No setting of the engine is the policy ${key}: ${code}.`;
    settings = setting(settings);
  }
  return settings;
}

export function currencyOf({ currency }: { readonly currency: string }): CurrencyCode {
  return currencyCode(currency);
}

/** One rate a category and percentage: that is what EN 16931 sums by. */
export function ratesOfCase(entry: CaseTax): readonly TaxRate[] {
  const several = entry.taxes?.map(({ percent }) => rateOf('S', percent));
  return several ?? [rateOf(entry.tax_category ?? 'S', entry.tax_percent ?? '0')];
}

function rateOf(category: string, percent: string): TaxRate {
  const id = `${category}/${percent}`;
  return { id, name: id, percent: decimalOf(percent), category: category as TaxCategory, country: null };
}

/** The amount of a line before coupons: computed from quantity and price where the case states them. */
export function amountOf(line: CaseLine, settings: InvoiceSettings, currency: CurrencyCode): bigint {
  const { quantity, unit_price: price, price_base_quantity: base } = line;
  const isWritten = quantity !== undefined && price !== undefined && line.net_only !== true;
  if (!isWritten) return BigInt(line.gross ?? line.net ?? 0);
  const amountMinor = ratedMinor(
    decimalOf(plain(quantity)),
    decimalOf(plain(price)),
    base === undefined ? decimal12FromInteger(1n) : decimalOf(plain(base)),
    settings,
    currency,
  );
  const extras = [...(line.charges ?? []), ...(line.allowances ?? []).map((allowance) => -allowance)];
  return sum([amountMinor, ...extras.map(BigInt)]);
}

/** So many units at a price for a base quantity, rated as usage is; what is returned is rated as much, below zero. */
function ratedMinor(
  quantity: Decimal12,
  unitPrice: Decimal12,
  base: Decimal12,
  settings: InvoiceSettings,
  currency: CurrencyCode,
): bigint {
  const isReturned = quantity < 0n;
  const price = {
    // A base with decimals is a price for as many whole units more.
    model: { kind: 'per_unit', unitPrice: decimal12FromScaled(unitPrice * DECIMAL12_SCALE), per: base },
    terms: DEFAULT_PRICE_TERMS,
  } as const;
  const reading = { quantity: isReturned ? decimal12FromScaled(-quantity) : quantity };
  const policy = { ...DEFAULT_RATING_POLICY, rounding: settings.rounding };
  const { amountMinor } = readValue(rateReading(price, reading, currency, policy));
  return isReturned ? -amountMinor : amountMinor;
}

/** Decimals as the engine reads them: without zeros at the end. */
function plain(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

export function discountTerms(one: InvoiceCase): readonly DiscountTerm[] {
  return (one.coupons ?? []).map(({ type, value, scope = 'all' }): DiscountTerm => {
    const lines = one.lines.flatMap(({ id }, at) => (scope === 'all' || scope.includes(id) ? [at] : []));
    return type === 'percent'
      ? { value: { kind: 'percent', percent: decimalOf(`${value}`) }, lines }
      : { value: { kind: 'amount', amountMinor: BigInt(value) }, lines };
  });
}
