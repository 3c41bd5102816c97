/**
 * Policies of peers that we decided against, as `key:code`. Each is named, with the reason, in
 * docs/decisions/0010-policies-not-taken.md; a case that needs one of them and is reported as unsupported is no failure.
 */
export const POLICIES_NOT_TAKEN: readonly string[] = ['leading_denominator:interval_back_from_clamped_date'];
