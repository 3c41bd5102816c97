import {
  type Campaign,
  type CampaignStep,
  plainCampaign,
  type StepAction,
} from '@billhook/core/dunning/campaign';

const step = (day: number, action: StepAction, more: Partial<CampaignStep> = {}): CampaignStep => ({
  key: `${action}_${day}`,
  day,
  action,
  kinds: null,
  mail: action === 'mail' ? 'reminder' : null,
  ...more,
});

/** Retries on paydays inside business hours, and takes access away bit by bit. */
const PATIENT: Campaign = {
  kind: 'charge',
  steps: [
    step(0, 'mail', { key: 'new_card', kinds: ['expired_card', 'hard_decline'], mail: 'method_needed' }),
    step(2, 'retry', { kinds: ['soft_decline', 'authentication_required'] }),
    step(4, 'mail'),
    step(6, 'limit_access'),
    step(9, 'retry'),
    step(12, 'suspend_access'),
    step(16, 'retry'),
    step(20, 'cancel'),
  ],
  hours: { fromMinute: 9 * 60, toMinute: 17 * 60, weekdays: [1, 2, 3, 4, 5] },
  paydays: { days: ['first', 'fifteenth', 'friday'], withinDays: 2 },
  failureMail: 'first',
};

/** Tries far too often: what schemes allow must hold it back. */
const STUBBORN: Campaign = {
  ...PATIENT,
  steps: [
    ...Array.from({ length: 24 }, (_, index) =>
      step(Math.floor(index / 2) + 1, 'retry', { key: `retry_${index + 1}` }),
    ),
    step(21, 'suspend_access'),
    step(24, 'stop'),
  ],
  hours: null,
  paydays: null,
};

/** The campaigns of sellers, one of which each seed has. */
export const CAMPAIGNS: readonly Campaign[] = [plainCampaign([3, 5, 7]), PATIENT, STUBBORN];
