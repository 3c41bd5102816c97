import { settleUnits } from '@billhook/core/entitlements/units';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addMs } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { Refusal, refuse } from '../../../platform/refuse.ts';
import type { Words } from '../../catalog/api.ts';
import { creditStandings, settleHolds } from '../../credits/api.ts';
import { lockCustomers, shareCustomers } from '../../customers/api.ts';
import {
  changeCounters,
  dropBurnMarks,
  type Ground,
  groundOf,
  ingestOn,
  lockCountersOf,
  measuresOf,
  type UsageEvent,
} from '../../usage/api.ts';
import { type Access, forSubject, judge } from '../access.ts';
import { burnsBeside } from '../burning.ts';
import { setDeadlines } from '../deadlines.ts';
import { grantedNow } from '../granted-memory.ts';
import { billOverage } from '../overage.ts';
import { presentRight } from '../present.ts';
import { lockReservations, type Reservation, saveReservations } from '../reservations.ts';
import { keyOfRight, openAccounts, type UnitAccounts, type UnitRight, unitRights } from '../unit-accounts.ts';
import { storedTimes } from '../unit-events.ts';
import { isWorthLooking } from '../unit-watch.ts';
import { RepeatSuspected } from './repeated-units.ts';
import {
  eventsOf,
  idsOfSettlement,
  type OpenReservation,
  type SettleAsked,
  settledBefore,
  unitsOfEvent,
} from './settled-events.ts';
import { openChanges } from './unit-changes.ts';

/** Counts what was used of a reservation and keeps what is still needed, or gives back all that it still holds. */
export type EndAsked = SettleAsked | { kind: 'release'; id: string };

export type Ended = { reservation: Reservation; standing: ReturnType<typeof presentRight> };

/** There was no room for it in this transaction; it is to be asked for again. */
export const LATER = Symbol('later');

type Open = OpenReservation & { access: Access; rights: UnitRight[] };
type Stored = { time: number; contentHash: string };

/** What a piece of work knows, and how it moves while one after the other is decided. */
type Books = {
  open: Map<string, Open>;
  accounts: UnitAccounts;
  stored: Map<string, Stored>;
  words: Words;
  eventCount: number;
};

type Decided = {
  asked: EndAsked;
  open: Open;
  /** As it is afterwards. */
  reservation: Reservation;
  outcome: 'done' | 'known';
  /** What is held less than before. */
  freed: bigint;
  events: readonly UsageEvent[];
};

/** How many events are counted in one transaction; a settlement of more is counted alone. */
const EVENTS_TOGETHER = 10_000;
const EVENTS_AT_ONCE = 1_000;

/**
 * Settles and releases reservations for many callers in one transaction, each decided after those before it: what was
 * used counts once for its event id, what is still needed stays held, the rest goes back. One answer or one refusal each,
 * in their order.
 *
 * @param known what is stored of these reservations, as far as it never changes
 * @param looksFirst whether what was counted under the same event ids is looked up before
 * @throws CountersMissing if the running window of a feature was never asked for units before; nothing is written then
 * @throws RepeatSuspected if something may have been counted before and nobody looked; nothing is to stand then
 */
export async function endUnits(
  ctx: CommandCtx,
  asked: readonly EndAsked[],
  known: { reservations: readonly Pick<Reservation, 'customerId' | 'meterId'>[]; words: Words },
  looksFirst: boolean,
): Promise<(Ended | Refusal | typeof LATER)[]> {
  const { words } = known;
  const meters = known.reservations.flatMap(({ meterId }) => words.meters.get(meterId) ?? []);
  const customerIds = [...new Set(known.reservations.map(({ customerId }) => customerId))].sort();
  // Credits are spent under the full lock of their customers.
  const paysCredits = meters.some(({ burnsCredits }) => burnsCredits);
  const [, reservations, locked, access, stored, ground] = await Promise.all([
    paysCredits ? lockCustomers(ctx, customerIds) : shareCustomers(ctx, customerIds),
    lockReservations(ctx, [...new Set(asked.map(({ id }) => id))]),
    lockCountersOf(ctx, customerIds),
    grantedNow(ctx, customerIds, words),
    looksFirst ? storedTimes(ctx, idsOf(asked)) : new Map<string, Stored>(),
    groundOfEnds(ctx, asked, customerIds, words),
  ]);
  const open = new Map(reservations.flatMap((reservation) => openOf(reservation, words, access)));
  const rights = [...open.values()].flatMap((one) => one.rights);
  const books: Books = {
    open,
    accounts: await openAccounts(ctx, rights, locked),
    stored,
    words,
    eventCount: 0,
  };
  const decided = asked.map((one) => decide(ctx, one, books));
  if (!looksFirst) await suspectRefused(ctx, asked, decided);
  const ended = decided.flatMap((one) => (one instanceof Refusal || one === LATER ? [] : [one]));
  const changes = openChanges(locked);
  await countEvents(ctx, ended, { ...ground, watched: watchedOf(ctx, ended, books.accounts) }, changes);
  if (paysCredits) await payAhead(ctx, ended, words);
  // They are locked and each is there, so nothing has to be learnt from how these end.
  ctx.unawaited(saveEnded(ctx, ended, changes));
  ctx.unawaited(changeCounters(ctx, changes.all()));
  const credits = paysCredits ? await creditStandings(ctx, customerIds) : null;
  return decided.map((one) => {
    if (one instanceof Refusal || one === LATER) return one;
    const { open: of, reservation } = one;
    const left = credits?.(reservation.customerId, of.feature.id, decimal12FromScaled(0n)) ?? null;
    return { reservation, standing: presentRight(of.feature, verdictOf(ctx, of, books.accounts), left) };
  });
}

const idsOf = (asked: readonly EndAsked[]) =>
  asked.flatMap((one) => (one.kind === 'settle' ? idsOfSettlement(one) : []));

/** What events stand on that count units; nothing where all is given back. */
function groundOfEnds(
  ctx: CommandCtx,
  asked: readonly EndAsked[],
  customerIds: readonly string[],
  words: Words,
): Promise<Ground> {
  const counting = asked.some((one) => one.kind === 'settle' && one.quantity > 0n) ? customerIds : [];
  const customers = new Map(counting.map((id) => [encodeTypeId('cus', id), id]));
  return groundOf(ctx, { customers, ...measuresOf(words) });
}

function openOf(
  reservation: Reservation,
  { features, meters }: Words,
  granted: ReadonlyMap<string, Access>,
): [string, Open][] {
  const feature = features.find(({ id }) => id === reservation.featureId);
  const meter = meters.get(reservation.meterId);
  const own = granted.get(reservation.customerId);
  if (feature === undefined || meter === undefined || own === undefined) return [];
  const access = forSubject(own, feature, reservation.subject);
  return [[reservation.id, { reservation, feature, meter, access, rights: unitRights(access, feature.id) }]];
}

function decide(ctx: CommandCtx, asked: EndAsked, books: Books): Decided | Refusal | typeof LATER {
  const open = books.open.get(asked.id);
  if (open === undefined) return new Refusal('reservation.not_found', 'There is no such reservation.');
  try {
    return asked.kind === 'settle' ? decideSettle(ctx, asked, open, books) : release(asked, open, books);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Again it changes nothing. */
function release(asked: EndAsked, open: Open, books: Books): Decided {
  const { reservation, meter } = open;
  if (reservation.held === 0n && !meter.burnsCredits)
    return { asked, open, reservation, outcome: 'known', freed: 0n, events: [] };
  return change(books, { asked, open, events: [] }, { held: decimal12FromScaled(0n) });
}

function decideSettle(ctx: CommandCtx, asked: SettleAsked, open: Open, books: Books): Decided | typeof LATER {
  const { reservation } = open;
  const events = eventsOf(open, asked, books.words, ctx.now);
  const [first] = events;
  const before = first === undefined ? 'never' : settledBefore(open, asked, books.stored);
  if (before === 'same') return { asked, open, reservation, outcome: 'known', freed: 0n, events: [] };
  if (before === 'other')
    refuse('idempotency.key_reused', `Something else was counted under ${asked.eventId}.`);
  if (reservation.onExpiry === 'release' && reservation.expiresAt <= ctx.wallNow)
    refuse('reservation.expired', 'The time of the reservation is over; what it held was given back.');
  const settlement = settleUnits(reservation.held, asked.quantity, asked.keep);
  if (settlement === null) {
    refuse('reservation.exceeded', 'The reservation holds less than what is settled and kept together.');
  }
  if (books.eventCount > 0 && books.eventCount + events.length > EVENTS_TOGETHER) return LATER;
  books.eventCount += events.length;
  for (const { eventId, time, contentHash } of events) books.stored.set(eventId, { time, contentHash });
  const counting = open.rights.find((right) => right.meter.id === open.meter.id);
  if (counting !== undefined && first !== undefined)
    books.accounts.count(counting, asked.quantity, first.data);
  return change(
    books,
    { asked, open, events },
    {
      held: settlement.kept,
      settled: decimal12FromScaled(reservation.settled + settlement.counted),
      expiresAt: asked.expiresInMs === null ? reservation.expiresAt : addMs(ctx.wallNow, asked.expiresInMs),
    },
  );
}

/** What becomes of a reservation is known to those who come after, and so is what is held for its owner. */
function change(
  books: Books,
  { asked, open, events }: Pick<Decided, 'asked' | 'open' | 'events'>,
  to: Partial<Reservation>,
): Decided {
  const reservation = { ...open.reservation, ...to };
  const freed = open.reservation.held - reservation.held;
  const holding = open.rights.find((right) => {
    const { meter, window } = keyOfRight(right);
    return (
      meter.id === open.meter.id &&
      window.start === reservation.window.start &&
      window.end === reservation.window.end
    );
  });
  if (holding !== undefined) books.accounts.hold(holding, decimal12FromScaled(-freed));
  books.open.set(asked.id, { ...open, reservation });
  return { asked, open, reservation, outcome: 'done', freed, events };
}

/** What is refused may have been counted before, and a repetition is answered as the first was. */
async function suspectRefused(
  ctx: CommandCtx,
  asked: readonly EndAsked[],
  decided: readonly (Decided | Refusal | typeof LATER)[],
): Promise<void> {
  const refused = asked.filter((_, index) => decided[index] instanceof Refusal);
  if ((await storedTimes(ctx, idsOf(refused))).size > 0) throw new RepeatSuspected();
}

/** Whose limits are to be looked at once these units are counted. */
function watchedOf(ctx: CommandCtx, ended: readonly Decided[], accounts: UnitAccounts): ReadonlySet<string> {
  const watched = new Set<string>();
  for (const { open, events } of ended) {
    const { customerId } = open.reservation;
    if (events.length === 0 || watched.has(customerId)) continue;
    if (open.rights.length === 0 || isWorthLooking(ctx, open, accounts)) watched.add(customerId);
  }
  return watched;
}

async function countEvents(
  ctx: CommandCtx,
  ended: readonly Decided[],
  ground: Ground,
  changes: ReturnType<typeof openChanges>,
): Promise<void> {
  const counted = ended.flatMap((one) => one.events.map((event) => ({ event, open: one.open })));
  for (let start = 0; start < counted.length; start += EVENTS_AT_ONCE) {
    const some = counted.slice(start, start + EVENTS_AT_ONCE);
    const verdicts = await ingestOn(
      ctx,
      some.map(({ event }) => event),
      ground,
    );
    for (const [index, { open }] of some.entries()) {
      const verdict = verdicts[index];
      const isTaken =
        verdict?.outcome === 'duplicate' ||
        (verdict?.outcome === 'quarantined' && verdict.reason === 'id_conflict');
      if (isTaken) throw new RepeatSuspected();
      invariant(verdict?.outcome === 'accepted', `What is settled of ${open.meter.key} counts.`);
      changes.count({ customerId: open.reservation.customerId, access: open.access }, verdict);
    }
  }
}

/** What credits were promised for is paid for by them alone, and not once more as other usage is. */
async function payAhead(ctx: CommandCtx, ended: readonly Decided[], words: Words): Promise<void> {
  const paying = ended.filter(({ outcome, open }) => outcome === 'done' && open.meter.burnsCredits);
  const asked = paying.map(({ asked: one, open, reservation, events }) => {
    const { customerId, id: reservationId } = reservation;
    const own = { customerId, featureId: open.feature.id };
    const quantity = one.kind === 'settle' ? unitsOfEvent(open.meter, one.quantity) : reservation.held;
    const uses = events.map(({ source, eventId, time }) => ({ ...own, source, eventId, quantity, at: time }));
    return { ...own, reservationId, uses, kept: reservation.held };
  });
  const settled = await settleHolds(ctx, asked);
  const isWhole = (index: number) =>
    !burnsBeside((paying[index] as Decided).open.meter, words.meters.values());
  const paid = asked.filter((_, index) => settled[index] != null && isWhole(index));
  await dropBurnMarks(
    ctx,
    paid.flatMap(({ uses }) =>
      uses.map(({ customerId, source, eventId }) => ({ customerId, source, eventId })),
    ),
  );
  await billOverage(
    ctx,
    settled.flatMap((payments) => payments ?? []),
  );
}

/** A reservation is saved once, as the last of its changes left it. */
function saveEnded(
  ctx: CommandCtx,
  ended: readonly Decided[],
  changes: ReturnType<typeof openChanges>,
): Promise<number> {
  const changed = new Map<string, Reservation>();
  const renewed = new Set<string>();
  for (const { outcome, reservation, open, freed } of ended) {
    if (outcome === 'known') continue;
    changed.set(reservation.id, reservation);
    if (reservation.expiresAt !== open.reservation.expiresAt) renewed.add(reservation.id);
    if (freed !== 0n) changes.hold(reservation, open.meter, decimal12FromScaled(-freed));
  }
  const all = [...changed.values()];
  ctx.unawaited(
    setDeadlines(
      ctx,
      all.filter(({ id }) => renewed.has(id)),
    ),
  );
  return saveReservations(ctx, all);
}

function verdictOf(ctx: CommandCtx, { access, rights, feature }: Open, accounts: UnitAccounts) {
  const own = rights.map((right) => ({ ...right, ...accounts.of(right) }));
  return judge(ctx, { ...access, rights: own }, feature, decimal12FromScaled(0n));
}
