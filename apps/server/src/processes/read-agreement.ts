import { DEFAULT_PRICE_SHAPE, type Price, STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import { DECIMAL12_SCALE, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { type CurrencyCode, minorUnitsPerMajor } from '@billhook/core/money/currency';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { MONTHLY } from '@billhook/core/time/cadence';
import { findAddOn, latestAddOn } from '../modules/catalog/api.ts';
import { billedLines } from '../modules/invoicing/api.ts';
import { type Action, type CouponUse, discountRowId, useCoupons } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { type ActionBody, isProrated, readWhen } from './action-body.ts';

const KINDS = ['discount', 'end_discount', 'add_on', 'add_on_quantity', 'end_add_on', 'charge'] as const;
type AgreementBody = Extract<ActionBody, { action: (typeof KINDS)[number] }>;

/** Looks up what is agreed beside the plan: coupons, add-ons and charges. */
export async function readAgreement(
  ctx: QueryCtx,
  subscription: Subscription,
  body: AgreementBody,
): Promise<Action> {
  switch (body.action) {
    case 'discount': {
      const [use] = await useCoupons(ctx, subscription.customerId, [body.coupon]);
      const billed = await billedLines(ctx, [subscription.id]);
      return { kind: 'discount', ...(use as CouponUse), billed };
    }
    case 'end_discount':
      return { kind: 'end_discount', discountId: discountRowId(body.discount) };
    case 'add_on': {
      const { addOn } = await latestAddOn(ctx, body.add_on, subscription.currency);
      return { kind: 'add_on', addOn, quantity: BigInt(body.quantity ?? 1) };
    }
    case 'add_on_quantity': {
      const { id: addOnId } = await findAddOn(ctx, body.add_on);
      const when = readWhen(body, 'now');
      const { proration, quantity } = body;
      return {
        kind: 'add_on_quantity',
        addOnId,
        quantity: BigInt(quantity),
        when,
        isProrated: isProrated(proration),
      };
    }
    case 'end_add_on': {
      const { id: addOnId } = await findAddOn(ctx, body.add_on);
      const when = readWhen(body, 'period_end');
      return { kind: 'end_add_on', addOnId, when, creditUnused: body.credit ?? true };
    }
    case 'charge': {
      const price = priceByHand(body.description, BigInt(body.amount), subscription.currency);
      return { kind: 'charge', price, quantity: BigInt(body.quantity ?? 1) };
    }
  }
}

/** A price for one unit that stands in no catalogue. */
export function priceByHand(name: string, amountMinor: bigint, currency: CurrencyCode): Omit<Price, 'id'> {
  const unitPrice = decimal12FromScaled((amountMinor * DECIMAL12_SCALE) / minorUnitsPerMajor(currency));
  return {
    ...DEFAULT_PRICE_SHAPE,
    key: 'by-hand',
    name,
    model: { kind: 'per_unit', unitPrice, per: 1n },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: MONTHLY,
    taxCode: STANDARD_TAX_CODE,
  };
}
