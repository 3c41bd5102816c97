import type { Account } from '../state/account.ts';
import type { BillingRecords } from '../state/billing-records.ts';
import type { BILLING_PART } from './billing/part.ts';

type BillingPart = typeof BILLING_PART;

let loaded: BillingPart | null = null;

/** Notes that Stripe Billing was loaded. */
export function setBilling(part: BillingPart): void {
  loaded = part;
}

/** Stripe Billing, null while nothing of it was used. */
export function billingPart(): BillingPart | null {
  return loaded;
}

/** Stripe Billing, where a record of it shows that it was loaded. */
export function requireBilling(): BillingPart {
  if (loaded === null) throw new Error('a record of billing is there, but billing was not loaded');
  return loaded;
}

/** Kinds of which an account has at least one when it has anything of billing. */
const ROOTS: readonly (keyof BillingRecords)[] = [
  'product',
  'price',
  'coupon',
  'tax_rate',
  'invoice',
  'invoiceitem',
  'meter',
  'portal_configuration',
];

/** True for an account that has anything of billing. */
export function usesBilling({ tables }: Account): boolean {
  return ROOTS.some((kind) => tables[kind].size > 0);
}

/** What paths of the API begin with that belong to billing. */
export const BILLING_PREFIXES: readonly string[] = [
  '/v1/products',
  '/v1/prices',
  '/v1/coupons',
  '/v1/promotion_codes',
  '/v1/tax_rates',
  '/v1/subscription_schedules',
  '/v1/subscriptions',
  '/v1/subscription_items',
  '/v1/invoices',
  '/v1/invoice_payments',
  '/v1/invoiceitems',
  '/v1/credit_notes',
  '/v1/billing',
  '/v1/billing_portal',
];
