import { grantUnits } from '@billhook/core/entitlements/units';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import type { Counter, CounterKey, LockedCounters } from '../usage/api.ts';
import { type Access, checkOf, type Right } from './access.ts';

/** A right whose units can be taken: metered, with a window. */
export type UnitRight = Right & {
  entitlement: Extract<Right['entitlement'], { kind: 'metered' }>;
  meter: NonNullable<Right['meter']>;
  window: NonNullable<Right['window']>;
};

/** Windows whose counters have to be made first, under the full lock of their customers. */
export class CountersMissing extends Error {
  override readonly name = 'CountersMissing';
  readonly keys: readonly CounterKey[];

  constructor(keys: readonly CounterKey[]) {
    super('counters are missing');
    this.keys = keys;
  }
}

/** The metered rights to a feature, in the order in which they are asked. */
export function unitRights(access: Access | undefined, featureId: string): UnitRight[] {
  return (access?.rights ?? []).filter(
    (right): right is UnitRight =>
      right.feature.id === featureId &&
      right.entitlement.kind === 'metered' &&
      right.meter !== null &&
      right.window !== null,
  );
}

export function keyOfRight({ customerId, meter, window }: UnitRight): CounterKey {
  return { customerId, meter, window };
}

/** What is taken in each window, as it moves while requests are decided one after the other. */
export type UnitAccounts = {
  of(right: UnitRight): Counter;
  /** The first right that gives at least what is asked for, and how much. */
  grant(
    rights: readonly UnitRight[],
    requested: Decimal12,
    minimum?: Decimal12,
  ): { right: UnitRight; granted: Decimal12 } | undefined;
  /** Usage counts in every window of the customer's meter; units are held in one. */
  count(right: UnitRight, quantity: Decimal12): void;
  hold(right: UnitRight, quantity: Decimal12): void;
};

/** Opens accounts of these rights on the counters that the caller has locked. @throws CountersMissing */
export function openAccounts(
  ctx: Pick<QueryCtx, 'now'>,
  rights: readonly UnitRight[],
  locked: LockedCounters,
): UnitAccounts {
  const keys = [...new Map(rights.map((right) => [nameOf(right), keyOfRight(right)]))];
  const counters = keys.map(([, key]) => locked(key));
  const missing = keys.flatMap(([, key], index) => (counters[index] === undefined ? [key] : []));
  if (missing.length > 0) throw new CountersMissing(missing);
  const accounts = new Map<string, Counter>();
  const byMeter = new Map<string, string[]>();
  keys.forEach(([name, key], index) => {
    const counter = counters[index];
    if (counter === undefined) return;
    accounts.set(name, { ...counter });
    const meter = `${key.customerId}/${key.meter.id}`;
    byMeter.set(meter, [...(byMeter.get(meter) ?? []), name]);
  });
  const of = (right: UnitRight): Counter =>
    accounts.get(nameOf(right)) ?? { used: DECIMAL12_ZERO, held: DECIMAL12_ZERO };
  const change = (name: string, by: { used?: Decimal12; held?: Decimal12 }) => {
    const { used, held } = accounts.get(name) ?? { used: DECIMAL12_ZERO, held: DECIMAL12_ZERO };
    accounts.set(name, {
      used: decimal12FromScaled(used + (by.used ?? 0n)),
      held: decimal12FromScaled(held + (by.held ?? 0n)),
    });
  };
  return {
    of,
    grant(candidates, requested, minimum = requested) {
      for (const right of candidates) {
        const check = checkOf(ctx, { ...right, ...of(right) }, requested);
        const granted = grantUnits(check, requested, minimum);
        if (granted > 0n || requested === 0n) return { right, granted };
      }
      return undefined;
    },
    count(right, quantity) {
      const meter = `${right.customerId}/${right.meter.id}`;
      for (const name of byMeter.get(meter) ?? []) change(name, { used: quantity });
    },
    hold: (right, quantity) => change(nameOf(right), { held: quantity }),
  };
}

const nameOf = ({ customerId, meter, window }: UnitRight) =>
  `${customerId}/${meter.id}/${window.start}/${window.end}`;
