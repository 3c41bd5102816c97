import { restsOnLevel } from '@billhook/core/catalog/meter';
import { earlier, type Instant, later, MIN_INSTANT } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { PeriodRequest } from './quantities.ts';
import { ceilHour, hourOf } from './rollup.ts';

/** A part of what is asked for, whole hours or less than one. */
export type Stretch = {
  position: number;
  request: PeriodRequest;
  start: Instant;
  end: Instant;
  /** Lies before the period: a level stands on it, and its events are not counted. */
  isBefore: boolean;
};

/**
 * The stretches that requests rest on: whole hours, for which there are figures, and what lies before the first and after
 * the last of them. A level rests on everything up to the end of its period.
 */
export function stretchesOf(requests: readonly PeriodRequest[], now: Instant) {
  const hours: Stretch[] = [];
  const edges: Stretch[] = [];
  const cover = (stretch: Stretch) => {
    const { start, end } = stretch;
    if (end <= start) return;
    const firstHour = ceilHour(start);
    const lastHour = hourOf(end);
    const parts = firstHour < lastHour ? [firstHour, lastHour] : [end, end];
    const [from, to] = parts as [Instant, Instant];
    if (start < from) edges.push({ ...stretch, end: from });
    if (from < to) hours.push({ ...stretch, start: from, end: to });
    if (to < end) edges.push({ ...stretch, start: to });
  };
  for (const [position, request] of requests.entries()) {
    const { start, end } = measuredSpan(request, now);
    if (restsOnLevel(request.meter))
      cover({ position, request, start: MIN_INSTANT, end: start, isBefore: true });
    cover({ position, request, start, end, isBefore: false });
  }
  return { hours, edges };
}

/** What stands is weighed for the time that has passed, never for time to come. */
export function measuredSpan({ meter, start, end }: PeriodRequest, now: Instant): Period {
  if (meter.aggregation !== 'weighted_sum') return { start, end };
  return { start, end: later(start, earlier(end, now)) };
}
