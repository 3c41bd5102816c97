import type { AfterFailure } from '../dunning/outlook.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';

/** What follows a failure where the seller tries again after 3, 5 and 7 days and then ends it. */
export function plainAfterFailure(now: Instant, failuresBefore: number): AfterFailure {
  const delayDays = [3, 5, 7][failuresBefore];
  const retryAt = delayDays === undefined ? null : addMs(now, delayDays * MS_PER_DAY);
  return { retryAt, retryStep: null, ends: retryAt === null, tellsCustomer: true };
}
