import type { Feature } from '../catalog/feature.ts';
import { type Decimal12, isStorableDecimal12 } from '../kernel/decimal.ts';
import type { JsonValue } from '../kernel/json.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { combineEntitlements } from './combine.ts';
import type { Entitlement, OveragePolicy } from './entitlement.ts';
import { valueFault } from './value-type.ts';

/** What staff change about a right, by the kind of its feature. */
export type RightChange =
  | { readonly kind: 'boolean'; readonly enabled: boolean }
  | { readonly kind: 'configuration'; readonly value: JsonValue }
  | {
      readonly kind: 'metered';
      readonly mode: 'replace' | 'add';
      /** The limit, or what is added to it; null for as much as one likes. */
      readonly limit: Decimal12 | null;
      /** The same for the pool of all members or devices; left out, the pool stays; null in a replacement for none. */
      readonly poolLimit?: Decimal12 | null;
      /** Left out, it stays as it is, or is `block` where nothing else says. */
      readonly overage?: OveragePolicy;
    };

/** A lasting agreement about a right of one customer, or of one subscription. There is at most one of each. */
export interface RightOverride {
  readonly id: string;
  readonly target: 'customer' | 'subscription';
  readonly change: RightChange;
}

/** A right that is given for a time, over what is there. It gives and never takes. */
export interface RightGrant {
  readonly id: string;
  readonly from: Instant;
  /** The first instant at which nothing of it is left. */
  readonly until: Instant;
  readonly revokedAt: Instant | null;
  readonly change: RightChange;
}

/** From its first instant up to its end or to its revocation, whichever comes first. */
export function isInForce(grant: RightGrant, now: Instant): boolean {
  return grant.from <= now && now < endOf(grant);
}

/** When nothing of a grant is left. */
export function endOf({ until, revokedAt }: RightGrant): Instant {
  return revokedAt !== null && revokedAt < until ? revokedAt : until;
}

/**
 * Whether a change fits its feature. Refusals: `right.kind_mismatch`, `right.value_type`, `right.limit`,
 * `right.pool_without_subjects`, and for a grant `right.grant_takes`.
 */
export function checkChange(
  feature: Feature,
  change: RightChange,
  as: 'override' | 'grant',
): Result<RightChange> {
  if (change.kind !== feature.kind)
    return refuse('right.kind_mismatch', `The feature ${feature.key} is ${feature.kind}.`);
  if (change.kind === 'boolean') {
    return as === 'grant' && !change.enabled
      ? refuse('right.grant_takes', 'A grant turns a feature on; an override turns it off.')
      : ok(change);
  }
  if (change.kind === 'configuration') {
    const fault = valueFault(change.value, feature.valueType);
    return fault === null ? ok(change) : refuse('right.value_type', fault);
  }
  if (as === 'grant' && change.mode !== 'add')
    return refuse('right.grant_takes', 'A grant adds to a limit; an override replaces it.');
  const figures = [change.limit, change.poolLimit ?? null];
  if (figures.some((figure) => figure !== null && (figure < 0n || !isStorableDecimal12(figure))))
    return refuse('right.limit', 'A limit is zero or more.');
  if (change.poolLimit != null && feature.subjectProperty == null)
    return refuse(
      'right.pool_without_subjects',
      `${feature.key} is counted for the whole customer, so its limit is the pool.`,
    );
  return ok(change);
}

/** The right that a change by itself comes to where nothing else grants the feature. */
export function rightOf(feature: Feature, change: RightChange): Entitlement {
  const featureId = feature.id;
  if (change.kind !== 'metered') return { ...change, featureId };
  const { limit, poolLimit, overage } = change;
  return {
    kind: 'metered',
    featureId,
    limit,
    reset: 'billing_period',
    overage: overage ?? 'block',
    ...(poolLimit === undefined ? {} : { poolLimit }),
  };
}

/** An override on what is held: its own word on switch and value; a limit instead of the one held, or on top of it. */
export function overridden(feature: Feature, held: Entitlement | null, change: RightChange): Entitlement {
  if (change.kind !== 'metered' || held?.kind !== 'metered') return rightOf(feature, change);
  const { mode, limit, poolLimit, overage } = change;
  const terms = overage === undefined ? {} : { overage };
  if (mode === 'add') return { ...granted(feature, held, change), ...terms };
  return { ...held, limit, ...(poolLimit === undefined ? {} : { poolLimit }), ...terms };
}

/** A grant on what is held, by the rules that add-ons follow. */
export function granted(feature: Feature, held: Entitlement | null, change: RightChange): Entitlement {
  const more = { entitlement: rightOf(feature, change), quantity: 1n };
  return combineEntitlements(held, [more], feature.valueType ?? null) ?? more.entitlement;
}
