export { type CheckoutDeps, closePage, fetchResult, type HostedResult, settlePage } from './close-page.ts';
export { beginCard, beginInvoice, beginSubscription, type Intent, type Returns } from './intents.ts';
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
} from './repo.ts';
export { startHostedPage } from './start.ts';
