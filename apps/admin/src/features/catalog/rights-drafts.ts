import type { CreatePlanVersion, Feature, Plan, PlanRightDraft } from '@billhook/sdk/generated/types';
import { draftOf } from './version-draft.ts';

/** Rights that were changed and not published, by id of the plan. */
export type Drafts = ReadonlyMap<string, readonly PlanRightDraft[]>;

/** What a plan grants in its newest version, or as it was changed. */
export function rightsOf(plan: Plan, drafts: Drafts): readonly PlanRightDraft[] {
  return drafts.get(plan.id) ?? draftOf(plan.latestVersion).entitlements;
}

/** The drafts with one right of a plan set, or taken away. A plan that is as published again has no draft. */
export function withRight(drafts: Drafts, plan: Plan, feature: string, right: PlanRightDraft | null): Drafts {
  const before = rightsOf(plan, drafts);
  const index = before.findIndex((one) => one.feature === feature);
  const kept = before.filter((one) => one.feature !== feature);
  const after =
    right === null
      ? kept
      : index < 0
        ? [...before, right]
        : before.map((one, at) => (at === index ? right : one));
  const next = new Map(drafts);
  if (isSame(after, draftOf(plan.latestVersion).entitlements)) next.delete(plan.id);
  else next.set(plan.id, after);
  return next;
}

function isSame(one: readonly PlanRightDraft[], other: readonly PlanRightDraft[]): boolean {
  const text = (rights: readonly PlanRightDraft[]) =>
    rights.map((right) => JSON.stringify(Object.entries(right).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
  return JSON.stringify(text(one)) === JSON.stringify(text(other));
}

/** Features whose right differs from the published one. */
export function changedFeatures(plan: Plan, drafts: Drafts, features: readonly Feature[]): Feature[] {
  const published = draftOf(plan.latestVersion).entitlements;
  const now = rightsOf(plan, drafts);
  const of = (rights: readonly PlanRightDraft[], key: string) =>
    rights.filter(({ feature }) => feature === key);
  return features.filter(({ key }) => !isSame(of(published, key), of(now, key)));
}

/** The next version: prices and all else as they are, with these rights. */
export function versionWith(plan: Plan, rights: readonly PlanRightDraft[]): CreatePlanVersion {
  const { prices, otherCurrencies, entitlements: _, ...draft } = draftOf(plan.latestVersion);
  return {
    ...draft,
    prices: [...prices],
    otherCurrencies: otherCurrencies.map((other) => ({ ...other, prices: [...other.prices] })),
    entitlements: [...rights],
  };
}
