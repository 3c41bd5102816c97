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
} from './repo.ts';
export { type CheckoutDeps, startHostedPage } from './start.ts';
