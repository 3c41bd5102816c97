import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { addMs, type Instant, instant, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { CURRENCIES } from './catalogue.ts';
import type { Prng } from './prng.ts';
import type { Card } from './provider.ts';

export interface CustomerPlan {
  readonly index: number;
  readonly id: string;
  readonly currency: CurrencyCode;
  readonly timeZone: string;
  readonly card: Card;
  readonly tax: 'none' | 'exclusive' | 'inclusive';
  readonly arrivesAt: Instant;
}

/** One thing a customer or their product does. Plans are named by their place in the offers. */
export type Command =
  | { readonly kind: 'start'; readonly offer: number; readonly seats: number; readonly inDays: number }
  | { readonly kind: 'change'; readonly offer: number; readonly when: 'now' | 'period_end' | 'by_direction' }
  | { readonly kind: 'unschedule' }
  | { readonly kind: 'seats'; readonly seats: number }
  | { readonly kind: 'cancel'; readonly when: 'now' | 'period_end'; readonly creditUnused: boolean }
  | { readonly kind: 'undo_cancel' }
  | { readonly kind: 'refund'; readonly share: number }
  /** The customer tries to pay what is open, whatever else is under way. */
  | { readonly kind: 'pay' }
  | { readonly kind: 'event'; readonly event: SentEvent };

/** A usage event as the customer's product sends it. */
export interface SentEvent {
  readonly id: string;
  readonly time: Instant;
  readonly type: 'call' | 'transfer' | 'unheard_of';
  readonly bytes: number;
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
  'Pacific/Auckland',
];

export function drawCustomer(index: number, start: Instant, spanMs: number, prng: Prng): CustomerPlan {
  const arrivesAt = instant(start + Math.floor(prng.next() ** 2 * spanMs * 0.7));
  const luck = prng.next();
  const card: Card =
    luck < 0.75
      ? { kind: 'good' }
      : luck < 0.85
        ? { kind: 'flaky' }
        : luck < 0.93
          ? { kind: 'three_d_secure' }
          : { kind: 'dying', diesAt: addMs(arrivesAt, prng.int(30, 400) * MS_PER_DAY) };
  const currency = prng.pick(CURRENCIES);
  return {
    index,
    id: `cus_${index}`,
    currency,
    timeZone: prng.pick(ZONES),
    card,
    tax: currency === currencyCode('USD') ? 'none' : prng.chance(0.3) ? 'inclusive' : 'exclusive',
    arrivesAt,
  };
}

/** The habits of one customer; each has its own stream, so that one customer's story does not depend on another's. */
export interface CustomerHabits {
  readonly prng: Prng;
  sentCount: number;
  lastEvent: SentEvent | null;
}

/** What a customer does on the day that begins at `dayStart`, in order of time. `live`: they have a running subscription. */
export function drawDay(habits: CustomerHabits, dayStart: Instant, live: boolean): readonly DrawnCommand[] {
  const { prng } = habits;
  const drawn: DrawnCommand[] = [];
  const moment = () => addMs(dayStart, prng.int(0, MS_PER_DAY / MS_PER_MINUTE - 1) * MS_PER_MINUTE);
  const add = (probability: number, command: () => Command) => {
    if (prng.chance(probability)) drawn.push({ at: moment(), command: command() });
  };
  if (!live) {
    add(0.01, () => startCommand(prng));
  } else {
    add(0.006, () => ({
      kind: 'change',
      offer: prng.int(0, 7),
      when: prng.pick(['now', 'period_end', 'by_direction'] as const),
    }));
    add(0.001, () => ({ kind: 'unschedule' }));
    add(0.006, () => ({ kind: 'seats', seats: prng.int(1, 15) }));
    add(0.002, () => ({
      kind: 'cancel',
      when: prng.chance(0.6) ? 'period_end' : 'now',
      creditUnused: prng.chance(0.5),
    }));
    add(0.004, () => ({ kind: 'undo_cancel' }));
    if (prng.chance(0.003)) {
      const at = moment();
      drawn.push({ at, command: { kind: 'refund', share: prng.int(1, 100) } });
      // Some ask again for more of the same payment.
      if (prng.chance(0.4)) drawn.push({ at, command: { kind: 'refund', share: prng.int(1, 100) } });
    }
  }
  add(0.05, () => ({ kind: 'pay' }));
  if (prng.chance(0.3)) {
    for (let count = prng.int(1, 4); count > 0; count -= 1) {
      const at = moment();
      drawn.push({ at, command: { kind: 'event', event: drawEvent(habits, at) } });
    }
  }
  return drawn.sort((left, right) => left.at - right.at);
}

export function startCommand(prng: Prng): Command {
  return {
    kind: 'start',
    offer: prng.int(0, 7),
    seats: prng.int(1, 12),
    inDays: prng.chance(0.1) ? prng.int(1, 20) : 0,
  };
}

function drawEvent(habits: CustomerHabits, at: Instant): SentEvent {
  const { prng, lastEvent } = habits;
  if (lastEvent !== null && prng.chance(0.05)) return lastEvent;
  if (lastEvent !== null && prng.chance(0.01)) return { ...lastEvent, bytes: lastEvent.bytes + 1 };
  habits.sentCount += 1;
  const ageMs = prng.chance(0.04) ? prng.int(1, 60) * MS_PER_DAY : prng.int(-2, 120) * MS_PER_MINUTE;
  const event: SentEvent = {
    id: `evt_${habits.sentCount}`,
    time: instant(Math.max(0, at - ageMs)),
    type: prng.chance(0.01) ? 'unheard_of' : prng.chance(0.6) ? 'call' : 'transfer',
    bytes: prng.int(1, 40_000_000),
  };
  habits.lastEvent = event;
  return event;
}
