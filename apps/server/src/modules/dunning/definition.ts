import type { OperatorInput } from '@billhook/contract/routes';
import type { Campaign, CampaignKind } from '@billhook/core/dunning/campaign';
import type { Segment } from '@billhook/core/dunning/choose-campaign';
import { invariant } from '@billhook/core/kernel/invariant';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Weekday } from '@billhook/core/time/calendar-date';

/** A campaign as it is sent, answered and stored. */
export type Definition = OperatorInput<'createDunningCampaign'>['body']['definition'];
export type SegmentText = NonNullable<OperatorInput<'createDunningCampaign'>['body']['segment']>;

export const FOR_EVERYBODY: SegmentText = {
  plans: [],
  countries: [],
  min_amount: null,
  max_amount: null,
  currency: null,
  min_tenure_days: null,
  max_tenure_days: null,
};

/** Core's view of a campaign. */
export function coreCampaign(kind: CampaignKind, definition: Definition): Campaign {
  const { hours, paydays } = definition;
  return {
    kind,
    steps: definition.steps,
    hours:
      hours === null
        ? null
        : {
            fromMinute: hours.from_minute,
            toMinute: hours.to_minute,
            weekdays: hours.weekdays as Weekday[],
          },
    paydays: paydays === null ? null : { days: paydays.days, withinDays: paydays.within_days },
    failureMail: definition.failure_mail,
  };
}

/** As it is stored; for what holds where nothing was published. */
export function definitionOf(campaign: Campaign): Definition {
  return {
    steps: campaign.steps.map((step) => ({ ...step, kinds: step.kinds === null ? null : [...step.kinds] })),
    hours: null,
    paydays: null,
    failure_mail: campaign.failureMail,
  };
}

export function coreSegment(segment: SegmentText): Segment {
  const minor = (amount: string | null) => (amount === null ? null : BigInt(amount));
  return {
    planIds: segment.plans.map((plan) => {
      const id = decodeTypeId('plan', plan);
      invariant(id.ok, 'The contract lets only ids of plans pass.');
      return id.value;
    }),
    countries: segment.countries,
    minAmountMinor: minor(segment.min_amount),
    maxAmountMinor: minor(segment.max_amount),
    currency: segment.currency,
    minTenureDays: segment.min_tenure_days,
    maxTenureDays: segment.max_tenure_days,
  };
}
