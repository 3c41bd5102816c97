import type { CurrencyCode } from '@billhook/core/money/currency';
import type { ChangeTiming } from '@billhook/core/subscriptions/decide-change';
import type { PauseMode, TrialEnd } from '@billhook/core/subscriptions/subscription';
import { addMs, type Instant, instant, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { CURRENCIES, OFFER_COUNT } from './catalogue.ts';
import { LABELS } from './prices.ts';
import type { Prng } from './prng.ts';
import type { Card } from './provider.ts';
import type { OrderKind, Swarm } from './swarm.ts';

export interface CustomerPlan {
  readonly index: number;
  readonly id: string;
  readonly currency: CurrencyCode;
  readonly timeZone: string;
  readonly card: Card;
  readonly hasPaymentMethod: boolean;
  readonly taxMode: 'exclusive' | 'inclusive';
  readonly arrivesAt: Instant;
}

/** When something takes effect, in days from the order where it is a date. */
export type Moment = 'now' | 'period_end' | { readonly inDays: number };

export interface StartOrder {
  readonly kind: 'start';
  readonly offer: number;
  readonly seats: number;
  /** Negative for a start in the past. */
  readonly inDays: number;
  readonly billingDay: number | null;
  readonly trialEnd: TrialEnd;
  readonly endAfterPeriods: number | null;
  readonly overrideFactor: bigint | null;
  /** Offers that follow one after the other, each so many days after the one before it. */
  readonly phases: readonly { readonly offer: number; readonly afterDays: number; readonly seats: number }[];
}

/** One thing a customer or the seller does to a subscription. Offers, coupons and add-ons are named by their place. */
export type Order =
  | StartOrder
  | {
      readonly kind: 'change';
      readonly offer: number;
      readonly when: Exclude<ChangeTiming, object> | { readonly inDays: number };
      readonly isProrated: boolean;
    }
  | { readonly kind: 'seats'; readonly seats: number; readonly when: Moment; readonly isProrated: boolean }
  | { readonly kind: 'cancel'; readonly when: Moment; readonly creditUnused: boolean }
  | { readonly kind: 'undo'; readonly step: number }
  | { readonly kind: 'auto_renew'; readonly isOn: boolean }
  | {
      readonly kind: 'pause';
      readonly mode: PauseMode;
      readonly inDays: number;
      readonly forDays: number | null;
    }
  | { readonly kind: 'resume'; readonly inDays: number }
  | { readonly kind: 'coupon'; readonly coupon: number }
  | { readonly kind: 'end_coupon' }
  | { readonly kind: 'add_on'; readonly addOn: number; readonly quantity: number }
  | {
      readonly kind: 'add_on_quantity';
      readonly addOn: number;
      readonly quantity: number;
      readonly when: Moment;
      readonly isProrated: boolean;
    }
  | {
      readonly kind: 'end_add_on';
      readonly addOn: number;
      readonly when: Moment;
      readonly creditUnused: boolean;
    }
  | { readonly kind: 'charge'; readonly addOn: number; readonly quantity: number }
  | {
      readonly kind: 'override';
      readonly price: number;
      readonly factor: bigint;
      readonly isProrated: boolean;
    }
  | { readonly kind: 'migrate'; readonly when: 'now' | 'at_renewal'; readonly isProrated: boolean }
  | { readonly kind: 'move_trial'; readonly inDays: number };

export type Command =
  | Order
  | { readonly kind: 'refund'; readonly share: number }
  /** The customer tries to pay what is open, whatever else is under way. */
  | { readonly kind: 'pay' }
  | { readonly kind: 'event'; readonly event: SentEvent };

/** A usage event as the customer's product sends it; `value` is a decimal text, as it travels. */
export interface SentEvent {
  readonly id: string;
  readonly time: Instant;
  readonly type: string;
  readonly value: string;
  readonly label: string;
}

export interface DrawnCommand {
  readonly at: Instant;
  readonly command: Command;
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];

export function drawCustomer(index: number, start: Instant, spanMs: number, prng: Prng): CustomerPlan {
  const arrivesAt = instant(start + Math.floor(prng.next() ** 2 * spanMs * 0.5));
  const luck = prng.next();
  const card: Card =
    luck < 0.75
      ? { kind: 'good' }
      : luck < 0.85
        ? { kind: 'flaky' }
        : luck < 0.93
          ? { kind: 'three_d_secure' }
          : { kind: 'dying', diesAt: addMs(arrivesAt, prng.int(30, 400) * MS_PER_DAY) };
  return {
    index,
    id: `cus_${index}`,
    currency: prng.pick(CURRENCIES),
    timeZone: prng.pick(ZONES),
    card,
    hasPaymentMethod: prng.chance(0.9),
    taxMode: prng.chance(0.3) ? 'inclusive' : 'exclusive',
    arrivesAt,
  };
}

/** The habits of one customer; each has its own stream, so that one customer's story does not depend on another's. */
export interface CustomerHabits {
  readonly prng: Prng;
  sentCount: number;
  lastEvent: SentEvent | null;
}

/** How likely an order of each kind is on a day of a running subscription. */
const USUAL_RATES: Readonly<Record<OrderKind, number>> = {
  change: 0.004,
  seats: 0.005,
  cancel: 0.001,
  undo: 0.004,
  auto_renew: 0.001,
  pause: 0.002,
  resume: 0.02,
  coupon: 0.003,
  end_coupon: 0.0007,
  add_on: 0.002,
  add_on_quantity: 0.002,
  end_add_on: 0.0015,
  charge: 0.0015,
  override: 0.001,
  migrate: 0.0015,
  move_trial: 0.01,
};

/** What a customer does on the day that begins at `dayStart`, in order of time. `live`: they have a subscription. */
export function drawDay(
  habits: CustomerHabits,
  swarm: Swarm,
  dayStart: Instant,
  live: boolean,
): readonly DrawnCommand[] {
  const { prng } = habits;
  const drawn: DrawnCommand[] = [];
  const moment = () => addMs(dayStart, prng.int(0, MS_PER_DAY / MS_PER_MINUTE - 1) * MS_PER_MINUTE);
  const add = (probability: number, command: () => Command) => {
    if (prng.chance(probability)) drawn.push({ at: moment(), command: command() });
  };
  if (!live) {
    add(0.02, () => startOrder(prng, swarm));
  } else {
    for (const [kind, rate] of Object.entries(USUAL_RATES) as [OrderKind, number][]) {
      if (!prng.chance(rate * swarm.rates[kind])) continue;
      const at = moment();
      drawn.push({ at, command: drawOrder(kind, prng) });
      // Some press twice, or think again within the same minute.
      if (prng.chance(0.1)) drawn.push({ at, command: drawOrder(kind, prng) });
    }
    if (prng.chance(0.003)) {
      const at = moment();
      drawn.push({ at, command: { kind: 'refund', share: prng.int(1, 100) } });
      // Some ask again for more of the same payment.
      if (prng.chance(0.4)) drawn.push({ at, command: { kind: 'refund', share: prng.int(1, 100) } });
    }
  }
  add(0.03, () => ({ kind: 'pay' }));
  if (prng.chance(0.3 * swarm.usageRate)) {
    for (let count = prng.int(1, 4); count > 0; count -= 1) {
      const at = moment();
      drawn.push({ at, command: { kind: 'event', event: drawEvent(habits, at) } });
    }
  }
  return drawn.sort((left, right) => left.at - right.at);
}

export function startOrder(prng: Prng, swarm: Swarm): Order {
  const inDays = prng.chance(0.1)
    ? prng.int(1, 20)
    : prng.chance(0.1)
      ? -prng.int(1, swarm.maxBackdateDays + 1)
      : 0;
  const phases = [];
  if (prng.chance(0.1)) {
    for (let left = prng.int(1, 3); left > 0; left -= 1)
      phases.push({
        offer: prng.int(0, OFFER_COUNT - 1),
        afterDays: prng.int(1, 120),
        seats: prng.int(1, 9),
      });
  }
  return {
    kind: 'start',
    offer: prng.int(0, OFFER_COUNT - 1),
    seats: prng.int(1, 12),
    inDays,
    billingDay: prng.chance(0.2) ? prng.int(1, 31) : null,
    trialEnd: prng.pick(['convert', 'convert', 'cancel', 'cancel_without_payment_method'] as const),
    endAfterPeriods: prng.chance(0.05) ? prng.int(1, 8) : null,
    overrideFactor: prng.chance(0.1) ? BigInt(prng.int(1, 3)) : null,
    phases,
  };
}

function drawMoment(prng: Prng): Moment {
  return prng.chance(0.5) ? 'now' : prng.chance(0.6) ? 'period_end' : { inDays: prng.int(0, 60) };
}

function drawOrder(kind: OrderKind, prng: Prng): Order {
  const isProrated = prng.chance(0.8);
  const creditUnused = prng.chance(0.5);
  const addOn = prng.int(0, 3);
  const when = drawMoment(prng);
  switch (kind) {
    case 'change':
      return {
        kind,
        offer: prng.int(0, OFFER_COUNT - 1),
        when: prng.chance(0.3) ? 'by_direction' : when,
        isProrated,
      };
    case 'seats':
      return { kind, seats: prng.int(1, 15), when, isProrated };
    case 'cancel':
      return { kind, when, creditUnused };
    case 'undo':
      return { kind, step: prng.int(0, 3) };
    case 'auto_renew':
      return { kind, isOn: prng.chance(0.5) };
    case 'pause': {
      const mode = prng.pick(['keep_period', 'stop_period'] as const);
      return {
        kind,
        mode,
        inDays: prng.pick([0, 0, 5, 40]),
        forDays: prng.chance(0.6) ? prng.int(1, 70) : null,
      };
    }
    case 'resume':
      return { kind, inDays: prng.pick([0, 0, 7]) };
    case 'coupon':
      return { kind, coupon: prng.int(0, 5) };
    case 'end_coupon':
      return { kind };
    case 'add_on':
    case 'charge':
      return { kind, addOn, quantity: prng.int(1, 4) };
    case 'add_on_quantity':
      return { kind, addOn, quantity: prng.int(1, 6), when, isProrated };
    case 'end_add_on':
      return { kind, addOn, when, creditUnused };
    case 'override':
      return { kind, price: prng.int(0, 2), factor: BigInt(prng.int(1, 3)), isProrated };
    case 'migrate':
      return { kind, when: prng.pick(['now', 'at_renewal'] as const), isProrated };
    case 'move_trial':
      return { kind, inDays: prng.int(0, 30) };
  }
}

const EVENT_TYPES = ['call', 'call', 'transfer', 'sale', 'sale', 'request', 'level', 'member'] as const;

function drawEvent(habits: CustomerHabits, at: Instant): SentEvent {
  const { prng, lastEvent } = habits;
  if (lastEvent !== null && prng.chance(0.05)) return lastEvent;
  if (lastEvent !== null && prng.chance(0.01)) return { ...lastEvent, value: `${lastEvent.value}1` };
  habits.sentCount += 1;
  const ageMs = prng.chance(0.04) ? prng.int(1, 60) * MS_PER_DAY : prng.int(-2, 120) * MS_PER_MINUTE;
  const type = prng.chance(0.01) ? 'unheard_of' : prng.pick(EVENT_TYPES);
  const event: SentEvent = {
    id: `evt_${habits.sentCount}`,
    time: instant(Math.max(0, at - ageMs)),
    type,
    value: drawValue(type, prng),
    label: prng.pick(LABELS),
  };
  habits.lastEvent = event;
  return event;
}

function drawValue(type: string, prng: Prng): string {
  if (type === 'transfer') return `${prng.int(1, 40_000_000)}`;
  if (type === 'sale') return (prng.int(0, 30_000) / 100).toFixed(2);
  if (type === 'member') return `${prng.pick([-1, 1, 1, 2])}`;
  return `${prng.int(1, 25)}`;
}
