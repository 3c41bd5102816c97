import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { listFeatures, listMeters, listPlans } from '../catalog/api.ts';
import { creditAllowances, creditCosts, creditPacks, creditTypes } from './catalogue-repo.ts';
import type { StoredAllowance, StoredCost, StoredCreditType, StoredPack } from './types.ts';

/** Everything about credits that a catalogue file may hold, with the keys of what it names. */
export type CreditCatalogue = {
  types: readonly StoredCreditType[];
  costs: readonly StoredCost[];
  packs: readonly StoredPack[];
  allowances: readonly StoredAllowance[];
  names: ReadonlyMap<string, string>;
  /** Features and plans that are not sold any more. */
  archived: ReadonlySet<string>;
};

export async function loadCreditCatalogue(ctx: QueryCtx): Promise<CreditCatalogue> {
  const types = await creditTypes(ctx);
  const named = [...(await listFeatures(ctx)), ...(await listPlans(ctx))];
  return {
    types,
    costs: await creditCosts(ctx),
    packs: await creditPacks(ctx),
    allowances: await creditAllowances(ctx),
    names: new Map([...types, ...named, ...(await listMeters(ctx))].map(({ id, key }) => [id, key])),
    archived: new Set(named.filter(({ archivedAt }) => archivedAt !== null).map(({ id }) => id)),
  };
}

/**
 * What is sold and granted in credits as a file holds it: the versions that hold now without a time, those ahead with
 * theirs, each list in the order of its keys.
 */
export async function creditCatalogueFile(ctx: QueryCtx) {
  const all = await loadCreditCatalogue(ctx);
  const name = (id: string) => all.names.get(id) ?? '';
  const shown = <T extends { effectiveAt: Instant }, D extends object>(
    rows: readonly T[],
    idOf: (row: T) => string,
    draft: (row: T) => D,
  ) =>
    [...Map.groupBy(rows, idOf).values()]
      .flatMap((versions) => standing(versions, ctx.now))
      .map((row) => ({
        ...draft(row),
        ...(row.effectiveAt > ctx.now ? { effective_at: iso(row.effectiveAt) } : {}),
      }));
  return {
    types: all.types.map(typeDraft),
    costs: shown(
      all.costs.filter(({ featureId }) => !all.archived.has(featureId)),
      ({ featureId }) => featureId,
      (cost) => ({ feature: name(cost.featureId), ...costDraft(cost, name) }),
    ).sort(byText(({ feature, effective_at: at }) => [feature, at ?? ''])),
    packs: all.packs
      .filter(({ archivedAt }) => archivedAt === null)
      .map((pack) => packDraft(pack, name))
      .sort(byText(({ key }) => [key])),
    allowances: shown(
      all.allowances.filter(({ planId }) => !all.archived.has(planId)),
      ({ planId, creditTypeId }) => `${planId}/${creditTypeId}`,
      (one) => ({
        plan: name(one.planId),
        credit_type: name(one.creditTypeId),
        ...allowanceDraft(one),
      }),
    )
      .filter(({ amount, effective_at: at }) => amount !== '0' || at !== undefined)
      .sort(byText((one) => [one.plan, one.credit_type, one.effective_at ?? ''])),
  };
}

/** Of all versions in order the one that holds now, and those ahead. */
export function standing<T extends { effectiveAt: Instant }>(versions: readonly T[], now: Instant): T[] {
  const current = versions.findLast(({ effectiveAt }) => effectiveAt <= now);
  const ahead = versions.filter(({ effectiveAt }) => effectiveAt > now);
  return current === undefined ? ahead : [current, ...ahead];
}

export function typeDraft(type: Omit<StoredCreditType, 'id' | 'createdAt'>) {
  return {
    key: type.key,
    name: type.name,
    unit: type.unit,
    currency: type.currency as string | null,
    promotions_first: type.promotionsFirst,
    return_days: type.returnDays,
    low_at: type.lowAt === null ? null : formatDecimal12(type.lowAt),
  };
}

export function costDraft(
  cost: Pick<StoredCost, 'creditTypeId' | 'perUnit' | 'beyond' | 'overageMeterId'>,
  name: (id: string) => string,
) {
  return {
    credit_type: name(cost.creditTypeId),
    per_unit: formatDecimal12(cost.perUnit),
    beyond: cost.beyond,
    overage_meter: cost.overageMeterId === null ? null : name(cost.overageMeterId),
  };
}

export function packDraft(
  pack: Omit<StoredPack, 'id' | 'archivedAt' | 'createdAt'>,
  name: (id: string) => string,
) {
  return {
    key: pack.key,
    name: pack.name,
    credit_type: name(pack.creditTypeId),
    amount: formatDecimal12(pack.amount),
    price: `${pack.priceMinor}`,
    currency: pack.currency,
    expires_after_days: pack.expiresAfterDays,
  };
}

export function allowanceDraft(
  one: Pick<StoredAllowance, 'amount' | 'every' | 'priority' | 'rolloverMax' | 'rolloverPeriods'>,
) {
  return {
    amount: formatDecimal12(one.amount),
    interval: one.every,
    priority: one.priority,
    rollover_max: one.rolloverMax === null ? null : formatDecimal12(one.rolloverMax),
    rollover_periods: one.rolloverPeriods,
  };
}

function byText<T>(textsOf: (row: T) => readonly string[]) {
  return (left: T, right: T): number => {
    const [a, b] = [textsOf(left).join(' '), textsOf(right).join(' ')];
    return a < b ? -1 : a > b ? 1 : 0;
  };
}
