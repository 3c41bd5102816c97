export { creditTypeNamed, typeNamed, wholeBalance } from './balance.ts';
export { type CreditBook, openCreditBook, type PaidUse, type Payment } from './book.ts';
export { creditCatalogueFile } from './catalogue-draft.ts';
export { creditAllowances, creditPacks, creditTypes } from './catalogue-repo.ts';
export { addGrant, deferPrice } from './changes.ts';
export { type Burnt, burnUsage, type UsedEvent } from './commands/burn-usage.ts';
export {
  type Consumed,
  type ConsumeInput,
  consumeCredits,
  type SpendingWords,
  spendingGround,
  spendingWords,
} from './commands/consume.ts';
export { expireCredits } from './commands/expire.ts';
export { announceGrant, grantCredits } from './commands/grant.ts';
export { readCreditCatalogue } from './commands/put-credits.ts';
export { refundConsumption } from './commands/refund.ts';
export { purchaseFact, returnCredits, shortfallOf } from './commands/return.ts';
export { countsOverage } from './commands/set-catalogue.ts';
export { setLowMark } from './commands/set-low-mark.ts';
export { packOnSale, setReload } from './commands/set-reload.ts';
export { settleHolds } from './commands/settle-holds.ts';
export { revokeAllowances, revokeGrant, takeAway } from './commands/take-back.ts';
export { fault as creditFault, readPositive, readTime as readCreditTime } from './figures.ts';
export { areHeld, insertHolds } from './hold-repo.ts';
export { creditRowId, purchaseId } from './ids.ts';
export { creditsListener } from './listeners.ts';
export { presentConsumption, presentGrant, presentPack, presentPurchase } from './present.ts';
export {
  allowancesDue,
  allowancesOverdue,
  forgetAllowances,
  insertPurchase,
  lookAgainAt,
  lookAtReload,
  purchaseById,
  purchasesDue,
  purchasesPaid,
  purchasesSince,
  reloadsDue,
  reloadsOf,
  saveReload,
  sawAllowances,
  sellsCredits,
  settlePurchase,
  shortfallsDue,
  tellShortfall,
} from './purchase-repo.ts';
export { balanceOf as creditBalances, historyOf as creditHistory } from './queries/balance.ts';
export { paidBefore, paidNow } from './queries/paid.ts';
export {
  allowanceEnds,
  allowancesGranted,
  customersWithExpired,
  entriesOfConsumption,
} from './repo.ts';
export { type CreditStanding, type CreditStandings, creditStandings } from './standing.ts';
export type {
  NewGrant,
  StoredAllowance,
  StoredConsumption,
  StoredCreditType,
  StoredPack,
  StoredPurchase,
  StoredReload,
} from './types.ts';
