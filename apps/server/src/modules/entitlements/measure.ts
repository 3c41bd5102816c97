import { DECIMAL12_ZERO } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import { heldIn, measureSubjects, quantitiesForPeriods } from '../usage/api.ts';
import type { Right } from './access.ts';

/** Fills in what is used of each right in its window, set-wise: of the customer, and of the subject that asks. */
export async function measureRights(ctx: QueryCtx, rights: readonly Right[]): Promise<Right[]> {
  const metered = rights.flatMap((right) =>
    right.window === null || right.meter === null
      ? []
      : [{ right, customerId: right.customerId, meter: right.meter, ...right.window }],
  );
  const sums = await quantitiesForPeriods(ctx, metered);
  const total = new Map(metered.map(({ right }, index) => [right, sums[index]?.quantity ?? DECIMAL12_ZERO]));
  const held = await heldIn(
    ctx,
    metered.map(({ customerId, meter, start, end }) => ({ customerId, meter, window: { start, end } })),
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
  const ownUsed = new Map(
    asked.map(({ right }, index) => [right, own[index]?.[0]?.quantity ?? DECIMAL12_ZERO]),
  );
  return rights.map((right) => {
    const sum = total.get(right) ?? DECIMAL12_ZERO;
    if (!isPerSubject(right))
      return { ...right, subject: null, used: sum, held: holds.get(right) ?? DECIMAL12_ZERO };
    return { ...right, used: ownUsed.get(right) ?? DECIMAL12_ZERO, poolUsed: sum };
  });
}

/** Whether limits are those of each member or device. */
export function isPerSubject({ feature }: Pick<Right, 'feature'>): boolean {
  return feature.subjectProperty !== null;
}
