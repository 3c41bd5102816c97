import type { OperatorRoutes } from '@billhook/contract/routes';
import { costAt } from '@billhook/core/credits/feature-cost';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { parseCurrency } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { Handlers } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { pageOfAll } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { findPlan, getPlans, listFeatures, listMeters } from '../catalog/api.ts';
import { creditTypeNamed } from './balance.ts';
import { creditAllowances, creditCosts, creditPacks, creditTypes } from './catalogue-repo.ts';
import * as set from './commands/set-catalogue.ts';
import { fault, readPositive, readTime } from './figures.ts';
import { creditRowId } from './ids.ts';
import { presentAllowance, presentCost, presentPack, presentType } from './present.ts';

type RouteIds =
  | 'listCreditTypes'
  | 'createCreditType'
  | 'listCreditCosts'
  | 'setCreditCost'
  | 'listCreditPacks'
  | 'createCreditPack'
  | 'updateCreditPack'
  | 'listCreditAllowances'
  | 'setCreditAllowance';

/** What credits are counted in, what they cost, what is sold and what plans grant. */
export function creditCatalogueRoutes(deps: {
  markPlan: MarkPlan;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return { ...typeAndCostRoutes(), ...packRoutes(), ...allowanceRoutes(deps.markPlan) };
}

/** Has every running subscription of a plan looked at when what it grants changes. */
type MarkPlan = (ctx: CommandCtx, planId: string, at: Instant) => Promise<void>;

type Some<Ids extends RouteIds> = Pick<Handlers<OperatorRoutes>, Ids>;

function typeAndCostRoutes(): Some<
  'listCreditTypes' | 'createCreditType' | 'listCreditCosts' | 'setCreditCost'
> {
  return {
    listCreditTypes: async (ctx, { query }) => pageOfAll((await creditTypes(ctx)).map(presentType), query),
    createCreditType: async (ctx, { body }) =>
      presentType(
        await set.createCreditType(ctx, {
          key: body.key,
          name: body.name,
          unit: body.unit ?? 'credits',
          currency: body.currency == null ? null : readCurrency(body.currency),
          promotionsFirst: body.promotions_first ?? false,
          returnDays: body.return_days ?? null,
          lowAt: body.low_at == null ? null : readPositive(body.low_at, '/low_at'),
        }),
      ),
    listCreditCosts: async (ctx, { query }) => pageOfAll(await presentCosts(ctx), query),
    setCreditCost: async (ctx, { body }) => {
      const cost = await set.setCost(ctx, {
        featureId: await featureNamed(ctx, body.feature),
        creditTypeId: (await creditTypeNamed(ctx, body.credit_type)).id,
        perUnit: notNegative(body.per_unit),
        beyond: body.beyond ?? 'block',
        overageMeterId: await overageMeter(ctx, body.overage_meter),
        effectiveAt: timeOf(body.effective_at),
      });
      const shown = (await presentCosts(ctx, cost.id))[0];
      return shown ?? refuse('server.internal', 'What was written cannot be read.');
    },
  };
}

function packRoutes(): Some<'listCreditPacks' | 'createCreditPack' | 'updateCreditPack'> {
  return {
    listCreditPacks: async (ctx, { query }) => {
      const names = await typeKeys(ctx);
      const packs = (await creditPacks(ctx)).filter(
        (pack) => query.archived === true || pack.archivedAt === null,
      );
      return pageOfAll(
        packs.map((pack) => presentPack(pack, names)),
        query,
      );
    },
    createCreditPack: async (ctx, { body }) => {
      const type = await creditTypeNamed(ctx, body.credit_type);
      const pack = await set.createPack(ctx, type, {
        key: body.key,
        name: body.name,
        amount: readPositive(body.amount, '/amount'),
        priceMinor: BigInt(body.price),
        currency: readCurrency(body.currency),
        expiresAfterDays: body.expires_after_days ?? null,
      });
      return presentPack(pack, await typeKeys(ctx));
    },
    updateCreditPack: async (ctx, { params, body }) => {
      const id = creditRowId('cpack', params.id, 'credit_pack.not_found');
      const pack = (await creditPacks(ctx)).find((one) => one.id === id);
      if (pack === undefined) return refuse('credit_pack.not_found', 'There is no such pack.');
      return presentPack(await set.setPackArchived(ctx, pack, body.archived), await typeKeys(ctx));
    },
  };
}

function allowanceRoutes(markPlan: MarkPlan): Some<'listCreditAllowances' | 'setCreditAllowance'> {
  return {
    listCreditAllowances: async (ctx, { query }) => {
      const all = (await creditAllowances(ctx)).toReversed();
      const plans = await getPlans(
        ctx,
        all.map(({ planId }) => planId),
      );
      const planKeys = new Map([...plans.values()].map(({ id, key }) => [id, key]));
      const names = await typeKeys(ctx);
      return pageOfAll(
        all.map((one) => presentAllowance(one, planKeys, names)),
        query,
      );
    },
    setCreditAllowance: async (ctx, { body }) => {
      const plan = await findPlan(ctx, body.plan);
      const type = await creditTypeNamed(ctx, body.credit_type);
      const allowance = await set.setAllowance(ctx, {
        planId: plan.id,
        creditTypeId: type.id,
        amount: notNegative(body.amount),
        every: body.interval ?? 'month',
        priority: body.priority ?? 50,
        rolloverMax: body.rollover_max == null ? null : readPositive(body.rollover_max, '/rollover_max'),
        rolloverPeriods: body.rollover_periods === undefined ? 0 : body.rollover_periods,
        effectiveAt: timeOf(body.effective_at),
      });
      await markPlan(ctx, plan.id, allowance.effectiveAt);
      return presentAllowance(allowance, new Map([[plan.id, plan.key]]), new Map([[type.id, type.key]]));
    },
  };
}

/** All versions, newest first, or one of them; each says whether it is the one that holds now. */
async function presentCosts(ctx: QueryCtx, onlyId?: string) {
  const all = await creditCosts(ctx);
  const features = new Map((await listFeatures(ctx)).map(({ id, key }) => [id, key]));
  const types = await typeKeys(ctx);
  const meters = new Map((await listMeters(ctx)).map(({ id, key }) => [id, key]));
  return all
    .toReversed()
    .filter(({ id }) => onlyId === undefined || id === onlyId)
    .map((cost) =>
      presentCost(cost, { features, types, meters }, ctx.now, costAt(all, cost.featureId, ctx.now) === cost),
    );
}

async function overageMeter(ctx: QueryCtx, key: string | null | undefined): Promise<string | null> {
  if (key == null) return null;
  const meter = (await listMeters(ctx)).find((one) => one.key === key);
  return meter?.id ?? refuse('meter.not_found', `There is no meter ${key}.`);
}

async function typeKeys(ctx: QueryCtx): Promise<ReadonlyMap<string, string>> {
  return new Map((await creditTypes(ctx)).map(({ id, key }) => [id, key]));
}

async function featureNamed(ctx: QueryCtx, key: string): Promise<string> {
  const feature = (await listFeatures(ctx)).find((one) => one.key === key);
  return feature?.id ?? refuse('feature.not_found', `There is no feature ${key}.`);
}

function timeOf(text: string | undefined) {
  return text === undefined ? null : readTime(text, '/effective_at');
}

function notNegative(text: string): Decimal12 {
  const parsed = parseDecimal12(text);
  return parsed.ok ? parsed.value : fault('/amount', parsed.refusal.detail);
}

function readCurrency(text: string) {
  const parsed = parseCurrency(text);
  return parsed.ok ? parsed.value : fault('/currency', parsed.refusal.detail);
}
