import { heldUntil, schemeLimits } from '@billhook/core/dunning/scheme-limit';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { triesWith } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/** How far back schemes look. */
const LOOK_BACK_DAYS = 31;

type Try = { id: string; attemptNumber: number; methodId: string | null; methodKind: string | null };

/**
 * Until when tries are held back that came together from several invoices and would be more than the scheme allows for
 * the method. First charges are not: only what is tried again counts as trying again.
 */
export async function heldByScheme(
  ctx: CommandCtx,
  due: readonly Try[],
): Promise<ReadonlyMap<string, Instant>> {
  const held = new Map<string, Instant>();
  const planned = new Map<string, Instant[]>();
  for (const { id, attemptNumber, methodId, methodKind } of due) {
    if (attemptNumber < 2 || methodId === null) continue;
    const since = addMs(ctx.now, -LOOK_BACK_DAYS * MS_PER_DAY);
    const tries = planned.get(methodId) ?? (await triesWith(ctx, methodId, since));
    planned.set(methodId, tries);
    const until = heldUntil(ctx.now, tries, schemeLimits(methodKind));
    if (until === null) tries.push(ctx.now);
    else held.set(id, until);
  }
  return held;
}
