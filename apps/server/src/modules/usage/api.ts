import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { type Measured, measure, type PeriodRequest } from './quantities.ts';
import {
  type Closing,
  closeUntil,
  hasAlertChecks,
  holdEvent,
  insertWarnings,
  requestAlertChecks,
  takeAlertChecks,
  type Warning,
} from './repo.ts';

export { addSumsOf } from './add-waiting-sums.ts';
export {
  areBurnsWaiting,
  type BurnMark,
  CREDITS_SOURCE,
  countBurnMarks,
  customersToBurn,
  dropBurnMarks,
  takeBurnMarks,
} from './burn-marks.ts';
export { type CorrectionRequest, type CorrectionSummary, correct } from './commands/correct.ts';
export { type Ground, groundOf, ingest, ingestFor, ingestOn, measuresOf } from './commands/ingest.ts';
export {
  customersToRecount,
  nextRecountAt,
  requestRecounts,
  standingEvents,
  takeRecounts,
} from './corrections.ts';
export {
  type CounterChange,
  type CounterKey,
  changeCounters,
  changeHeld,
  countersAmong,
  countersOfReading,
  heldIn,
  isAdditive,
  isCounterOf,
  type LockedCounter,
  type LockedCounters,
  lockCountersOf,
  openCounters,
} from './counters.ts';
export { type DetailRequest, usageDetails } from './details.ts';
export { dropWaitingOf } from './drop-waiting-sums.ts';
export { changeForeseen, countersAre, type ForeseenChange, isOpenFrom, noQuarantine } from './foreseen.ts';
export { openUsageMonths } from './partitions.ts';
export type { AskedMeter, Measured, PeriodRequest } from './quantities.ts';
export { getUsage as measureUsage } from './queries/get-usage.ts';
export { firstMeasured } from './queries/top-customers.ts';
export { digest as eventDigest, readEvent } from './read-event.ts';
export { insertLineReadings as rememberReadings, type Readings, readingsOf } from './readings.ts';
export { type Closing, storedContent, type Warning } from './repo.ts';
export { meterNamed, named } from './report.ts';
export { measureSubjects, type SubjectFeature, type SubjectQuantity, subjectOf } from './subject-rollup.ts';
export type { IngestAnswer, IngestResult, Touched, UsageEvent } from './types.ts';

/** Measured usage of each period, exactly, with the number of events behind it, in the order of the requests. */
export function quantitiesForPeriods(ctx: QueryCtx, requests: readonly PeriodRequest[]): Promise<Measured[]> {
  return measure(ctx, requests);
}

/**
 * Says that usage up to these moments stands on invoices, in the transaction that writes them. An event before it that
 * arrives later is quarantined as late and changes nothing. The customers must be under the caller's lock.
 */
export function closeUsage(ctx: CommandCtx, closings: readonly Closing[]): Promise<void> {
  return closeUntil(ctx, closings);
}

/** Holds an event id until the transaction ends; answers the time under which it is stored, if it is. */
export function holdEventId(ctx: CommandCtx, source: string, eventId: string): Promise<Instant | undefined> {
  return holdEvent(ctx, source, eventId);
}

/** Whether there are customers whose usage changed since their limits were last looked at. */
export function areChecksWaiting(ctx: QueryCtx): Promise<boolean> {
  return hasAlertChecks(ctx);
}

/** Asks for the limits of these customers to be looked at, because what they rest on has changed. */
export async function requestUsageChecks(ctx: CommandCtx, customerIds: readonly string[]): Promise<void> {
  await requestAlertChecks(ctx, customerIds);
}

/** Takes customers whose usage changed since their limits were last looked at. */
export function takeUsageChecks(ctx: CommandCtx, limit: number): Promise<string[]> {
  return takeAlertChecks(ctx, limit);
}

/** Remembers warnings and answers those that are new in their window. */
export function rememberWarnings<Told extends Warning>(
  ctx: CommandCtx,
  warnings: readonly Told[],
): Promise<Told[]> {
  return insertWarnings(ctx, warnings);
}
