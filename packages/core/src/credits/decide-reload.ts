import type { Decimal12 } from '../kernel/decimal.ts';
import type { Instant } from '../time/instant.ts';

/** What a customer agreed to: whenever fewer credits than `threshold` are left, so many are bought. */
export interface ReloadSettings {
  readonly enabled: boolean;
  readonly threshold: Decimal12;
  /** The price of one reload, in minor units. */
  readonly priceMinor: bigint;
  /** The most that reloads may cost in a calendar month of the customer; null for no limit. */
  readonly monthlyMaximumMinor: bigint | null;
  /** Failed payments in a row. */
  readonly failureCount: number;
  /** Set after too many of them; a person lifts it. */
  readonly suspendedAt: Instant | null;
}

export interface ReloadInput {
  readonly settings: ReloadSettings;
  readonly balance: Decimal12;
  /** A reload is under way: bought and neither paid nor failed. */
  readonly isPending: boolean;
  /** What reloads of this month cost, those under way included. */
  readonly spentThisMonthMinor: bigint;
  readonly hasPaymentMethod: boolean;
}

export type ReloadDecision =
  | { readonly kind: 'reload' }
  | { readonly kind: 'none'; readonly reason: ReloadReason };

export const RELOAD_REASONS = [
  'off',
  'suspended',
  'enough',
  'pending',
  'monthly_maximum',
  'no_payment_method',
] as const;
export type ReloadReason = (typeof RELOAD_REASONS)[number];

/** How many payments in a row may fail before reloads are suspended. */
export const RELOAD_FAILURES_ALLOWED = 3;

/**
 * Whether credits are bought now. One at a time: what is under way would raise the balance, so nothing is bought beside
 * it. The monthly maximum is never passed, not even by a part of a reload.
 */
export function decideReload(input: ReloadInput): ReloadDecision {
  const { settings, balance } = input;
  const none = (reason: ReloadReason): ReloadDecision => ({ kind: 'none', reason });
  if (!settings.enabled) return none('off');
  if (settings.suspendedAt !== null) return none('suspended');
  if (balance >= settings.threshold) return none('enough');
  if (input.isPending) return none('pending');
  const { monthlyMaximumMinor: maximum, priceMinor } = settings;
  if (maximum !== null && input.spentThisMonthMinor + priceMinor > maximum) return none('monthly_maximum');
  return input.hasPaymentMethod ? { kind: 'reload' } : none('no_payment_method');
}

/** What a reload's payment makes of the settings: success forgets failures, the third failure in a row suspends. */
export function afterReload(
  settings: Pick<ReloadSettings, 'failureCount' | 'suspendedAt'>,
  outcome: 'paid' | 'failed',
  now: Instant,
): Pick<ReloadSettings, 'failureCount' | 'suspendedAt'> {
  if (outcome === 'paid') return { failureCount: 0, suspendedAt: settings.suspendedAt };
  const failureCount = settings.failureCount + 1;
  const isTooMuch = failureCount >= RELOAD_FAILURES_ALLOWED;
  return { failureCount, suspendedAt: settings.suspendedAt ?? (isTooMuch ? now : null) };
}
