import {
  keyOf,
  type PlanDraftFromStripe,
  type PriceAtStripe,
  planFromStripe,
  soldBesideLicensed,
} from '@billhook/core/mirror/import-catalogue';
import { addMeter, addPlan, changePlan, listMeters, listPlans, modelToJson } from '../modules/catalog/api.ts';
import { type Link, linkOf, listLinks, putLink } from '../modules/mirror/api.ts';
import type { MeterAtStripe } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import type { CatalogueAtStripe } from './push-catalogue.ts';
import { entryOf, type Step } from './stripe-report.ts';

export type PulledFrom = CatalogueAtStripe & {
  meters: ReadonlyMap<string, MeterAtStripe>;
  /** The prices of each subscription in the account. */
  subscriptions: readonly { readonly priceIds: readonly string[] }[];
};

/**
 * What is sold at Stripe and stands for nothing here: each recurring price becomes a plan, or an add-on. Prices that no
 * subscription has and that are not sold any more are left where they are.
 */
export async function pullSteps(ctx: QueryCtx, from: PulledFrom): Promise<Step[]> {
  const known = new Map((await listLinks(ctx, 'price')).map((link) => [link.stripeId, link]));
  const taken = new Set((await listPlans(ctx)).map(({ key }) => key));
  const prices = [...from.prices.values()];
  const beside = soldBesideLicensed(prices, from.subscriptions);
  const used = new Set(from.subscriptions.flatMap(({ priceIds }) => priceIds));
  const steps: Step[] = [];
  const meters = await meterSteps(ctx, prices, from, known);
  steps.push(...meters);
  for (const price of prices) {
    if (known.has(price.id)) continue;
    const product = from.products.get(price.productId);
    const name = product === undefined ? price.id : `${product.name} ${price.nickname ?? ''}`.trim();
    const about = { stripeId: price.id };
    if (!price.isActive && !used.has(price.id)) {
      steps.push({ entry: entryOf('price', 'skip', name, { ...about, reason: 'It is not sold any more.' }) });
      continue;
    }
    const draft = planFromStripe(price, product, beside, taken);
    if (!draft.ok) {
      steps.push({ entry: entryOf('price', 'skip', name, { ...about, reason: draft.refusal.detail }) });
      continue;
    }
    taken.add(draft.value.key);
    steps.push({
      entry: entryOf('plan', 'create', `${draft.value.name} (${draft.value.key})`, about),
      act: (work) => work.command((command) => takeInPlan(command, draft.value)),
    });
  }
  return steps;
}

/** Meters that prices at Stripe rest on, and that stand for nothing here. */
async function meterSteps(
  ctx: QueryCtx,
  prices: readonly PriceAtStripe[],
  from: PulledFrom,
  known: ReadonlyMap<string, Link>,
): Promise<Step[]> {
  const asked = new Set(
    prices.flatMap(({ id, meterId }) => (known.has(id) || meterId === null ? [] : [meterId])),
  );
  const linked = new Set((await listLinks(ctx, 'meter')).map(({ stripeId }) => stripeId));
  return [...asked].flatMap((id): Step[] => {
    const meter = from.meters.get(id);
    if (linked.has(id) || meter === undefined) return [];
    const about = { stripeId: id };
    if (meter.aggregation !== 'sum' && meter.aggregation !== 'count') {
      const reason = 'Stripe joins its values in a way that hours do not add up to.';
      return [{ entry: entryOf('meter', 'skip', meter.name, { ...about, reason }) }];
    }
    return [
      {
        entry: entryOf('meter', 'create', meter.name, about),
        act: (work) => work.command((command) => takeInMeter(command, meter)),
      },
    ];
  });
}

/** A meter here of one at Stripe: events of its name, by their value. One of the same key and event stands for it. */
async function takeInMeter(ctx: CommandCtx, meter: MeterAtStripe): Promise<undefined> {
  const key = keyOf(meter.eventName) ?? 'stripe-meter';
  const meters = await listMeters(ctx);
  const same = meters.find((one) => one.key === key || one.eventType === meter.eventName);
  const made =
    same ??
    (await addMeter(ctx, {
      key,
      name: meter.name.slice(0, 200),
      event_type: meter.eventName,
      aggregation: meter.aggregation === 'count' ? 'count' : 'sum',
      value_property: meter.aggregation === 'count' ? null : 'value',
    }));
  await putLink(ctx, 'meter', { stripeId: meter.id, objectId: made.id, eventName: meter.eventName });
  return undefined;
}

async function takeInPlan(
  ctx: CommandCtx,
  draft: PlanDraftFromStripe,
): Promise<{ action: 'skip'; reason: string } | undefined> {
  const { model, quantity, cadence } = draft.figures;
  const meter = draft.meterId === null ? undefined : await linkOf(ctx, 'meter', draft.meterId);
  const ours =
    meter === undefined ? undefined : (await listMeters(ctx)).find(({ id }) => id === meter.objectId);
  if (quantity === 'meter' && ours === undefined)
    return { action: 'skip', reason: 'Its meter stands for nothing here.' };
  const { plan, version } = await addPlan(ctx, {
    kind: draft.kind,
    key: draft.key,
    name: draft.name.slice(0, 200),
    description: draft.description.slice(0, 1000),
    family: draft.family,
    // Sold at Stripe so far; the seller says what the pricing page shows.
    public: false,
    currency: draft.currency,
    entitlements: [],
    prices: [
      {
        key: 'price',
        name: draft.name.slice(0, 200),
        pricing: modelToJson(model) as never,
        quantity: quantity === 'meter' ? { kind: 'meter', meter: ours?.key ?? '' } : { kind: quantity },
        timing: quantity === 'meter' ? 'in_arrears' : 'in_advance',
        cadence,
      },
    ],
  });
  const [price] = version.prices;
  if (price !== undefined) await putLink(ctx, 'price', { stripeId: draft.priceId, objectId: price.id });
  await putLink(ctx, 'product', {
    stripeId: draft.productId,
    objectId: plan.id,
    digest: JSON.stringify([plan.name, plan.description]),
  });
  if (!draft.isActive) await changePlan(ctx, plan.id, { archived: true });
  return undefined;
}
