import type { CadenceInterval } from '@billhook/core/time/cadence';
import { daysInMonth } from '@billhook/core/time/calendar-date';
import { type GridSettings, layGrid } from '@billhook/core/time/grid';
import { instant } from '@billhook/core/time/instant';
import { boundary, periodIndexAt } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Layout, PeriodOracle } from './oracle.ts';

/** The zones of the grid: none, summer times of every kind, half hours, a rule by the moon, a day that was skipped. */
export const ZONES: readonly string[] = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Auckland',
];

const LAYOUTS: readonly Layout[] = ['anniversary', 'anniversary_by_date', 'calendar', 'billing_day'];
const INTERVALS: readonly CadenceInterval[] = ['week', 'month', 'quarter', 'year'];
const ANCHOR_DAYS = 31;
const ANCHOR_MONTHS = 48;
const FIRST_YEAR = 2023;
const PERIODS = 60;

/** Grids of one zone and layout. */
const GRIDS = ANCHOR_DAYS * ANCHOR_MONTHS * INTERVALS.length;
/** A prime, so that a sample of any size spreads over all days, months and intervals. */
const STRIDE = 3571;
const DIFFERENCES_SHOWN = 20;

export interface Comparison {
  readonly zone: string;
  /** Periods whose start and end were compared. */
  readonly periods: number;
  readonly differing: number;
  /** The first differences, in words. */
  readonly differences: readonly string[];
}

/**
 * Compares every period of one zone with Temporal: 31 anchors x 48 months x 4 intervals x 60 periods in each layout.
 * The engine also has to find each period again by its first moment and by the last before it.
 *
 * @param share of the grids of the zone, the same ones each time; 1 for all
 */
export function compareZone(zone: string, share: number): Comparison {
  const oracle = new PeriodOracle(zone);
  const chosen = Math.ceil(GRIDS * share);
  const differences: string[] = [];
  let periods = 0;
  let differing = 0;
  for (let number = 0; number < GRIDS; number += 1) {
    if ((number * STRIDE) % GRIDS >= chosen) continue;
    const { interval, anchorMs, billingDay } = anchorOf(number);
    for (const layout of LAYOUTS) {
      const expected = oracle.boundaries(anchorMs, interval, layout, billingDay, PERIODS);
      const wrong = wrongIn(settingsOf(zone, interval, anchorMs, layout, billingDay), expected);
      periods += PERIODS;
      differing += wrong.length;
      for (const text of wrong.slice(0, DIFFERENCES_SHOWN - differences.length))
        differences.push(`${zone}, ${layout}, ${interval} from ${new Date(anchorMs).toISOString()}: ${text}`);
    }
  }
  return { zone, periods, differing, differences };
}

/** The anchor of a grid by its number; the time of day differs from one to the next. */
function anchorOf(number: number): { interval: CadenceInterval; anchorMs: number; billingDay: number } {
  const interval = INTERVALS[number % INTERVALS.length] ?? 'month';
  const month = Math.floor(number / INTERVALS.length) % ANCHOR_MONTHS;
  const day = Math.floor(number / INTERVALS.length / ANCHOR_MONTHS) + 1;
  const year = FIRST_YEAR + Math.floor(month / 12);
  const real = Math.min(day, daysInMonth(year, (month % 12) + 1));
  const anchorMs = Date.UTC(year, month % 12, real, number % 24, (number * 7) % 60, 0, number % 1000);
  return { interval, anchorMs, billingDay: ((day + month) % ANCHOR_DAYS) + 1 };
}

function settingsOf(
  zone: string,
  interval: CadenceInterval,
  anchorMs: number,
  layout: Layout,
  billingDay: number,
): GridSettings {
  return {
    anchorAt: instant(anchorMs),
    zone: zoneNamed(zone),
    cadence: { interval, count: 1 },
    alignment: layout === 'calendar' ? 'calendar' : 'anniversary',
    granularity: layout === 'anniversary' ? 'instant' : 'date',
    billingDay: layout === 'billing_day' ? billingDay : null,
  };
}

function wrongIn(settings: GridSettings, expected: readonly number[]): string[] {
  const grid = layGrid(settings);
  const wrong: string[] = [];
  for (const [n, moment] of expected.entries()) {
    const seen = boundary(grid, n);
    if (seen !== moment) wrong.push(`boundary ${n} is ${seen}, by Temporal ${moment}`);
    else if (periodIndexAt(grid, seen) !== n)
      wrong.push(`the first moment of period ${n} is not found in it`);
    else if (periodIndexAt(grid, instant(seen - 1)) !== n - 1)
      wrong.push(`the end of period ${n - 1} is missed`);
  }
  return wrong;
}
