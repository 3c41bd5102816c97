import type { InvoiceLine, PriceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { LineItem, SessionSubscription } from '../../state/records.ts';
import type { Call } from '../call.ts';
import { invalid } from '../error.ts';
import type { Params } from '../params.ts';
import { decimal, ONE } from './decimal.ts';
import { readRedeemable } from './discounts.ts';
import { isMetered, priceOf } from './lines.ts';
import { amountsIn, costOf } from './price-amount.ts';
import { makeProduct } from './routes/products.ts';
import { readItemPrice, readPriceData, readTaxRates } from './subscription-params.ts';
import { totalsOf, withCouponsAndTaxes } from './totals.ts';

/** Reads a line of a checkout session that names a price of the catalogue. */
export function readListedLine(
  draft: Draft,
  level: Params,
  recurring: boolean,
): LineItem & { currency: string } {
  const price = readItemPrice(draft, level, recurring);
  return { ...lineFor(draft, level, price), currency: price.currency };
}

function lineFor(draft: Draft, level: Params, price: PriceRecord): LineItem {
  const metered = isMetered(price);
  const quantity = level.integer('quantity') ?? 1;
  if (metered && level.has('quantity')) {
    throw invalid('Quantity should not be specified where usage_type is `metered`.', {
      param: level.name('quantity'),
    });
  }
  if (quantity < 1) throw invalid('Invalid positive integer', { param: level.name('quantity') });
  const product = draft.get('product', price.product);
  const unit = decimal(amountsIn(price, price.currency)?.unitAmount ?? '0');
  return {
    id: draft.id('li_'),
    priceId: price.id,
    productId: price.product,
    name: product?.name ?? 'Product',
    description: product?.description ?? null,
    quantity,
    unitAmount: Number(unit / ONE),
    amount: metered ? 0 : costOf(price, price.currency, BigInt(quantity) * ONE),
    listed: true,
  };
}

/** Reads a line in subscription mode: a price of the catalogue, or one that is made for it. */
function readLine(call: Call, level: Params): LineItem & { currency: string } {
  const { draft } = call;
  if (!level.has('price_data')) {
    const id = level.required('price');
    return readListedLine(draft, level, draft.get('price', id)?.recurring != null);
  }
  const data = level.level('price_data');
  const named = data.has('product_data') ? makeProduct(call, data.level('product_data')) : undefined;
  if (named !== undefined) draft.emit('product.created', 'product', named);
  const price = readPriceData(draft, data, data.has('recurring'), named?.id);
  return { ...lineFor(draft, level, price), currency: price.currency };
}

function asInvoiceLine(draft: Draft, item: LineItem, trial: boolean): InvoiceLine {
  const price = priceOf(draft, item.priceId);
  return {
    id: item.id,
    amount: trial && price.recurring !== null ? 0 : (item.amount ?? item.unitAmount * item.quantity),
    description: item.name,
    periodStart: draft.now,
    periodEnd: draft.now,
    price: price.id,
    product: price.product,
    quantity: item.quantity,
    unitAmount: null,
    proration: false,
    credited: null,
    invoiceItem: null,
    subscription: null,
    subscriptionItem: null,
    discountable: true,
    discounts: [],
    taxRates: [],
    taxes: [],
    metadata: {},
  };
}

/** Reads what a checkout session in subscription mode sells and starts. */
export function readSubscriptionSession(call: Call): {
  lineItems: LineItem[];
  currency: string;
  amountTotal: number;
  subscribes: SessionSubscription;
} {
  const { draft, params } = call;
  const lines = params.levels('line_items').map((level) => readLine(call, level));
  const [first] = lines;
  if (first === undefined || !lines.some(({ priceId }) => priceOf(draft, priceId).recurring !== null)) {
    throw invalid('You must provide at least one recurring price in `subscription` mode.', {
      param: 'line_items',
    });
  }
  if (lines.some(({ currency }) => currency !== first.currency)) {
    throw invalid('All line items must have the same currency.', { param: 'line_items' });
  }
  const data = params.level('subscription_data');
  const end = data.level('trial_settings').level('end_behavior');
  const bearer = { customer: params.text('customer') ?? '', currency: first.currency };
  const trialDays = data.integer('trial_period_days') ?? null;
  const trialEnd = data.integer('trial_end') ?? null;
  const discounts = params.levels('discounts').map((level) => readRedeemable(draft, level, bearer));
  const taxRates = readTaxRates(draft, data, 'default_tax_rates') ?? [];
  const coupons = discounts.flatMap(({ coupon: id }) => {
    const coupon = draft.get('coupon', id);
    return coupon === undefined ? [] : { id, coupon };
  });
  const trial = trialDays !== null || trialEnd !== null;
  const rows = lines.map((item) => asInvoiceLine(draft, item, trial));
  const totals = totalsOf(withCouponsAndTaxes(draft, rows, coupons, taxRates));
  return {
    lineItems: lines.map(({ currency: _currency, ...line }) => line),
    currency: first.currency,
    amountTotal: totals.total,
    subscribes: {
      description: data.text('description') ?? null,
      metadata: data.metadata(),
      trialDays,
      trialEnd,
      trialEndBehavior:
        end.choice('missing_payment_method', ['create_invoice', 'cancel', 'pause']) ?? 'create_invoice',
      taxRates,
      discounts,
      totals: {
        subtotal: totals.subtotal,
        discount: totals.discount,
        tax: totals.exclusive + totals.inclusive,
      },
      subscription: null,
      invoice: null,
    },
  };
}
