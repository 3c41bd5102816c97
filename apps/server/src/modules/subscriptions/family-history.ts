import type { QueryCtx } from '../../platform/context.ts';
import { getPlans } from '../catalog/api.ts';
import { subscriptionsOfCustomers } from './repo.ts';

export type FamilyHistory = {
  /** A subscription of the family has not ended yet. */
  isRunning: boolean;
  /** One of them, ended or not, has had a trial. */
  hadTrial: boolean;
};

/** What a customer has, or had, of a family of plans. Of a family, a customer buys one subscription at a time. */
export async function familyHistory(
  ctx: QueryCtx,
  customerId: string,
  family: string,
): Promise<FamilyHistory> {
  const held = await subscriptionsOfCustomers(ctx, [customerId]);
  const plans = await getPlans(
    ctx,
    held.map(({ planId }) => planId),
  );
  const ofFamily = held.filter(({ planId }) => plans.get(planId)?.family === family);
  return {
    isRunning: ofFamily.some(({ status }) => status !== 'canceled'),
    hadTrial: ofFamily.some(({ trialEndAt }) => trialEndAt !== null),
  };
}
