import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { Instant } from '@billhook/core/time/instant';
import type { TouchedMoment } from './corrected.ts';
import type { Customer } from './customer.ts';
import type { World } from './world.ts';

/** Asks to look again, not before a moment, at what was billed for these. */
export function askRecount(
  world: World,
  customer: Customer,
  touched: readonly TouchedMoment[],
  dueAt: Instant,
): void {
  const isAsked = ({ meterId, at }: TouchedMoment) =>
    customer.recounts.some((one) => one.meterId === meterId && one.at === at && one.dueAt === dueAt);
  let isMore = false;
  for (const one of touched) {
    // Asked for again by each period that waits, the same would double with every look.
    if (isAsked(one)) continue;
    customer.recounts.push({ ...one, dueAt });
    isMore = true;
  }
  if (isMore) world.agenda.add(dueAt, { kind: 'recount', customer });
}

/**
 * A period that is billed anew, because its invoice was voided, has all of its usage in it. What a correction charged for
 * it before is charged twice then, so it is looked at again.
 */
export function lookAgain(world: World, customer: Customer, { lines }: IssuedInvoice): void {
  const { adjustments } = customer;
  const again = lines.flatMap(({ meterId, itemId, servicePeriod, explanation }): readonly TouchedMoment[] => {
    const isCharged = adjustments.some(
      (one) =>
        one.chargeId !== null &&
        one.itemId === itemId &&
        one.billingStart === explanation.billingPeriod.start,
    );
    return meterId !== null && isCharged ? [{ meterId, at: servicePeriod.start }] : [];
  });
  askRecount(world, customer, again, world.agenda.now);
}
