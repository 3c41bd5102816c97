import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { listFeatures, listMeters, type StoredFeature, type StoredMeter } from '../catalog/api.ts';
import { burnUsage, type Payment, type UsedEvent } from '../credits/api.ts';
import { type BurnMark, requestRecounts, standingEvents, type Touched, takeBurnMarks } from '../usage/api.ts';
import { billOverage, reduceOverage } from './overage.ts';

const MARKS_AT_ONCE = 1_000;

/** An event to be paid for; with the feature of its meter that it was sent for, where its sender named one. */
export type ToPay = BurnMark & { featureId: string | null };

/**
 * Pays for every event of these customers that waits for it, at what it costs as it counts now. Their full locks are the
 * caller's. Answers usage of credits owed that became less: what was billed of it is to be looked at again.
 */
export async function burnMarked(ctx: CommandCtx, customerIds: readonly string[]): Promise<Touched[]> {
  return (await burnAll(ctx, customerIds)).touched;
}

async function burnAll(
  ctx: CommandCtx,
  customerIds: readonly string[],
): Promise<{ count: number; touched: Touched[] }> {
  const touched: Touched[] = [];
  let count = 0;
  for (;;) {
    const batch = await burnBatch(ctx, customerIds);
    touched.push(...batch.touched);
    count += batch.count;
    if (batch.count < MARKS_AT_ONCE) return { count, touched };
  }
}

/**
 * As `burnMarked`; what was billed of credits owed is looked at by itself later.
 * @returns whether anything waited
 */
export async function burnWaiting(ctx: CommandCtx, customerIds: readonly string[]): Promise<boolean> {
  const { count, touched } = await burnAll(ctx, customerIds);
  await requestRecounts(ctx, touched, ctx.now);
  return count > 0;
}

/** As `burnWaiting`, for up to a thousand events, so that no transaction is long. */
export async function burnSome(ctx: CommandCtx, customerId: string): Promise<void> {
  await requestRecounts(ctx, (await burnBatch(ctx, [customerId])).touched, ctx.now);
}

async function burnBatch(
  ctx: CommandCtx,
  customerIds: readonly string[],
): Promise<{ count: number; touched: Touched[] }> {
  const marks = await takeBurnMarks(ctx, customerIds, MARKS_AT_ONCE);
  if (marks.length === 0) return { count: 0, touched: [] };
  const asked = marks.map((mark) => ({ ...mark, featureId: null }));
  return { count: marks.length, touched: (await payForEvents(ctx, asked)).touched };
}

/** Pays for these events, whose marks the caller has taken. */
export async function payForEvents(
  ctx: CommandCtx,
  asked: readonly ToPay[],
): Promise<{ payments: readonly Payment[]; touched: Touched[] }> {
  const standing = new Map((await standingEvents(ctx, asked)).map((event) => [keyOf(event), event]));
  const features = await listFeatures(ctx);
  const burning = new Set((await listMeters(ctx)).flatMap((meter) => (meter.burnsCredits ? [meter.id] : [])));
  const used = asked.map(({ customerId, source, eventId, featureId }): UsedEvent => {
    const event = standing.get(keyOf({ source, eventId }));
    const own = { customerId, source, eventId, at: event?.time ?? ctx.now };
    // An event may have been amended to be another customer's.
    if (event === undefined || event.customerId !== customerId) return { ...own, features: [] };
    const readings = event.meterIds.flatMap((meterId, index) =>
      burning.has(meterId) ? [{ meterId, quantity: figure(event.quantities[index]) }] : [],
    );
    const named = features.find(({ id }) => id === featureId);
    // What the event counts on other meters is theirs.
    const isMeant = (feature: StoredFeature) =>
      feature.id === featureId || feature.meterId !== named?.meterId;
    const counted = readings.flatMap(({ meterId, quantity }) =>
      features
        .filter((feature) => feature.meterId === meterId && isMeant(feature) && isOnSale(feature, event.time))
        .map(({ id }) => ({ id, meterId, quantity })),
    );
    return { ...own, features: counted };
  });
  const { payments, reduced } = await burnUsage(
    ctx,
    used.toSorted(inOrderOfTime),
    new Map(features.map(({ id, meterId }) => [id, meterId])),
  );
  await billOverage(ctx, payments);
  const touched: Touched[] = [];
  for (const consumption of reduced) touched.push(...(await reduceOverage(ctx, consumption)));
  return { payments, touched };
}

/** Whether an event of a meter may have to be paid for as usage of another meter too. */
export function burnsBeside(
  { id, eventType }: StoredMeter,
  meters: Iterable<Pick<StoredMeter, 'id' | 'eventType' | 'burnsCredits'>>,
): boolean {
  for (const meter of meters)
    if (meter.burnsCredits && meter.eventType === eventType && meter.id !== id) return true;
  return false;
}

const keyOf = ({ source, eventId }: Pick<BurnMark, 'source' | 'eventId'>) =>
  JSON.stringify([source, eventId]);

/** What is used after a feature was archived costs nothing any more. */
const isOnSale = ({ archivedAt }: StoredFeature, at: Instant) => archivedAt === null || archivedAt > at;

function inOrderOfTime(left: UsedEvent, right: UsedEvent): number {
  return left.at - right.at || (keyOf(left) < keyOf(right) ? -1 : 1);
}

function figure(text: string | undefined): Decimal12 {
  const read = parseDecimal12(text ?? '');
  invariant(read.ok, 'An event stores a reading for each meter that it counts for.');
  return read.value;
}
