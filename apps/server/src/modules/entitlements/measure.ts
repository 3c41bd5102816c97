import { DECIMAL12_ZERO } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import { heldIn, measureSubjects, quantitiesForPeriods } from '../usage/api.ts';
import type { Right } from './access.ts';
import { heldForSubjects } from './reservations.ts';
import { counterWindow } from './unit-windows.ts';

const NOTHING = { quantity: DECIMAL12_ZERO, measured: DECIMAL12_ZERO };

/** Fills in what is used of each right in its window, set-wise: of the customer, and of the subject that asks. */
export async function measureRights(ctx: QueryCtx, rights: readonly Right[]): Promise<Right[]> {
  const metered = rights.flatMap((right) =>
    right.window === null || right.meter === null
      ? []
      : [{ right, customerId: right.customerId, meter: right.meter, ...right.window }],
  );
  const sums = await quantitiesForPeriods(ctx, metered);
  const total = new Map(metered.map(({ right }, index) => [right, sums[index]]));
  const held = await heldIn(
    ctx,
    metered.map(({ right, customerId, meter, start, end }) => ({
      customerId,
      meter,
      window: counterWindow({ ...right, window: { start, end } }),
    })),
  );
  const holds = new Map(metered.map(({ right }, index) => [right, held[index] ?? DECIMAL12_ZERO]));
  const asked = metered.filter(({ right }) => right.subject !== null && isPerSubject(right));
  const own = await measureSubjects(
    ctx,
    asked.map(({ right, ...stretch }) => ({
      ...stretch,
      feature: right.feature,
      subject: right.subject,
      atLeast: null,
    })),
  );
  const ownHeld = await heldForSubjects(
    ctx,
    asked.map(({ right, customerId, start, end }) => ({
      customerId,
      featureId: right.feature.id,
      subject: right.subject ?? '',
      window: counterWindow({ ...right, window: { start, end } }),
    })),
  );
  const owns = new Map(
    asked.map(({ right }, index) => [
      right,
      { used: own[index]?.[0]?.quantity ?? DECIMAL12_ZERO, held: ownHeld[index] ?? DECIMAL12_ZERO },
    ]),
  );
  return rights.map((right) => {
    const { quantity: sum, measured } = total.get(right) ?? NOTHING;
    if (!isPerSubject(right))
      return { ...right, subject: null, used: sum, measured, held: holds.get(right) ?? DECIMAL12_ZERO };
    const { used, held: heldFor } = owns.get(right) ?? { used: DECIMAL12_ZERO, held: DECIMAL12_ZERO };
    return {
      ...right,
      used,
      measured,
      held: heldFor,
      poolUsed: sum,
      poolHeld: holds.get(right) ?? DECIMAL12_ZERO,
    };
  });
}

/** Whether limits are those of each member or device. */
export function isPerSubject({ feature }: Pick<Right, 'feature'>): boolean {
  return feature.subjectProperty !== null;
}
