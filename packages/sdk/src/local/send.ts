import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { type EntitlementServer, subjectOf } from '../entitlement-server.ts';
import { BillhookError } from '../error.ts';
import type { ListedRight } from '../rights/facts.ts';
import { readFigure } from '../rights/quantity.ts';
import { type HeldLease, LEASE_EXPIRES_S, wishOf } from './meterage.ts';
import { type LocalTime, within } from './time.ts';
import type { UsageLog } from './usage-log.ts';
import type { LeaseState, Tracked } from './usage-state.ts';

export interface SendParts {
  readonly server: EntitlementServer;
  readonly time: LocalTime;
  readonly timeoutMs: number;
  /** An answer of the server told how a right stands. */
  readonly heard: (customer: string, right: ListedRight) => void;
  /** The server has it, or never will. */
  readonly told: (event: Tracked) => void;
  /** The server will never count this; it is kept apart. */
  readonly refused: (event: Tracked, why: string) => void;
}

const AT_ONCE = 16;
const BATCH = 256;

/** Tells the server all that a log holds. False if something is left because the server could not be asked. */
export async function sendLog(
  log: UsageLog,
  leases: readonly HeldLease[],
  parts: SendParts,
): Promise<boolean> {
  const outcomes = [true];
  await eachOf(leases.filter(isToBeTold), AT_ONCE, async (lease) => {
    outcomes.push(await settleLease(log, lease, parts));
  });
  // What comes meanwhile is for the next time, so that this one ends.
  const upTo = log.state.lastSequence;
  while (outcomes.every(Boolean) && (log.state.tracked[0]?.sequence ?? upTo + 1) <= upTo)
    outcomes.push(await sendTracked(log, parts));
  return outcomes.every(Boolean);
}

/** A lease of a process that runs no more, to be settled and given back. */
export function leftLease(state: LeaseState): HeldLease {
  return { state, holding: 0n, grantedAtMs: 0, usedAtMs: 0, isClosing: true };
}

function isToBeTold({ state, isClosing, holding }: HeldLease): boolean {
  return state.inFlight !== null || state.used > state.settled || (isClosing && holding === 0n);
}

async function settleLease(log: UsageLog, lease: HeldLease, parts: SendParts): Promise<boolean> {
  const { state } = lease;
  try {
    if (state.id === null && !(await findOut(log, state, parts))) return true;
    do await settleOnce(log, lease, parts);
    while (lease.isClosing && isToBeTold(lease) && log.state.leases.has(state.key));
    return true;
  } catch (fault) {
    if (!isFinal(fault)) return false;
    if (isTooMuch(fault, state)) {
      log.settlingLess(state, MOST_EVENTS, isLastOf(lease));
      return settleLease(log, lease, parts);
    }
    return countOtherwise(log, state, parts);
  }
}

/** A meter that counts events takes so many at once; what it is that is metered is known to the server alone. */
const MOST_EVENTS = 10_000_000_000_000_000n;

function isTooMuch(fault: BillhookError, { inFlight }: LeaseState): boolean {
  return fault.code === 'request.invalid' && inFlight !== null && inFlight.quantity > MOST_EVENTS;
}

function isLastOf({ isClosing, holding }: HeldLease): boolean {
  return isClosing && holding === 0n;
}

/** Whether the server granted what it was asked for by a process that did not hear the answer. */
async function findOut(log: UsageLog, state: LeaseState, parts: SendParts): Promise<boolean> {
  const answer = await within(parts.time, parts.timeoutMs, (signal) =>
    parts.server.reserve(wishOf(state), signal),
  );
  if (answer.allowed && answer.id !== null) {
    log.granted(state, answer.id, readFigure(answer.quantity));
    return true;
  }
  log.notGranted(state);
  return false;
}

async function settleOnce(log: UsageLog, lease: HeldLease, parts: SendParts): Promise<void> {
  const { server, time, timeoutMs } = parts;
  const { state } = lease;
  const id = state.id as string;
  if (state.inFlight === null && state.used === state.settled) {
    await within(time, timeoutMs, (signal) => server.release(id, signal));
    log.closed(state);
    return;
  }
  const settling = log.settling(state, isLastOf(lease));
  const body = {
    quantity: textOf(settling.quantity),
    eventId: settling.eventId,
    keep: textOf(settling.keep),
    expiresInS: LEASE_EXPIRES_S,
  };
  const answer = await within(time, timeoutMs, (signal) => server.settle(id, body, signal));
  log.settled(state, settling);
  if (state.granted === state.settled) log.closed(state);
  parts.heard(state.customer, answer.entitlement);
}

/** The server knows the lease no more. What was used of it is told like usage without a lease, so it is not lost. */
function countOtherwise(log: UsageLog, state: LeaseState, parts: SendParts): boolean {
  const { customer, feature, subject } = state;
  const time = new Date(parts.time.wallMs()).toISOString();
  try {
    // What was told already keeps its event id, in case the server did count it; the rest has one of its own.
    while (state.used > state.settled) {
      const settling = log.settling(state, true);
      const event = { eventId: settling.eventId, customer, feature, subject };
      log.track({ ...event, quantity: settling.quantity, time });
      log.settled(state, settling);
    }
    log.closed(state);
    return true;
  } catch {
    return false;
  }
}

/** One batch: its events are told side by side, and are done together. */
async function sendTracked(log: UsageLog, parts: SendParts): Promise<boolean> {
  const batch = log.state.tracked.slice(0, BATCH);
  let isAllTold = true;
  await eachOf(batch, AT_ONCE, async (event) => {
    if (isAllTold && !(await trackOne(event, parts))) isAllTold = false;
  });
  if (isAllTold) {
    log.trackedUpTo((batch.at(-1) as Tracked).sequence);
    batch.forEach(parts.told);
  }
  return isAllTold;
}

async function trackOne(event: Tracked, parts: SendParts): Promise<boolean> {
  const { customer, feature, eventId, time, subject } = event;
  const quantity = textOf(event.quantity);
  const body = { customer, feature, quantity, eventId, time, ...subjectOf(subject) };
  try {
    const answer = await within(parts.time, parts.timeoutMs, (signal) => parts.server.track(body, signal));
    if (answer.status === 'rejected') parts.refused(event, answer.reason ?? answer.status);
    parts.heard(customer, answer.check);
    return true;
  } catch (fault) {
    if (!isFinal(fault)) return false;
    if (isNotOne(fault, event)) return trackEach(event, parts);
    parts.refused(event, fault.code);
    return true;
  }
}

/** A meter that counts events takes them one by one. */
function isNotOne(fault: BillhookError, { quantity }: Tracked): boolean {
  return (
    fault.faults.some(({ code }) => code === 'quantity.not_one') &&
    quantity % UNIT === 0n &&
    quantity > UNIT &&
    quantity <= MOST_EVENTS
  );
}

const UNIT = 1_000_000_000_000n;

/** As many events as units, each with an id that is the same when all of it is told again. */
async function trackEach(event: Tracked, parts: SendParts): Promise<boolean> {
  const numbers = Array.from({ length: Number(event.quantity / UNIT) }, (_, index) => index + 1);
  let isAllTold = true;
  await eachOf(numbers, AT_ONCE, async (number) => {
    const one = { ...event, quantity: UNIT, eventId: `${event.eventId}#${number}` };
    if (isAllTold && !(await trackOne(one, parts))) isAllTold = false;
  });
  return isAllTold;
}

/** The server has understood and will say the same again. A key that is refused is no verdict about usage. */
function isFinal(fault: unknown): fault is BillhookError {
  return (
    fault instanceof BillhookError &&
    !fault.problem.retryable &&
    FINAL_STATUSES.has(fault.status) &&
    fault.code !== 'request.not_found'
  );
}

const FINAL_STATUSES = new Set([400, 402, 404, 409, 410, 413, 422]);

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}

function textOf(scaled: bigint): string {
  return formatDecimal12(decimal12FromScaled(scaled));
}
