import type { Meter } from '../catalog/meter.ts';
import { memberOf, readingOf, termsOf } from '../catalog/meter.ts';
import { passesFilters } from '../catalog/property-filter.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Refusal } from '../kernel/result.ts';
import { addMs, type Instant, MS_PER_DAY, MS_PER_MINUTE } from '../time/instant.ts';
import { judgeLateness, type LateUsage } from './late-policy.ts';

/** How far a client's clock may run ahead. */
export const MAX_FUTURE_MS = 5 * MS_PER_MINUTE;
/** How old an event may be when it arrives, unless the seller set otherwise. */
export const DEFAULT_LATE_WINDOW_MS = 35 * MS_PER_DAY;

export type QuarantineReason = 'unknown_customer' | 'unknown_meter' | 'late' | 'id_conflict';

export type EventVerdict =
  | {
      readonly outcome: 'accepted';
      readonly readings: readonly MeterReading[];
      /** Its own time, or a later one where that stands on an invoice and the next one is to have it. */
      readonly countedAt: Instant;
      /** It counts at a time that stands on an invoice: what was billed is to be looked at again. */
      readonly isCorrection: boolean;
    }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'quarantined'; readonly reason: QuarantineReason }
  | { readonly outcome: 'rejected'; readonly reasons: readonly Refusal[] };

export interface MeterReading {
  readonly meterId: string;
  readonly value: Decimal12;
  /** The value itself, for a meter that counts different ones. */
  readonly member?: string;
}

/** An event as received, with what is known about it. */
export interface EventFacts {
  readonly now: Instant;
  readonly time: Instant;
  readonly data: JsonObject;
  /** Meters whose event type is the event's. */
  readonly meters: readonly Meter[];
  readonly customerId: string | null;
  /** What is stored under the same source and id: nothing, the same content and time, or something else. */
  readonly stored: 'none' | 'same' | 'different';
  /** Usage before this moment stands on invoices; null where none does. */
  readonly billedThrough: Instant | null;
  readonly lateWindowMs: number;
  /** What becomes of an event before that moment: quarantine, unless the seller chose otherwise. */
  readonly late?: LateUsage;
}

/**
 * Says what happens to a usage event. A repetition is recognised before lateness, so that sending again is always safe.
 * What is wrong in itself is rejected; what we cannot place is kept in quarantine and never lost. A meter whose conditions
 * an event does not meet asks nothing of it: an event that no meter asks for is accepted and counts nowhere.
 */
export function judgeEvent(facts: EventFacts): EventVerdict {
  if (facts.stored === 'same') return { outcome: 'duplicate' };
  if (facts.stored === 'different') return { outcome: 'quarantined', reason: 'id_conflict' };
  const reasons: Refusal[] = [];
  if (facts.time > addMs(facts.now, MAX_FUTURE_MS)) {
    reasons.push({
      code: 'event.in_future',
      detail: 'The time lies more than five minutes ahead.',
      facts: {},
    });
  }
  const readings: MeterReading[] = [];
  for (const meter of facts.meters) {
    const { filters } = termsOf(meter);
    if (filters.length > 0 && !passesFilters(filters, facts.data)) continue;
    const reading = readingOf(meter, facts.data);
    const member = meter.aggregation === 'unique' ? memberOf(meter, facts.data) : null;
    if (!reading.ok) reasons.push(reading.refusal);
    else if (member === null) readings.push({ meterId: meter.id, value: reading.value });
    else if (member.ok) readings.push({ meterId: meter.id, value: reading.value, member: member.value });
    else reasons.push(member.refusal);
  }
  if (reasons.length > 0) return { outcome: 'rejected', reasons };
  if (facts.customerId === null) return { outcome: 'quarantined', reason: 'unknown_customer' };
  if (facts.meters.length === 0) return { outcome: 'quarantined', reason: 'unknown_meter' };
  const { now, time, billedThrough, lateWindowMs, late: policy = 'quarantine' } = facts;
  const lateness = judgeLateness({ now, time, billedThrough, lateWindowMs, policy });
  if (lateness.outcome === 'quarantine') return { outcome: 'quarantined', reason: 'late' };
  const { countedAt, isCorrection } = lateness;
  return { outcome: 'accepted', readings, countedAt, isCorrection };
}
