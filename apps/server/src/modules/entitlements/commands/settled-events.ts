import { DECIMAL12_SCALE, type Decimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import { refuse } from '../../../platform/refuse.ts';
import type { StoredFeature, StoredMeter } from '../../catalog/api.ts';
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
export function eventsOf(open: OpenReservation, asked: SettleAsked, at: Instant): UsageEvent[] {
  const facts = { ...factsOf(open, asked), timeMs: at };
  if (asked.quantity === 0n) return [];
  const fault = uncountedFault(open.meter, facts.data, facts.quantity);
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
    unitEvent({ ...facts, eventId: count === 1 ? asked.eventId : `${asked.eventId}#${index + 1}` }),
  );
}

/** Whether the first event of a settlement is the very one that is stored under its id. */
export function isSameEvent(
  open: OpenReservation,
  asked: SettleAsked,
  { eventId }: UsageEvent,
  before: { time: number; contentHash: string },
): boolean {
  const same = unitEvent({ ...factsOf(open, asked), eventId, timeMs: before.time });
  return same.contentHash === before.contentHash;
}
