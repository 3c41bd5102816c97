import { applyChanges } from '@billhook/core/decision/apply';
import { decideInvoice, usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import { decideCreditSettlement } from '@billhook/core/invoicing/settle-credit';
import { decideAttempt } from '@billhook/core/payments/decide-attempt';
import { decideAttemptOutcome } from '@billhook/core/payments/decide-attempt-outcome';
import { decideRefund, decideRefundOutcome } from '@billhook/core/payments/decide-refund';
import { judgeEvent } from '@billhook/core/usage/event-verdict';

/**
 * The parts of core that the world drives, held in one place so that a test can plant a bug in one of them and see
 * whether the auditor finds it.
 */
export interface Engine {
  readonly applyChanges: typeof applyChanges;
  readonly decideInvoice: typeof decideInvoice;
  readonly decideCreditSettlement: typeof decideCreditSettlement;
  readonly usageToLoad: typeof usageToLoad;
  readonly judgeEvent: typeof judgeEvent;
  readonly decideAttempt: typeof decideAttempt;
  readonly decideAttemptOutcome: typeof decideAttemptOutcome;
  readonly decideRefund: typeof decideRefund;
  readonly decideRefundOutcome: typeof decideRefundOutcome;
  /** The next counter of a series; called once for each invoice that gets a number. */
  readonly nextCounter: (last: bigint) => bigint;
}

export const CORE: Engine = {
  applyChanges,
  decideInvoice,
  decideCreditSettlement,
  usageToLoad,
  judgeEvent,
  decideAttempt,
  decideAttemptOutcome,
  decideRefund,
  decideRefundOutcome,
  nextCounter: (last) => last + 1n,
};
