import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import type { TenantSettings } from '../../platform/context.ts';

/** The seller's settings as core takes them. */
export function billingSettings(settings: TenantSettings): BillingSettings {
  return {
    ...DEFAULT_BILLING_SETTINGS,
    zeroInvoices: settings.zeroInvoices,
    paymentTermsDays: settings.paymentTermsDays,
  };
}
