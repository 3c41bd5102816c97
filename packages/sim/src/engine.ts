import { accessOf, stageAfter } from '@billhook/core/access/access';
import { applyChanges } from '@billhook/core/decision/apply';
import { isNeverAgain, kindOfFailure } from '@billhook/core/dunning/failure-kind';
import { dunningOutlook, nextStep, planAfterFailure } from '@billhook/core/dunning/outlook';
import { heldUntil, schemeLimits } from '@billhook/core/dunning/scheme-limit';
import { releaseAt } from '@billhook/core/invoicing/consolidation';
import { usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import { creditsOf, lineToRaise } from '@billhook/core/invoicing/documents/correction-way';
import { decideCreditNote } from '@billhook/core/invoicing/documents/decide-credit-note';
import { decideDebitNote } from '@billhook/core/invoicing/documents/decide-debit-note';
import { decideInvoices } from '@billhook/core/invoicing/documents/decide-invoices';
import { decideReissue } from '@billhook/core/invoicing/documents/decide-reissue';
import { decideVoid } from '@billhook/core/invoicing/documents/decide-void';
import { deductionOf } from '@billhook/core/invoicing/documents/deduction';
import { periodsTouched, rerate, windowsToRerate } from '@billhook/core/invoicing/documents/rerate';
import { decideCreditSettlement, recoveries } from '@billhook/core/invoicing/settle-credit';
import { monthEndPosting } from '@billhook/core/ledger/month-end-posting';
import { deferredAfter, earnedThrough } from '@billhook/core/ledger/revenue-schedule';
import { decideAttempt } from '@billhook/core/payments/decide-attempt';
import { decideAttemptOutcome } from '@billhook/core/payments/decide-attempt-outcome';
import { decideDispute } from '@billhook/core/payments/decide-dispute';
import { decideRefund, decideRefundOutcome } from '@billhook/core/payments/decide-refund';
import { decideGiveUp } from '@billhook/core/payments/give-up';
import { notedCredit } from '@billhook/core/payments/noted-credit';
import { decideAddOn, decideCharge, decideEndAddOn } from '@billhook/core/subscriptions/decide-add-on';
import { decideAddOnQuantity } from '@billhook/core/subscriptions/decide-add-on-quantity';
import { decideAutoRenew } from '@billhook/core/subscriptions/decide-auto-renew';
import { decideCancel } from '@billhook/core/subscriptions/decide-cancel';
import { decideChange } from '@billhook/core/subscriptions/decide-change';
import { decideCorrectionCharge } from '@billhook/core/subscriptions/decide-correction';
import { decideDiscount, decideEndDiscount } from '@billhook/core/subscriptions/decide-discount';
import { decideMigration } from '@billhook/core/subscriptions/decide-migration';
import { decideOverride } from '@billhook/core/subscriptions/decide-override';
import { decidePause, decideResume } from '@billhook/core/subscriptions/decide-pause';
import { decideSeats } from '@billhook/core/subscriptions/decide-seats';
import { decideStart } from '@billhook/core/subscriptions/decide-start';
import { decideTrial } from '@billhook/core/subscriptions/decide-trial';
import { decideUndo } from '@billhook/core/subscriptions/decide-undo';
import type { Instant } from '@billhook/core/time/instant';
import { judgeEvent } from '@billhook/core/usage/event-verdict';
import { usageOf } from './metering.ts';
import type { SentEvent } from './sent-events.ts';

/** The next counter of a series; called once for each invoice that gets a number. */
function nextCounter(last: bigint): bigint {
  return last + 1n;
}

/** Until when a card must rest, after what it was charged before; null if it need not. */
function cardRestsUntil(now: Instant, tries: readonly Instant[]): Instant | null {
  return heldUntil(now, tries, schemeLimits('card'));
}

/** What is stored under the id of an event among those of its customer. */
function storedEvent(events: ReadonlyMap<string, SentEvent>, id: string): SentEvent | undefined {
  return events.get(id);
}

/**
 * The parts of core that the world drives, held in one place so that a test can plant a bug in one of them and see
 * whether the auditor finds it.
 */
export const CORE = {
  applyChanges,
  decideInvoices,
  decideReissue,
  decideVoid,
  decideCreditNote,
  decideDebitNote,
  periodsTouched,
  windowsToRerate,
  rerate,
  lineToRaise,
  creditsOf,
  deductionOf,
  decideCorrectionCharge,
  releaseAt,
  recoveries,
  decideCreditSettlement,
  usageToLoad,
  usageOf,
  judgeEvent,
  storedEvent,
  decideAttempt,
  decideAttemptOutcome,
  decideDispute,
  decideGiveUp,
  isNeverAgain,
  kindOfFailure,
  planAfterFailure,
  dunningOutlook,
  nextStep,
  cardRestsUntil,
  stageAfter,
  accessOf,
  decideRefund,
  decideRefundOutcome,
  notedCredit,
  decideStart,
  decideChange,
  decideSeats,
  decideCancel,
  decideAutoRenew,
  decideUndo,
  decidePause,
  decideResume,
  decideDiscount,
  decideEndDiscount,
  decideAddOn,
  decideAddOnQuantity,
  decideEndAddOn,
  decideCharge,
  decideOverride,
  decideMigration,
  decideTrial,
  deferredAfter,
  earnedThrough,
  monthEndPosting,
  nextCounter,
};

export type Engine = Readonly<typeof CORE>;
