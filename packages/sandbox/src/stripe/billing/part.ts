import { nextBillingAt, runBilling } from './advance.ts';
import { followPayment } from './follow.ts';
import { forgetCustomer } from './forget.ts';
import { BILLING_EXTRAS } from './objects/extras.ts';
import { BILLING_RENDERERS } from './objects/render.ts';
import { expireIncomplete } from './renew.ts';
import { billingRoutes } from './routes.ts';
import { readListedLine, readSubscriptionSession } from './session-lines.ts';

/** All of Stripe Billing that other parts of the sandbox call, loaded with its first use. */
export const BILLING_PART = {
  renderers: BILLING_RENDERERS,
  extras: BILLING_EXTRAS,
  routes: billingRoutes,
  follow: followPayment,
  nextAt: nextBillingAt,
  run: runBilling,
  expireIncomplete,
  forgetCustomer,
  readListedLine,
  readSubscriptionSession,
} as const;
