import { type BurnOrder, DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import type { ExpiryEdge } from '@billhook/core/credits/grant';
import type { TopUpRounding } from '@billhook/core/credits/top-up';

/** The engine's settings that the policies of a case about credits stand for. */
export interface CreditPolicy {
  readonly order: BurnOrder;
  readonly below: 'floor_zero' | 'may_go_negative';
  readonly edge: ExpiryEdge;
  readonly rounding: TopUpRounding;
}

const DEFAULTS: CreditPolicy = {
  order: DEFAULT_BURN_ORDER,
  below: 'may_go_negative',
  edge: 'expired',
  rounding: { kind: 'to_money' },
};

const BY_AGE: BurnOrder = { ...DEFAULT_BURN_ORDER, expiry: 'ignored' };

/** Those without a setting are how the engine always works. */
const SETTINGS: Readonly<Record<string, Partial<CreditPolicy>>> = {
  'balance:may_go_negative': { below: 'may_go_negative' },
  'credit_rounding:topup_to_money': { rounding: { kind: 'to_money' } },
  'credit_rounding:truncate_5': { rounding: { kind: 'cut_credits', places: 5 } },
  'credited:floor_zero': {},
  'cutoff:exclusive': {},
  'expiry_edge:inclusive_read': { edge: 'shown' },
  'fee_rounding:round_fees_then_tax_once': {},
  'ongoing:balance_minus_unbilled': {},
  'order:priority_ascending': {},
  'order:priority_expiry_created_id': { order: { ...DEFAULT_BURN_ORDER, expiry: 'whole_seconds' } },
  'order:priority_expiry_promo_effective_created': {
    order: { expiry: 'exact', promotionsFirst: true, effective: true },
  },
  'order:priority_fifo': { order: BY_AGE },
  'order:wallet_priority_created': { order: BY_AGE },
  'overage:carried_into_next_grant': {},
  'reset:forget_before_reset': {},
  'rollover:clamp_min_max': {},
  'rollover:unused_rollover_credits_only': {},
  'scope:limited_wallets_pay_matching_fees': {},
};

export type Policies = Readonly<Record<string, string>>;

/** The policies of a case that no setting of the engine is, as `key:code`. */
export function unknownCreditPolicies(policies: Policies): string[] {
  return namesOf(policies).filter((name) => SETTINGS[name] === undefined);
}

export function creditPolicyOf(policies: Policies): CreditPolicy {
  return Object.assign({ ...DEFAULTS }, ...namesOf(policies).map((name) => SETTINGS[name]));
}

function namesOf(policies: Policies): string[] {
  return Object.entries(policies).map(([key, code]) => `${key}:${code}`);
}
