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

type StepText = NonNullable<DunningRun['past'][number]['text']>;

const TEXT_STATES: Readonly<Record<StepText['status'], string>> = {
  queued: 'waits',
  sending: 'on its way',
  unknown: 'on its way',
  accepted: 'on its way',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'not delivered',
  failed: 'refused',
  dropped: 'not sent',
};

const TEXT_REASONS: Readonly<Record<string, string>> = {
  quiet_hours: 'it is night there',
  no_number: 'there is no number',
  no_consent: 'the customer did not agree to texts',
  opted_out: 'the customer stopped texts',
  number_unusable: 'the number cannot be texted',
  no_longer_true: 'nothing was due any more',
};

/** What became of a text message: `delivered`, or `not sent, the customer stopped texts`. */
export function textWords({ status, reason, errorCode }: StepText): string {
  const why = reason === null ? undefined : TEXT_REASONS[reason];
  const code = errorCode === null ? '' : ` (code ${errorCode})`;
  return `${TEXT_STATES[status]}${why === undefined ? '' : `, ${why}`}${code}`;
}
