import type { OperatorInput } from '@billhook/contract/routes';
import { type Decimal12, decimal12FromInteger, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { rememberedWords, type Words } from '../modules/catalog/api.ts';
import * as credits from '../modules/credits/api.ts';
import { lockBySubject } from '../modules/customers/api.ts';
import { billOverage, burnWaiting } from '../modules/entitlements/api.ts';
import { standingKeys } from '../modules/identity/api.ts';
import { loadSubscriptionsForBilling, subscriptionRowId } from '../modules/subscriptions/api.ts';
import type { CommandCtx, EarlyCtx } from '../platform/context.ts';
import { createJoiner, type Joiner } from '../platform/joiner.ts';
import { Refusal, refuse } from '../platform/refuse.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../platform/transaction.ts';

const MAX_TOGETHER = 500;

type Body = OperatorInput<'consumeCredits'>['body'];
type Item = { request: TransactionRequest & { isKeyRecalled?: boolean }; body: Body };
type Answer = ReturnType<typeof present>;

/** Spends credits by command; a refusal on purpose is thrown. */
export type SpendCredits = (request: Item['request'], body: Body) => Promise<Answer>;

const NO_KEY = new Refusal('auth.required', 'The request carries no valid key or session.');

/** Requests of one tenant that arrive at the same time are decided one after the other in one transaction. */
export function joinSpending(transactor: Transactor): SpendCredits {
  const byTenant = new Map<number, Joiner<Item, Answer | Refusal>>();

  function joinerOf(tenantId: number): Joiner<Item, Answer | Refusal> {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const made = createJoiner<Item, Answer | Refusal>({
      run: (items) => commit(transactor, items),
      maxWeight: MAX_TOGETHER,
      lanes: 1,
      gatherMs: 3,
      mayStand: (error) => error instanceof OutcomeUnknown,
    });
    byTenant.set(tenantId, made);
    return made;
  }

  return async (request, body) => {
    const answer = await joinerOf(request.tenantId).ask({ request, body });
    if (answer instanceof Refusal) throw answer;
    return answer;
  };
}

/** What is looked up together with BEGIN; the customers are locked in the order of their ids. */
async function lookUp(ctx: EarlyCtx, items: readonly Item[]) {
  const recalled = items.flatMap(({ request }) => (request.isKeyRecalled ? [request.actor.id] : []));
  const [standing, customers, words, spending] = await Promise.all([
    standingKeys(ctx, recalled),
    lockBySubject(
      ctx,
      items.map(({ body }) => body.customer),
    ),
    rememberedWords(ctx),
    credits.spendingWords(ctx),
  ]);
  return { standing, customers, words, spending };
}

type Found = Awaited<ReturnType<typeof lookUp>> & { owners: ReadonlyMap<string, string> };

async function commit(transactor: Transactor, items: readonly Item[]): Promise<(Answer | Refusal)[]> {
  const [first] = items;
  if (first === undefined) return [];
  return transactor.commandAfter(
    first.request,
    (early) => lookUp(early, items),
    async (ctx, early) => {
      const found = { ...early, owners: await ownersOf(ctx, items) };
      const inputs = items.map((item) => read(item, found));
      const open = inputs.flatMap((input) => (input instanceof Refusal ? [] : [input]));
      const answers = await spend(ctx, open, early.spending);
      const byInput = new Map(open.map((input, index) => [input, answers[index] as Answer | Refusal]));
      return inputs.map((input) => (input instanceof Refusal ? input : (byInput.get(input) as Answer)));
    },
  );
}

/** What waits to be paid for is paid first. */
async function spend(
  ctx: CommandCtx,
  inputs: readonly credits.ConsumeInput[],
  words: credits.SpendingWords,
): Promise<(Answer | Refusal)[]> {
  if (inputs.length === 0) return [];
  const customerIds = [...new Set(inputs.map(({ customerId }) => customerId))].sort();
  const [hasPaid, before] = await Promise.all([
    burnWaiting(ctx, customerIds),
    credits.spendingGround(ctx, inputs),
  ]);
  const ground = hasPaid ? await credits.spendingGround(ctx, inputs) : before;
  const answers = await credits.consumeCredits(ctx, inputs, words, ground);
  const owed = answers.flatMap((answer) =>
    answer instanceof Refusal || answer.isRepeated
      ? []
      : [{ consumption: answer.consumption, usedAt: ctx.now }],
  );
  await billOverage(ctx, owed);
  return answers.map((answer) => (answer instanceof Refusal ? answer : present(answer)));
}

function present({ consumption, parts, type, isRepeated, balance }: credits.Consumed) {
  return {
    object: 'consume_result' as const,
    consumption: credits.presentConsumption(consumption, type, parts),
    repeated: isRepeated,
    available: formatDecimal12(balance),
  };
}

/** Whose the subscriptions are that are named, by row id. */
async function ownersOf(ctx: CommandCtx, items: readonly Item[]): Promise<ReadonlyMap<string, string>> {
  const named = items.flatMap(({ body }) => {
    const id =
      body.subscription === undefined ? null : attempt(() => subscriptionRowId(body.subscription ?? ''));
    return typeof id === 'string' ? [id] : [];
  });
  if (named.length === 0) return new Map();
  const found = await loadSubscriptionsForBilling(ctx, [...new Set(named)]);
  return new Map(found.map(({ id, customerId }) => [id, customerId]));
}

/** A request that cannot be meant is refused alone. */
function read(item: Item, found: Found): credits.ConsumeInput | Refusal {
  const { request, body } = item;
  if (request.isKeyRecalled && !found.standing.has(request.actor.id)) return NO_KEY;
  return attempt(() => {
    const customerId =
      found.customers.get(body.customer) ??
      refuse('customer.not_found', `There is no customer ${body.customer}.`);
    const subscriptionId = ownSubscription(customerId, body.subscription, found.owners);
    const spending = readSpending(body, found.words, found.spending);
    return { customerId, eventId: body.event_id, subscriptionId, spending, beyond: 'block' };
  });
}

function attempt<T>(work: () => T): T | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Ends with `subscription.not_found` for one of another customer. */
function ownSubscription(
  customerId: string,
  text: string | undefined,
  owners: ReadonlyMap<string, string>,
): string | null {
  if (text === undefined) return null;
  const id = subscriptionRowId(text);
  const owner = owners.get(id);
  if (owner === undefined) refuse('subscription.not_found', 'There is no such subscription.');
  if (owner === customerId) return id;
  return refuse('subscription.not_found', 'The customer has no such subscription.');
}

/** Ends with `credits.invalid` where both ways are named, or neither. */
function readSpending(
  { feature, quantity, credit_type: named, amount }: Body,
  { featuresByKey }: Words,
  { types }: credits.SpendingWords,
): credits.ConsumeInput['spending'] {
  if (feature !== undefined && named === undefined && amount === undefined) {
    const found =
      featuresByKey.get(feature) ?? refuse('feature.not_found', `There is no feature ${feature}.`);
    return { kind: 'feature', featureId: found.id, featureKey: feature, quantity: quantityOf(quantity) };
  }
  if (feature === undefined && named !== undefined && amount !== undefined && quantity === undefined) {
    const figure = credits.readPositive(amount, '/amount');
    return { kind: 'credits', type: credits.typeNamed(types.values(), named), amount: figure };
  }
  return credits.creditFault('/feature', 'Name a feature and its quantity, or a credit type and an amount.');
}

function quantityOf(text: string | undefined): Decimal12 {
  return text === undefined ? decimal12FromInteger(1n) : credits.readPositive(text, '/quantity');
}
