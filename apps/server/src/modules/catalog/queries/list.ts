import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { plansById } from '../plan-repo.ts';
import {
  presentFeature,
  presentMeter,
  presentPlan,
  presentVersion,
  type Words,
  wordsOf,
} from '../present.ts';
import { allFeatures, allMeters } from '../repo.ts';
import { latestVersions, versionsOfPlan } from '../version-repo.ts';
import { listPlansWithVersions } from './plans-with-versions.ts';

export async function loadWords(ctx: QueryCtx): Promise<Words> {
  return wordsOf(await allMeters(ctx), await allFeatures(ctx));
}

export async function meters(ctx: QueryCtx) {
  return (await allMeters(ctx)).map(presentMeter);
}

export async function features(ctx: QueryCtx) {
  const words = await loadWords(ctx);
  return [...words.features.values()].map((feature) => presentFeature(feature, words));
}

/** Plans with their newest versions, in the seller's order. */
export async function plans(ctx: QueryCtx) {
  const words = await loadWords(ctx);
  return (await listPlansWithVersions(ctx)).map(({ plan, version }) => presentPlan(plan, version, words));
}

export async function plan(ctx: QueryCtx, id: string) {
  const [found] = await plansById(ctx, [id]);
  const [version] = await latestVersions(ctx, [id]);
  if (found === undefined || version === undefined) refuse('plan.not_found', 'There is no such plan.');
  return presentPlan(found, version, await loadWords(ctx));
}

export async function planVersions(ctx: QueryCtx, id: string) {
  const [found] = await plansById(ctx, [id]);
  if (found === undefined) refuse('plan.not_found', 'There is no such plan.');
  const words = await loadWords(ctx);
  return (await versionsOfPlan(ctx, id)).map((version) => presentVersion(found, version, words));
}

/** Plans on sale to everybody, as the pricing page shows them. */
export async function publicPlans(ctx: QueryCtx) {
  const words = await loadWords(ctx);
  const sold = (await listPlansWithVersions(ctx)).filter(
    ({ plan }) => plan.public && plan.archivedAt === null,
  );
  return sold.map(({ plan, version }) => {
    const { latest_version: shown, ...face } = presentPlan(plan, version, words);
    const units = version.prices.flatMap((price): [string, string][] => {
      const meter = price.quantity.kind === 'meter' ? words.meters.get(price.quantity.meterId) : undefined;
      return meter === undefined ? [] : [[meter.key, meter.unit]];
    });
    return {
      id: face.id,
      object: 'public_plan' as const,
      key: face.key,
      name: face.name,
      description: face.description,
      family: face.family,
      rank: face.rank,
      highlights: face.highlights,
      version_id: shown.id,
      currency: shown.currency,
      trial_days: shown.trial_days,
      prices: shown.prices,
      entitlements: shown.entitlements,
      units: Object.fromEntries(units),
      created_at: face.created_at,
    };
  });
}
