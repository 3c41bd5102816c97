import {
  addDays,
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import { earlier, type Instant, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { type AskedMeter, measure, type PeriodQuantity } from '../quantities.ts';
import { hourOf } from '../rollup.ts';

export type Granularity = 'none' | 'hour' | 'day' | 'month';

export type UsageRequest = {
  customerId: string;
  meter: AskedMeter;
  timeZone: string;
  from: Instant;
  to: Instant;
  granularity: Granularity;
};

export type UsagePoint = Period & PeriodQuantity;

const MAX_POINTS = 1000;

/** Usage from one instant up to another, whole and by hour, or by day or month of the customer's zone. */
export async function getUsage(
  ctx: QueryCtx,
  request: UsageRequest,
): Promise<{ total: PeriodQuantity; points: UsagePoint[] }> {
  const { customerId, meter, from, to } = request;
  if (to < from) {
    refuse('request.invalid', 'The period ends before it begins.', {
      faults: [{ pointer: '/to', code: 'period.backwards', detail: 'This lies at or after `from`.' }],
    });
  }
  const periods = cut({ start: from, end: to }, request.granularity, request.timeZone);
  const whole = { customerId, meter, start: from, end: to };
  const [total, ...sums] = await measure(ctx, [
    whole,
    ...periods.map((period) => ({ customerId, meter, ...period })),
  ]);
  return {
    total: total as PeriodQuantity,
    points: periods.map((period, index) => ({ ...period, ...(sums[index] as PeriodQuantity) })),
  };
}

/** Cuts a stretch at the hours, days or months of a zone; the first and last part may be shorter. */
export function cut(span: Period, granularity: Granularity, timeZone: string): Period[] {
  if (granularity === 'none') return [];
  const parts: Period[] = [];
  let start = span.start;
  while (start < span.end) {
    if (parts.length === MAX_POINTS) {
      refuse('request.invalid', `This would be more than ${MAX_POINTS} points.`, {
        faults: [
          {
            pointer: '/granularity',
            code: 'granularity.too_fine',
            detail: 'Take a coarser one or a shorter period.',
          },
        ],
      });
    }
    const end = earlier(nextCut(start, granularity, timeZone), span.end);
    parts.push({ start, end });
    start = end;
  }
  return parts;
}

function nextCut(moment: Instant, granularity: 'hour' | 'day' | 'month', timeZone: string): Instant {
  if (granularity === 'hour') return instant(hourOf(moment) + MS_PER_HOUR);
  const zone = zoneNamed(timeZone);
  const today = dateAt(moment, zone);
  if (granularity === 'month') {
    const first = calendarDate({ ...dateFields(today), day: 1 });
    return startOfDay(addMonthsClamped(first, 1), zone);
  }
  // Where a zone skips a day, its start is not ahead of now; the day after is.
  const tomorrow = startOfDay(addDays(today, 1), zone);
  return tomorrow > moment ? tomorrow : startOfDay(addDays(today, 2), zone);
}
