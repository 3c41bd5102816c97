import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '@billhook/core/proration/policy';

export type Policies = Readonly<Record<string, string>>;

/** The setting of the engine that each policy of a case is; those without one are how the engine always works. */
const SETTINGS: Readonly<Record<string, Partial<ProrationPolicy>>> = {
  'basis:seconds': { basis: 'second' },
  'billing_day:moves_to_change_day': {},
  'change_day:new_plan': { changeDay: 'new_plan' },
  'change_mode:reset': { changeCredit: 'nothing' },
  'credit_cap:paid_minus_credited': {},
  'credit_note_total:round_net_plus_round_tax': {},
  'credit_scale:8_half_up': {},
  'days:actual': { days: 'actual' },
  'days:fixed_30': { days: 'fixed_30' },
  'days:local_dates': { days: 'actual' },
  'discount_scope:attached_applies_to_both': {},
  'discount_timing:before_prorating': {},
  'fixed_discount:split_by_amount': {},
  'interval_change:full_new_period': {},
  'one_time:never_prorated': {},
  'period_end:inclusive_in_peer': {},
  'proration_rounding:credit_and_charge_separately': { rounding: 'credit_and_charge' },
  'proration_rounding:each_component': { rounding: 'each_component' },
  'ratio_scale:9_half_up': {},
  'same_item_upgrade:net_difference_line': { rounding: 'difference' },
  'seats:delta_single_entry': { seats: 'single_entry' },
  'start_day:charged': {},
  'termination_day:used': { terminationDay: 'used' },
  'upgrade_credit:whole_fee': { changeCredit: 'whole_fee' },
  'yearly_in_month:days_of_yearly_cycle': {},
};

/** The policies of a case that no setting of the engine is, as `key:code`. */
export function unknownPolicies(policies: Policies): string[] {
  return namesOf(policies).filter((name) => SETTINGS[name] === undefined);
}

/** The engine's policy for a case. Seats are one entry unless said otherwise: so do the sources that list entries. */
export function policyOf(one: { readonly basis: 'day' | 'second' }, policies: Policies): ProrationPolicy {
  const given = namesOf(policies).map((name) => SETTINGS[name]);
  return Object.assign({ ...DEFAULT_PRORATION_POLICY, basis: one.basis, seats: 'single_entry' }, ...given);
}

function namesOf(policies: Policies): string[] {
  return Object.entries(policies).map(([key, code]) => `${key}:${code}`);
}
