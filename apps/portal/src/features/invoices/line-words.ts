import type { LineExplanation } from '@billhook/sdk/generated/types';

/** Why there is a line, in one sentence. */
export const RULES: Record<LineExplanation['rule'], string> = {
  flat_fee: 'A fixed price for the whole period.',
  seats: 'A price for each seat.',
  metered_usage: 'What was used in the period, at the price of the plan.',
  unused_time: 'Given back for the time that was paid and not used.',
  one_off: 'Charged once.',
  computed_at_stripe: 'Computed by Stripe.',
  minimum_commitment: 'What the period lacked of the agreed minimum.',
  spend_cap: 'Given back for what the period exceeded the agreed maximum by.',
};
