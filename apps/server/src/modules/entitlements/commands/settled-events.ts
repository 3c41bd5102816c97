import { DECIMAL12_SCALE, type Decimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import { refuse } from '../../../platform/refuse.ts';
import type { StoredFeature, StoredMeter, Words } from '../../catalog/api.ts';
import type { UsageEvent } from '../../usage/api.ts';
import type { Reservation } from '../reservations.ts';
import { uncountedFault, unitEvent } from '../unit-events.ts';

export type SettleAsked = {
  kind: 'settle';
  id: string;
  quantity: Decimal12;
  eventId: string;
  keep: Decimal12;
  expiresInMs: number | null;
};

/** A reservation with what it is of, in the words of the catalogue. */
export type OpenReservation = { reservation: Reservation; feature: StoredFeature; meter: StoredMeter };

/** How many events one settlement of a meter that counts events may stand for. */
const MAX_EVENTS = 10_000;

const factsOf = ({ reservation, meter }: OpenReservation, { quantity }: SettleAsked) => ({
  meter,
  subject: encodeTypeId('cus', reservation.customerId),
  quantity: unitsOfEvent(meter, quantity),
  data: reservation.data,
});

/** What each event of a settlement counts. */
export function unitsOfEvent({ valueProperty }: StoredMeter, quantity: Decimal12): Decimal12 {
  return valueProperty === null ? (DECIMAL12_SCALE as Decimal12) : quantity;
}

/**
 * One event of the quantity, or for a meter that counts events as many as were used. Refuses with
 * `feature.not_consumable` and `request.invalid`.
 */
export function eventsOf(
  open: OpenReservation,
  asked: SettleAsked,
  words: Pick<Words, 'metersByType'>,
  at: Instant,
): UsageEvent[] {
  const facts = { ...factsOf(open, asked), timeMs: at };
  if (asked.quantity === 0n) return [];
  const fault = uncountedFault(open.meter, words, facts);
  if (fault !== undefined) throw fault;
  if (open.meter.valueProperty !== null) return [unitEvent({ ...facts, eventId: asked.eventId })];
  const count = Number(asked.quantity / DECIMAL12_SCALE);
  if (asked.quantity % DECIMAL12_SCALE !== 0n || count > MAX_EVENTS) {
    const detail = `The meter ${open.meter.key} counts events: settle whole ones, up to ${MAX_EVENTS} at once.`;
    refuse('request.invalid', detail, {
      faults: [{ pointer: '/quantity', code: 'quantity.not_whole', detail }],
    });
  }
  return Array.from({ length: count }, (_, index) =>
    unitEvent({ ...facts, eventId: nameOf(asked.eventId, index + 1) }),
  );
}

/** The first event has the id that was sent, whatever comes after it: under one id one settlement counts. */
const nameOf = (eventId: string, position: number) => (position === 1 ? eventId : `${eventId}#${position}`);

/** The first of several events was named so before; what was settled then is known by it. */
const firstOnceNamed = (eventId: string) => `${eventId}#1`;

const countOf = ({ quantity }: SettleAsked) => Number(quantity / DECIMAL12_SCALE);

/** The ids by which what was counted under the id of a settlement is known: its first event, its last, and none after it. */
export function idsOfSettlement(asked: SettleAsked): string[] {
  const { eventId } = asked;
  const ids = [
    eventId,
    firstOnceNamed(eventId),
    nameOf(eventId, countOf(asked)),
    nameOf(eventId, countOf(asked) + 1),
  ];
  return [...new Set(ids)];
}

export type StoredEvents = ReadonlyMap<string, { readonly time: number; readonly contentHash: string }>;

/** Whether a settlement was counted before: `other` if something else, or another number of events, stands under its id. */
export function settledBefore(
  open: OpenReservation,
  asked: SettleAsked,
  stored: StoredEvents,
): 'never' | 'same' | 'other' {
  const { eventId } = asked;
  const isOne = open.meter.valueProperty !== null;
  // Of a measured quantity there is one event, and what is named alike is somebody else's.
  const name = isOne || stored.has(eventId) ? eventId : firstOnceNamed(eventId);
  const before = stored.get(name);
  if (before === undefined) return 'never';
  const count = countOf(asked);
  const isWhole = isOne || (stored.has(nameOf(eventId, count)) && !stored.has(nameOf(eventId, count + 1)));
  const same = unitEvent({ ...factsOf(open, asked), eventId: name, timeMs: before.time });
  return isWhole && same.contentHash === before.contentHash ? 'same' : 'other';
}
