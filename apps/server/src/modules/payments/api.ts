export {
  createProviders,
  defaultProvider,
  listAccounts,
  type NewAccount,
  type Providers,
  putProviderAccount,
} from './accounts.ts';
export {
  type AttemptRow,
  bringForward,
  cancelPlanned,
  collectedSince,
  coreAttempt,
  findAttempt,
  findAttemptByObject,
  insertAttempts,
  isCollectable,
  isCollecting,
  isMoneyComing,
  lockAttempt,
  lockAttemptsOf,
  payPlannedWith,
  triesWith,
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
export { type RefundInput, refundNoted, refundPayment } from './commands/refund.ts';
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
export { LOOK_UP_DELAYS_MS, RESEND_WINDOW_MS } from './look-up-schedule.ts';
export {
  blockMethod,
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
  METHOD_KINDS,
  type MethodKind,
  type NewSession,
  type OffSessionCharge,
  type PaymentProvider,
  type ProviderAccount,
  type ProviderCapabilities,
  type ProviderConnector,
  ProviderFault,
  type ProviderInspection,
  type ProviderIntent,
  type ProviderMethod,
  type ProviderRefund,
  type ProviderSession,
  type SignedWebhook,
  type WebhookVerifier,
} from './provider.ts';
export { ensureProviderCustomer } from './provider-customer.ts';
export type { DisputeEvidence, ProviderDispute } from './provider-disputes.ts';
export type { ProviderEvent, ProviderNews } from './provider-events.ts';
export type { ProviderPage, ProviderPayout, ProviderTransaction } from './provider-money.ts';
export { listPayments, type PaymentFilter, type PaymentRow, plannedTries } from './queries/list.ts';
export { applyRefundIntent } from './refund-intent.ts';
export {
  findRefund,
  findRefundByObject,
  type RefundRow,
  refundedOfInvoice,
} from './repo.ts';
