import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { earlier, type Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { listMeters, type StoredMeter } from '../catalog/api.ts';
import type { Payment, StoredConsumption } from '../credits/api.ts';
import {
  CREDITS_SOURCE,
  correct,
  ingestFor,
  readEvent,
  standingEvents,
  type Touched,
  type UsageEvent,
} from '../usage/api.ts';

/**
 * What credits did not cover and is owed counts as usage of its meter, in this transaction: one event a consumption, at
 * the time of the use, or now where that time stands on an invoice. Other meters of that type have no part in it. From there on it is priced, explained, billed and
 * verified like any other usage.
 */
export async function billOverage(
  ctx: CommandCtx,
  payments: readonly Pick<Payment, 'consumption' | 'usedAt'>[],
): Promise<void> {
  const owed = payments.filter(({ consumption: { overage, overageMeterId } }) => {
    return overage > 0n && overageMeterId !== null;
  });
  if (owed.length === 0) return;
  const meters = await listMeters(ctx);
  const customers = new Map(
    owed.map(({ consumption: { customerId } }) => [encodeTypeId('cus', customerId), customerId]),
  );
  const byMeter = Map.groupBy(owed, ({ consumption }) => meterOf(meters, consumption));
  for (const [meter, own] of byMeter) {
    const events = own.map(({ consumption, usedAt }) =>
      overageEvent(consumption, meter, earlier(usedAt, ctx.now)),
    );
    const verdicts = await ingestFor(ctx, events, customers, { late: 'next_invoice', meter });
    invariant(
      verdicts.every(({ outcome }) => outcome !== 'rejected'),
      'What is owed is counted.',
    );
  }
}

/** Puts right what is owed for a consumption of which a part was given back. Answers what counts for less than before. */
export async function reduceOverage(ctx: CommandCtx, consumption: StoredConsumption): Promise<Touched[]> {
  const { id, overageMeterId } = consumption;
  const key = { source: CREDITS_SOURCE, eventId: id };
  const [standing] = overageMeterId === null ? [] : await standingEvents(ctx, [key]);
  if (standing === undefined) return [];
  const reason = 'Credits were given back.';
  const left = decimal12FromScaled(consumption.overage - consumption.overageRefunded);
  if (left === 0n) return (await correct(ctx, { kind: 'void', events: [key], reason })).touched;
  const meter = meterOf(await listMeters(ctx), consumption);
  const content = contentOf(consumption, meter, { owed: left, at: standing.time });
  return (await correct(ctx, { kind: 'amend', key, content, meter, reason })).touched;
}

function overageEvent(consumption: StoredConsumption, meter: StoredMeter, at: Instant): UsageEvent {
  const read = readEvent(contentOf(consumption, meter, { owed: consumption.overage, at }));
  invariant(read.ok, 'An event that we made is sound.');
  return read.event;
}

function contentOf(
  { id, customerId }: StoredConsumption,
  { eventType, valueProperty }: StoredMeter,
  { owed, at }: { owed: StoredConsumption['overage']; at: Instant },
): Record<string, unknown> {
  return {
    specversion: '1.0',
    id,
    source: CREDITS_SOURCE,
    type: eventType,
    subject: encodeTypeId('cus', customerId),
    time: iso(at),
    data: {
      [valueProperty ?? 'credits']: formatDecimal12(owed),
      consumption: encodeTypeId('cuse', id),
    },
  };
}

function meterOf(meters: readonly StoredMeter[], { overageMeterId }: StoredConsumption): StoredMeter {
  const meter = meters.find(({ id }) => id === overageMeterId);
  invariant(meter !== undefined, 'A meter is never deleted.');
  return meter;
}
