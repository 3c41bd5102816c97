import { Horizon, type QueryCtx } from '../../platform/context.ts';
import { type CreditStandings, creditStandings } from '../credits/api.ts';
import { findBySubject } from '../customers/api.ts';
import { type Access, judge, loadAccess } from './access.ts';
import type { Read } from './copy-shelf.ts';
import { changesAfter } from './horizon.ts';
import { presentRight } from './present.ts';
import {
  type CheckAnswer,
  type CheckInput,
  paymentHelps,
  plainAnswer,
  planHelps,
  readQuantity,
} from './queries/check.ts';

/** How one customer stands in everything, at one moment. */
export type Standing = { ctx: Pick<QueryCtx, 'now'>; access: Access; credits: CreditStandings };

/** Reads how customers stand, set-wise, by the names that callers have for them; who does not exist is left out. */
export async function loadStandings(
  ctx: QueryCtx,
  names: readonly string[],
): Promise<Map<string, Read<Standing>>> {
  const ids = await findBySubject(ctx, names);
  const customers = [...new Set(ids.values())];
  const all = await loadAccess(ctx, customers);
  const horizon = new Horizon();
  const credits = await creditStandings({ ...ctx, horizon }, customers);
  const runs = ctx.now === ctx.wallNow;
  return new Map(
    [...ids].flatMap(([name, customerId]) => {
      const access = all.get(customerId);
      if (access === undefined) return [];
      const changes = Math.min(changesAfter(ctx, access), horizon.after(ctx.now));
      // A clock that stands still is moved by somebody, who tells it.
      const until = runs ? changes : Number.POSITIVE_INFINITY;
      return [[name, { value: { ctx: { now: ctx.now }, access, credits }, customerId, until }]];
    }),
  );
}

/**
 * The answer as far as it follows from how the customer stands. Undefined where more is to be looked up: what a member
 * used, an explanation, a larger plan, or what is wrong with the question.
 */
export function simpleAnswer({ ctx, access, credits }: Standing, input: CheckInput): CheckAnswer | undefined {
  const feature = access.features.find(({ key }) => key === input.feature);
  if (feature === undefined || feature.subjectProperty !== null || input.explain === true) return undefined;
  const requested = readQuantity(input.quantity);
  const answer = judge(ctx, access, feature, requested);
  const { customerId } = access;
  const shown = presentRight(feature, answer, credits(customerId, feature.id, requested));
  return planHelps(answer, shown) || paymentHelps(answer) ? undefined : plainAnswer(customerId, shown);
}
