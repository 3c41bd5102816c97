import type { ProductRecord } from '../../../state/billing-records.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { changedAttributes } from '../../changed.ts';
import { invalid, missing } from '../../error.ts';
import type { Params } from '../../params.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { readPrice } from '../price-params.ts';
import { searchRecords } from '../search.ts';

/** Reads the fields of a product that can be changed. */
export function readProduct(params: Params, before: ProductRecord): ProductRecord {
  const text = <K extends keyof ProductRecord>(key: string, field: K) => {
    const value = params.text(key);
    return value === undefined ? before[field] : (value as ProductRecord[K]);
  };
  const features = params.has('marketing_features')
    ? params.levels('marketing_features').map((level) => level.required('name'))
    : before.marketingFeatures;
  return {
    ...before,
    name: params.text('name') ?? before.name,
    active: params.flag('active') ?? before.active,
    description: text('description', 'description'),
    images: params.texts('images') ?? before.images,
    metadata: params.metadata(before.metadata),
    unitLabel: text('unit_label', 'unitLabel'),
    url: text('url', 'url'),
    taxCode: text('tax_code', 'taxCode'),
    statementDescriptor: text('statement_descriptor', 'statementDescriptor'),
    shippable: params.flag('shippable') ?? before.shippable,
    marketingFeatures: features,
  };
}

/** Reads and writes a new product; `params` is the request or a `product_data` of it. */
export function makeProduct(call: Call, params: Params): ProductRecord {
  const { draft } = call;
  const name = params.required('name');
  const id = params.text('id') ?? draft.id('prod_', 14);
  if (draft.get('product', id) !== undefined) {
    throw invalid('Product already exists.', { code: 'resource_already_exists', param: params.name('id') });
  }
  const product = readProduct(params, {
    id,
    created: draft.now,
    updated: draft.now,
    name,
    active: true,
    description: null,
    images: [],
    metadata: {},
    defaultPrice: null,
    unitLabel: null,
    url: null,
    taxCode: null,
    statementDescriptor: null,
    shippable: null,
    marketingFeatures: [],
  });
  return draft.put('product', product);
}

function create(call: Call): object {
  const { draft, params } = call;
  params.choice('type', ['service', 'good']);
  const made = makeProduct(call, params);
  if (!params.has('default_price_data')) {
    draft.emit('product.created', 'product', made);
    return render('product', made, draft);
  }
  const price = draft.put('price', readPrice(draft, params.level('default_price_data'), made.id));
  const product = draft.put('product', { ...made, defaultPrice: price.id });
  draft.emit('product.created', 'product', product);
  draft.emit('price.created', 'price', price);
  return render('product', product, draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'product');
  const sent = params.text('default_price');
  if (typeof sent === 'string' && draft.get('price', sent)?.product !== before.id) {
    throw missing('price', sent, 'default_price');
  }
  const after = draft.put('product', {
    ...readProduct(params, before),
    defaultPrice: sent === undefined ? before.defaultPrice : sent,
    updated: draft.now,
  });
  const changed = changedAttributes(render('product', before, draft), render('product', after, draft));
  draft.emit('product.updated', 'product', after, changed);
  return render('product', after, draft);
}

function destroy(call: Call): object {
  const { draft } = call;
  const product = recordOfPath(call, 'product');
  if (draft.all('price').some((price) => price.product === product.id)) {
    throw invalid(
      'This product cannot be deleted because it has one or more user-created prices. Archive it instead.',
    );
  }
  draft.emit('product.deleted', 'product', product);
  draft.remove('product', product.id);
  return { id: product.id, object: 'product', deleted: true };
}

function list(call: Call): object {
  const active = call.params.flag('active');
  const ids = call.params.texts('ids');
  const url = call.params.text('url') ?? null;
  return listRecords(
    call,
    'product',
    '/v1/products',
    (product) =>
      (active === undefined || product.active === active) &&
      (ids === undefined || ids.includes(product.id)) &&
      (url === null || product.url === url),
  );
}

/** Routes of products. */
export const productRoutes: readonly Route[] = [
  post('/v1/products', create),
  get('/v1/products', list),
  get('/v1/products/search', (call) => searchRecords(call, 'product', '/v1/products/search')),
  get('/v1/products/:id', (call) => render('product', recordOfPath(call, 'product'), call.draft)),
  post('/v1/products/:id', update),
  remove('/v1/products/:id', destroy),
];
