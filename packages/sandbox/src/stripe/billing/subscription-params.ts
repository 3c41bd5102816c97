import type { InvoiceItemRecord, PriceRecord, SubscriptionItem } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { invalid, missing } from '../error.ts';
import type { Params } from '../params.ts';
import { ONE } from './decimal.ts';
import { isMetered, wordsFor } from './lines.ts';
import { amountsIn, costOf } from './price-amount.ts';
import { readRecurring, readUnitAmount } from './price-params.ts';

const MAX_ITEMS = 20;
const MAX_QUANTITY = 1_000_000_000;

/** Reads ids of tax rates, undefined when they were not sent. */
export function readTaxRates(draft: Draft, params: Params, key: string): string[] | undefined {
  const ids = params.texts(key);
  const unknown = ids?.find((id) => draft.get('tax_rate', id) === undefined);
  if (unknown !== undefined) throw missing('tax rate', unknown, params.name(key));
  return ids;
}

/** Makes the price that `price_data` describes, for a product or for one just `made`; it is not offered again. */
export function readPriceData(draft: Draft, params: Params, recurring: boolean, made?: string): PriceRecord {
  const product = made ?? params.required('product');
  if (draft.get('product', product) === undefined) throw missing('product', product, params.name('product'));
  const price: PriceRecord = {
    id: draft.id('price_'),
    created: draft.now,
    product,
    active: false,
    currency: params.required('currency').toLowerCase(),
    nickname: null,
    lookupKey: null,
    metadata: {},
    recurring: recurring ? readRecurring(draft, params) : null,
    amounts: {
      unitAmount: readUnitAmount(params, 'unit_amount') ?? '0',
      tiers: null,
      taxBehavior: params.choice('tax_behavior', ['unspecified', 'inclusive', 'exclusive']) ?? 'unspecified',
    },
    tiersMode: null,
    transform: null,
    others: {},
  };
  draft.put('price', price);
  draft.emit('price.created', 'price', price);
  return price;
}

/** Reads `price` or `price_data`. Only prices on offer may be taken anew. */
export function readItemPrice(draft: Draft, level: Params, recurring: boolean, before?: string): PriceRecord {
  if (level.has('price_data')) return readPriceData(draft, level.level('price_data'), recurring);
  const id = level.text('price') ?? before;
  if (id === undefined) {
    throw invalid(`Missing required param: ${level.name('price')}.`, {
      code: 'parameter_missing',
      param: level.name('price'),
    });
  }
  const price = draft.get('price', id);
  if (price === undefined) throw missing('price', id, level.name('price'));
  if (!price.active && id !== before) {
    throw invalid('The price specified is inactive. This field only accepts active prices.', {
      param: level.name('price'),
    });
  }
  if ((price.recurring !== null) !== recurring) {
    throw invalid(
      recurring
        ? `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`
        : `The price specified is set to \`type=recurring\` but this field only accepts prices with \`type=one_time\`.`,
      { param: level.name('price') },
    );
  }
  return price;
}

/** Reads a quantity: whole, from zero; metered prices have none. */
function readQuantity(level: Params, price: PriceRecord, before: number | null): number | null {
  const quantity = level.integer('quantity');
  if (isMetered(price)) {
    if (quantity === undefined) return null;
    throw invalid('Quantity should not be specified where usage_type is `metered`.', {
      param: level.name('quantity'),
    });
  }
  const count = quantity ?? before ?? 1;
  if (count >= 0 && count <= MAX_QUANTITY) return count;
  throw invalid('Invalid non-negative integer', { param: level.name('quantity') });
}

/** Reads one item; `before` is the one that it changes. */
export function readItem(draft: Draft, level: Params, before?: SubscriptionItem): SubscriptionItem {
  const price = readItemPrice(draft, level, true, before?.price);
  return {
    id: before?.id ?? draft.id('si_', 14),
    created: before?.created ?? draft.now,
    price: price.id,
    quantity: readQuantity(level, price, before?.quantity ?? null),
    metadata: level.metadata(before?.metadata ?? {}),
    taxRates: readTaxRates(draft, level, 'tax_rates') ?? before?.taxRates ?? [],
  };
}

function requireDistinct(items: readonly SubscriptionItem[]): void {
  if (items.length === 0 || items.length > MAX_ITEMS) {
    throw invalid(`A subscription has from 1 to ${MAX_ITEMS} items.`, { param: 'items' });
  }
  if (new Set(items.map(({ price }) => price)).size < items.length) {
    throw invalid('Cannot add multiple subscription items with the same price.', { param: 'items' });
  }
}

/** Reads the items of a new subscription. */
export function readItems(draft: Draft, params: Params): SubscriptionItem[] {
  const items = params.levels('items').map((level) => readItem(draft, level));
  requireDistinct(items);
  return items;
}

/** Reads what changes about items: each is named by its id, and is new without one. */
export function readItemChanges(
  draft: Draft,
  params: Params,
  before: readonly SubscriptionItem[],
): SubscriptionItem[] {
  if (!params.has('items')) return [...before];
  const items = new Map(before.map((item) => [item.id, item]));
  for (const level of params.levels('items')) {
    const id = level.text('id') ?? null;
    const known = id === null ? undefined : items.get(id);
    if (id !== null && known === undefined) throw missing('subscription item', id, level.name('id'));
    level.flag('clear_usage');
    if (level.flag('deleted') === true) {
      if (id === null)
        throw invalid('Only items with an id can be deleted.', { param: level.name('deleted') });
      items.delete(id);
      continue;
    }
    const item = readItem(draft, level, known);
    items.set(item.id, item);
  }
  const changed = [...items.values()];
  requireDistinct(changed);
  return changed;
}

/** The currency that all items are offered in. */
export function readSubscriptionCurrency(
  draft: Draft,
  sent: string | null,
  items: readonly SubscriptionItem[],
  known: string | null,
): string {
  const prices = items.flatMap(({ price }) => draft.get('price', price) ?? []);
  const currency = sent?.toLowerCase() ?? known ?? prices[0]?.currency ?? 'usd';
  const other = prices.find((price) => amountsIn(price, currency) === undefined);
  if (other === undefined) return currency;
  throw invalid(
    `The price specified only supports \`${other.currency}\`. This doesn't match the expected currency: \`${currency}\`.`,
    { param: 'currency' },
  );
}

/** Reads `add_invoice_items`, one-time prices that go onto the next invoice, and writes them. */
export function readAddedItems(
  draft: Draft,
  params: Params,
  of: { readonly customer: string; readonly currency: string; readonly subscription: string },
): InvoiceItemRecord[] {
  return params.levels('add_invoice_items').map((level) => {
    const price = readItemPrice(draft, level, false);
    const quantity = level.integer('quantity') ?? 1;
    if (amountsIn(price, of.currency) === undefined) {
      throw invalid('All prices of an invoice must be in the same currency.', { param: level.name('price') });
    }
    const item = draft.put('invoiceitem', {
      id: draft.id('ii_'),
      created: draft.now,
      ...of,
      amount: costOf(price, of.currency, BigInt(quantity) * ONE),
      description: wordsFor(draft, price, of.currency, String(quantity)),
      periodStart: draft.now,
      periodEnd: draft.now,
      price: price.id,
      product: price.product,
      quantity,
      unitAmount: amountsIn(price, of.currency)?.unitAmount ?? null,
      proration: false,
      credited: null,
      subscriptionItem: null,
      invoice: null,
      discountable: level.flag('discountable') ?? true,
      taxRates: readTaxRates(draft, level, 'tax_rates') ?? [],
      metadata: level.metadata(),
    });
    draft.emit('invoiceitem.created', 'invoiceitem', item);
    return item;
  });
}
