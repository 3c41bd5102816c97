import {
  type PriceAtStripe,
  planFromStripe,
  soldBesideLicensed,
} from '@billhook/core/mirror/import-catalogue';
import { hasPrice, listPlans } from '../modules/catalog/api.ts';
import { type Link, listLinks, putLink } from '../modules/mirror/api.ts';
import type { MeterAtStripe } from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import type { CatalogueAtStripe } from './push-catalogue.ts';
import { entryOf, type Step } from './stripe-report.ts';
import { addsUpAtStripe, takeInMeter } from './take-in-meter.ts';
import { takeInPrice } from './take-in-plan.ts';

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
    const { ourPriceId } = price;
    if (ourPriceId !== null && (await hasPrice(ctx, ourPriceId))) {
      steps.push({
        entry: entryOf('price', 'update', name, { ...about, reason: 'It was sent from here.' }),
        act: async (work) => {
          await work.command((command) =>
            putLink(command, 'price', { stripeId: price.id, objectId: ourPriceId }),
          );
          return undefined;
        },
      });
      continue;
    }
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
      act: (work) => work.command((command) => takeInPrice(command, price, product, beside.has(price.id))),
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
    if (!addsUpAtStripe(meter)) {
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
