import type { DunningFacts } from '@billhook/core/dunning/outlook';
import { countedTries } from '@billhook/core/dunning/scheme-limit';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { getCustomers } from '../customers/api.ts';
import { listMethods, triesWith } from '../payments/api.ts';
import type { RunRow } from './runs.ts';

/** How far back schemes look. */
const LOOK_BACK_DAYS = 31;

/** Everything that core must know of a run; what staff hold back counts as held back up to now. */
export async function factsOf(ctx: QueryCtx, run: RunRow): Promise<DunningFacts> {
  const customer = (await getCustomers(ctx, [run.customerId])).get(run.customerId);
  const methods = await methodFacts(ctx, run.customerId);
  const heldMs = run.pausedAt === null ? 0 : ctx.now - run.pausedAt;
  return {
    anchorAt: run.anchorAt,
    pausedMs: Number(run.pausedMs) + heldMs,
    kind: run.failureKind,
    kindSince: run.kindSince,
    lastFailureAt: run.lastFailureAt,
    settled: run.settled,
    isAtStripe: run.collectedBy === 'stripe',
    timeZone: customer?.timeZone ?? ctx.tenant.timeZone,
    ...methods,
  };
}

/** Of the method that would be charged, and whether there is another. */
export async function methodFacts(
  ctx: QueryCtx,
  customerId: string,
): Promise<Pick<DunningFacts, 'tries' | 'methodKind' | 'isBlocked' | 'hasOther'>> {
  const methods = await listMethods(ctx, customerId);
  const own = methods.find(({ isDefault }) => isDefault);
  const since: Instant = addMs(ctx.now, -LOOK_BACK_DAYS * MS_PER_DAY);
  return {
    tries: own === undefined ? [] : countedTries(await triesWith(ctx, own.id, since), false),
    methodKind: own?.kind ?? null,
    isBlocked: own !== undefined && own.blockedCode !== null,
    hasOther: otherOf(methods) !== undefined,
  };
}

/** The method that is tried instead of the default: the newest that may be charged. */
export function otherOf<T extends { isDefault: boolean; blockedCode: string | null }>(
  methods: readonly T[],
): T | undefined {
  return methods.find(({ isDefault, blockedCode }) => !isDefault && blockedCode === null);
}
