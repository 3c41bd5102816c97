import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';
import { type Ahead, type Life, leadingOf } from './life.ts';

/** The periods that ran when a pause began: those of the last leading item that was not begun anew by the resumption. */
function rhythmBefore(life: Life, resumedAt: number): Rhythm | null {
  const subscription = life.customer.books.subscriptions.get(life.id);
  const leading = leadingOf(life.version.prices);
  if (subscription === undefined || leading === undefined) return null;
  const items = subscription.items.filter(
    ({ source, price, anchorAt }) =>
      source.kind === 'plan' && price.key === leading.key && anchorAt < resumedAt,
  );
  const item = items.at(-1);
  if (item === undefined) return null;
  const { cadence, alignment } = item.price;
  const { timeZone: zone, billingDay } = subscription;
  return { zone, anchorMs: item.anchorAt, cadence, alignment, billingDay };
}

/**
 * Ends after a number of periods, after a pause that stopped the running one: every period that had not been served
 * whole when it began is served after it.
 */
export function serveTerm(life: Life, pausedAt: number, resumedAt: number): void {
  const before = rhythmBefore(life, resumedAt);
  if (before === null) return;
  const after = { ...before, anchorMs: resumedAt };
  life.ahead = life.ahead.map((step): Ahead => {
    if (step.kind !== 'cancel' || step.periods === null) return step;
    let left = 0;
    for (
      let n = periodAt(before, Math.max(pausedAt, before.anchorMs));
      boundaryOf(before, n) < step.at;
      n += 1
    )
      left += 1;
    return { ...step, at: boundaryOf(after, periodAt(after, resumedAt) + Math.max(1, left)) };
  });
}
