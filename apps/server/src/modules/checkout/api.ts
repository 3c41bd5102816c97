export {
  type AtStripe,
  type CheckoutDeps,
  closePage,
  fetchResult,
  type HostedResult,
  settlePage,
} from './close-page.ts';
export {
  beginCard,
  beginInvoice,
  beginRequest,
  beginSubscription,
  type Intent,
  type Returns,
} from './intents.ts';
export { pageLooker } from './look-at-page.ts';
export {
  type CheckoutRow,
  findCheckout,
  findCheckoutBySession,
  lockCheckout,
  markCompleted,
  markExpired,
  nextExpiryAt,
  overdue,
  putOffEnd,
  unfinishedOfInvoice,
  unfinishedOfRequest,
} from './repo.ts';
export { startHostedPage } from './start.ts';
