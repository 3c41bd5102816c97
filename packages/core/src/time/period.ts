import { invariant } from '../kernel/invariant.ts';
import { earlier, type Instant, later } from './instant.ts';

/** A half-open stretch of time: `start` belongs to it, `end` does not. */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** @throws InvariantError if the end lies before the start */
export function period(start: Instant, end: Instant): Period {
  invariant(start <= end, 'A period does not end before it starts.');
  return { start, end };
}

export function periodContains(span: Period, moment: Instant): boolean {
  return span.start <= moment && moment < span.end;
}

export function periodsOverlap(left: Period, right: Period): boolean {
  return left.start < right.end && right.start < left.end;
}

/** The common part of two periods, or null if there is none. */
export function intersectPeriods(left: Period, right: Period): Period | null {
  const start = later(left.start, right.start);
  const end = earlier(left.end, right.end);
  return start < end ? { start, end } : null;
}

export function periodLengthMs(span: Period): number {
  return span.end - span.start;
}

export function samePeriod(left: Period, right: Period): boolean {
  return left.start === right.start && left.end === right.end;
}
