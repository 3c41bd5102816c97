import { memberOf, readingOf, termsOf } from '@billhook/core/catalog/meter';
import { passesFilters } from '@billhook/core/catalog/property-filter';
import { DECIMAL12_SCALE, type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { Refusal } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { StoredFeature, StoredMeter, Words } from '../catalog/api.ts';
import { eventDigest, readEvent, storedContent, type UsageEvent } from '../usage/api.ts';

/** Events of track, consume and settle share one source, so that an event id is counted once whichever of them sends it. */
export const TRACK_SOURCE = 'track';

export type UnitFacts = {
  meter: StoredMeter;
  subject: string;
  quantity: Decimal12;
  eventId: string;
  timeMs: number;
  /** What it says beside the quantity: what the meter's conditions and groups go by, and who used it. */
  data: JsonObject;
};

/** The event that counts units of a meter. What the contract has checked is looked at again only where it holds words. */
export function unitEvent(facts: UnitFacts): UsageEvent {
  const { meter, subject, quantity, eventId, timeMs, data } = facts;
  for (const _ in data) return worded(facts);
  const units = unitsIn(meter, quantity);
  const event = {
    source: TRACK_SOURCE,
    eventId,
    type: meter.eventType,
    subject,
    time: instant(timeMs),
    data: units,
    json: JSON.stringify(units),
  };
  return { ...event, contentHash: eventDigest(event) };
}

function worded({ meter, subject, quantity, eventId, timeMs, data }: UnitFacts): UsageEvent {
  const read = readEvent({
    specversion: '1.0',
    id: eventId,
    source: TRACK_SOURCE,
    type: meter.eventType,
    subject,
    time: iso(timeMs),
    data: { ...data, ...unitsIn(meter, quantity) },
  });
  invariant(read.ok, 'An event that we made is sound.');
  return read.event;
}

function unitsIn({ valueProperty }: StoredMeter, quantity: Decimal12): JsonObject {
  return valueProperty === null ? {} : { [valueProperty]: formatDecimal12(quantity) };
}

/** What an event says of a feature: the caller's words, and the member or device where it is counted for each. */
export function dataOf(
  { subjectProperty }: StoredFeature,
  data: JsonObject,
  subject: string | null,
): JsonObject {
  return subjectProperty === null || subject === null ? data : { ...data, [subjectProperty]: subject };
}

/**
 * Units whose event the meter would not count, as they would be given away for nothing, or that another meter of its type could not
 * read, which rejects it for all.
 */
export function uncountedFault(
  meter: StoredMeter,
  { metersByType }: Pick<Words, 'metersByType'>,
  { data, quantity }: Pick<UnitFacts, 'data' | 'quantity'>,
): Refusal | undefined {
  const said = { ...data, ...unitsIn(meter, quantity) };
  const isAsked = passesFilters(termsOf(meter).filters, said);
  const reading = readingOf(meter, said);
  // The number is ours to write, so that it is too large is all that can be wrong with it (law I568).
  if (!reading.ok && reading.refusal.code === 'meter.value_malformed') {
    const { detail } = reading.refusal;
    const faults = [{ pointer: '/quantity', code: 'quantity.too_large', detail }];
    return new Refusal('request.invalid', detail, { faults });
  }
  if (!reading.ok) return notCounted(reading.refusal.detail);
  if (!isAsked)
    return notCounted(
      `The meter ${meter.key} counts only events that meet its conditions; say in data what they go by.`,
    );
  const others = metersByType.get(meter.eventType) ?? [];
  if (others.length < 2) return undefined;
  for (const other of others) {
    const refusal = other.id === meter.id ? undefined : unreadBy(other, said);
    if (refusal !== undefined)
      return notCounted(`The meter ${other.key} counts events of the same type. ${refusal}`);
  }
  return undefined;
}

function unreadBy(meter: StoredMeter, said: JsonObject): string | undefined {
  if (!passesFilters(termsOf(meter).filters, said)) return undefined;
  const reading = readingOf(meter, said);
  if (!reading.ok) return reading.refusal.detail;
  const member = meter.aggregation === 'unique' ? memberOf(meter, said) : reading;
  return member.ok ? undefined : member.refusal.detail;
}

function notCounted(detail: string): Refusal {
  const faults = [{ pointer: '/data', code: 'data.not_counted', detail }];
  return new Refusal('feature.not_consumable', detail, { faults });
}

/** A meter that counts events takes one unit at a time. */
export function unitFault(meter: StoredMeter, quantity: Decimal12): Refusal | undefined {
  const countsEvents = meter.valueProperty === null || meter.aggregation === 'unique';
  if (!countsEvents || quantity === DECIMAL12_SCALE) return undefined;
  const detail = `The meter ${meter.key} counts events, so one event is a quantity of 1.`;
  return new Refusal('request.invalid', detail, {
    faults: [{ pointer: '/quantity', code: 'quantity.not_one', detail }],
  });
}

/** When events with these ids were counted, and the digest of their content. */
export async function storedTimes(
  ctx: QueryCtx,
  eventIds: readonly string[],
): Promise<Map<string, { time: number; contentHash: string }>> {
  const rows = await storedContent(ctx, TRACK_SOURCE, eventIds);
  return new Map(rows.map((row) => [row.event_id, { time: row.time, contentHash: row.content_hash }]));
}
