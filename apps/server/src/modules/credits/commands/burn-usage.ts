import { burnDifference } from '@billhook/core/credits/burn-usage';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { openCreditBook, type Payment } from '../book.ts';
import { addCorrected, consumptionsOfUsage } from '../consumption-repo.ts';
import type { StoredConsumption } from '../types.ts';
import { giveBack } from './refund.ts';

/** An event as it counts now for one customer. */
export type UsedEvent = {
  customerId: string;
  source: string;
  eventId: string;
  at: Instant;
  /** How much it is of each feature that it was not paid for yet; empty where it counts for nothing any more. */
  features: readonly { id: string; meterId: string; quantity: Decimal12 }[];
};

export type Burnt = {
  payments: readonly Payment[];
  /** Consumptions whose overage became less. */
  reduced: readonly StoredConsumption[];
};

/**
 * Brings what credits paid for events to what these cost as they count now: new ones are paid for, of those that came to
 * less the difference goes back to the grants that paid, of those that came to more it is spent. Twice changes nothing. Of
 * the features of a meter, an event stays with those that it was paid for. Nothing is refused: what no grant covers is
 * overage, which is owed where the cost says so. The customers are locked by the caller.
 *
 * @param meterOf meters by feature
 */
export async function burnUsage(
  ctx: CommandCtx,
  events: readonly UsedEvent[],
  meterOf: ReadonlyMap<string, string | null>,
): Promise<Burnt> {
  if (events.length === 0) return { payments: [], reduced: [] };
  const before = Map.groupBy(await consumptionsOfUsage(ctx, events), nameOf);
  const uses = events.flatMap((event) => usesOf(event, before.get(nameOfEvent(event)) ?? [], meterOf));
  const reduced: StoredConsumption[] = [];
  const customerIds = [...new Set(events.map(({ customerId }) => customerId))];
  let book = await openCreditBook(ctx, customerIds);
  const open = uses.map(({ paid, ...use }) => {
    const cost = use.quantity === null ? DECIMAL12_ZERO : book.costOf({ ...use, quantity: use.quantity });
    return { use, paid, cost, difference: burnDifference(cost ?? DECIMAL12_ZERO, paid) };
  });
  const less = open.filter(({ difference }) => difference < 0n);
  for (const { paid, difference } of less)
    reduced.push(...(await takeBack(ctx, paid, decimal12FromScaled(-difference))));
  // What came back can pay for what comes after it.
  if (less.length > 0) book = await openCreditBook(ctx, customerIds);
  const payments = open.flatMap(({ use, paid, cost, difference }) => {
    if (cost === null || use.quantity === null) return [];
    if (difference <= 0n && paid.length > 0) return [];
    const part = Math.max(0, ...paid.map((one) => one.part)) + 1;
    return book.spend({ ...use, quantity: use.quantity }, { amount: difference, part }) ?? [];
  });
  await book.write(payments);
  return { payments, reduced };
}

const nameOf = ({ customerId, usageSource, eventId }: StoredConsumption) =>
  JSON.stringify([customerId, usageSource, eventId]);
const nameOfEvent = ({ customerId, source, eventId }: UsedEvent) =>
  JSON.stringify([customerId, source, eventId]);

function usesOf(
  { features, ...event }: UsedEvent,
  before: readonly StoredConsumption[],
  meterOf: ReadonlyMap<string, string | null>,
) {
  const byFeature = Map.groupBy(before, ({ featureId }) => featureId ?? '');
  const paidMeters = new Set([...byFeature.keys()].map((id) => meterOf.get(id)));
  const others = features.filter(({ meterId }) => !paidMeters.has(meterId));
  return [...byFeature.keys(), ...others.map(({ id }) => id)].map((featureId) => {
    const quantity = features.find(({ id }) => id === featureId)?.quantity ?? null;
    return { ...event, featureId, quantity, paid: byFeature.get(featureId) ?? [] };
  });
}

/** The last part first. Of what staff gave back already nothing is given twice. */
async function takeBack(
  ctx: CommandCtx,
  paid: readonly StoredConsumption[],
  amount: Decimal12,
): Promise<StoredConsumption[]> {
  const reduced: StoredConsumption[] = [];
  let rest: bigint = amount;
  for (const one of paid.toSorted((left, right) => right.part - left.part)) {
    const open = one.amount - one.corrected;
    const back = decimal12FromScaled(rest < open ? rest : open);
    if (back === 0n) continue;
    rest -= back;
    await addCorrected(ctx, one.id, back);
    const reason = 'The usage was corrected.';
    const { consumption } = await giveBack(ctx, one, { amount: back, reason, upTo: true });
    if (consumption.overageRefunded > one.overageRefunded) reduced.push(consumption);
  }
  return reduced;
}
