import { slidingLengthMs } from '@billhook/core/entitlements/reset-window';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import { MAX_INSTANT, MIN_INSTANT } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import type { QueryCtx } from '../../platform/context.ts';
import { measureSubjects, quantitiesForPeriods } from '../usage/api.ts';
import type { Right } from './access.ts';
import { heldForSubjects } from './reservations.ts';

/** A right with a window and a meter. */
export type WindowRight = Pick<Right, 'customerId' | 'feature' | 'subject' | 'entitlement'> & {
  meter: NonNullable<Right['meter']>;
  window: NonNullable<Right['window']>;
};

/** A sliding window is another one at every moment, so all of them share the counter that never ends. */
export const ALL_TIME: Period = { start: MIN_INSTANT, end: MAX_INSTANT };

export function isSliding({ entitlement }: Pick<WindowRight, 'entitlement'>): boolean {
  return entitlement.kind === 'metered' && slidingLengthMs(entitlement.reset) !== null;
}

/** The window whose counter is locked for a right, and in which its units are held. */
export function counterWindow(right: Pick<WindowRight, 'entitlement' | 'window'>): Period {
  return isSliding(right) ? ALL_TIME : right.window;
}

/**
 * What is used in sliding windows, in the order of the rights; not rounded. Whoever takes units holds the counter, so all
 * that others took is here; it is looked for up to the end of time, because their clocks may run ahead of ours. In
 * whatever window of that length the last of them is, it saw all others.
 */
export async function usedInSliding(ctx: QueryCtx, rights: readonly WindowRight[]): Promise<Decimal12[]> {
  if (rights.length === 0) return [];
  const found = await quantitiesForPeriods(
    ctx,
    rights.map((right) => ({ customerId: right.customerId, meter: right.meter, ...openWindow(right) })),
  );
  return found.map(({ measured }) => measured);
}

/** What these members and devices used in their windows, and what is held for them, in the order of the rights. */
export async function ofSubjects(
  ctx: QueryCtx,
  rights: readonly (WindowRight & { subject: string })[],
): Promise<{ used: Decimal12; held: Decimal12 }[]> {
  const used = await measureSubjects(
    ctx,
    rights.map((right) => ({
      customerId: right.customerId,
      feature: right.feature,
      meter: right.meter,
      subject: right.subject,
      atLeast: null,
      ...openWindow(right),
    })),
  );
  const held = await heldForSubjects(
    ctx,
    rights.map((right) => ({
      customerId: right.customerId,
      featureId: right.feature.id,
      subject: right.subject,
      window: counterWindow(right),
    })),
  );
  return rights.map((_, index) => ({
    used: used[index]?.[0]?.quantity ?? DECIMAL12_ZERO,
    held: held[index] ?? DECIMAL12_ZERO,
  }));
}

const openWindow = (right: WindowRight): Period =>
  isSliding(right) ? { start: right.window.start, end: MAX_INSTANT } : right.window;
