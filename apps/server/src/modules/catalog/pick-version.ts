import type { StoredPlan, StoredPlanVersion } from './types.ts';

/** A plan with its newest version in every currency that it is sold in, the main one first. */
export type Offer = { plan: StoredPlan; versions: readonly StoredPlanVersion[] };

/** The version in a currency, or else the main one: who needs that currency sees that it is another. */
export function inCurrency(
  versions: readonly StoredPlanVersion[],
  currency: string | undefined,
): StoredPlanVersion | undefined {
  return versions.find((version) => version.currency === currency) ?? versions[0];
}
