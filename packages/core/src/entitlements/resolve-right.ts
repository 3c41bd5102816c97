import type { Feature } from '../catalog/feature.ts';
import type { Instant } from '../time/instant.ts';
import { type AddedEntitlement, combineEntitlements } from './combine.ts';
import type { Entitlement } from './entitlement.ts';
import {
  endOf,
  granted,
  isInForce,
  overridden,
  type RightChange,
  type RightGrant,
  type RightOverride,
} from './right-change.ts';

/** Everything that has a say in a customer's right to one feature. */
export interface RightSources {
  readonly now: Instant;
  readonly feature: Feature;
  readonly plan: { readonly versionId: string; readonly entitlement: Entitlement } | null;
  /** In the order in which they were taken. */
  readonly addOns: readonly (AddedEntitlement & { readonly versionId: string })[];
  /** At most one of the customer and one of the subscription, in any order. */
  readonly overrides: readonly RightOverride[];
  /** Past and future ones too, in any order. */
  readonly grants: readonly RightGrant[];
}

/** Where a part of a right comes from. The id is that of the version, the override or the grant. */
export interface RightSource {
  readonly kind: 'plan' | 'add_on' | 'customer_override' | 'subscription_override' | 'grant';
  readonly id: string;
}

/**
 * What a source did. `base`: the first word. `added`: limits added up. `turned_on`: a switch went on. `last_holds`: its
 * value holds. `united`: its texts were added to a list. `replaced`: what was there is set aside. `no_effect`: what was
 * there says as much or more.
 */
export type CombiningRule =
  | 'base'
  | 'added'
  | 'turned_on'
  | 'last_holds'
  | 'united'
  | 'replaced'
  | 'no_effect';

export interface RightStep {
  readonly source: RightSource;
  /** What the source gives by itself. */
  readonly gives: Entitlement | RightChange;
  /** How often; 1 but for add-ons. */
  readonly quantity: bigint;
  readonly rule: CombiningRule;
  /** The right once this source has spoken. */
  readonly after: Entitlement;
}

export interface ResolvedRight {
  /** Null if nothing grants the feature. */
  readonly entitlement: Entitlement | null;
  /** One for each source that has a say now, in the order in which they were heard. */
  readonly steps: readonly RightStep[];
  /** The next instant at which a grant begins or ends; null if none lies ahead. */
  readonly changesAt: Instant | null;
}

/**
 * The right to one feature, from all that has a say in it, in one order: the plan; its add-ons, as they were taken; the
 * override of the customer; that of the subscription, which is narrower and so has the last word; then what is granted
 * for a time, which only adds. Grants are heard by their beginning, then by id, so that the order in which they are
 * listed changes nothing.
 */
export function resolveRight(sources: RightSources): ResolvedRight {
  const { now, feature } = sources;
  const steps: RightStep[] = [];
  let held: Entitlement | null = null;
  const hear = (
    source: RightSource,
    gives: RightStep['gives'],
    quantity: bigint,
    after: Entitlement,
    replaces = false,
  ) => {
    steps.push({ source, gives, quantity, rule: ruleOf(held, after, replaces, feature), after });
    held = after;
  };
  if (sources.plan !== null) {
    const { versionId, entitlement } = sources.plan;
    hear({ kind: 'plan', id: versionId }, entitlement, 1n, entitlement);
  }
  for (const { versionId, entitlement, quantity } of sources.addOns) {
    const added = [{ entitlement, quantity }];
    const after = combineEntitlements(held, added, feature.valueType ?? null) ?? entitlement;
    hear({ kind: 'add_on', id: versionId }, entitlement, quantity, after);
  }
  for (const { id, target, change } of widestFirst(sources.overrides)) {
    const replaces = change.kind !== 'metered' || change.mode === 'replace';
    hear({ kind: `${target}_override`, id }, change, 1n, overridden(feature, held, change), replaces);
  }
  for (const { id, change } of inOrder(sources.grants.filter((grant) => isInForce(grant, now)))) {
    hear({ kind: 'grant', id }, change, 1n, granted(feature, held, change));
  }
  return { entitlement: held, steps, changesAt: nextChange(sources.grants, now) };
}

function widestFirst(overrides: readonly RightOverride[]): readonly RightOverride[] {
  return overrides.toSorted(
    (one, other) => Number(one.target !== 'customer') - Number(other.target !== 'customer'),
  );
}

function inOrder(grants: readonly RightGrant[]): readonly RightGrant[] {
  return grants.toSorted(
    (one, other) => one.from - other.from || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0),
  );
}

/** When a right next changes by the clock alone: at the beginning or the end of a grant. */
export function nextChange(grants: readonly RightGrant[], now: Instant): Instant | null {
  let next: Instant | null = null;
  for (const grant of grants) {
    const end = endOf(grant);
    // One that was revoked before it began never begins.
    for (const moment of grant.from < end ? [grant.from, end] : []) {
      if (moment > now && (next === null || moment < next)) next = moment;
    }
  }
  return next;
}

function ruleOf(
  held: Entitlement | null,
  after: Entitlement,
  replaces: boolean,
  feature: Feature,
): CombiningRule {
  if (held === null) return 'base';
  if (isSameRight(held, after)) return 'no_effect';
  if (replaces) return 'replaced';
  if (after.kind === 'metered') return 'added';
  if (after.kind === 'boolean') return 'turned_on';
  return feature.valueType === 'list' ? 'united' : 'last_holds';
}

function isSameRight(one: Entitlement, other: Entitlement): boolean {
  if (one.kind === 'metered' && other.kind === 'metered') {
    return (
      one.limit === other.limit &&
      (one.poolLimit ?? null) === (other.poolLimit ?? null) &&
      one.overage === other.overage
    );
  }
  if (one.kind === 'boolean' && other.kind === 'boolean') return one.enabled === other.enabled;
  return (
    one.kind === 'configuration' &&
    other.kind === 'configuration' &&
    JSON.stringify(one.value) === JSON.stringify(other.value)
  );
}
