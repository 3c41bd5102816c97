export {
  accountAt,
  accountKeys,
  accountMode,
  createProviders,
  defaultProvider,
  listAccounts,
  type NewAccount,
  type Providers,
  putProviderAccount,
} from './accounts.ts';
export {
  askedAccounts,
  dropAskedAccount,
  dropRunOutAccounts,
  keepAskedAccount,
} from './asked-refund-accounts.ts';
export {
  type AttemptRow,
  bringForward,
  cancelPlanned,
  collectedSince,
  coreAttempt,
  findAttempt,
  findAttemptByKey,
  findAttemptByObject,
  findAttempts,
  insertAttempts,
  isCollectable,
  isCollecting,
  isMoneyComing,
  lastFailureOf,
  lockAttempt,
  lockAttemptsOf,
  methodKindOf,
  type NewAttempt,
  nameMethod,
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
export {
  attachMethod,
  forgetMethod,
  makeMethodDefault,
  rememberMethod,
  removeMethod,
  setBackupMethod,
} from './commands/methods.ts';
export {
  isTransferred,
  type RefundInput,
  refundableOf,
  refundNoted,
  refundPayment,
  refuseAccount,
} from './commands/refund.ts';
export { type DisputeFile, filesOfDisputes, isEvidence, planFiles } from './dispute-files.ts';
export {
  claimDeadlines,
  claimDisputeLookUps,
  closeEvidence,
  coreDispute,
  type DisputeRow,
  findDispute,
  findDisputeByObject,
  listDisputes,
  nextDisputeAt,
  planEvidence,
  putDispute,
} from './disputes.ts';
export {
  claimEvents,
  finishEvent,
  hasStoredEvents,
  type InboundWebhook,
  type InboxDeps,
  receiveWebhook,
  retryEvent,
  type StoredProviderEvent,
  wakeWaiting,
} from './inbox.ts';
export {
  backupOf,
  blockMethod,
  cardMarkOf,
  claimDetachable,
  claimExpiring,
  customersWithMethod,
  type DetachableMethod,
  findCustomerByProvider,
  findMethod,
  findProviderCustomer,
  isRemovedMethod,
  keepProviderCustomer,
  listMethods,
  type MethodRow,
  makeDefault,
  methodAt,
  nextExpiryWarningAt,
  planDetach,
  planExpiryWarning,
} from './methods.ts';
export { refundedFrom, soldBack } from './noted-credit.ts';
export { presentMethod, presentPayments, presentRefund, type Reader } from './present.ts';
export {
  type ConnectProvider,
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
export type {
  CustomerAtStripe,
  MeterAtStripe,
  NewPriceAtStripe,
  PreviewAtStripe,
  ProviderBilling,
  WishAtStripe,
} from './provider-billing.ts';
export { ensureProviderCustomer } from './provider-customer.ts';
export type { DisputeEvidence, EvidenceFile, ProviderDispute } from './provider-disputes.ts';
export type { ProviderEvent, ProviderNews } from './provider-events.ts';
export type { ProviderPage, ProviderPayout, ProviderTransaction } from './provider-money.ts';
export { listPayments, type PaymentFilter, type PaymentRow, plannedTries } from './queries/list.ts';
export { readRefund } from './read-refund.ts';
export { createReceiptPdf } from './receipts.ts';
export {
  findPayout,
  linesOfPayout,
  listMovements,
  listPayouts,
  type MovementRow,
  openSince,
  type PayoutRow,
  payoutsToRead,
  sumsOf,
} from './reconcile/read.ts';
export {
  applyOutcomes,
  keepMovements,
  keepPayouts,
  openMovements,
  postedFor,
  unmatchedBookings,
} from './reconcile/repo.ts';
export { findSchedule, firstLook, lockSchedule, savePolled, saveReconciled } from './reconcile/schedule.ts';
export { putRefundAccount, type RefundAccount, refundAccounts } from './refund-accounts.ts';
export { applyRefundIntent } from './refund-intent.ts';
export {
  findRefund,
  findRefundByObject,
  type PendingPayout,
  pendingPayouts,
  type RefundRow,
  refundedOfInvoice,
  refundsOf,
} from './repo.ts';
export {
  cancelRequestRow,
  findRequest,
  insertRequest,
  isRequestCollecting,
  listRequests,
  lockRequest,
  markRequestPaid,
  type RequestRow,
  takeHeld,
} from './requests.ts';
export { arrivalsOf, storeEvent } from './webhook-log.ts';
