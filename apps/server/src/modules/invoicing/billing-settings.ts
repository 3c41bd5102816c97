import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { MS_PER_HOUR } from '@billhook/core/time/instant';
import type { TenantSettings } from '../../platform/context.ts';
import { ratingPolicy } from '../catalog/api.ts';

/**
 * The seller's settings as core takes them, for one customer.
 *
 * @param customer whose own terms of payment go before the seller's
 */
export function billingSettings(
  settings: TenantSettings,
  customer: { paymentTermsDays: number | null },
): BillingSettings {
  const { proration } = DEFAULT_BILLING_SETTINGS;
  return {
    ...DEFAULT_BILLING_SETTINGS,
    zeroInvoices: settings.zeroInvoices,
    paymentTermsDays: customer.paymentTermsDays ?? settings.paymentTermsDays,
    usageGraceMs: settings.usageGraceHours * MS_PER_HOUR,
    rounding: settings.rounding,
    proration: {
      ...proration,
      days: settings.prorationDays,
      changeDay: settings.prorationChangeDay,
      terminationDay: settings.prorationTerminationDay,
    },
    rating: ratingPolicy(settings),
    discounts: {
      order: settings.discountOrder,
      split: settings.discountSplit,
      percent: settings.discountPercent,
    },
    tax: { rounding: settings.taxRounding, inclusive: settings.taxInclusiveRounding },
    thresholdMinor: settings.billingThreshold === null ? null : BigInt(settings.billingThreshold),
  };
}
