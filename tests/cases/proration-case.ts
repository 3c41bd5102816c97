/** The shapes of `proration.json`, as its README describes them. */

export interface CaseItem {
  readonly unit_amount: number;
  readonly quantity: number;
  /** The whole price of a new period. */
  readonly full?: boolean;
  /** False for a one-time fee. */
  readonly prorate?: boolean;
  /** Whether the plan has it by seats: said by the adapter, not by the case. */
  readonly seats?: boolean;
  /** What all units come to after a discount, where the price is sold so: worked out by the adapter. */
  readonly net?: bigint;
  /** The length of a period of its own. */
  readonly period_days?: number;
}

export interface CaseDiscount {
  readonly type: 'fixed' | 'percent';
  /** Minor units if fixed, a decimal text if percent. */
  readonly value: number | string;
}

export interface FramedCase {
  readonly basis: 'day' | 'second';
  readonly timezone: string;
  readonly period: { readonly start: string; readonly end: string };
}

interface Amounts {
  readonly tax_percent?: string;
  readonly expected: Readonly<Record<string, number | readonly number[]>>;
}

export interface ChangeCase extends FramedCase, Amounts {
  readonly kind: 'change';
  readonly at: string;
  readonly old: readonly CaseItem[];
  readonly new: readonly CaseItem[];
  readonly discount?: { readonly old?: CaseDiscount | null; readonly new?: CaseDiscount | null };
}

export interface StartCase extends FramedCase, Amounts {
  readonly kind: 'start';
  readonly from: string;
  readonly until?: string;
  readonly items: readonly CaseItem[];
}

export interface CancelCase extends FramedCase, Amounts {
  readonly kind: 'cancel';
  readonly at: string;
  readonly items: readonly CaseItem[];
}

export type AmountsCase = ChangeCase | StartCase | CancelCase;

export interface CyclesCase {
  readonly kind: 'billing_cycles';
  readonly basis: 'day';
  readonly start: string;
  readonly end?: string;
  readonly billing_day: number;
  readonly interval_months: number;
  readonly billed_through: string;
  readonly expected: { readonly parts: readonly (readonly [number, number])[]; readonly cycles: string };
}

export interface RatioCase {
  readonly kind: 'ratio';
  readonly basis: 'day';
  readonly from: string;
  readonly until: string;
  readonly fraction: readonly [number, number];
  readonly expected: { readonly ratio: string };
}

export interface GrantCase extends FramedCase {
  readonly kind: 'grant_fraction';
  readonly at: string;
  readonly credits: string;
  readonly expected: { readonly credits: string };
}

export interface DayCountCase {
  readonly kind: 'day_count';
  readonly timezone: string;
  readonly from: string;
  readonly until: string;
  readonly expected: { readonly days: number };
}

interface CreditCapCase {
  readonly kind: 'credit_cap';
  readonly potential_credit: number;
  readonly original_paid: number;
  readonly previously_credited: number;
  readonly expected: { readonly credit: number };
}

export type ProrationCase = AmountsCase | CyclesCase | RatioCase | GrantCase | DayCountCase | CreditCapCase;
