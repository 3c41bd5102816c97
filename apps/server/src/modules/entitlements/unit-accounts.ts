import { termsOf } from '@billhook/core/catalog/meter';
import { beforeRounding, grantUnits } from '@billhook/core/entitlements/units';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { rational } from '@billhook/core/money/rational';
import { roundQuantity } from '@billhook/core/usage/figure';
import type { CommandCtx } from '../../platform/context.ts';
import { type CounterKey, lockCounters, subjectOf } from '../usage/api.ts';
import { type Access, checkOf, type Right } from './access.ts';
import { isPerSubject } from './measure.ts';
import { counterWindow, isSliding, ofSubjects, usedInSliding } from './unit-windows.ts';

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

/** The counter that is locked for a right. */
export function keyOfRight(right: UnitRight): CounterKey {
  return { customerId: right.customerId, meter: right.meter, window: counterWindow(right) };
}

/** What stands against a right. Nothing here is rounded, except what `of` says is used. */
export type Taken = Pick<Right, 'used' | 'measured' | 'held' | 'poolUsed' | 'poolHeld'>;

/** What is taken in each window, as it moves while requests are decided one after the other. */
export type UnitAccounts = {
  of(right: UnitRight): Taken;
  /** The first right that gives at least what is asked for, and how much. */
  grant(
    rights: readonly UnitRight[],
    requested: Decimal12,
    minimum?: Decimal12,
  ): { right: UnitRight; granted: Decimal12 } | undefined;
  /** Usage counts in every window of the customer's meter, and for whom its event names; units are held in one. */
  count(right: UnitRight, quantity: Decimal12, data: JsonObject): void;
  hold(right: UnitRight, quantity: Decimal12): void;
};

/** Locks the counters of these rights. @throws CountersMissing */
export async function openAccounts(ctx: CommandCtx, rights: readonly UnitRight[]): Promise<UnitAccounts> {
  const keys = [...new Map(rights.map((right) => [counterName(right), keyOfRight(right)]))];
  const counters = await lockCounters(
    ctx,
    keys.map(([, key]) => key),
  );
  const missing = keys.flatMap(([, key], index) => (counters[index] === undefined ? [key] : []));
  if (missing.length > 0) throw new CountersMissing(missing);
  const held = new Map(keys.map(([name], index) => [name, counters[index]?.held ?? DECIMAL12_ZERO]));
  const used = new Map(keys.map(([name], index) => [name, counters[index]?.used ?? DECIMAL12_ZERO]));
  const sliding = distinct(rights.filter(isSliding), windowName);
  const inSliding = await usedInSliding(ctx, sliding);
  for (const [index, right] of sliding.entries())
    used.set(windowName(right), inSliding[index] ?? DECIMAL12_ZERO);
  const members = distinct(rights.filter(hasSubject), subjectName);
  const ofMembers = await ofSubjects(ctx, members);
  const own = new Map(members.map((right, index) => [subjectName(right), { right, ...ofMembers[index] }]));
  const windows = Map.groupBy(distinct(rights, windowName), meterName);

  function takenOf(right: UnitRight): Taken & { exact: Decimal12 } {
    const exact = used.get(windowName(right)) ?? DECIMAL12_ZERO;
    const all = { exact, measured: exact, held: held.get(counterName(right)) ?? DECIMAL12_ZERO };
    const rounded = roundQuantity(rational(exact, 1n), termsOf(right.meter).rounding).quantity;
    if (!hasSubject(right)) return { ...all, used: rounded, poolUsed: null, poolHeld: DECIMAL12_ZERO };
    const member = own.get(subjectName(right));
    return {
      ...all,
      used: member?.used ?? DECIMAL12_ZERO,
      held: member?.held ?? DECIMAL12_ZERO,
      poolUsed: rounded,
      poolHeld: all.held,
    };
  }

  return {
    of: (right) => {
      const { exact: _, ...taken } = takenOf(right);
      return taken;
    },
    grant(candidates, requested, minimum = requested) {
      for (const right of candidates) {
        const { exact, ...taken } = takenOf(right);
        const figures = taken.poolUsed === null ? { used: exact } : { poolUsed: exact };
        const check = checkOf(ctx, { ...right, ...taken, ...figures }, requested);
        const granted = grantUnits(beforeRounding(check, termsOf(right.meter).rounding), requested, minimum);
        if (granted > 0n || requested === 0n) return { right, granted };
      }
      return undefined;
    },
    count(right, quantity, data) {
      for (const window of windows.get(meterName(right)) ?? []) add(used, windowName(window), quantity);
      for (const member of own.values()) {
        const { feature, subject } = member.right;
        const isTheirs = subjectOf(data, feature.subjectProperty) === subject;
        if (isTheirs && meterName(member.right) === meterName(right))
          member.used = decimal12FromScaled((member.used ?? 0n) + quantity);
      }
    },
    hold(right, quantity) {
      add(held, counterName(right), quantity);
      const member = hasSubject(right) ? own.get(subjectName(right)) : undefined;
      if (member !== undefined) member.held = decimal12FromScaled((member.held ?? 0n) + quantity);
    },
  };
}

function add(sums: Map<string, Decimal12>, name: string, quantity: Decimal12): void {
  sums.set(name, decimal12FromScaled((sums.get(name) ?? 0n) + quantity));
}

function distinct<T extends UnitRight>(rights: readonly T[], nameOf: (right: T) => string): T[] {
  return [...new Map(rights.map((right) => [nameOf(right), right])).values()];
}

function hasSubject(right: UnitRight): right is UnitRight & { subject: string } {
  return isPerSubject(right) && right.subject !== null;
}

const meterName = ({ customerId, meter }: UnitRight) => `${customerId}/${meter.id}`;
const windowName = (right: UnitRight) => `${meterName(right)}/${right.window.start}/${right.window.end}`;
const subjectName = (right: UnitRight) => `${right.feature.id}/${windowName(right)}/${right.subject}`;
function counterName(right: UnitRight): string {
  const { start, end } = counterWindow(right);
  return `${meterName(right)}/${start}/${end}`;
}
