import type { QueryCtx } from '../../platform/context.ts';
import { featuresWithCosts } from '../credits/api.ts';
import { findBySubject } from '../customers/api.ts';
import { type Access, judge, loadAccess } from './access.ts';
import type { Read } from './copy-shelf.ts';
import { changesAfter } from './horizon.ts';
import { type CheckAnswer, type CheckInput, plainAnswer, readQuantity } from './queries/check.ts';

/** How one customer stands in everything, at one moment. */
export type Standing = {
  ctx: Pick<QueryCtx, 'now'>;
  access: Access;
  /** Features whose answer rests on a balance of credits. */
  costly: ReadonlySet<string>;
};

/** Reads how customers stand, set-wise, by the names that callers have for them; who does not exist is left out. */
export async function loadStandings(
  ctx: QueryCtx,
  names: readonly string[],
): Promise<Map<string, Read<Standing>>> {
  const ids = await findBySubject(ctx, names);
  const all = await loadAccess(ctx, [...new Set(ids.values())]);
  const costly = await featuresWithCosts(ctx);
  const runs = ctx.now === ctx.wallNow;
  return new Map(
    [...ids].flatMap(([name, customerId]) => {
      const access = all.get(customerId);
      if (access === undefined) return [];
      // A clock that stands still is moved by somebody, who tells it.
      const until = runs ? changesAfter(ctx, access) : Number.POSITIVE_INFINITY;
      return [[name, { value: { ctx: { now: ctx.now }, access, costly }, customerId, until }]];
    }),
  );
}

/**
 * The answer as far as it follows from how the customer stands. Undefined where more is to be looked up: what credits
 * pay, what a member used, an explanation, a larger plan, or what is wrong with the question.
 */
export function simpleAnswer(standing: Standing, input: CheckInput): CheckAnswer | undefined {
  const { access, costly, ctx } = standing;
  const feature = access.features.find(({ key }) => key === input.feature);
  if (feature === undefined || feature.subjectProperty !== null || costly.has(feature.id)) return undefined;
  if (input.explain === true) return undefined;
  const answer = judge(ctx, access, feature, readQuantity(input.quantity));
  return answer.verdict.allowed ? plainAnswer(access.customerId, feature, answer) : undefined;
}
