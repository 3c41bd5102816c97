import { Type } from 'typebox';

/** What a line is; `mirrored` says that Stripe computed it. */
export const lineKind = Type.Enum([
  'recurring',
  'usage',
  'proration',
  'one_off',
  'true_up',
  'spend_cap',
  'mirrored',
]);

/** By what a line came about. */
export const LINE_RULES = [
  'flat_fee',
  'seats',
  'metered_usage',
  'one_off',
  'unused_time',
  'minimum_commitment',
  'spend_cap',
  'computed_at_stripe',
] as const;
