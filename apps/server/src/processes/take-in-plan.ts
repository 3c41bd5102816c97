import { textOfFace } from '@billhook/core/mirror/follow-catalogue';
import {
  type PlanDraftFromStripe,
  type PriceAtStripe,
  type ProductAtStripe,
  planFromStripe,
} from '@billhook/core/mirror/import-catalogue';
import { addPlan, changePlan, listMeters, listPlans, modelToJson } from '../modules/catalog/api.ts';
import { holdCatalogue, linkOf, putLink } from '../modules/mirror/api.ts';
import type { CommandCtx } from '../platform/context.ts';

export type LeftOut = { action: 'skip'; reason: string };

/**
 * A plan or an add-on here of a price at Stripe. Of those who meet a price at once the first one takes it in, and nothing
 * is made twice.
 */
export async function takeInPrice(
  ctx: CommandCtx,
  price: PriceAtStripe,
  product: ProductAtStripe | undefined,
  isBesideLicensed: boolean,
): Promise<LeftOut | undefined> {
  await holdCatalogue(ctx);
  if ((await linkOf(ctx, 'price', price.id)) !== undefined) return undefined;
  const taken = new Set((await listPlans(ctx)).map(({ key }) => key));
  const draft = planFromStripe(price, product, new Set(isBesideLicensed ? [price.id] : []), taken);
  return draft.ok ? takeInPlan(ctx, draft.value) : { action: 'skip', reason: draft.refusal.detail };
}

async function takeInPlan(ctx: CommandCtx, draft: PlanDraftFromStripe): Promise<LeftOut | undefined> {
  const { model, quantity, cadence } = draft.figures;
  const meter = draft.meterId === null ? undefined : await linkOf(ctx, 'meter', draft.meterId);
  const ours =
    meter === undefined ? undefined : (await listMeters(ctx)).find(({ id }) => id === meter.objectId);
  if (quantity === 'meter' && ours === undefined)
    return { action: 'skip', reason: 'Its meter stands for nothing here.' };
  const { plan, version } = await addPlan(ctx, {
    kind: draft.kind,
    key: draft.key,
    name: draft.name,
    description: draft.description,
    family: draft.family,
    // Sold at Stripe so far; the seller says what the pricing page shows.
    public: false,
    currency: draft.currency,
    entitlements: [],
    prices: [
      {
        key: 'price',
        name: draft.name,
        pricing: modelToJson(model) as never,
        quantity: quantity === 'meter' ? { kind: 'meter', meter: ours?.key ?? '' } : { kind: quantity },
        timing: quantity === 'meter' ? 'in_arrears' : 'in_advance',
        cadence,
      },
    ],
  });
  const [price] = version.prices;
  const digest = textOfFace({ name: plan.name, description: plan.description, isSold: draft.isActive });
  if (price !== undefined) {
    await putLink(ctx, 'price', { stripeId: draft.priceId, objectId: price.id, digest });
  }
  await putLink(ctx, 'product', { stripeId: draft.productId, objectId: plan.id });
  if (!draft.isActive) await changePlan(ctx, plan.id, { archived: true });
  return undefined;
}
