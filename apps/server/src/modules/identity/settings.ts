import type { updateTenant } from '@billhook/contract/schemas/identity';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Static } from 'typebox';
import type { TaxRules, TenantSettings } from '../../platform/context.ts';
import { readSellerIdentity } from './seller-identity.ts';

type Change = NonNullable<Static<typeof updateTenant>['settings']>;

const NAMES = {
  zero_invoices: 'zeroInvoices',
  invoice_series: 'invoiceSeries',
  payment_terms_days: 'paymentTermsDays',
  invoice_consolidation: 'invoiceConsolidation',
  tax_rates: 'taxRates',
  tax_behaviour: 'taxBehaviour',
  retry_delays_days: 'retryDelaysDays',
  usage_grace_hours: 'usageGraceHours',
  service_grace_days: 'serviceGraceDays',
  rounding: 'rounding',
  proration_days: 'prorationDays',
  proration_change_day: 'prorationChangeDay',
  proration_termination_day: 'prorationTerminationDay',
  discount_order: 'discountOrder',
  discount_split: 'discountSplit',
  discount_percent: 'discountPercent',
  tax_rounding: 'taxRounding',
  tax_inclusive_rounding: 'taxInclusiveRounding',
  zero_usage: 'zeroUsage',
  bounded_last_tier: 'boundedLastTier',
  negative_usage: 'negativeUsage',
  event_bounds: 'eventBounds',
  free_event_minimum: 'freeEventMinimum',
  free_allowance: 'freeAllowance',
  zero_amount_event: 'zeroAmountEvent',
  event_input: 'eventInput',
  minimum_spend: 'minimumSpend',
  split_unit_rounding: 'splitUnitRounding',
  included_units_order: 'includedUnitsOrder',
  price_discount_order: 'priceDiscountOrder',
  prorated_tiers: 'proratedTiers',
  billing_threshold: 'billingThreshold',
  late_window_days: 'lateWindowDays',
  late_usage: 'lateUsage',
  correction_billing: 'correctionBilling',
  usage_retention_months: 'usageRetentionMonths',
  usage_archive_format: 'usageArchiveFormat',
  max_backdate_days: 'maxBackdateDays',
  refund_limits: 'refundLimits',
  backup_method: 'backupMethod',
  file_quota_bytes: 'fileQuotaBytes',
  new_subscriptions: 'newSubscriptions',
  report_usage_to_stripe: 'reportUsageToStripe',
  brand_colour: 'brandColour',
} as const satisfies Partial<Record<keyof Change, keyof TenantSettings>>;

/** The stored form of a change of settings: only what the seller named. */
export function readSettings(change: Change): Partial<TenantSettings> {
  const chosen: Record<string, unknown> = {};
  for (const [wire, name] of Object.entries(NAMES)) {
    const value = change[wire as keyof typeof NAMES];
    if (value !== undefined) chosen[name] = value;
  }
  if (change.seller !== undefined) {
    const { legal_name, address, tax_id, email } = change.seller;
    chosen.seller = { legalName: legal_name, address, taxId: tax_id, email };
  }
  if (change.tax_provider !== undefined) chosen.taxProvider = readTaxProvider(change.tax_provider);
  if (change.tax_rules !== undefined) chosen.taxRules = readTaxRules(change.tax_rules);
  if (change.seller_identity !== undefined)
    chosen.sellerIdentity = readSellerIdentity(change.seller_identity);
  if (change.portal !== undefined) chosen.portal = { allowPause: change.portal.allow_pause };
  if (change.documents !== undefined) chosen.documents = documentsOf(change.documents);
  if (change.stripe_pricing_table !== undefined)
    chosen.stripePricingTable = tableOf(change.stripe_pricing_table);
  if (change.logo_file !== undefined) chosen.logoFileId = fileId(change.logo_file);
  return chosen as Partial<TenantSettings>;
}

function documentsOf(given: NonNullable<Change['documents']>): TenantSettings['documents'] {
  return {
    legalText: given.legal_text,
    footer: given.footer,
    appendix: given.appendix,
    payLink: given.pay_link,
    letterFees: given.letter_fees,
    letterDays: given.letter_days,
  };
}

function tableOf(table: Change['stripe_pricing_table']): TenantSettings['stripePricingTable'] {
  return table ? { id: table.id, publishableKey: table.publishable_key } : null;
}

function fileId(typeId: string | null): string | null {
  if (typeId === null) return null;
  const id = decodeTypeId('file', typeId);
  return id.ok ? id.value : null;
}

function readTaxProvider(given: NonNullable<Change['tax_provider']> | null): TenantSettings['taxProvider'] {
  if (given === null) return null;
  const { provider, regions, when_away: whenAway, default_code: defaultCode } = given;
  const taxCodes = given.tax_codes.map(({ tax_code: taxCode, provider_code: providerCode }) => {
    return { taxCode, providerCode };
  });
  return { provider, regions, whenAway, defaultCode, taxCodes };
}

function readTaxRules(rules: NonNullable<Change['tax_rules']> | null): TaxRules | null {
  if (rules === null) return null;
  const { unknown_country: unknownCountry, registry, line_rates, ...rest } = rules;
  const lineRates = line_rates.map(({ tax_code: taxCode, country, rate }) => ({ taxCode, country, rate }));
  const { valid_days: validDays, when_down: whenDown, trust_days: trustDays } = registry;
  return { ...rest, unknownCountry, lineRates, registry: { validDays, whenDown, trustDays } };
}
