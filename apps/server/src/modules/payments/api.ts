export {
  createProviders,
  type NewAccount,
  type Providers,
  putProviderAccount,
} from './accounts.ts';
export {
  type AttemptRow,
  bringForward,
  cancelPlanned,
  coreAttempt,
  findAttempt,
  findAttemptByObject,
  insertAttempts,
  isCollecting,
  lockAttempt,
  lockAttemptsOf,
} from './attempts.ts';
export {
  applyPaymentChange,
  applyRefundChange,
  type Collectable,
  NO_FACTS,
  type PaymentNewsFacts,
  planRetry,
  scheduleCollection,
} from './changes.ts';
export { attachMethod, makeMethodDefault, rememberMethod, removeMethod } from './commands/methods.ts';
export { type RefundInput, refundableOf, refundNoted, refundPayment } from './commands/refund.ts';
export {
  claimEvents,
  finishEvent,
  hasStoredEvents,
  type InboundWebhook,
  type InboxDeps,
  receiveWebhook,
  retryEvent,
  type StoredProviderEvent,
} from './inbox.ts';
export {
  claimDetachable,
  customersWithMethod,
  type DetachableMethod,
  findCustomerByProvider,
  findMethod,
  isRemovedMethod,
  listMethods,
  type MethodRow,
  makeDefault,
  planDetach,
} from './methods.ts';
export { refundedFrom, soldBack } from './noted-credit.ts';
export { presentMethod, presentPayments } from './present.ts';
export {
  type ConnectProvider,
  type NewSession,
  type OffSessionCharge,
  type PaymentProvider,
  type ProviderAccount,
  ProviderFault,
  type ProviderIntent,
  type ProviderMethod,
  type ProviderNews,
  type ProviderRefund,
  type ProviderSession,
  type WebhookVerifier,
} from './provider.ts';
export { ensureProviderCustomer } from './provider-customer.ts';
export { listPayments, type PaymentFilter, type PaymentRow, plannedTries } from './queries/list.ts';
export { applyRefundIntent } from './refund-intent.ts';
export {
  findRefund,
  findRefundByObject,
  type RefundRow,
  refundedOfInvoice,
} from './repo.ts';
