const DAY_MS = 86_400_000;

/** What a clock on the wall of this zone shows at an instant, written as if it were UTC. */
function wallMs(instantMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instantMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** When a wall clock of this zone shows that. Twice, since the offset may change between the first guess and the answer. */
function instantOf(wall: number, timeZone: string): string {
  const guess = wall - (wallMs(wall, timeZone) - wall);
  return new Date(guess + wall - wallMs(guess, timeZone)).toISOString();
}

/** The same time of day some days later. */
export function addDays(iso: string, days: number, timeZone: string): string {
  return instantOf(wallMs(Date.parse(iso), timeZone) + days * DAY_MS, timeZone);
}

/** The same day and time of a later month, or its last day where that month is shorter. */
export function addMonths(iso: string, months: number, timeZone: string): string {
  const wall = new Date(wallMs(Date.parse(iso), timeZone));
  const day = wall.getUTCDate();
  wall.setUTCDate(1);
  wall.setUTCMonth(wall.getUTCMonth() + months);
  const last = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();
  wall.setUTCDate(Math.min(day, last));
  return instantOf(wall.getTime(), timeZone);
}

/** The calendar day of an instant in this zone: `2026-03-03`. */
export function dayOf(iso: string, timeZone: string): string {
  return new Date(wallMs(Date.parse(iso), timeZone)).toISOString().slice(0, 10);
}

/** Midnight at the start of a calendar day in this zone. */
export function startOfDay(day: string, timeZone: string): string {
  return instantOf(Date.parse(`${day}T00:00:00Z`), timeZone);
}

/** What a clock on the wall of this zone shows at an instant, as short as a browser writes it: `2026-03-03T14:05`. */
export function wallOf(iso: string, timeZone: string): string {
  const ms = Date.parse(iso);
  // Offsets are whole seconds, so what is below a second is the same on every wall.
  const wall = new Date(wallMs(ms, timeZone) + (((ms % 1000) + 1000) % 1000)).toISOString().slice(0, 23);
  return wall.replace(/(?::00)?\.000$/, '');
}

/** The instant at which a wall clock of this zone shows that; null for what is no time. */
export function instantOfWall(wall: string, timeZone: string): string | null {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return null;
  const below = ((shown % 1000) + 1000) % 1000;
  return new Date(Date.parse(instantOf(shown - below, timeZone)) + below).toISOString();
}
