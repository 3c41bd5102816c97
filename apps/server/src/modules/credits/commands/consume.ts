import type { ConsumptionPart } from '@billhook/core/credits/decide-consumption';
import { decideConsumption } from '@billhook/core/credits/decide-consumption';
import { balanceAt } from '@billhook/core/credits/entry';
import { costAt, creditsFor } from '@billhook/core/credits/feature-cost';
import { DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../../platform/context.ts';
import { Refusal, refuse } from '../../../platform/refuse.ts';
import { orderOf } from '../balance.ts';
import { afterwards, writePayments } from '../book.ts';
import { creditCosts, creditTypes } from '../catalogue-repo.ts';
import { consumptionsOfEvents } from '../consumption-repo.ts';
import { refuseAsCoreSays } from '../figures.ts';
import { heldByCustomer, partsOfConsumptions } from '../repo.ts';
import type { StoredConsumption, StoredCost, StoredCreditType, StoredGrant } from '../types.ts';

/** Units of a feature, which cost what its table says now, or credits of a type by name. */
export type Spending =
  | { kind: 'feature'; featureId: string; featureKey: string; quantity: Decimal12 }
  | { kind: 'credits'; type: StoredCreditType; amount: Decimal12 };

export type ConsumeInput = {
  customerId: string;
  /** The caller's name for it: spent once. */
  eventId: string;
  subscriptionId: string | null;
  spending: Spending;
  beyond: 'block' | 'allow';
};

export type Consumed = {
  consumption: StoredConsumption;
  parts: readonly ConsumptionPart[];
  type: StoredCreditType;
  isRepeated: boolean;
  balance: Decimal12;
};

/** What credits are of, and what features cost. */
export type SpendingWords = {
  types: ReadonlyMap<string, StoredCreditType>;
  costs: readonly StoredCost[];
};

export async function spendingWords(ctx: EarlyCtx): Promise<SpendingWords> {
  const [types, costs] = await Promise.all([creditTypes(ctx), creditCosts(ctx)]);
  return { types: new Map(types.map((type) => [type.id, type])), costs };
}

type Spent = { consumption: StoredConsumption; parts: readonly ConsumptionPart[] };

/** What customers hold, and what was spent under the names that are sent. It moves as one after the other is decided. */
export type SpendingGround = { held: Map<string, readonly StoredGrant[]>; done: Map<string, Spent> };

type EventKey = Pick<ConsumeInput, 'customerId' | 'eventId'>;

const nameOf = ({ customerId, eventId }: EventKey) => `${customerId}/${eventId}`;

/** The full locks of the customers are the caller's. */
export async function spendingGround(ctx: QueryCtx, keys: readonly EventKey[]): Promise<SpendingGround> {
  const customerIds = [...new Set(keys.map(({ customerId }) => customerId))];
  const [held, before] = await Promise.all([
    heldByCustomer(ctx, customerIds),
    consumptionsOfEvents(ctx, keys),
  ]);
  const paid = await partsOfConsumptions(
    ctx,
    before.map(({ id }) => id),
  );
  const parts = Map.groupBy(paid, ({ consumptionId }) => consumptionId);
  const done = before.map((consumption): [string, Spent] => [
    nameOf(consumption),
    { consumption, parts: parts.get(consumption.id) ?? [] },
  ]);
  return { held: new Map(held), done: new Map(done) };
}

/**
 * Spends credits for many callers in one transaction, each decided after those before it: of parallel spenders of the
 * last unit one is served. Repeating one under the same event id changes nothing and answers what was done. One answer or
 * one refusal for each, in their order: `credits.insufficient`, `credits.no_cost`, `credits.event_conflict`.
 */
export async function consumeCredits(
  ctx: CommandCtx,
  asked: readonly ConsumeInput[],
  words: SpendingWords,
  ground: SpendingGround,
): Promise<(Consumed | Refusal)[]> {
  const before = new Map(ground.held);
  const answers = asked.map((input) => decide(ctx, input, words, ground));
  const fresh = answers.flatMap((one) => (one instanceof Refusal || one.isRepeated ? [] : [one]));
  await writePayments(ctx, fresh, before, words.types);
  return answers;
}

function decide(
  ctx: CommandCtx,
  input: ConsumeInput,
  words: SpendingWords,
  ground: SpendingGround,
): Consumed | Refusal {
  try {
    const known = ground.done.get(nameOf(input));
    return known === undefined
      ? spend(ctx, input, words, ground)
      : repeated(ctx, input, known, words, ground);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function spend(
  ctx: CommandCtx,
  input: ConsumeInput,
  words: SpendingWords,
  { held, done }: SpendingGround,
): Consumed {
  const { type, amount, beyond, overageMeterId } = priceOf(ctx, input, words);
  const { customerId, eventId, subscriptionId, spending } = input;
  const own = held.get(customerId) ?? [];
  const featureId = spending.kind === 'feature' ? spending.featureId : null;
  const use = { creditTypeId: type.id, at: ctx.now, featureId, chargeKind: null, subscriptionId };
  const decided =
    amount === 0n
      ? ({ ok: true, value: { parts: [], overage: DECIMAL12_ZERO } } as const)
      : decideConsumption({ held: own, use, amount, order: orderOf(type), beyond });
  if (!decided.ok) return refuseAsCoreSays(decided.refusal);
  const { parts, overage } = decided.value;
  const consumption: StoredConsumption = {
    id: ctx.newId(),
    customerId,
    creditTypeId: type.id,
    eventId,
    usageSource: null,
    part: 1,
    featureId,
    subscriptionId,
    quantity: spending.kind === 'feature' ? spending.quantity : null,
    amount,
    overage,
    overageRefunded: DECIMAL12_ZERO,
    corrected: DECIMAL12_ZERO,
    beyond,
    overageMeterId,
    at: ctx.now,
  };
  const left = afterwards(own, parts);
  held.set(customerId, left);
  done.set(nameOf(input), { consumption, parts });
  return { consumption, parts, type, isRepeated: false, balance: balanceAt(left, type.id, ctx.now) };
}

function priceOf(ctx: CommandCtx, { spending, beyond }: ConsumeInput, { types, costs }: SpendingWords) {
  if (spending.kind === 'credits') return { ...spending, beyond, overageMeterId: null };
  const cost = costAt(costs, spending.featureId, ctx.now);
  const type = types.get(cost?.creditTypeId ?? '');
  if (cost === null || type === undefined)
    return refuse('credits.no_cost', `The feature ${spending.featureKey} costs no credits.`);
  const { overageMeterId } = cost;
  return { type, amount: creditsFor(spending.quantity, cost.perUnit), beyond: cost.beyond, overageMeterId };
}

/** The same event with the same content is the same fact; with another one it is a mistake of the caller. */
function repeated(
  ctx: CommandCtx,
  { customerId, eventId, subscriptionId, spending }: ConsumeInput,
  { consumption, parts }: Spent,
  { types }: SpendingWords,
  { held }: SpendingGround,
): Consumed {
  const isSame =
    consumption.subscriptionId === subscriptionId &&
    (spending.kind === 'feature'
      ? consumption.featureId === spending.featureId && consumption.quantity === spending.quantity
      : consumption.featureId === null &&
        consumption.creditTypeId === spending.type.id &&
        consumption.amount === spending.amount);
  const type = types.get(consumption.creditTypeId);
  if (!isSame || type === undefined)
    return refuse('credits.event_conflict', `The event ${eventId} was spent with other content.`);
  const balance = balanceAt(held.get(customerId) ?? [], type.id, ctx.now);
  return { consumption, parts, type, isRepeated: true, balance };
}
