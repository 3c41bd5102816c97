import type { PriceRecord } from '../../../state/billing-records.ts';
import { type Call, get, post, type Route } from '../../call.ts';
import { changedAttributes } from '../../changed.ts';
import { invalid, missing } from '../../error.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { readAmounts, readPrice } from '../price-params.ts';
import { searchRecords } from '../search.ts';
import { makeProduct } from './products.ts';

/** Sets the look-up key, which one price holds at a time: another keeps it unless it is to be handed over. */
function withLookupKey({ draft, params }: Call, price: PriceRecord): PriceRecord {
  const key = params.text('lookup_key');
  const transfer = params.flag('transfer_lookup_key') ?? false;
  if (key === undefined) return price;
  const holder =
    key === null ? undefined : draft.all('price').find((one) => one.lookupKey === key && one.id !== price.id);
  if (holder !== undefined) {
    if (!transfer) {
      throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
    }
    const left = draft.put('price', { ...holder, lookupKey: null });
    draft.emit('price.updated', 'price', left, { lookup_key: key });
  }
  return { ...price, lookupKey: key };
}

function productOf(call: Call): string {
  const { draft, params } = call;
  if (params.has('product') === params.has('product_data')) {
    throw invalid('You must provide either `product` or `product_data`.', {
      code: 'parameter_missing',
      param: 'product',
    });
  }
  if (params.has('product_data')) {
    const product = makeProduct(call, params.level('product_data'));
    draft.emit('product.created', 'product', product);
    return product.id;
  }
  const id = params.required('product');
  if (draft.get('product', id) === undefined) throw missing('product', id, 'product');
  return id;
}

function create(call: Call): object {
  const { draft, params } = call;
  const price = draft.put('price', withLookupKey(call, readPrice(draft, params, productOf(call))));
  draft.emit('price.created', 'price', price);
  return render('price', price, draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'price');
  const nickname = params.text('nickname');
  const options = params.level('currency_options');
  const tiered = before.amounts.tiers !== null;
  const others = { ...before.others };
  for (const currency of options.names()) others[currency] = readAmounts(options.level(currency), tiered);
  const behavior = params.choice('tax_behavior', ['unspecified', 'inclusive', 'exclusive']) ?? undefined;
  const settled = before.amounts.taxBehavior;
  if (behavior !== undefined && settled !== 'unspecified' && behavior !== settled) {
    throw invalid('The tax behavior of a price cannot be changed once it is set.', { param: 'tax_behavior' });
  }
  const after = withLookupKey(call, {
    ...before,
    active: params.flag('active') ?? before.active,
    nickname: nickname === undefined ? before.nickname : nickname,
    metadata: params.metadata(before.metadata),
    amounts: { ...before.amounts, taxBehavior: behavior ?? settled },
    others,
  });
  draft.put('price', after);
  const changed = changedAttributes(render('price', before, draft), render('price', after, draft));
  draft.emit('price.updated', 'price', after, changed);
  return render('price', after, draft);
}

function list(call: Call): object {
  const { params } = call;
  const active = params.flag('active');
  const product = params.text('product') ?? null;
  const currency = params.text('currency') ?? null;
  const keys = params.texts('lookup_keys');
  const type = params.choice('type', ['one_time', 'recurring']) ?? null;
  const recurring = params.level('recurring');
  const [interval, meter, usage] = [
    recurring.text('interval'),
    recurring.text('meter'),
    recurring.text('usage_type'),
  ];
  return listRecords(
    call,
    'price',
    '/v1/prices',
    (price) =>
      (active === undefined || price.active === active) &&
      (product === null || price.product === product) &&
      (currency === null || price.currency === currency) &&
      (keys === undefined || (price.lookupKey !== null && keys.includes(price.lookupKey))) &&
      (type === null || (price.recurring === null ? 'one_time' : 'recurring') === type) &&
      (interval === undefined || price.recurring?.interval === interval) &&
      (meter === undefined || price.recurring?.meter === meter) &&
      (usage === undefined || price.recurring?.usageType === usage),
  );
}

/** Routes of prices. */
export const priceRoutes: readonly Route[] = [
  post('/v1/prices', create),
  get('/v1/prices', list),
  get('/v1/prices/search', (call) => searchRecords(call, 'price', '/v1/prices/search')),
  get('/v1/prices/:id', (call) => render('price', recordOfPath(call, 'price'), call.draft)),
  post('/v1/prices/:id', update),
];
