import type { Meter } from '@billhook/core/catalog/meter';
import type { Price } from '@billhook/core/catalog/price';
import { textOfFace } from '@billhook/core/mirror/follow-catalogue';
import type { PriceAtStripe, ProductAtStripe } from '@billhook/core/mirror/import-catalogue';
import { type PriceFiguresAtStripe, priceToStripe, sameFigures } from '@billhook/core/mirror/price-at-stripe';
import { listMeters, listOffers, type Offer, type StoredMeter } from '../modules/catalog/api.ts';
import {
  caseSubject,
  type Link,
  linkFor,
  listLinks,
  putLink,
  setDigest,
  soldPrices,
} from '../modules/mirror/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import type { BothSides, SidesFrom } from './both-sides.ts';
import { bothSidesOf } from './catalogue-faces.ts';
import { CONTESTED, followSides, HALF_SOLD, tellConflict } from './follow-sides.ts';
import type { MirrorWork } from './mirror-subscription.ts';
import { entryOf, type Step } from './stripe-report.ts';

export type CatalogueAtStripe = {
  products: ReadonlyMap<string, ProductAtStripe>;
  prices: ReadonlyMap<string, PriceAtStripe>;
};

type Known = {
  products: ReadonlyMap<string, Link>;
  prices: ReadonlyMap<string, Link>;
  meters: ReadonlyMap<string, StoredMeter>;
  atStripe: CatalogueAtStripe;
};

/**
 * What is sold here and not yet at Stripe, and what says something else there by now. A plan goes there whole or not at
 * all: where Stripe cannot mean one of its prices, none is sold there.
 */
export async function pushSteps(ctx: QueryCtx, atStripe: CatalogueAtStripe): Promise<Step[]> {
  const byObject = (links: readonly Link[]) => new Map(links.map((link) => [link.objectId, link]));
  const known: Known = {
    products: byObject(await listLinks(ctx, 'product')),
    prices: byObject(await listLinks(ctx, 'price')),
    meters: new Map((await listMeters(ctx)).map((meter) => [meter.id, meter])),
    atStripe,
  };
  const from: SidesFrom = {
    ...atStripe,
    productLinks: known.products,
    priceLinks: new Map([...known.prices.values()].map((link) => [link.stripeId, link])),
    sold: await soldPrices(ctx, [...atStripe.prices.keys()]),
  };
  const offers = (await listOffers(ctx)).filter(({ plan }) => plan.kind !== 'one_off');
  const taxBehaviour = ctx.tenant.settings.taxBehaviour;
  return offers.flatMap((offer) => [
    ...planSteps(offer, from),
    ...(offer.plan.archivedAt === null ? priceSteps(offer, known, taxBehaviour) : []),
  ]);
}

/** What is said of a plan, by what both sides last agreed on: who changed it alone is followed, both is a conflict. */
function planSteps(offer: Offer, from: SidesFrom): Step[] {
  const sides = bothSidesOf(offer, from);
  if (sides === null) return [];
  const { plan, followed, sends, productId, theirName } = sides;
  const about = { stripeId: productId };
  const steps: Step[] = [];
  if (Object.keys(followed.here).length > 0) {
    steps.push({
      entry: entryOf('plan', 'update', theirName, { ...about, reason: 'It changed at Stripe.' }),
      async act(work) {
        await work.command((ctx) => followSides(ctx, sides));
        return undefined;
      },
    });
  }
  if (Object.keys(sends).length > 0) {
    steps.push({
      entry: entryOf('plan', 'update', plan.name, { ...about, reason: 'It changed here.' }),
      act: (work) => sendFace(work, sides),
    });
  } else if (Object.keys(followed.there).length > 0) {
    const reason = 'It was taken in from Stripe, and is changed there.';
    steps.push({ entry: entryOf('plan', 'skip', plan.name, { ...about, reason }) });
  }
  if (followed.contested.length > 0 || sides.isHalfSold) {
    const reason = followed.contested.length > 0 ? CONTESTED : HALF_SOLD;
    steps.push({
      entry: entryOf('plan', 'conflict', plan.name, { ...about, reason }),
      async act(work) {
        await work.command((ctx) => tellConflict(ctx, sides));
        return undefined;
      },
    });
  }
  return steps.length > 0 ? steps : [{ entry: entryOf('plan', 'same', plan.name, about) }];
}

/** Tells Stripe what changed here. Told twice it is the same, so its key is new each time: who changes a name back and
 * forth must not be answered what Stripe did the first time. */
async function sendFace(
  work: MirrorWork,
  { kept, followed, sends, productId }: BothSides,
): Promise<undefined> {
  const id = await work.command(async (ctx) => ctx.newId());
  await work.billing.updateProduct(productId, sends, `product:${id}`);
  const digest = textOfFace({ ...followed.agreed, ...sends });
  await work.command((ctx) => setDigest(ctx, kept.kind, kept.stripeId, digest));
  return undefined;
}

function conflictStep(name: string, stripeId: string, reason: string): Step {
  return {
    entry: entryOf('price', 'conflict', name, { stripeId, reason }),
    async act(work) {
      await work.command((ctx) =>
        openCase(ctx, {
          kind: 'stripe.catalogue_conflict',
          customerId: null,
          subjectId: caseSubject(stripeId),
          detail: reason,
          facts: { stripe_id: stripeId, name },
        }),
      );
      return undefined;
    },
  };
}

function priceSteps(offer: Offer, known: Known, taxBehaviour: 'exclusive' | 'inclusive'): Step[] {
  return offer.versions.flatMap((version) => {
    const wanted = version.prices.map((price) => ({
      price,
      figures: priceToStripe(price, version.currency),
      hindrance: meterHindrance(price, known.meters),
    }));
    const name = (price: Price) => `${offer.plan.name}: ${price.name}, ${version.currency}`;
    const no = wanted.find(({ figures, hindrance }) => !figures.ok || hindrance !== null);
    return wanted.map(({ price, figures }): Step => {
      const link = known.prices.get(price.id);
      if (link !== undefined) {
        return figures.ok
          ? knownPrice(name(price), link, figures.value, known.atStripe)
          : { entry: entryOf('price', 'same', name(price), { stripeId: link.stripeId }) };
      }
      if (no !== undefined || !figures.ok) {
        const reason = no?.hindrance ?? (no && !no.figures.ok ? no.figures.refusal.detail : null);
        return { entry: entryOf('price', 'skip', name(price), { reason }) };
      }
      return {
        entry: entryOf('price', 'create', name(price)),
        act: (work) =>
          sendPrice(work, offer, price, {
            figures: figures.value,
            lookupKey: `billhook_${offer.plan.key}_v${version.number}_${price.key}_${version.currency}`,
            taxBehaviour,
            meters: known.meters,
          }),
      };
    });
  });
}

/** Stripe adds up what it is told, so that only what adds up by the hour can be told. */
function meterHindrance(price: Price, meters: ReadonlyMap<string, StoredMeter>): string | null {
  if (price.quantity.kind !== 'meter') return null;
  const meter = meters.get(price.quantity.meterId);
  if (meter === undefined) return 'Its meter is not there any more.';
  return addsUp(meter) ? null : 'Stripe can add up usage only, and this meter does something else.';
}

export const addsUp = ({ aggregation }: Pick<Meter, 'aggregation'>): boolean =>
  aggregation === 'count' || aggregation === 'sum';

function knownPrice(
  name: string,
  link: Link,
  ours: PriceFiguresAtStripe,
  { prices }: CatalogueAtStripe,
): Step {
  const theirs = prices.get(link.stripeId);
  const about = { stripeId: link.stripeId };
  if (theirs?.figures === undefined || theirs.figures === null) {
    return conflictStep(name, link.stripeId, 'The price that stood for it is gone at Stripe.');
  }
  if (sameFigures(ours, theirs.figures)) return { entry: entryOf('price', 'same', name, about) };
  return conflictStep(name, link.stripeId, 'It costs something else at Stripe than here.');
}

type NewPrice = {
  figures: PriceFiguresAtStripe;
  lookupKey: string;
  taxBehaviour: 'exclusive' | 'inclusive';
  meters: ReadonlyMap<string, StoredMeter>;
};

/** Product, meter and price, each under the key of its row here, so that a repeat makes no second one. */
async function sendPrice(
  work: MirrorWork,
  { plan }: Offer,
  price: Price,
  made: NewPrice,
): Promise<undefined> {
  const { key, name, description } = plan;
  const productLink = await work.query((ctx) => linkFor(ctx, 'product', plan.id));
  let productId = productLink?.stripeId;
  if (productId === undefined) {
    const product = await work.billing.createProduct(
      { planId: plan.id, key, name, description },
      `product:${plan.id}`,
    );
    productId = product.id;
    const link = {
      stripeId: product.id,
      objectId: plan.id,
      digest: textOfFace({ name, description, isSold: true }),
    };
    await work.command((ctx) => putLink(ctx, 'product', link));
  }
  const meterId = price.quantity.kind === 'meter' ? await meterAt(work, price.quantity.meterId, made) : null;
  const sent = await work.billing.createPrice(
    {
      priceId: price.id,
      productId,
      lookupKey: made.lookupKey,
      nickname: price.name,
      figures: made.figures,
      meterId,
      taxBehaviour: made.taxBehaviour,
    },
    `price:${price.id}`,
  );
  await work.command((ctx) => putLink(ctx, 'price', { stripeId: sent.id, objectId: price.id }));
  return undefined;
}

async function meterAt(work: MirrorWork, meterId: string, { meters }: NewPrice): Promise<string> {
  const known = await work.query((ctx) => linkFor(ctx, 'meter', meterId));
  if (known !== undefined) return known.stripeId;
  const meter = meters.get(meterId);
  const eventName = `billhook_${meter?.key ?? meterId}`;
  const wanted = { name: meter?.name ?? eventName, eventName, aggregation: 'sum' as const };
  const made = await work.billing.createMeter(wanted, `meter:${meterId}`);
  const link = { stripeId: made.id, objectId: meterId, eventName: made.eventName };
  await work.command((ctx) => putLink(ctx, 'meter', link));
  return made.id;
}
