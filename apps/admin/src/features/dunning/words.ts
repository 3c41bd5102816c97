import type { DunningAction, DunningRun, FailureKind } from '@billhook/sdk/generated/types';
import type { Tone } from '@billhook/ui/status';

/** What a step does, as staff read it. */
export const ACTION_WORDS: Readonly<Record<DunningAction, string>> = {
  retry: 'Try again',
  change_method: 'Try another method',
  mail: 'Mail',
  sms: 'Text message',
  limit_access: 'Limit access',
  suspend_access: 'Suspend access',
  cancel: 'Cancel the subscription',
  stop: 'Stop, hand over to staff',
};

export const KIND_WORDS: Readonly<Record<FailureKind, string>> = {
  soft_decline: 'Declined for now',
  hard_decline: 'Declined for good',
  expired_card: 'Card expired',
  authentication_required: 'Customer must confirm',
  debit_returned: 'Debit came back',
  no_method: 'No payment method',
  terms_overdue: 'Not paid in time',
};

export const MAIL_WORDS = {
  reminder: 'Reminder',
  method_needed: 'Another method is needed',
  last_notice: 'Last notice',
} as const;

export const RUN_STATUS: Readonly<Record<DunningRun['status'], { tone: Tone; word: string }>> = {
  active: { tone: 'attention', word: 'Under way' },
  paused: { tone: 'info', word: 'Held back' },
  recovered: { tone: 'ok', word: 'Recovered' },
  exhausted: { tone: 'problem', word: 'Given up' },
  stopped: { tone: 'problem', word: 'Stopped' },
  closed: { tone: 'neutral', word: 'Closed' },
};

export const ACCESS_WORDS = {
  full: 'Full access',
  grace: 'Full access, in grace',
  limited: 'Access limited',
  suspended: 'Access suspended',
  ended: 'Access ended',
} as const;

export const OUTCOME_WORDS = {
  taken: 'Done',
  failed: 'Failed',
  succeeded: 'Succeeded',
  skipped: 'Skipped',
} as const;

export const LEFT_OUT_WORDS = {
  do_not_retry: 'the bank forbids to charge this method again',
  no_other_method: 'there is no other method',
  time_passed: 'its time had passed',
  done_at_stripe: 'Stripe decides it for this invoice',
} as const;

export const RECOVERED_WORDS = {
  retry: 'Tried again',
  change_method: 'Another method',
  customer: 'Paid by the customer',
  credit: 'Paid by credit',
} as const;
