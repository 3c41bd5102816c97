export { type CheckoutDeps, closePage, fetchResult, type HostedResult } from './close-page.ts';
export {
  beginCard,
  beginInvoice,
  beginRequest,
  beginSubscription,
  type Intent,
  type Returns,
} from './intents.ts';
export {
  type CheckoutRow,
  findCheckout,
  findCheckoutBySession,
  lockCheckout,
  markCompleted,
  markExpired,
  nextExpiryAt,
  overdue,
  unfinishedOfInvoice,
  unfinishedOfRequest,
} from './repo.ts';
export { startHostedPage } from './start.ts';
