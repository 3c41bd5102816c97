import { dayStart } from '@billhook/core/proration/days';
import { type CadenceInterval, MONTHLY } from '@billhook/core/time/cadence';
import { dateAt, dateFields, formatDate } from '@billhook/core/time/calendar-date';
import {
  type Alignment,
  type Granularity,
  type Grid,
  type GridSettings,
  layGrid,
} from '@billhook/core/time/grid';
import { addMs, earlier, formatInstant, type Instant, later } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { boundary, periodAt, periodIndexAt } from '@billhook/core/time/schedule';
import { fixedOffsetZone, type ZoneRules, zoneNamed } from '@billhook/core/time/zone';
import { type Adapter, type CaseOutcome, compared, unsupported } from './outcome.ts';
import { instantOf } from './read.ts';

interface ZonedCase {
  readonly timezone: string;
  /** When the account was created, for sellers who keep the offset of that moment. */
  readonly account_created_at?: string;
}

interface GridCase extends ZonedCase {
  readonly alignment: Alignment;
  readonly anchor?: string;
  readonly interval: CadenceInterval;
  readonly interval_count?: number;
  readonly granularity: Granularity;
  readonly subscription_start?: string;
}

interface PeriodCase extends GridCase {
  readonly kind: 'period';
  readonly at: string;
  readonly select: 'current' | 'previous';
  readonly subscription_end?: string;
  readonly expected: { readonly start: string; readonly end: string };
  readonly bracket?: { readonly not_billed_at: string; readonly billed_at: string };
}

interface BoundariesCase extends GridCase {
  readonly kind: 'boundaries';
  readonly anchor: string;
  readonly first_index: number;
  readonly expected: { readonly local_dates: readonly string[] };
}

interface AnchorDayCase extends ZonedCase {
  readonly kind: 'anchor_day';
  readonly at: string;
  readonly expected: { readonly day: number };
}

interface BucketsCase extends ZonedCase {
  readonly kind: 'usage_buckets';
  readonly events: readonly string[];
  readonly expected: { readonly counts: Readonly<Record<string, number>> };
}

type BillingPeriodCase = PeriodCase | BoundariesCase | AnchorDayCase | BucketsCase;
type Policies = Readonly<Record<string, string>>;

/** What the engine can be told; a case of any other policy is not one of ours. */
const KNOWN_POLICIES: ReadonlySet<string> = new Set([
  'account_time:fixed_offset',
  'calendar_timezone:account',
  'calendar_timezone:utc',
  'first_period:partial_until_billing_day',
  'multi_interval_stub:stub_then_count_minus_1',
  'usage_reset:local_midnight',
  'week_start:monday',
]);

/** Runs a case of `billing-periods.json`. */
export const billingPeriods: Adapter = (entry, policies) => {
  const one = entry as unknown as BillingPeriodCase;
  const unknown = Object.entries(policies)
    .map(([key, code]) => `${key}:${code}`)
    .filter((name) => !KNOWN_POLICIES.has(name));
  if (unknown.length > 0)
    return unsupported(JSON.stringify(one.expected), `No setting for ${unknown.join(', ')}.`);
  switch (one.kind) {
    case 'period':
      return runPeriod(one, policies);
    case 'boundaries':
      return runBoundaries(one, policies);
    case 'anchor_day': {
      const { day } = dateFields(dateAt(instantOf(one.at), zoneOf(one, one.at, policies)));
      return compared(`${one.expected.day}`, `${day}`);
    }
    case 'usage_buckets':
      return runBuckets(one, policies);
    default:
      return unsupported('a known kind', `No kind of case is called ${(one as { kind: string }).kind}.`);
  }
};

function runPeriod(one: PeriodCase, policies: Policies): CaseOutcome {
  const at = instantOf(one.at);
  const grid = gridOf(one, at, policies);
  const { period } = periodAt(grid, at);
  // In advance the current period is billed, in arrears the one that ended last.
  const chosen = one.select === 'current' ? period : periodAt(grid, addMs(period.start, -1)).period;
  const piece = servedIn(one, grid, chosen);
  const expected = `${one.expected.start} to ${one.expected.end}`;
  if (piece === null) return compared(expected, 'nothing');
  const outcome = compared(expected, `${formatInstant(piece.start)} to ${formatInstant(piece.end)}`);
  if (one.bracket === undefined || outcome.status === 'failed') return outcome;
  const isInside =
    instantOf(one.bracket.not_billed_at) < piece.start && piece.start <= instantOf(one.bracket.billed_at);
  return isInside ? outcome : { ...outcome, status: 'failed', why: 'The start lies outside the bracket.' };
}

/** The part of a period in which service ran: on a grid by date, from and up to the beginnings of local days. */
function servedIn(one: PeriodCase, grid: Grid, whole: Period): Period | null {
  const { subscription_start: startsAt, subscription_end: endsAt } = one;
  const momentOf = (text: string) => {
    const moment = instantOf(text);
    return grid.granularity === 'date' ? dayStart(moment, grid.zone) : moment;
  };
  const start = startsAt === undefined ? whole.start : later(whole.start, momentOf(startsAt));
  const end = endsAt === undefined ? whole.end : earlier(whole.end, momentOf(endsAt));
  return start < end ? { start, end } : null;
}

function runBoundaries(one: BoundariesCase, policies: Policies): CaseOutcome {
  const grid = gridOf(one, instantOf(one.anchor), policies);
  const dates = one.expected.local_dates.map((_, offset) =>
    formatDate(dateAt(boundary(grid, one.first_index + offset), grid.zone)),
  );
  return compared(one.expected.local_dates.join(), dates.join());
}

function runBuckets(one: BucketsCase, policies: Policies): CaseOutcome {
  const zone = zoneOf(one, one.events[0] ?? '', policies);
  const counts = new Map<string, number>();
  for (const event of one.events) {
    const moment = instantOf(event);
    const grid = layGrid({ anchorAt: moment, zone, cadence: MONTHLY, alignment: 'calendar' });
    const month = formatDate(dateAt(periodAt(grid, moment).period.start, zone)).slice(0, 7);
    counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  return compared(JSON.stringify(one.expected.counts), JSON.stringify(Object.fromEntries(counts)));
}

/** A calendar grid is laid from the start of the subscription, or else from any moment. */
function gridOf(one: GridCase, at: Instant, policies: Policies): Grid {
  const anchor = one.anchor ?? one.subscription_start ?? formatInstant(at);
  const settings: GridSettings = {
    anchorAt: instantOf(anchor),
    zone: zoneOf(one, anchor, policies),
    cadence: { interval: one.interval, count: one.interval_count ?? 1 },
    alignment: one.alignment,
    granularity: policies.usage_reset === 'local_midnight' ? 'date' : one.granularity,
  };
  if (policies.multi_interval_stub === undefined) return layGrid(settings);
  return gridAfterStub(settings, instantOf(one.subscription_start ?? formatInstant(at)));
}

/**
 * The grid of a seller whose first period runs to the next single step of the anchor and then on for the other steps of
 * the cadence: it is laid from the end of that first period, which cuts the one before it.
 */
function gridAfterStub(settings: GridSettings, startAt: Instant): Grid {
  const { cadence } = settings;
  const steps = layGrid({ ...settings, cadence: { ...cadence, count: 1 } });
  const anchorAt = boundary(steps, periodIndexAt(steps, startAt) + cadence.count);
  // From there on the calendar is kept by its own boundary, and else the day of the anchor, also after short months.
  if (settings.alignment === 'calendar')
    return layGrid({ ...settings, anchorAt, alignment: 'anniversary', granularity: 'date' });
  const { day } = dateFields(dateAt(settings.anchorAt, settings.zone));
  return layGrid({ ...settings, anchorAt, billingDay: day });
}

function zoneOf(one: ZonedCase, firstMoment: string, policies: Policies): ZoneRules {
  const zone = zoneNamed(policies.calendar_timezone === 'utc' ? 'UTC' : one.timezone);
  if (policies.account_time !== 'fixed_offset') return zone;
  return fixedOffsetZone(zone.offsetAt(instantOf(one.account_created_at ?? firstMoment)));
}
