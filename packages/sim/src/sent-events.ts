import { type Instant, instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { LABELS } from './prices.ts';
import type { Prng } from './prng.ts';

/** A usage event as the customer's product sends it; `value` is a decimal text, as it travels. */
export interface SentEvent {
  readonly id: string;
  readonly time: Instant;
  readonly type: string;
  readonly value: string;
  readonly label: string;
}

/** The habits of one customer; each has its own stream, so that one customer's story does not depend on another's. */
export interface CustomerHabits {
  readonly prng: Prng;
  /** Of what came to be drawn later, so that what else a seed plays stays as it is. */
  readonly later: Prng;
  sentCount: number;
  lateCount: number;
  lastEvent: SentEvent | null;
}

const EVENT_TYPES = ['call', 'call', 'transfer', 'sale', 'sale', 'request', 'level', 'member'] as const;

/** An event that is sent at a moment: new, sent again, or sent again with other content. */
export function drawEvent(habits: CustomerHabits, at: Instant): SentEvent {
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

/**
 * An event of a time that may stand on an invoice, drawn of what came later; now and then it comes twice. Some take back
 * what was sent before.
 */
export function drawLateEvent(habits: CustomerHabits, at: Instant): SentEvent {
  const { later } = habits;
  habits.lateCount += 1;
  const type = later.pick(EVENT_TYPES);
  const sign = type === 'transfer' && habits.lateCount % 2 === 0 ? '-' : '';
  return {
    id: `late_${habits.lateCount - (later.chance(0.03) ? 1 : 0)}`,
    time: instant(Math.max(0, at - later.int(1, 36 * 24) * MS_PER_HOUR)),
    type,
    value: `${sign}${drawValue(type, later)}`,
    label: later.pick(LABELS),
  };
}

function drawValue(type: string, prng: Prng): string {
  if (type === 'transfer') return `${prng.int(1, 40_000_000)}`;
  if (type === 'sale') return (prng.int(0, 30_000) / 100).toFixed(2);
  if (type === 'member') return `${prng.pick([-1, 1, 1, 2])}`;
  return `${prng.int(1, 25)}`;
}
