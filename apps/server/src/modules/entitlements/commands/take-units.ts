import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { addMs } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { Refusal } from '../../../platform/refuse.ts';
import type { Words } from '../../catalog/api.ts';
import {
  type CreditBook,
  insertHolds,
  openCreditBook,
  type Payment,
  paidBefore,
  paidNow,
} from '../../credits/api.ts';
import { findBySubject, lockCustomers, shareBySubject } from '../../customers/api.ts';
import {
  changeCounters,
  dropBurnMarks,
  type Ground,
  groundOf,
  ingestOn,
  type LockedCounters,
  lockCountersOf,
  measuresOf,
  type UsageEvent,
} from '../../usage/api.ts';
import { judge } from '../access.ts';
import { insertReservations } from '../add-reservations.ts';
import { burnsBeside, burnWaiting } from '../burning.ts';
import { grantedNow } from '../granted-memory.ts';
import { billOverage } from '../overage.ts';
import { presentRight } from '../present.ts';
import type { Reservation } from '../reservations.ts';
import {
  CountersMissing,
  keyOfRight,
  openAccounts,
  type UnitAccounts,
  type UnitRight,
} from '../unit-accounts.ts';
import { TRACK_SOURCE, unitEvent } from '../unit-events.ts';
import { isWorthLooking } from '../unit-watch.ts';
import { ALL_TIME } from '../unit-windows.ts';
import {
  type ConsumeAsked,
  type Found,
  findUnits,
  type ReserveAsked,
  type UnitsAsked,
} from './find-units.ts';
import { type Done, RepeatSuspected, whatWasDone } from './repeated-units.ts';
import { openChanges } from './unit-changes.ts';

export type UnitsAnswer = {
  /** `refused`: there is not as much left. `known`: it was done before, under the same id. */
  outcome: 'done' | 'known' | 'refused';
  reservation: Reservation | null;
  standing: ReturnType<typeof presentRight>;
  /** What credits paid for it. */
  paid: Paid;
};
export type Paid = Awaited<ReturnType<typeof paidBefore>>[number];

/** What decides: counters of limits and credits, as they move while requests are decided one after the other. */
export type Books = { accounts: UnitAccounts; credits: CreditBook | null; locked: LockedCounters };

/** What the answers to a piece of work stand on when they are written. */
type Standing = { credits: CreditBook | null; ground: Ground; locked: LockedCounters };

export type Decided = Found & {
  outcome: UnitsAnswer['outcome'];
  event?: UsageEvent;
  reservation?: Reservation;
  /** Left out where credits alone give the feature. */
  right?: UnitRight;
  payment?: Payment;
  /** Credits that are promised to the reservation. */
  promised?: readonly ConsumptionPart[];
  /** Its customer's limits are to be looked at. */
  isWatched?: boolean;
};

/**
 * Takes units for many callers in one transaction: each is decided after those before it, with their counters locked,
 * so that a limit that blocks is never passed. Usage, counters, holds and dedupe marks are written together. One answer
 * or one refusal an item, in their order.
 *
 * @param looksFirst whether what was done under the same ids is looked up before
 * @param learn told after the commit who was asked for, and the counters as they were before
 * @throws CountersMissing if a window was never asked for units before; nothing is written then
 * @throws RepeatSuspected if something may have been done before and nobody looked; nothing is to stand then
 */
export async function takeUnits(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  words: Words,
  looksFirst: boolean,
  learn?: (customers: ReadonlyMap<string, string>, locked: LockedCounters) => void,
): Promise<(UnitsAnswer | Refusal)[]> {
  const customers = await lockAsked(ctx, asked, words);
  const credits = await openCredits(ctx, asked, customers, words);
  const customerIds = [...new Set(customers.values())].sort();
  // Sent together, run in this order: what was done is looked up once nobody else can do it for the same counters.
  const [access, locked, done, ground] = await Promise.all([
    grantedNow(ctx, customerIds, words),
    lockCountersOf(ctx, customerIds),
    whatWasDone(ctx, looksFirst ? asked : []),
    groundOfUnits(ctx, asked, customers, words),
  ]);
  if (learn !== undefined) ctx.afterCommit(() => learn(customers, locked));
  const found = asked.map((item) => findUnits(item, customers, words, access));
  const known = found.flatMap((item) => (item instanceof Refusal ? [] : [item]));
  const accounts = await openAccounts(
    ctx,
    known.flatMap(({ rights }) => rights),
    locked,
  );
  const decided = found.map((item) =>
    item instanceof Refusal ? item : decide(ctx, item, { accounts, credits, locked }, done),
  );
  if (!looksFirst) await suspectRefused(ctx, known, decided);
  const taken = decided.flatMap((item) => (item instanceof Refusal ? [] : [item]));
  const lost = await write(ctx, taken, { credits, ground, locked });
  if (!looksFirst && lost.size > 0) throw new RepeatSuspected();
  const paid = await paidFor(ctx, taken);
  return decided.map((item) => {
    if (item instanceof Refusal) return item;
    return (
      lost.get(item) ?? {
        ...answerOf(ctx, item, { accounts, credits }),
        paid: paid.get(item) ?? null,
      }
    );
  });
}

/** What is refused may have been done before, and a repetition is answered as the first was. */
async function suspectRefused(
  ctx: CommandCtx,
  known: readonly Found[],
  decided: readonly (Decided | Refusal)[],
): Promise<void> {
  const isDone = new Set(
    decided.flatMap((item) => (item instanceof Refusal || item.outcome === 'refused' ? [] : [item.asked])),
  );
  const refused = known.flatMap(({ asked }) => (isDone.has(asked) ? [] : [asked]));
  if (refused.length === 0) return;
  const { events, reservations } = await whatWasDone(ctx, refused);
  if (events.size + reservations.size > 0) throw new RepeatSuspected();
}

/** What events stand on that count units; nothing where units are only held. */
function groundOfUnits(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  customers: ReadonlyMap<string, string>,
  words: Words,
): Promise<Ground> {
  const counting = asked.some(({ kind }) => kind === 'consume') ? customers : new Map<string, string>();
  return groundOf(ctx, { customers: counting, ...measuresOf(words) });
}

/** Credits are spent under the full lock of their customers, units under a share of it; all in one order. */
async function lockAsked(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  words: Words,
): Promise<ReadonlyMap<string, string>> {
  const named = asked.map(({ customer }) => customer);
  if (!asked.some((item) => costsCredits(item, words))) return shareBySubject(ctx, named);
  const customers = await findBySubject(ctx, named);
  await lockCustomers(ctx, [...new Set(customers.values())]);
  return customers;
}

export function costsCredits({ feature }: UnitsAsked, { featuresByKey, meters }: Words): boolean {
  return meters.get(featuresByKey.get(feature)?.meterId ?? '')?.burnsCredits === true;
}

/** The credits of those who ask for what costs some, after all that waits has been paid. Null where nobody does. */
async function openCredits(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  customers: ReadonlyMap<string, string>,
  words: Words,
): Promise<CreditBook | null> {
  const paying = asked.filter((item) => costsCredits(item, words));
  const customerIds = [...new Set(paying.flatMap(({ customer }) => customers.get(customer) ?? []))].sort();
  if (customerIds.length === 0) return null;
  await burnWaiting(ctx, customerIds);
  return openCreditBook(ctx, customerIds);
}

export function decide(ctx: CommandCtx, item: Found, books: Books, done: Done): Decided | Refusal {
  const { asked } = item;
  return asked.kind === 'consume'
    ? decideConsume(ctx, { ...item, asked }, books, done)
    : decideReserve(ctx, { ...item, asked }, books, done);
}

function decideConsume(
  ctx: CommandCtx,
  item: Found<ConsumeAsked>,
  { accounts, credits }: Books,
  done: Done,
): Decided | Refusal {
  const { asked, customerId, feature, meter, rights, data } = item;
  const before = done.events.get(asked.eventId);
  const facts = { meter, subject: asked.customer, quantity: asked.quantity, eventId: asked.eventId, data };
  if (before !== undefined) {
    const same = unitEvent({ ...facts, timeMs: before.time }).contentHash === before.contentHash;
    return same ? { ...item, outcome: 'known' } : reused(asked.eventId);
  }
  const cost = credits?.standing(customerId, feature.id, asked.quantity) ?? null;
  const grant = accounts.grant(rights, asked.quantity);
  // Where nothing grants the feature, credits alone may.
  if (grant === undefined && (cost === null || rights.length > 0)) return { ...item, outcome: 'refused' };
  if (cost !== null && asked.quantity > 0n && !cost.isCovered && cost.beyond === 'block')
    return { ...item, outcome: 'refused' };
  const event = unitEvent({ ...facts, timeMs: ctx.now });
  if (grant !== undefined) accounts.count(grant.right, asked.quantity, event.data);
  done.events.set(asked.eventId, { time: event.time, contentHash: event.contentHash });
  const use = { customerId, featureId: feature.id, quantity: asked.quantity, at: event.time };
  const payment = credits?.spend({ ...use, source: event.source, eventId: event.eventId }) ?? null;
  return {
    ...item,
    outcome: 'done',
    event,
    isWatched: grant === undefined || isWorthLooking(ctx, item, accounts),
    ...(grant === undefined ? {} : { right: grant.right }),
    ...(payment === null ? {} : { payment }),
  };
}

function decideReserve(
  ctx: CommandCtx,
  item: Found<ReserveAsked>,
  { accounts, credits, locked }: Books,
  done: Done,
): Decided | Refusal {
  const { asked, customerId, feature, meter, rights, data } = item;
  const before = done.reservations.get(asked.key);
  if (before !== undefined) {
    const same =
      before.customerId === customerId &&
      before.featureId === feature.id &&
      before.subject === subjectOf(item);
    return same ? { ...item, outcome: 'known', reservation: before } : reused(asked.key);
  }
  const cost = credits?.standing(customerId, feature.id, asked.quantity) ?? null;
  const own = { requested: asked.quantity, minimum: asked.minimum };
  const payable =
    cost === null ? own.requested : (credits?.covers(customerId, feature.id, own) ?? own.requested);
  if (payable === 0n) return { ...item, outcome: 'refused' };
  const grant = accounts.grant(rights, payable, own.minimum < payable ? own.minimum : payable);
  // Where nothing grants the feature, credits alone may; its units are held in the counter that never ends.
  if (grant === undefined && (cost === null || rights.length > 0)) return { ...item, outcome: 'refused' };
  const key = grant === undefined ? { customerId, meter, window: ALL_TIME } : keyOfRight(grant.right);
  if (locked.find(key) === undefined) throw new CountersMissing([key]);
  const granted = grant?.granted ?? payable;
  const promised = cost === null ? null : (credits?.hold(customerId, feature.id, granted) ?? null);
  const reservation: Reservation = {
    id: ctx.newId(),
    customerId,
    featureId: feature.id,
    meterId: meter.id,
    window: key.window,
    subject: subjectOf(item),
    data,
    key: asked.key,
    granted,
    held: granted,
    settled: decimal12FromScaled(0n),
    onExpiry: asked.onExpiry,
    expiresAt: addMs(ctx.wallNow, asked.expiresInMs),
    createdAt: ctx.wallNow,
  };
  if (grant !== undefined) accounts.hold(grant.right, granted);
  done.reservations.set(asked.key, reservation);
  return {
    ...item,
    outcome: 'done',
    reservation,
    ...(grant === undefined ? {} : { right: grant.right }),
    ...(promised === null ? {} : { promised }),
  };
}

const subjectOf = ({ feature, asked }: Found) =>
  feature.subjectProperty === null ? null : (asked.subject ?? null);

const reused = (id: string) =>
  new Refusal('idempotency.key_reused', `Something else was asked for under ${id}.`);

/** @returns what another process did first under the same id, by item: that stands instead */
async function write(
  ctx: CommandCtx,
  decided: readonly Decided[],
  { credits, ground, locked }: Standing,
): Promise<Map<Decided, Refusal>> {
  const lost = new Map<Decided, Refusal>();
  const changes = openChanges(locked);
  const fresh = decided.filter(({ outcome }) => outcome === 'done');
  const counted = fresh.filter((item) => item.event !== undefined);
  const events = counted.flatMap(({ event }) => event ?? []);
  const watched = new Set(counted.flatMap((item) => (item.isWatched === true ? [item.customerId] : [])));
  const verdicts = events.length === 0 ? [] : await ingestOn(ctx, events, { ...ground, watched });
  counted.forEach((item, index) => {
    const verdict = verdicts[index];
    invariant(verdict?.outcome !== 'rejected', 'An event that we made is sound.');
    if (verdict?.outcome === 'accepted') changes.count(item, verdict);
    else lost.set(item, reused(item.event?.eventId ?? ''));
  });
  await pay(
    ctx,
    counted.filter((item) => !lost.has(item)),
    { credits, ground },
  );
  const held = fresh.flatMap((item) =>
    item.reservation === undefined ? [] : [{ item, reservation: item.reservation }],
  );
  const added = await insertReservations(
    ctx,
    held.map(({ reservation }) => reservation),
  );
  const kept = held.filter(({ reservation }) => added.has(reservation.key));
  for (const { item, reservation } of held) {
    if (added.has(reservation.key)) changes.hold(reservation, item.meter, reservation.granted);
    else lost.set(item, reused(reservation.key));
  }
  await insertHolds(
    ctx,
    kept.flatMap(({ item: { customerId, promised }, reservation }) =>
      promised === undefined ? [] : [{ reservationId: reservation.id, customerId, parts: promised }],
    ),
  );
  // They are locked and each is there, so nothing has to be learnt from how this ends.
  ctx.unawaited(changeCounters(ctx, changes.all()));
  return lost;
}

/** Writes what pays for the events that were counted, in place of paying for them later; what other meters burn is left to that. */
async function pay(
  ctx: CommandCtx,
  counted: readonly Decided[],
  { credits, ground }: Pick<Standing, 'credits' | 'ground'>,
): Promise<void> {
  if (credits === null) return;
  const payments = counted.flatMap(({ payment }) => payment ?? []);
  const whole = counted.filter(({ meter }) => !burnsBeside(meter, ground.meters));
  await dropBurnMarks(
    ctx,
    whole.flatMap(({ payment }) => (payment === undefined ? [] : [markOf(payment)])),
  );
  await credits.write(payments);
  await billOverage(ctx, payments);
}

const markOf = ({ consumption: { customerId, eventId } }: Payment) => ({
  customerId,
  source: TRACK_SOURCE,
  eventId,
});

/** What paid for each, now or when it was done before. */
async function paidFor(ctx: CommandCtx, decided: readonly Decided[]): Promise<Map<Decided, Paid>> {
  const fresh = decided.filter(({ payment }) => payment !== undefined);
  const now = await paidNow(
    ctx,
    fresh.flatMap(({ payment }) => payment ?? []),
  );
  const known = decided.flatMap((item) => {
    const { asked, customerId, feature, meter, outcome } = item;
    if (outcome !== 'known' || asked.kind !== 'consume' || !meter.burnsCredits) return [];
    return [{ item, customerId, source: TRACK_SOURCE, eventId: asked.eventId, featureId: feature.id }];
  });
  const before = known.length === 0 ? [] : await paidBefore(ctx, known);
  return new Map([
    ...fresh.map((item, index) => [item, now[index] ?? null] as const),
    ...known.map(({ item }, index) => [item, before[index] ?? null] as const),
  ]);
}

export function answerOf(
  ctx: CommandCtx,
  item: Decided,
  { accounts, credits }: Pick<Books, 'accounts' | 'credits'>,
): Omit<UnitsAnswer, 'paid'> {
  const rights = item.rights.map((right) => ({ ...right, ...accounts.of(right) }));
  const zero = decimal12FromScaled(0n);
  const answer = judge(ctx, { ...item.access, rights }, item.feature, zero);
  const left = credits?.standing(item.customerId, item.feature.id, zero) ?? null;
  const standing = presentRight(item.feature, answer, left);
  return { outcome: item.outcome, reservation: item.reservation ?? null, standing };
}
