import type { Weekday } from '../time/calendar-date.ts';
import type { FailureKind } from './failure-kind.ts';

export const STEP_ACTIONS = [
  'retry',
  'change_method',
  'mail',
  'sms',
  'limit_access',
  'suspend_access',
  'cancel',
  'stop',
] as const;
export type StepAction = (typeof STEP_ACTIONS)[number];

export const DUNNING_MAILS = ['reminder', 'method_needed', 'last_notice'] as const;
export type DunningMail = (typeof DUNNING_MAILS)[number];

export const PAYDAYS = ['first', 'fifteenth', 'friday', 'month_end'] as const;
export type Payday = (typeof PAYDAYS)[number];

/** One step of a campaign. */
export interface CampaignStep {
  /** Names the step in what happened; never twice in a campaign. */
  readonly key: string;
  /** Whole local days after the first failure, or after the due date; before that date where negative. */
  readonly day: number;
  readonly action: StepAction;
  /** Failures after which it is taken; null for all. */
  readonly kinds: readonly FailureKind[] | null;
  /** Which mail it is; null for other actions. */
  readonly mail: DunningMail | null;
}

/** Local minutes of the day, `from` included, `to` not, on these days of the week. */
export interface BusinessHours {
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly weekdays: readonly Weekday[];
}

/** A retry waits for the first of these days, if one comes within so many days. */
export interface PaydayRule {
  readonly days: readonly Payday[];
  readonly withinDays: number;
}

/** `charge`: begins when a charge fails. `terms`: is laid around the due date of an invoice that is paid by transfer. */
export type CampaignKind = 'charge' | 'terms';

/** What one published version says. It never changes. */
export interface Campaign {
  readonly kind: CampaignKind;
  readonly steps: readonly CampaignStep[];
  readonly hours: BusinessHours | null;
  readonly paydays: PaydayRule | null;
  /** Of which failures the customer is told at once. */
  readonly failureMail: 'each' | 'first' | 'none';
}

/**
 * What holds where nothing was published: a retry the given days after the last, a mail for each failure, and the end
 * with the last one.
 */
export function plainCampaign(retryDelaysDays: readonly number[]): Campaign {
  const days = retryDelaysDays.map((_, index) =>
    retryDelaysDays.slice(0, index + 1).reduce((sum, delay) => sum + delay, 0),
  );
  const step = (key: string, day: number, action: StepAction): CampaignStep => ({
    key,
    day,
    action,
    kinds: null,
    mail: null,
  });
  return {
    kind: 'charge',
    steps: [
      ...days.map((day, index) => step(`retry_${index + 1}`, day, 'retry')),
      step('cancel', days.at(-1) ?? 0, 'cancel'),
    ],
    hours: null,
    paydays: null,
    failureMail: 'each',
  };
}

/** In the order in which they are taken. */
export function inOrder(steps: readonly CampaignStep[]): readonly CampaignStep[] {
  return steps
    .map((step, index) => ({ step, index }))
    .sort((left, right) => left.step.day - right.step.day || left.index - right.index)
    .map(({ step }) => step);
}

/** Takes money from the customer's method. */
export function isTry(action: StepAction): boolean {
  return action === 'retry' || action === 'change_method';
}

/** Takes something away from the customer, so it waits for money that may be on its way. */
export function takesAway(action: StepAction): boolean {
  return action === 'limit_access' || action === 'suspend_access' || action === 'cancel' || action === 'stop';
}
