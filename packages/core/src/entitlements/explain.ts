import type { Decimal12 } from '../kernel/decimal.ts';
import type { Period } from '../time/period.ts';
import type { EntitlementCheck, EntitlementReason, EntitlementVerdict } from './evaluate.ts';
import type { ResolvedRight, RightStep } from './resolve-right.ts';
import type { ServiceRule, ServiceState } from './service.ts';

/** Why an answer about a right is as it is: everything that it rests on, and nothing else. */
export interface RightExplanation {
  /** Which source gave what, and which rule combined it with those before it. */
  readonly steps: readonly RightStep[];
  /** Which usage counted, in which stretch of time; null for what is not metered. */
  readonly usage: {
    readonly window: Period;
    /** The member or device whose usage it is; null for the customer as a whole. */
    readonly subject: string | null;
    readonly used: Decimal12;
    readonly poolUsed: Decimal12 | null;
  } | null;
  /** How the subscription stands, and what that leaves of the feature; null where no subscription is asked. */
  readonly service: { readonly state: ServiceState; readonly rule: ServiceRule } | null;
  readonly reason: EntitlementReason;
}

export function explainRight(
  { steps }: ResolvedRight,
  check: EntitlementCheck,
  verdict: EntitlementVerdict,
  { subject, state }: { readonly subject: string | null; readonly state: ServiceState | null },
): RightExplanation {
  const { window, used, poolUsed, entitlement } = check;
  const isMetered = entitlement?.kind === 'metered' && window !== null;
  return {
    steps,
    usage: isMetered ? { window, subject, used, poolUsed: poolUsed ?? null } : null,
    service: state === null ? null : { state, rule: check.service ?? 'keep' },
    reason: verdict.reason,
  };
}
