import { settleUnits } from '@billhook/core/entitlements/units';
import { DECIMAL12_SCALE, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addMs } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { listFeatures, listMeters, type StoredFeature, type StoredMeter } from '../../catalog/api.ts';
import { creditStandings, settleHold } from '../../credits/api.ts';
import { lockCustomers, shareCustomers } from '../../customers/api.ts';
import { changeHeld, dropBurnMarks, ingestEvents, lockCountersOf, type UsageEvent } from '../../usage/api.ts';
import { type Access, judge, loadAccess } from '../access.ts';
import { billOverage } from '../overage.ts';
import { presentRight } from '../present.ts';
import { findReservation, lockReservations, type Reservation, saveReservations } from '../reservations.ts';
import { storedTimes, uncountedFault, unitEvent } from '../unit-events.ts';

export type SettleAsked = {
  quantity: Decimal12;
  eventId: string;
  keep: Decimal12;
  expiresInMs: number | null;
};

type Open = { reservation: Reservation; feature: StoredFeature; meter: StoredMeter };

/** How many events one settlement of a meter that counts events may stand for. */
const MAX_EVENTS = 10_000;
const EVENTS_AT_ONCE = 1_000;

/**
 * Counts what was used of a reservation, keeps what is still needed and gives the rest back, in one step. The usage is
 * counted once for its event id: repeating it changes nothing.
 */
export async function settle(ctx: CommandCtx, id: string, asked: SettleAsked) {
  const open = await lock(ctx, id);
  const { reservation, meter } = open;
  const events = eventsOf(ctx, open, asked);
  const [first] = events;
  const before =
    first === undefined ? undefined : (await storedTimes(ctx, [first.eventId])).get(first.eventId);
  if (first !== undefined && before !== undefined) {
    const same = unitEvent({ ...factsOf(open, asked), eventId: first.eventId, timeMs: before.time });
    if (same.contentHash === before.contentHash) return present(ctx, open, reservation);
    refuse('idempotency.key_reused', `Something else was counted under ${asked.eventId}.`);
  }
  if (hasExpired(ctx, reservation))
    refuse('reservation.expired', 'The time of the reservation is over; what it held was given back.');
  const settlement = settleUnits(reservation.held, asked.quantity, asked.keep);
  if (settlement === null) {
    refuse('reservation.exceeded', 'The reservation holds less than what is settled and kept together.');
  }
  for (let start = 0; start < events.length; start += EVENTS_AT_ONCE) {
    const verdicts = await ingestEvents(ctx, events.slice(start, start + EVENTS_AT_ONCE));
    invariant(
      verdicts.every(({ outcome }) => outcome === 'accepted'),
      `What is settled of ${meter.key} counts.`,
    );
  }
  const changed: Reservation = {
    ...reservation,
    held: settlement.kept,
    settled: decimal12FromScaled(reservation.settled + settlement.counted),
    expiresAt: asked.expiresInMs === null ? reservation.expiresAt : addMs(ctx.wallNow, asked.expiresInMs),
  };
  await payAhead(ctx, open, { events, each: factsOf(open, asked).quantity, kept: settlement.kept });
  await save(ctx, open, changed);
  return present(ctx, open, changed);
}

/** Gives back what a reservation still holds; again changes nothing. */
export async function release(ctx: CommandCtx, id: string) {
  const open = await lock(ctx, id);
  const nothing = decimal12FromScaled(0n);
  const changed = { ...open.reservation, held: nothing };
  await payAhead(ctx, open, { events: [], each: nothing, kept: nothing });
  await save(ctx, open, changed);
  return present(ctx, open, changed);
}

/** What credits were promised for is paid for by them alone, and not once more as other usage is. */
async function payAhead(
  ctx: CommandCtx,
  { reservation, feature, meter }: Open,
  { events, each, kept }: { events: readonly UsageEvent[]; each: Decimal12; kept: Decimal12 },
): Promise<void> {
  if (!meter.burnsCredits) return;
  const { id: reservationId, customerId } = reservation;
  const own = { customerId, featureId: feature.id };
  const uses = events.map(({ source, eventId, time }) => ({
    ...own,
    source,
    eventId,
    quantity: each,
    at: time,
  }));
  const payments = await settleHold(ctx, { ...own, reservationId, uses, kept });
  if (payments === null) return;
  await dropBurnMarks(
    ctx,
    uses.map(({ source, eventId }) => ({ customerId, source, eventId })),
  );
  await billOverage(ctx, payments);
}

const hasExpired = (ctx: CommandCtx, { onExpiry, expiresAt }: Reservation) =>
  onExpiry === 'release' && expiresAt <= ctx.wallNow;

/** Locks customer, reservation and counters, in the order in which everyone does. */
async function lock(ctx: CommandCtx, id: string): Promise<Open> {
  const found = await findReservation(ctx, id);
  const none = () => refuse('reservation.not_found', 'There is no such reservation.');
  if (found === undefined) return none();
  const feature = (await listFeatures(ctx)).find((candidate) => candidate.id === found.featureId);
  const meter = (await listMeters(ctx)).find((candidate) => candidate.id === found.meterId);
  // Credits are spent under the full lock of their customer.
  if (meter?.burnsCredits === true) await lockCustomers(ctx, [found.customerId]);
  else await shareCustomers(ctx, [found.customerId]);
  const [reservation] = await lockReservations(ctx, [id]);
  if (reservation === undefined || feature === undefined || meter === undefined) return none();
  await lockCountersOf(ctx, [reservation.customerId]);
  return { reservation, feature, meter };
}

async function save(ctx: CommandCtx, { reservation, meter }: Open, changed: Reservation): Promise<void> {
  await saveReservations(ctx, [changed]);
  const key = { customerId: reservation.customerId, meter, window: reservation.window };
  await changeHeld(ctx, [{ key, by: changed.held - reservation.held }]);
}

const factsOf = ({ reservation, meter }: Open, { quantity }: SettleAsked) => ({
  meter,
  subject: encodeTypeId('cus', reservation.customerId),
  quantity: meter.valueProperty === null ? (DECIMAL12_SCALE as Decimal12) : quantity,
  data: reservation.data,
});

/** One event of the quantity, or for a meter that counts events as many as were used. */
function eventsOf(ctx: CommandCtx, open: Open, asked: SettleAsked) {
  const facts = { ...factsOf(open, asked), timeMs: ctx.now };
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

async function present(ctx: CommandCtx, { feature }: Open, reservation: Reservation) {
  const { customerId, subject } = reservation;
  const access = (await loadAccess(ctx, [customerId], { subject })).get(customerId) as Access;
  const zero = decimal12FromScaled(0n);
  const left = (await creditStandings(ctx, [customerId]))(customerId, feature.id, zero);
  const standing = presentRight(feature, judge(ctx, access, feature, zero), left);
  return { reservation, standing };
}
