import type { Decision } from '../decision/change.ts';
import { draftOf, withFields } from '../subscriptions/draft.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { Release } from './consolidation.ts';
import type { ProposedLine } from './line.ts';

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
