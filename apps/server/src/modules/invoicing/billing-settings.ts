import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { MS_PER_HOUR } from '@billhook/core/time/instant';
import type { TenantSettings } from '../../platform/context.ts';

/** The seller's settings as core takes them. */
export function billingSettings(settings: TenantSettings): BillingSettings {
  return {
    ...DEFAULT_BILLING_SETTINGS,
    zeroInvoices: settings.zeroInvoices,
    paymentTermsDays: settings.paymentTermsDays,
    usageGraceMs: settings.usageGraceHours * MS_PER_HOUR,
  };
}
