import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { inCurrency } from '../pick-version.ts';
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
import type { StoredPlan, StoredPlanVersion } from '../types.ts';
import { latestVersions, versionsOfPlan } from '../version-repo.ts';
import { listOffers } from './plans-with-versions.ts';

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

/** Plans and add-ons with their newest versions, in the seller's order. */
export async function plans(ctx: QueryCtx) {
  const words = await loadWords(ctx);
  const offers = await listOffers(ctx);
  const keys = keysOf(offers.map(({ plan }) => plan));
  return offers.map(({ plan, versions }) => presentPlan(plan, versions, words, keys));
}

export async function plan(ctx: QueryCtx, id: string) {
  const [found] = await plansById(ctx, [id]);
  const versions = await latestVersions(ctx, [id]);
  if (found === undefined || versions.length === 0) refuse('plan.not_found', 'There is no such plan.');
  const keys = keysOf(await plansById(ctx, found.offeredWith));
  return presentPlan(found, versions, await loadWords(ctx), keys);
}

export async function planVersions(ctx: QueryCtx, id: string) {
  const [found] = await plansById(ctx, [id]);
  if (found === undefined) refuse('plan.not_found', 'There is no such plan.');
  const words = await loadWords(ctx);
  const byNumber = Map.groupBy(await versionsOfPlan(ctx, id), (version) => version.number);
  return [...byNumber.values()].map((versions) => presentVersion(found, versions, words));
}

/** Plans and add-ons on sale to everybody, as the pricing page shows them: in this currency where there is one. */
export async function publicPlans(ctx: QueryCtx, currency: string) {
  const words = await loadWords(ctx);
  const offers = await listOffers(ctx);
  const keys = keysOf(offers.map(({ plan }) => plan));
  const sold = offers.filter(({ plan }) => plan.public && plan.archivedAt === null);
  const shown = sold.flatMap(({ plan, versions }) => {
    const version = inCurrency(versions, currency);
    if (version === undefined) return [];
    const others = versions.map((one) => one.currency as string);
    return [presentPublic(plan, version, others, words, keys)];
  });
  return {
    plans: shown.filter(({ kind }) => kind === 'plan'),
    add_ons: shown.filter(({ kind }) => kind !== 'plan'),
  };
}

function presentPublic(
  plan: StoredPlan,
  version: StoredPlanVersion,
  currencies: string[],
  words: Words,
  keys: ReadonlyMap<string, string>,
) {
  const { latest_version: shown, ...face } = presentPlan(plan, [version], words, keys);
  const units = version.prices.flatMap((price): [string, string][] => {
    const meter = price.quantity.kind === 'meter' ? words.meters.get(price.quantity.meterId) : undefined;
    return meter === undefined ? [] : [[meter.key, meter.unit]];
  });
  return {
    id: face.id,
    object: 'public_plan' as const,
    kind: face.kind,
    key: face.key,
    name: face.name,
    description: face.description,
    family: face.family,
    rank: face.rank,
    highlights: face.highlights,
    offered_with: face.offered_with,
    version_id: shown.id,
    currency: shown.currency,
    currencies,
    trial_days: shown.trial_days,
    prices: shown.prices,
    entitlements: shown.entitlements,
    units: Object.fromEntries(units),
    created_at: face.created_at,
  };
}

const keysOf = (plans: readonly StoredPlan[]) => new Map(plans.map((plan) => [plan.id, plan.key]));
