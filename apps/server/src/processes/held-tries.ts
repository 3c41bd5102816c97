import { countedTries, heldUntil, type PastTry, schemeLimits } from '@billhook/core/dunning/scheme-limit';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { triesWith } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/** How far back schemes look. */
const LOOK_BACK_DAYS = 31;

type Try = { id: string; attemptNumber: number; methodId: string | null; methodKind: string | null };

/**
 * Until when tries are held back that would be more than the scheme allows for the method, also where they came together
 * from several invoices. A first charge is held back by what failed with the method lately; while nothing did, any number
 * of invoices may be charged to it at once.
 */
export async function heldByScheme(
  ctx: CommandCtx,
  due: readonly Try[],
): Promise<ReadonlyMap<string, Instant>> {
  const held = new Map<string, Instant>();
  const planned = new Map<string, PastTry[]>();
  for (const { id, attemptNumber, methodId, methodKind } of due) {
    if (methodId === null) continue;
    const since = addMs(ctx.now, -LOOK_BACK_DAYS * MS_PER_DAY);
    const tries = planned.get(methodId) ?? (await triesWith(ctx, methodId, since));
    planned.set(methodId, tries);
    const isFirst = attemptNumber < 2;
    const until = heldUntil(ctx.now, countedTries(tries, isFirst), schemeLimits(methodKind));
    // What is sent now may fail like those before it.
    if (until === null) tries.push({ at: ctx.now, hasFailed: tries.some(({ hasFailed }) => hasFailed) });
    else held.set(id, until);
  }
  return held;
}
