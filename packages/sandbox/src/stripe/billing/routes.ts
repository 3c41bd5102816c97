import type { Route } from '../call.ts';
import { couponRoutes } from './routes/coupons.ts';
import { creditNoteRoutes } from './routes/credit-notes.ts';
import { invoiceItemRoutes } from './routes/invoice-items.ts';
import { invoiceRoutes } from './routes/invoices.ts';
import { meterRoutes } from './routes/meters.ts';
import { portalRoutes } from './routes/portal.ts';
import { priceRoutes } from './routes/prices.ts';
import { productRoutes } from './routes/products.ts';
import { subscriptionItemRoutes } from './routes/subscription-items.ts';
import { scheduleRoutes } from './routes/subscription-schedules.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';

/** All routes of Stripe Billing. */
export const billingRoutes: readonly Route[] = [
  ...productRoutes,
  ...priceRoutes,
  ...couponRoutes,
  ...subscriptionRoutes,
  ...scheduleRoutes,
  ...invoiceRoutes,
  ...invoiceItemRoutes,
  ...creditNoteRoutes,
  ...subscriptionItemRoutes,
  ...meterRoutes,
  ...portalRoutes,
];
