import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { CommandCtx } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { listMeters } from '../catalog/api.ts';
import { areHeld, settleHolds } from '../credits/api.ts';
import { lockCustomers, shareCustomers } from '../customers/api.ts';
import { changeHeld, lockCountersOf } from '../usage/api.ts';
import { takeExpired, tenantsWithExpired } from './deadlines.ts';
import { findHeld, lockReservations, saveReservations } from './reservations.ts';

const ACTOR = { kind: 'system', id: 'reservations' } as const;

/** Gives back the units of reservations whose time is over. Time is real here: whoever reserved may be gone for good. */
export function expiredReservationsSource(transactor: Transactor): DueSource {
  return {
    name: 'reservations',
    tenantsDue: tenantsWithExpired,
    nextDueAt: async () => null,
    run: (tenantId, limit) =>
      transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) => giveBack(ctx, limit)),
  };
}

/** Answers of how many reservations the deadlines were, of which most are long ended. */
async function giveBack(ctx: CommandCtx, limit: number): Promise<number> {
  const due = await takeExpired(ctx, limit);
  const found = await findHeld(ctx, due);
  if (found.length === 0) return due.length;
  const customerIds = [...new Set(found.map(({ customerId }) => customerId))].sort();
  const ids = found.map(({ id }) => id);
  // Credits go back under the full lock of their customers.
  if (await areHeld(ctx, ids)) await lockCustomers(ctx, customerIds);
  else await shareCustomers(ctx, customerIds);
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const locked = await lockReservations(ctx, ids);
  // Settled, released or held for longer since it was found.
  const over = locked.flatMap((reservation) => {
    if (reservation.held === 0n || reservation.expiresAt > ctx.wallNow) return [];
    const { customerId, window } = reservation;
    const meter = meters.get(reservation.meterId);
    // Its deadline is gone with this transaction, and nobody would come back to it.
    invariant(meter !== undefined, 'What is held has a meter.');
    return [{ reservation, key: { customerId, meter, window } }];
  });
  await lockCountersOf(ctx, [...new Set(over.map(({ key }) => key.customerId))]);
  await changeHeld(
    ctx,
    over.map(({ reservation, key }) => ({ key, by: -reservation.held })),
  );
  await settleHolds(
    ctx,
    over.map(({ reservation: { id: reservationId, customerId, featureId } }) => ({
      reservationId,
      customerId,
      featureId,
      uses: [],
      kept: decimal12FromScaled(0n),
    })),
  );
  await saveReservations(
    ctx,
    over.map(({ reservation }) => ({ ...reservation, held: decimal12FromScaled(0n) })),
  );
  return due.length;
}
