import type { CampaignDefinition, CampaignStep } from '@billhook/sdk/generated/types';

const step = (
  key: string,
  day: number,
  action: CampaignStep['action'],
  mail: CampaignStep['mail'] = null,
) => ({
  key,
  day,
  action,
  mail,
  kinds: null,
});

const PLAIN = { hours: null, paydays: null, failureMail: 'each' } as const;

/** What a new campaign begins with. */
export const FIRST_STEPS: Readonly<Record<'charge' | 'terms', CampaignDefinition>> = {
  charge: {
    ...PLAIN,
    steps: [
      step('retry-1', 3, 'retry'),
      step('retry-2', 7, 'retry'),
      step('last-notice', 10, 'mail', 'last_notice'),
      step('limit', 14, 'limit_access'),
      step('retry-3', 18, 'retry'),
      step('suspend', 21, 'suspend_access'),
      step('cancel', 30, 'cancel'),
    ],
  },
  terms: {
    ...PLAIN,
    steps: [
      step('soon', -3, 'mail', 'reminder'),
      step('late', 3, 'mail', 'reminder'),
      step('last-notice', 10, 'mail', 'last_notice'),
      step('suspend', 21, 'suspend_access'),
      step('hand-over', 45, 'stop'),
    ],
  },
};

/** A key that no step of the campaign has yet. */
export function freeKey(steps: readonly CampaignStep[], action: CampaignStep['action']): string {
  const base = action.replaceAll('_', '-');
  for (let number = steps.length + 1; ; number += 1) {
    const key = `${base}-${number}`;
    if (!steps.some((one) => one.key === key)) return key;
  }
}

/** The same campaign with one step changed, or taken out where there is nothing to put in its place. */
export function withStep(
  definition: CampaignDefinition,
  index: number,
  changed: Partial<CampaignStep> | null,
): CampaignDefinition {
  const steps = definition.steps.flatMap((one, at) =>
    at !== index ? [one] : changed === null ? [] : [{ ...one, ...changed }],
  );
  return { ...definition, steps };
}
