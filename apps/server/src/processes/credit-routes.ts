import type { MemberRoutes, OperatorInput, OperatorRoutes } from '@billhook/contract/routes';
import { decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, hot } from '../http/handlers.ts';
import { listFeatures } from '../modules/catalog/api.ts';
import * as credits from '../modules/credits/api.ts';
import { customerRowId, getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { reduceOverage } from '../modules/entitlements/api.ts';
import { getSubscription, subscriptionRowId } from '../modules/subscriptions/api.ts';
import { countBurnMarks, requestRecounts } from '../modules/usage/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { buyPack } from './buy-credits.ts';
import { joinSpending } from './spend-credits.ts';

type RouteIds =
  | 'getCredits'
  | 'listCreditEntries'
  | 'grantCredits'
  | 'adjustCredits'
  | 'revokeCreditGrant'
  | 'consumeCredits'
  | 'refundCredits'
  | 'buyCredits'
  | 'setCreditReload'
  | 'setCreditLowMark';
type MyRouteIds =
  | 'getMyCredits'
  | 'listMyCreditEntries'
  | 'buyMyCredits'
  | 'setMyCreditReload'
  | 'setMyCreditLowMark';

/** Credits spend money, so only these may buy them. */
const PAYERS = ['owner', 'admin'] as const;
const DEFAULT_PRIORITY = 50;

/** What staff and the seller's program do with the credits of a customer. */
export function creditRoutes(deps: { transactor: Transactor }): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const spend = joinSpending(deps.transactor);
  return {
    getCredits: async (ctx, { params }) =>
      standing(ctx, (await getCustomer(ctx, customerRowId(params.id))).id),
    listCreditEntries: async (ctx, { params, query }) =>
      credits.creditHistory(ctx, (await getCustomer(ctx, customerRowId(params.id))).id, query),
    grantCredits: async (ctx, { params, body }) => grant(ctx, customerRowId(params.id), body),
    adjustCredits: async (ctx, { params, body }) => {
      const customerId = customerRowId(params.id);
      await adjust(ctx, customerId, body);
      return standing(ctx, customerId);
    },
    revokeCreditGrant: async (ctx, { params, body }) => {
      const id = credits.creditRowId('cgrant', params.id, 'credit_grant.not_found');
      return credits.presentGrant(
        await credits.revokeGrant(ctx, id, body.reason),
        await featuresById(ctx),
        ctx.now,
      );
    },
    consumeCredits: hot((request, { body }) => spend(request, body)),
    refundCredits: async (ctx, { params, body }) => {
      const id = credits.creditRowId('cuse', params.id, 'credit_consumption.not_found');
      const amount = body.amount === undefined ? null : credits.readPositive(body.amount, '/amount');
      const refunded = await credits.refundConsumption(ctx, { id, amount, reason: body.reason });
      await requestRecounts(ctx, await reduceOverage(ctx, refunded), ctx.now);
      return presentUse(ctx, refunded);
    },
    buyCredits: async (ctx, { params, body }) => buy(ctx, customerRowId(params.id), body.pack),
    setCreditReload: async (ctx, { params, body }) => setReload(ctx, customerRowId(params.id), body),
    setCreditLowMark: async (ctx, { params, body }) => setLowMark(ctx, customerRowId(params.id), body),
  };
}

/** What customers see of their credits, and buy. */
export function myCreditRoutes(): Pick<Handlers<MemberRoutes>, MyRouteIds> {
  return {
    getMyCredits: async (ctx) => standing(ctx, (await requireMembership(ctx)).customerId),
    listMyCreditEntries: async (ctx, { query }) =>
      credits.creditHistory(ctx, (await requireMembership(ctx)).customerId, query),
    buyMyCredits: async (ctx, { body }) =>
      buy(ctx, (await requireMembership(ctx, PAYERS)).customerId, body.pack),
    setMyCreditReload: async (ctx, { body }) =>
      setReload(ctx, (await requireMembership(ctx, PAYERS)).customerId, body),
    setMyCreditLowMark: async (ctx, { body }) =>
      setLowMark(ctx, (await requireMembership(ctx, PAYERS)).customerId, body),
  };
}

async function standing(ctx: QueryCtx, customerId: string) {
  const names = new Map((await credits.creditTypes(ctx)).map(({ id, key }) => [id, key]));
  const packs = (await credits.creditPacks(ctx)).filter(({ archivedAt }) => archivedAt === null);
  return {
    object: 'credits' as const,
    customer: encodeTypeId('cus', customerId),
    balances: await credits.creditBalances(ctx, customerId),
    events_pending: await countBurnMarks(ctx, customerId),
    packs: packs.map((pack) => credits.presentPack(pack, names)),
  };
}

async function grant(ctx: CommandCtx, customerId: string, body: OperatorInput<'grantCredits'>['body']) {
  const type = await credits.creditTypeNamed(ctx, body.credit_type);
  const subscriptionId = await ownSubscription(ctx, customerId, body.subscription);
  const features = await featuresById(ctx);
  const made = await credits.grantCredits(ctx, {
    customerId,
    type,
    amount: credits.readPositive(body.amount, '/amount'),
    source: body.source ?? 'promotion',
    priority: body.priority ?? DEFAULT_PRIORITY,
    effectiveAt:
      body.effective_at === undefined ? null : credits.readCreditTime(body.effective_at, '/effective_at'),
    expiresAt: body.expires_at == null ? null : credits.readCreditTime(body.expires_at, '/expires_at'),
    featureIds: body.features === undefined ? null : body.features.map((key) => featureNamed(features, key)),
    subscriptionId,
    reason: body.reason,
  });
  return credits.presentGrant(made, features, ctx.now);
}

/** More is a grant of its own; less is taken in the order of spending. */
async function adjust(ctx: CommandCtx, customerId: string, body: OperatorInput<'adjustCredits'>['body']) {
  const type = await credits.creditTypeNamed(ctx, body.credit_type);
  const parsed = parseDecimal12(body.amount);
  if (!parsed.ok || parsed.value === 0n)
    return credits.creditFault('/amount', 'An adjustment adds or takes something.');
  const { value } = parsed;
  const { reason } = body;
  if (value < 0n) {
    const amount = decimal12FromScaled(-value);
    return credits.takeAway(ctx, { customerId, type, amount, reason });
  }
  const rest = { effectiveAt: null, expiresAt: null, featureIds: null, subscriptionId: null };
  const given = { customerId, type, amount: value, priority: DEFAULT_PRIORITY, reason, ...rest };
  await credits.grantCredits(ctx, { ...given, source: 'adjustment' });
}

async function presentUse(
  ctx: CommandCtx,
  consumption: Awaited<ReturnType<typeof credits.refundConsumption>>,
) {
  const type = await credits.creditTypeNamed(ctx, consumption.creditTypeId);
  const entries = await credits.entriesOfConsumption(ctx, consumption.id);
  return credits.presentConsumption(
    consumption,
    type,
    entries.filter(({ kind }) => kind === 'consumed'),
  );
}

async function buy(ctx: CommandCtx, customerId: string, key: string) {
  const customer = await lockCustomer(ctx, customerId);
  const pack = await credits.packOnSale(ctx, key, null);
  const purchase = await buyPack(ctx, customer, pack, false);
  ctx.audit({
    action: 'credits.buy',
    objectKind: 'credit_purchase',
    objectId: credits.purchaseId(purchase.id),
    details: { pack: pack.key },
  });
  return credits.presentPurchase(purchase, pack);
}

async function setReload(
  ctx: CommandCtx,
  customerId: string,
  body: OperatorInput<'setCreditReload'>['body'],
) {
  const type = await credits.creditTypeNamed(ctx, body.credit_type);
  const pack = await credits.packOnSale(ctx, body.pack, customerId);
  await credits.setReload(ctx, {
    customerId,
    type,
    pack,
    enabled: body.enabled,
    threshold: credits.readPositive(body.threshold, '/threshold'),
    monthlyMaximumMinor: body.monthly_maximum == null ? null : BigInt(body.monthly_maximum),
  });
  return standing(ctx, customerId);
}

async function setLowMark(
  ctx: CommandCtx,
  customerId: string,
  body: OperatorInput<'setCreditLowMark'>['body'],
) {
  const type = await credits.creditTypeNamed(ctx, body.credit_type);
  const lowAt = body.low_at === null ? null : credits.readPositive(body.low_at, '/low_at');
  await credits.setLowMark(ctx, { customerId, type, lowAt });
  return standing(ctx, customerId);
}

type Features = ReadonlyMap<string, { key: string; name: string }>;

async function featuresById(ctx: QueryCtx): Promise<Features> {
  return new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
}

function featureNamed(features: Features, key: string): string {
  for (const [id, other] of features) if (other.key === key) return id;
  return refuse('feature.not_found', `There is no feature ${key}.`);
}

/** Ends with `subscription.not_found` for one of another customer. */
async function ownSubscription(
  ctx: QueryCtx,
  customerId: string,
  text: string | undefined,
): Promise<string | null> {
  if (text === undefined) return null;
  const subscription = await getSubscription(ctx, subscriptionRowId(text));
  if (subscription.customerId === customerId) return subscription.id;
  return refuse('subscription.not_found', 'The customer has no such subscription.');
}
