import type { PriceAtStripe, ProductAtStripe } from './import-catalogue.ts';

/** What people see of something that is sold on both sides. */
export interface SoldFace {
  readonly name: string;
  readonly description: string;
  readonly isSold: boolean;
}

/** What became of both sides since they last agreed. */
export interface Followed {
  /** To be changed here, because it was changed at Stripe alone. */
  readonly here: Partial<SoldFace>;
  /** To be changed at Stripe, because it was changed here alone. */
  readonly there: Partial<SoldFace>;
  /** Changed on both sides to different things, so that nobody may choose. */
  readonly contested: readonly (keyof SoldFace)[];
  /** What both agree on as soon as `here` is done; what goes there is agreed once it is sent. */
  readonly agreed: SoldFace;
}

const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 2000;

const plain = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/** What a product at Stripe is called here; with a price, what that price of it is called. */
export function nameFromStripe(
  product: Pick<ProductAtStripe, 'id' | 'name'>,
  price: Pick<PriceAtStripe, 'nickname'> | null,
): string {
  const nickname = price?.nickname ?? null;
  // Names at Stripe may be long and have line breaks.
  const name = plain(nickname === null ? product.name : `${product.name} ${nickname}`);
  return name === '' ? product.id : name.slice(0, LONGEST_NAME).trim();
}

export const descriptionFromStripe = ({ description }: Pick<ProductAtStripe, 'description'>): string =>
  description.slice(0, LONGEST_DESCRIPTION).trim();

/** Stripe may keep a text with other spaces than it was sent. */
const isSame = (one: string | boolean, other: string | boolean): boolean =>
  typeof one === 'string' && typeof other === 'string' ? plain(one) === plain(other) : one === other;

const FIELDS = ['name', 'description', 'isSold'] as const;

/**
 * Each part by itself, by what both sides last agreed on: who changed it alone is followed. Doing it again, and in any
 * order with sending what was changed here, ends in the same.
 */
export function followFace(agreed: SoldFace, ours: SoldFace, theirs: SoldFace): Followed {
  const here: Record<string, string | boolean> = {};
  const there: Record<string, string | boolean> = {};
  const contested: (keyof SoldFace)[] = [];
  const next: Record<string, string | boolean> = { ...agreed };
  for (const field of FIELDS) {
    if (isSame(ours[field], theirs[field])) next[field] = theirs[field];
    else if (isSame(theirs[field], agreed[field])) there[field] = ours[field];
    else if (isSame(ours[field], agreed[field])) {
      here[field] = theirs[field];
      next[field] = theirs[field];
    } else contested.push(field);
  }
  return { here, there, contested, agreed: next as unknown as SoldFace };
}

/** As it is kept beside the link. */
export function textOfFace({ name, description, isSold }: SoldFace): string {
  return JSON.stringify([name, description, isSold]);
}

/**
 * What was kept; where nobody wrote down what was agreed, Stripe's word is taken for it, so that nothing here is overwritten.
 * Links that keep two words alone are of what was sent from here, which was on sale then.
 */
export function faceFromText(text: string | null, theirs: SoldFace): SoldFace {
  const kept: unknown = text === null ? [] : JSON.parse(text);
  const [name, description, isSold] = Array.isArray(kept) ? (kept as unknown[]) : [];
  return {
    name: typeof name === 'string' ? name : theirs.name,
    description: typeof description === 'string' ? description : theirs.description,
    isSold: typeof isSold === 'boolean' ? isSold : typeof name === 'string' || theirs.isSold,
  };
}

/** Whether Billhook put a price there, so that it must not come back as something new. */
export function isSentFromHere({ ourPriceId, lookupKey }: PriceAtStripe): boolean {
  return ourPriceId !== null || (lookupKey?.startsWith('billhook_') ?? false);
}

export type PriceNews =
  | { readonly action: 'link' }
  | { readonly action: 'take_in' }
  | { readonly action: 'leave'; readonly reason: string };

/**
 * What becomes of a price at Stripe that stands for nothing here.
 *
 * @param isRowHere whether the price here that it names is there
 * @param isBought whether some subscription has it
 */
export function newsOfPrice(price: PriceAtStripe, isRowHere: boolean, isBought: boolean): PriceNews {
  const leave = (reason: string): PriceNews => ({ action: 'leave', reason });
  if (price.ourPriceId !== null && isRowHere) return { action: 'link' };
  if (isSentFromHere(price)) return leave('Another Billhook put it there.');
  if (price.figures === null) return leave('It is charged once.');
  if (isBought) return { action: 'take_in' };
  if (!price.isActive) return leave('It is not sold any more.');
  // Whether it is a plan or an add-on to one is seen at its first buyer.
  if (price.figures.usage === 'metered') return leave('It is metered, and nobody has it yet.');
  return { action: 'take_in' };
}
