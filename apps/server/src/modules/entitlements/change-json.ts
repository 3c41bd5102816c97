import type { OveragePolicy } from '@billhook/core/entitlements/entitlement';
import type { RightChange } from '@billhook/core/entitlements/right-change';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonValue } from '@billhook/core/kernel/json';

export type Configured = string | number | boolean | (string | number | boolean)[];

/** A change of a right as it is on the wire and in the database: figures are decimal strings. */
export type RightChangeJson =
  | { kind: 'boolean'; enabled: boolean }
  | { kind: 'configuration'; value: Configured }
  | {
      kind: 'metered';
      mode: 'replace' | 'add';
      limit: string | null;
      pool_limit?: string | null;
      overage?: OveragePolicy;
    };

export function changeFromJson(json: RightChangeJson): RightChange {
  if (json.kind !== 'metered') return json as RightChange;
  const { kind, mode, limit, pool_limit, overage } = json;
  return {
    kind,
    mode,
    limit: figure(limit),
    ...(pool_limit === undefined ? {} : { poolLimit: figure(pool_limit) }),
    ...(overage === undefined ? {} : { overage }),
  };
}

export function changeToJson(change: RightChange): RightChangeJson {
  if (change.kind === 'boolean') return { kind: 'boolean', enabled: change.enabled };
  if (change.kind === 'configuration') return { kind: 'configuration', value: configured(change.value) };
  const { kind, mode, limit, poolLimit, overage } = change;
  return {
    kind,
    mode,
    limit: limit === null ? null : formatDecimal12(limit),
    ...(poolLimit === undefined
      ? {}
      : { pool_limit: poolLimit === null ? null : formatDecimal12(poolLimit) }),
    ...(overage === undefined ? {} : { overage }),
  };
}

export function configured(value: JsonValue): Configured {
  return value as Configured;
}

function figure(text: string | null): Decimal12 | null {
  if (text === null) return null;
  const read = parseDecimal12(text);
  invariant(read.ok, 'The contract let only decimals pass.');
  return read.value;
}
