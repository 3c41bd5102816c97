import { invariant } from '@billhook/core/kernel/invariant';
import { planItems } from '@billhook/core/subscriptions/items';
import { cancelAhead } from '@billhook/core/subscriptions/schedule';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import {
  getPlans,
  getPlanVersion,
  inCurrency,
  latestVersionByPlanKey,
  listPlanVersions,
  readFigures,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { type Action, scheduledStepId } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { type ActionBody, type BodyOf, isProrated, readTime, readWhen } from './action-body.ts';
import { readAgreement } from './read-agreement.ts';

/** Looks up everything that an action names. Ends with the refusals of what is not there or cannot be read. */
export async function readAction(
  ctx: QueryCtx,
  subscription: Subscription,
  body: ActionBody,
): Promise<Action> {
  switch (body.action) {
    case 'change':
      return readChange(ctx, subscription, body);
    case 'seats': {
      const { quantity, proration } = body;
      return {
        kind: 'seats',
        seats: BigInt(quantity),
        when: readWhen(body, 'now'),
        isProrated: isProrated(proration),
      };
    }
    case 'cancel': {
      const { credit = true, reason = '' } = body;
      return { kind: 'cancel', when: readWhen(body, 'period_end'), creditUnused: credit, reason };
    }
    case 'renewal':
      return { kind: 'renewal', isOn: body.renews };
    case 'pause': {
      const { mode = 'keep_period', from, until } = body;
      return { kind: 'pause', mode, from: readTime(from, '/from'), until: readTime(until, '/until') };
    }
    case 'resume':
      return { kind: 'resume', at: readTime(body.at, '/at') };
    case 'undo':
      return { kind: 'undo', stepId: scheduledStepId(body.step) };
    case 'price':
      return readOverride(subscription, body);
    case 'trial':
      return { kind: 'trial', endAt: readTime(body.end_at, '/end_at') };
    case 'migrate':
      return {
        kind: 'migrate',
        currentPlan: await planOf(ctx, subscription),
        newVersion: await versionFor(ctx, subscription, body.version),
        when: body.when ?? 'now',
        isProrated: isProrated(body.proration),
      };
    case 'discount':
    case 'end_discount':
    case 'add_on':
    case 'add_on_quantity':
    case 'end_add_on':
    case 'charge':
      return readAgreement(ctx, subscription, body);
  }
}

/** Seats alone change within the version that the customer has, even where a newer one is on sale. */
async function readChange(
  ctx: QueryCtx,
  subscription: Subscription,
  body: BodyOf<'change'>,
): Promise<Action> {
  const currentPlan = await planOf(ctx, subscription);
  const when = readWhen(body, 'now');
  const target =
    body.plan === undefined
      ? { plan: currentPlan, version: await getPlanVersion(ctx, subscription.planVersionId) }
      : await latestVersionByPlanKey(ctx, body.plan, subscription.currency);
  const seats = body.quantity === undefined ? null : BigInt(body.quantity);
  if (target.plan.id === currentPlan.id && seats !== null && seats !== subscription.seats) {
    const isMore = seats > subscription.seats;
    const moment = when === 'by_direction' ? (isMore ? 'now' : 'period_end') : when;
    return { kind: 'seats', seats, when: moment, isProrated: isProrated(body.proration) };
  }
  return {
    kind: 'change',
    currentPlan,
    newPlan: target.plan,
    newVersion: target.version,
    seats,
    when,
    direction: body.direction ?? null,
    isProrated: isProrated(body.proration),
  };
}

function readOverride(subscription: Subscription, body: BodyOf<'price'>): Action {
  const current = planItems(subscription).find(({ price }) => price.key === body.price)?.price;
  if (current === undefined) refusePriceKey(body.price, '/price');
  return {
    kind: 'price',
    priceKey: body.price,
    override: readFigures(body, current, ''),
    isProrated: isProrated(body.proration),
  };
}

export function refusePriceKey(key: string, pointer: string): never {
  const detail = `The plan has no price ${key}.`;
  refuse('request.invalid', detail, {
    faults: [{ pointer, code: 'subscription.price_not_found', detail }],
  });
}

export async function planOf(ctx: QueryCtx, { planId }: Pick<Subscription, 'planId'>): Promise<StoredPlan> {
  const plan = (await getPlans(ctx, [planId])).get(planId);
  invariant(plan !== undefined, 'A subscription names a plan that exists.');
  return plan;
}

/** A version in every currency, the main one first. Ends with `plan_version.not_found`. */
export async function versionsByNumber(
  ctx: QueryCtx,
  planId: string,
  number: number,
): Promise<readonly StoredPlanVersion[]> {
  const versions = (await listPlanVersions(ctx, planId)).filter((one) => one.number === number);
  return versions.length > 0
    ? versions
    : refuse('plan_version.not_found', `The plan has no version ${number}.`);
}

async function versionFor(
  ctx: QueryCtx,
  { planId, currency }: Subscription,
  number: number,
): Promise<StoredPlanVersion> {
  const version = inCurrency(await versionsByNumber(ctx, planId, number), currency);
  return version ?? refuse('plan_version.not_found', `The plan has no version ${number}.`);
}

/** What an undo without a name means: the end that lies ahead, or else the next step. */
export function nextUndo(subscription: Pick<Subscription, 'schedule'>): Action {
  const step = cancelAhead(subscription) ?? subscription.schedule[0];
  return step === undefined
    ? refuse('subscription.nothing_scheduled', 'Nothing lies ahead that could be undone.')
    : { kind: 'undo', stepId: step.id };
}
