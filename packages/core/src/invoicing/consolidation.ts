import type { Decision } from '../decision/change.ts';
import { draftOf, withFields } from '../subscriptions/draft.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { addDays, dateAt, firstOfMonth, monthNumberOf, startOfDay } from '../time/calendar-date.ts';
import type { Instant } from '../time/instant.ts';
import type { ZoneRules } from '../time/zone.ts';
import type { ProposedLine } from './line.ts';

/** Whether a customer is invoiced as things fall due, or once for all that falls due in a day or a month of the calendar. */
export type Consolidation = 'as_due' | 'day' | 'month';

/** The day or month of the calendar that a moment lies in: what fell due up to its start is billed, the rest at its end. */
export interface Release {
  readonly through: Instant;
  readonly next: Instant;
}

/**
 * What may be billed at a moment. What falls due at the very turn of a day or month belongs to the one that ends, so that
 * subscriptions from the first to the first are on the invoice of that first.
 *
 * @param zone that of the seller's calendar
 */
export function releaseAt(
  consolidation: Exclude<Consolidation, 'as_due'>,
  now: Instant,
  zone: ZoneRules,
): Release {
  const day = dateAt(now, zone);
  if (consolidation === 'day')
    return { through: startOfDay(day, zone), next: startOfDay(addDays(day, 1), zone) };
  const month = monthNumberOf(day);
  return {
    through: startOfDay(firstOfMonth(month), zone),
    next: startOfDay(firstOfMonth(month + 1), zone),
  };
}

/** Usage that was called up inside its period, because it reached a threshold: it is billed at once in any case. */
function isCalledUp(
  { kind, itemId, servicePeriod, explanation }: ProposedLine,
  running: ReadonlySet<string>,
  now: Instant,
): boolean {
  const isPart = servicePeriod.end < explanation.billingPeriod.end;
  return kind === 'usage' && isPart && servicePeriod.end === now && running.has(itemId);
}

/** The lines that are billed now, and those that wait for the end of their day or month. */
export function released(
  lines: readonly ProposedLine[],
  subscriptions: readonly Subscription[],
  now: Instant,
  release: Release | undefined,
): { readonly due: readonly ProposedLine[]; readonly held: readonly ProposedLine[] } {
  if (release === undefined) return { due: lines, held: [] };
  const running = new Set(
    subscriptions.flatMap(({ items }) =>
      items.filter(({ activeTo }) => activeTo === null || activeTo > now).map(({ id }) => id),
    ),
  );
  const isDue = (line: ProposedLine) => line.billableAt <= release.through || isCalledUp(line, running, now);
  return { due: lines.filter(isDue), held: lines.filter((line) => !isDue(line)) };
}

/** Has billing look again at subscriptions with lines that wait, when they may be billed. */
export function waitingFor(
  held: readonly ProposedLine[],
  subscriptions: readonly Subscription[],
  release: Release | undefined,
): Decision & { readonly subscriptions: readonly Subscription[] } {
  if (release === undefined || held.length === 0) return { changes: [], events: [], subscriptions };
  const waiting = new Set(held.map(({ subscriptionId }) => subscriptionId));
  const drafts = subscriptions.map((subscription) => {
    const { nextActionAt } = subscription;
    const isEarlier = nextActionAt !== null && nextActionAt <= release.next;
    if (!waiting.has(subscription.id) || isEarlier) return draftOf(subscription);
    return withFields(draftOf(subscription), { nextActionAt: release.next });
  });
  return {
    changes: drafts.flatMap(({ decision }) => decision.changes),
    events: [],
    subscriptions: drafts.map(({ subscription }) => subscription),
  };
}
