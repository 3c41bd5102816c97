import type { BillingRecords } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { renderCoupon, renderDiscount, renderPromotionCode, renderTaxRate } from './coupon.ts';
import { renderCreditNote } from './credit-note.ts';
import { renderInvoice, renderInvoicePayment } from './invoice.ts';
import { renderInvoiceItem } from './line.ts';
import { renderMeter, renderMeterEvent } from './meter.ts';
import { renderPortalConfiguration, renderPortalSession } from './portal.ts';
import { renderPrice, renderProduct } from './price.ts';
import { renderSubscription } from './subscription.ts';
import { renderSubscriptionSchedule } from './subscription-schedule.ts';

type Renderers = {
  readonly [K in keyof BillingRecords]: (record: BillingRecords[K], draft: Draft) => object;
};

/** How each record of Stripe Billing is shown. */
export const BILLING_RENDERERS: Renderers = {
  product: renderProduct,
  price: renderPrice,
  coupon: (coupon, draft) => renderCoupon(coupon, draft.now),
  promotion_code: renderPromotionCode,
  discount: renderDiscount,
  tax_rate: renderTaxRate,
  subscription: renderSubscription,
  invoiceitem: renderInvoiceItem,
  invoice: renderInvoice,
  invoice_payment: renderInvoicePayment,
  credit_note: renderCreditNote,
  subscription_schedule: renderSubscriptionSchedule,
  meter: renderMeter,
  meter_event: renderMeterEvent,
  portal_configuration: renderPortalConfiguration,
  portal_session: renderPortalSession,
};
