import { type Decimal12, decimal12FromScaled, isStorableDecimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Entitlement, MeteredEntitlement } from './entitlement.ts';

/** What an add-on grants, and how often it was taken. */
export interface AddedEntitlement {
  readonly entitlement: Entitlement;
  readonly quantity: bigint;
}

/**
 * The right to one feature that a plan and the add-ons beside it grant together. A switch is on if anything turns it on.
 * Of configurations the one of the add-on that was taken last holds. Limits add up, that of an add-on as often as it was
 * taken; as much as one likes stays so. Above the limit usage passes if anything lets it; the window is that of the
 * plan, or else of the first add-on. Null if nothing grants the feature.
 *
 * @param added in the order in which they were taken; all rights are to the same feature
 */
export function combineEntitlements(
  base: Entitlement | null,
  added: readonly AddedEntitlement[],
): Entitlement | null {
  return added.reduce<Entitlement | null>(
    (held, { entitlement, quantity }) =>
      held === null ? taken(entitlement, quantity) : together(held, taken(entitlement, quantity)),
    base,
  );
}

function taken(entitlement: Entitlement, quantity: bigint): Entitlement {
  if (entitlement.kind !== 'metered' || entitlement.limit === null) return entitlement;
  return { ...entitlement, limit: limitOf(entitlement.limit * quantity) };
}

function together(held: Entitlement, more: Entitlement): Entitlement {
  invariant(
    held.kind === more.kind && held.featureId === more.featureId,
    'Rights to one feature are of its kind.',
  );
  if (held.kind === 'boolean' && more.kind === 'boolean')
    return { ...held, enabled: held.enabled || more.enabled };
  if (held.kind === 'metered' && more.kind === 'metered') return metered(held, more);
  return more;
}

function metered(held: MeteredEntitlement, more: MeteredEntitlement): MeteredEntitlement {
  const limit = held.limit === null || more.limit === null ? null : limitOf(held.limit + more.limit);
  return { ...held, limit, overage: more.overage === 'allow' ? 'allow' : held.overage };
}

/** A limit that no usage can reach is none. */
function limitOf(scaled: bigint): Decimal12 | null {
  return isStorableDecimal12(scaled) ? decimal12FromScaled(scaled) : null;
}
