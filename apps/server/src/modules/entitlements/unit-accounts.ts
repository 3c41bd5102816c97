import { termsOf } from '@billhook/core/catalog/meter';
import { beforeRounding, grantUnits } from '@billhook/core/entitlements/units';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { rational } from '@billhook/core/money/rational';
import { roundQuantity } from '@billhook/core/usage/figure';
import type { QueryCtx } from '../../platform/context.ts';
import { type CounterKey, type LockedCounters, subjectOf } from '../usage/api.ts';
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

/** What stands against a right. */
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

/** Opens accounts of these rights on the counters that the caller has locked. @throws CountersMissing */
export async function openAccounts(
  ctx: QueryCtx,
  rights: readonly UnitRight[],
  locked: LockedCounters,
): Promise<UnitAccounts> {
  const keys = [...new Map(rights.map((right) => [counterName(right), keyOfRight(right)]))];
  const counters = keys.map(([, key]) => locked.find(key));
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

  function takenOf(right: UnitRight): Taken {
    const measured = used.get(windowName(right)) ?? DECIMAL12_ZERO;
    const all = held.get(counterName(right)) ?? DECIMAL12_ZERO;
    const { rounding } = termsOf(right.meter);
    const rounded = rounding === null ? measured : roundQuantity(rational(measured, 1n), rounding).quantity;
    if (!hasSubject(right))
      return { used: rounded, measured, held: all, poolUsed: null, poolHeld: DECIMAL12_ZERO };
    const member = own.get(subjectName(right));
    return {
      used: member?.used ?? DECIMAL12_ZERO,
      held: member?.held ?? DECIMAL12_ZERO,
      measured,
      poolUsed: rounded,
      poolHeld: all,
    };
  }

  return {
    of: takenOf,
    grant(candidates, requested, minimum = requested) {
      for (const right of candidates) {
        const taken = takenOf(right);
        const exact = taken.poolUsed === null ? { used: taken.measured } : { poolUsed: taken.measured };
        const check = checkOf(ctx, { ...right, ...taken, ...exact }, requested);
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

type Names = { meter: string; window: string; counter: string; subject: string };

/** Rights are asked about many times in a piece of work, and their names are long. */
const named = new WeakMap<UnitRight, Names>();

function namesOf(right: UnitRight): Names {
  const known = named.get(right);
  if (known !== undefined) return known;
  const meter = `${right.customerId}/${right.meter.id}`;
  const window = `${meter}/${right.window.start}/${right.window.end}`;
  const { start, end } = counterWindow(right);
  const names = {
    meter,
    window,
    counter: `${meter}/${start}/${end}`,
    subject: `${right.feature.id}/${window}/${right.subject}`,
  };
  named.set(right, names);
  return names;
}

const meterName = (right: UnitRight) => namesOf(right).meter;
const windowName = (right: UnitRight) => namesOf(right).window;
const counterName = (right: UnitRight) => namesOf(right).counter;
const subjectName = (right: UnitRight) => namesOf(right).subject;
