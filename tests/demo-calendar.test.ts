import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import { instant } from '@billhook/core/time/instant';
import { boundary } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import { expect, test } from 'vitest';
import { HOUR_MS, lastBilled } from '../apps/demo/src/calendar.ts';

const ZONES = [
  'America/Chicago',
  'America/New_York',
  'Europe/Amsterdam',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Paris',
];

test('the demo knows to the hour when a month was billed, at whichever hour of a year it begins', () => {
  const first = Date.UTC(2027, 6, 1);
  const wrong: string[] = [];
  for (const zone of ZONES)
    for (let anchor = first; anchor < first + 366 * 24 * HOUR_MS; anchor += 5 * HOUR_MS) {
      const grid = layGrid({ anchorAt: instant(anchor), zone: zoneNamed(zone), cadence: MONTHLY });
      for (let month = 1; month <= 6; month += 1) {
        const billed = boundary(grid, month);
        const offBy = Math.abs(lastBilled(anchor, zone, billed) - billed);
        if (offBy > HOUR_MS) wrong.push(`${zone} ${new Date(anchor).toISOString()} ${month}`);
      }
    }
  expect(wrong).toEqual([]);
});
