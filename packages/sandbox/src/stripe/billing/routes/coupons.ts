import type { CouponRecord, PromotionCodeRecord, TaxRateRecord } from '../../../state/billing-records.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { changedAttributes } from '../../changed.ts';
import { invalid, missing } from '../../error.ts';
import { readCurrency } from '../../intent-params.ts';
import type { Params } from '../../params.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { formatDecimal, ONE, parseDecimal } from '../decimal.ts';

function readPercent(params: Params, key: string): string | null {
  const text = params.text(key) ?? null;
  if (text === null) return null;
  const scaled = parseDecimal(text);
  if (scaled !== null && scaled >= 0n && scaled <= 100n * ONE) return formatDecimal(scaled);
  throw invalid(`Invalid percentage: ${text}`, { param: params.name(key) });
}

function createCoupon({ draft, params }: Call): object {
  const id = params.text('id') ?? draft.id('', 8);
  if (draft.get('coupon', id) !== undefined) {
    throw invalid('Coupon already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  const percentOff = readPercent(params, 'percent_off');
  const amountOff = params.integer('amount_off') ?? null;
  if ((percentOff === null) === (amountOff === null) || (amountOff !== null && amountOff < 1)) {
    throw invalid('You must pass either percent_off or amount_off.', { param: 'percent_off' });
  }
  const duration = params.choice('duration', ['once', 'repeating', 'forever']) ?? 'once';
  const durationInMonths = params.integer('duration_in_months') ?? null;
  if ((duration === 'repeating') !== (durationInMonths !== null)) {
    throw invalid('`duration_in_months` goes with `duration=repeating`.', { param: 'duration_in_months' });
  }
  const coupon = draft.put('coupon', {
    id,
    created: draft.now,
    name: params.text('name') ?? null,
    percentOff,
    amountOff,
    currency: amountOff === null ? null : readCurrency(params),
    duration,
    durationInMonths,
    maxRedemptions: params.integer('max_redemptions') ?? null,
    redeemBy: params.integer('redeem_by') ?? null,
    timesRedeemed: 0,
    products: params.level('applies_to').texts('products') ?? [],
    metadata: params.metadata(),
  } satisfies CouponRecord);
  draft.emit('coupon.created', 'coupon', coupon);
  return render('coupon', coupon, draft);
}

function updateCoupon(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'coupon');
  const name = params.text('name');
  const after = draft.put('coupon', {
    ...before,
    name: name === undefined ? before.name : name,
    metadata: params.metadata(before.metadata),
  });
  const changed = changedAttributes(render('coupon', before, draft), render('coupon', after, draft));
  draft.emit('coupon.updated', 'coupon', after, changed);
  return render('coupon', after, draft);
}

/** A deleted coupon cannot be redeemed any more; discounts that it gave stay. */
function deleteCoupon(call: Call): object {
  const { draft } = call;
  const coupon = recordOfPath(call, 'coupon');
  draft.put('coupon', { ...coupon, redeemBy: Math.min(coupon.redeemBy ?? draft.now, draft.now) });
  draft.emit('coupon.deleted', 'coupon', coupon);
  return { id: coupon.id, object: 'coupon', deleted: true };
}

function createCode({ draft, params }: Call): object {
  const promotion = params.level('promotion');
  promotion.choice('type', ['coupon']);
  const coupon = promotion.required('coupon');
  if (draft.get('coupon', coupon) === undefined) throw missing('coupon', coupon, 'promotion[coupon]');
  const code = params.text('code') ?? draft.id('', 8).toUpperCase();
  const same = draft.all('promotion_code').find((one) => one.active && sameCode(one.code, code));
  if (same !== undefined) {
    throw invalid('An active promotion code with this code already exists.', { param: 'code' });
  }
  const restrictions = params.level('restrictions');
  const made = draft.put('promotion_code', {
    id: draft.id('promo_'),
    created: draft.now,
    code,
    coupon,
    active: params.flag('active') ?? true,
    customer: params.text('customer') ?? null,
    expiresAt: params.integer('expires_at') ?? null,
    maxRedemptions: params.integer('max_redemptions') ?? null,
    timesRedeemed: 0,
    firstTime: restrictions.flag('first_time_transaction') ?? false,
    minimumAmount: restrictions.integer('minimum_amount') ?? null,
    minimumCurrency: restrictions.text('minimum_amount_currency') ?? null,
    metadata: params.metadata(),
  } satisfies PromotionCodeRecord);
  draft.emit('promotion_code.created', 'promotion_code', made);
  return render('promotion_code', made, draft);
}

function sameCode(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function updateCode(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'promotion_code');
  const after = draft.put('promotion_code', {
    ...before,
    active: params.flag('active') ?? before.active,
    metadata: params.metadata(before.metadata),
  });
  draft.emit('promotion_code.updated', 'promotion_code', after);
  return render('promotion_code', after, draft);
}

function listCodes(call: Call): object {
  const code = call.params.text('code') ?? null;
  const coupon = call.params.text('coupon') ?? null;
  const active = call.params.flag('active');
  return listRecords(
    call,
    'promotion_code',
    '/v1/promotion_codes',
    (one) =>
      (code === null || sameCode(one.code, code)) &&
      (coupon === null || one.coupon === coupon) &&
      (active === undefined || one.active === active),
  );
}

function createTaxRate({ draft, params }: Call): object {
  params.required('percentage');
  params.required('inclusive');
  const rate = draft.put('tax_rate', {
    id: draft.id('txr_'),
    created: draft.now,
    displayName: params.required('display_name'),
    percentage: readPercent(params, 'percentage') ?? '0',
    inclusive: params.flag('inclusive') ?? false,
    active: params.flag('active') ?? true,
    country: params.text('country') ?? null,
    state: params.text('state') ?? null,
    jurisdiction: params.text('jurisdiction') ?? null,
    description: params.text('description') ?? null,
    taxType: params.text('tax_type') ?? null,
    metadata: params.metadata(),
  } satisfies TaxRateRecord);
  draft.emit('tax_rate.created', 'tax_rate', rate);
  return render('tax_rate', rate, draft);
}

function updateTaxRate(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'tax_rate');
  const after = draft.put('tax_rate', {
    ...before,
    displayName: params.text('display_name') ?? before.displayName,
    active: params.flag('active') ?? before.active,
    description: params.text('description') ?? before.description,
    metadata: params.metadata(before.metadata),
  });
  draft.emit('tax_rate.updated', 'tax_rate', after);
  return render('tax_rate', after, draft);
}

/** Routes of coupons, promotion codes and tax rates. */
export const couponRoutes: readonly Route[] = [
  post('/v1/coupons', createCoupon),
  get('/v1/coupons', (call) => listRecords(call, 'coupon', '/v1/coupons')),
  get('/v1/coupons/:id', (call) => render('coupon', recordOfPath(call, 'coupon'), call.draft)),
  post('/v1/coupons/:id', updateCoupon),
  remove('/v1/coupons/:id', deleteCoupon),
  post('/v1/promotion_codes', createCode),
  get('/v1/promotion_codes', listCodes),
  get('/v1/promotion_codes/:id', (call) =>
    render('promotion_code', recordOfPath(call, 'promotion_code'), call.draft),
  ),
  post('/v1/promotion_codes/:id', updateCode),
  post('/v1/tax_rates', createTaxRate),
  get('/v1/tax_rates', (call) => {
    const active = call.params.flag('active');
    return listRecords(
      call,
      'tax_rate',
      '/v1/tax_rates',
      (rate) => active === undefined || rate.active === active,
    );
  }),
  get('/v1/tax_rates/:id', (call) => render('tax_rate', recordOfPath(call, 'tax_rate'), call.draft)),
  post('/v1/tax_rates/:id', updateTaxRate),
];
