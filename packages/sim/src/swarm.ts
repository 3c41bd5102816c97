import type { Campaign } from '@billhook/core/dunning/campaign';
import type { CorrectionBilling } from '@billhook/core/invoicing/documents/correction-way';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { CAMPAIGNS } from './campaigns.ts';
import type { Prng } from './prng.ts';

/** The kinds of orders and of work on documents that a seed may leave out, have sometimes or have often. */
export const ORDER_KINDS = [
  'change',
  'seats',
  'cancel',
  'undo',
  'auto_renew',
  'pause',
  'resume',
  'coupon',
  'end_coupon',
  'add_on',
  'add_on_quantity',
  'end_add_on',
  'charge',
  'override',
  'migrate',
  'move_trial',
  'void',
  'reissue',
  'credit_note',
] as const;

export type OrderKind = (typeof ORDER_KINDS)[number];

/** What one seed plays: the seller's settings, and how much there is of everything. No seed has all of it. */
export interface Swarm {
  readonly settings: BillingSettings;
  /** How often an order of a kind comes, against its usual rate; 0 for never. */
  readonly rates: Readonly<Record<OrderKind, number>>;
  readonly usageRate: number;
  /** Where what late usage costs more is billed; null where it waits for a person instead. */
  readonly corrections: CorrectionBilling | null;
  readonly maxBackdateDays: number;
  /** How many subscriptions a customer has at once at most, and in how many currencies. */
  readonly subscriptionLimit: 1 | 2 | 3;
  readonly currencyLimit: 1 | 2;
  readonly taxes: 'none' | 'one_rate' | 'two_rates';
  /** Whether calendar periods, several cadences in a plan and rare cadences are sold. */
  readonly hasCalendarPrices: boolean;
  readonly hasRareCadences: boolean;
  readonly prorations: readonly ('second' | 'day' | 'none')[];
  /** What happens when charges fail. */
  readonly campaign: Campaign;
  /** Where the seller's months begin and end. */
  readonly booksZone: string;
}

export function drawSwarm(prng: Prng): Swarm {
  const rates = Object.fromEntries(
    ORDER_KINDS.map((kind) => [kind, prng.pick([0, 0.5, 1, 1, 2, 6])]),
  ) as Record<OrderKind, number>;
  // Without a way back, a seed with pauses would soon have nobody left to bill.
  if (rates.resume === 0) rates.resume = 1;
  return {
    settings: drawSettings(prng),
    rates,
    usageRate: prng.pick([0.2, 0.5, 1, 1.5]),
    // A stream of its own, so that seeds without corrections stay as they are.
    corrections: prng
      .fork('corrections')
      .pick([null, null, null, 'next_invoice', 'at_once', 'debit_note', 'debit_note'] as const),
    maxBackdateDays: prng.pick([0, 30, 90]),
    subscriptionLimit: prng.pick([1, 1, 2, 3] as const),
    currencyLimit: prng.pick([1, 1, 2] as const),
    taxes: prng.pick(['none', 'one_rate', 'one_rate', 'two_rates'] as const),
    hasCalendarPrices: prng.chance(0.6),
    hasRareCadences: prng.chance(0.6),
    prorations: prng.pick([
      ['second'],
      ['second', 'day'],
      ['day'],
      ['second', 'day', 'none'],
      ['none'],
    ] as const),
    campaign: prng.pick(CAMPAIGNS),
    booksZone: prng.pick(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']),
  };
}

function drawSettings(prng: Prng): BillingSettings {
  const usual = DEFAULT_BILLING_SETTINGS;
  return {
    ...usual,
    zeroInvoices: prng.pick(['skip', 'issue'] as const),
    rounding: prng.pick(['half_away_from_zero', 'half_away_from_zero', 'half_even', 'up', 'down'] as const),
    paymentTermsDays: prng.pick([0, 0, 14, 30]),
    usageGraceMs: prng.pick([0, 0, 3 * MS_PER_HOUR, MS_PER_DAY]),
    proration: {
      ...usual.proration,
      days: prng.pick(['actual', 'fixed_30'] as const),
      changeDay: prng.pick(['new_plan', 'old_plan'] as const),
      terminationDay: prng.pick(['used', 'unused'] as const),
    },
    rating: {
      ...usual.rating,
      zeroQuantity: prng.pick(['charged', 'free'] as const),
      discountOrder: prng.pick(['before_bounds', 'after_bounds'] as const),
      perEventBounds: prng.pick(['after_fixed_fee', 'before_fixed_fee'] as const),
      eventInput: prng.pick(['sum_of_events', 'each_event'] as const),
    },
    discounts: {
      order: prng.pick(['given', 'percent_then_fixed'] as const),
      percent: prng.pick(['per_line', 'on_total'] as const),
      split: prng.pick(['largest_remainder', 'remainder_last'] as const),
    },
    tax: {
      rounding: prng.pick(['per_category', 'per_category', 'per_line', 'precise_once'] as const),
      inclusive: prng.pick(['round_tax', 'round_net'] as const),
    },
    thresholdMinor: prng.chance(0.4) ? BigInt(prng.int(2, 80)) * 100n : null,
  };
}
