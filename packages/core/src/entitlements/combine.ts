import type { ConfigurationType } from '../catalog/feature.ts';
import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromScaled,
  isStorableDecimal12,
} from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { Entitlement, MeteredEntitlement, OveragePolicy } from './entitlement.ts';
import { isTextList } from './value-type.ts';

/** What an add-on grants, and how often it was taken. */
export interface AddedEntitlement {
  readonly entitlement: Entitlement;
  readonly quantity: bigint;
}

/**
 * The right to one feature that a plan and the add-ons beside it grant together. A switch is on if anything turns it on.
 * Of configurations the one of the add-on that was taken last holds. Limits add up, that of an add-on as often as it was
 * taken; as much as one likes stays so. Above the limit usage passes if anything lets it; the window is that of the
 * plan, or else of the first add-on. A pool grows as limits do; where the plan has none, none comes about. Lists of
 * texts are united. Null if nothing grants the feature.
 *
 * @param added in the order in which they were taken; all rights are to the same feature
 * @param valueType of a configuration feature
 */
export function combineEntitlements(
  base: Entitlement | null,
  added: readonly AddedEntitlement[],
  valueType: ConfigurationType | null = null,
): Entitlement | null {
  return added.reduce<Entitlement | null>(
    (held, { entitlement, quantity }) =>
      held === null ? taken(entitlement, quantity) : together(held, taken(entitlement, quantity), valueType),
    base,
  );
}

function taken(entitlement: Entitlement, quantity: bigint): Entitlement {
  if (entitlement.kind !== 'metered') return entitlement;
  const { limit, poolLimit } = entitlement;
  return {
    ...entitlement,
    limit: limit === null ? null : limitOf(limit * quantity),
    ...(poolLimit == null ? {} : { poolLimit: limitOf(poolLimit * quantity) }),
  };
}

function together(held: Entitlement, more: Entitlement, valueType: ConfigurationType | null): Entitlement {
  invariant(
    held.kind === more.kind && held.featureId === more.featureId,
    'Rights to one feature are of its kind.',
  );
  if (held.kind === 'boolean' && more.kind === 'boolean')
    return { ...held, enabled: held.enabled || more.enabled };
  if (held.kind === 'metered' && more.kind === 'metered') return metered(held, more);
  if (held.kind === 'configuration' && more.kind === 'configuration' && valueType === 'list')
    return { ...held, value: united(held.value, more.value) };
  return more;
}

/** What the first list has, then what only the second has. */
function united(held: JsonValue, more: JsonValue): JsonValue {
  if (!isTextList(held) || !isTextList(more)) return more;
  return [...new Set([...held, ...more])];
}

function metered(held: MeteredEntitlement, more: MeteredEntitlement): MeteredEntitlement {
  const limit = held.limit === null || more.limit === null ? null : limitOf(held.limit + more.limit);
  const pool =
    held.poolLimit == null ? {} : { poolLimit: limitOf(held.poolLimit + (more.poolLimit ?? DECIMAL12_ZERO)) };
  return { ...held, limit, ...pool, overage: moreLenient(held.overage, more.overage) };
}

const LENIENCE = { block: 0, soft: 1, allow: 2 } as const;

function moreLenient(one: OveragePolicy, other: OveragePolicy): OveragePolicy {
  return LENIENCE[other] > LENIENCE[one] ? other : one;
}

/** A limit that no usage can reach is none. */
export function limitOf(scaled: bigint): Decimal12 | null {
  return isStorableDecimal12(scaled) ? decimal12FromScaled(scaled) : null;
}
