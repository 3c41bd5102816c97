export {
  type AskedChange,
  claimChanges,
  hasUnsent,
  insertChange,
  listChanges,
  moveChange,
  openChange,
  type Wanted,
} from './asked-changes.ts';
export {
  caseSubject,
  holdCatalogue,
  holdStripeId,
  type Link,
  type LinkKind,
  linkFor,
  linkOf,
  listLinks,
  putLink,
  setDigest,
  soldPrices,
  stripeIdsOf,
} from './links.ts';
export {
  countLookUps,
  isNewest,
  type LookedUp,
  type LookUpState,
  listWaiting,
  noteLookUp,
  subscriptionsWaiting,
  takeTicket,
} from './look-ups.ts';
export {
  countReports,
  type HourOfUsage,
  hoursToReport,
  insertReport,
  lookedUntil,
  moveReport,
  type Report,
  reportsOf,
  setLookedUntil,
  unsentReports,
} from './reports.ts';
export { setTerms, termsWithCoupon } from './terms.ts';
