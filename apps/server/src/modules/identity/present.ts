import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import { businessNow } from '../../platform/clock.ts';
import type { TaxProviderSettings, TaxRules, TenantSettings } from '../../platform/context.ts';
import { type TenantRow, tenantTypeId, withDefaults } from '../../platform/tenants.ts';
import type { ApiKeyRow, InvitationRow, OperatorRow } from './repo.ts';
import { presentSellerIdentity } from './seller-identity.ts';

const time = (moment: number) => formatInstant(moment as Instant);
const timeOrNull = (moment: number | null) => (moment === null ? null : time(moment));

export function presentKey(row: ApiKeyRow) {
  return {
    id: encodeTypeId('key', row.id),
    object: 'api_key' as const,
    kind: row.kind,
    name: row.name,
    scopes: row.scopes as never[],
    prefix: row.prefix,
    last4: row.last4,
    created_by: row.createdBy,
    created_at: time(row.createdAt),
    expires_at: timeOrNull(row.expiresAt),
    revoked_at: timeOrNull(row.revokedAt),
    last_used_at: timeOrNull(row.lastUsedAt),
  };
}

export function presentOperator(row: OperatorRow) {
  return {
    id: row.id,
    object: 'operator' as const,
    name: row.name,
    email: row.email,
    role: row.role,
    created_at: time(row.createdAt),
  };
}

export function presentInvitation(row: InvitationRow) {
  return {
    id: encodeTypeId('oin', row.id),
    object: 'invitation' as const,
    email: row.email,
    role: row.role,
    invited_by: row.invitedBy,
    created_at: time(row.createdAt),
    expires_at: time(row.expiresAt),
    accepted_at: timeOrNull(row.acceptedAt),
    revoked_at: timeOrNull(row.revokedAt),
  };
}

export function presentTenant(row: TenantRow, wallNow: Instant, portalUrl: (slug: string) => string) {
  return {
    id: tenantTypeId(row.public_id),
    object: 'tenant' as const,
    slug: row.slug,
    name: row.name,
    kind: row.kind,
    currency: row.currency,
    time_zone: row.time_zone,
    settings: presentSettings(withDefaults(row.settings, row.name)),
    now: time(businessNow(row.frozen_at, wallNow)),
    clock_frozen: row.frozen_at !== null,
    portal_url: portalUrl(row.slug),
    created_at: time(row.created_at),
  };
}

export function presentSettings(settings: TenantSettings) {
  return {
    zero_invoices: settings.zeroInvoices,
    invoice_series: settings.invoiceSeries,
    payment_terms_days: settings.paymentTermsDays,
    invoice_consolidation: settings.invoiceConsolidation,
    tax_rates: settings.taxRates,
    tax_behaviour: settings.taxBehaviour,
    tax_provider: settings.taxProvider === null ? null : presentTaxProvider(settings.taxProvider),
    tax_rules: settings.taxRules === null ? null : presentTaxRules(settings.taxRules),
    retry_delays_days: settings.retryDelaysDays,
    usage_grace_hours: settings.usageGraceHours,
    service_grace_days: settings.serviceGraceDays,
    rounding: settings.rounding,
    proration_days: settings.prorationDays,
    proration_change_day: settings.prorationChangeDay,
    proration_termination_day: settings.prorationTerminationDay,
    discount_order: settings.discountOrder,
    discount_split: settings.discountSplit,
    discount_percent: settings.discountPercent,
    tax_rounding: settings.taxRounding,
    tax_inclusive_rounding: settings.taxInclusiveRounding,
    zero_usage: settings.zeroUsage,
    bounded_last_tier: settings.boundedLastTier,
    negative_usage: settings.negativeUsage,
    event_bounds: settings.eventBounds,
    free_event_minimum: settings.freeEventMinimum,
    free_allowance: settings.freeAllowance,
    zero_amount_event: settings.zeroAmountEvent,
    event_input: settings.eventInput,
    minimum_spend: settings.minimumSpend,
    split_unit_rounding: settings.splitUnitRounding,
    included_units_order: settings.includedUnitsOrder,
    price_discount_order: settings.priceDiscountOrder,
    prorated_tiers: settings.proratedTiers,
    billing_threshold: settings.billingThreshold,
    late_window_days: settings.lateWindowDays,
    late_usage: settings.lateUsage,
    correction_billing: settings.correctionBilling,
    usage_retention_months: settings.usageRetentionMonths,
    usage_archive_format: settings.usageArchiveFormat,
    max_backdate_days: settings.maxBackdateDays,
    portal: { allow_pause: settings.portal.allowPause },
    refund_limits: settings.refundLimits,
    backup_method: settings.backupMethod,
    file_quota_bytes: settings.fileQuotaBytes,
    seller: {
      legal_name: settings.seller.legalName,
      address: settings.seller.address,
      tax_id: settings.seller.taxId,
      email: settings.seller.email,
    },
    new_subscriptions: settings.newSubscriptions,
    report_usage_to_stripe: settings.reportUsageToStripe,
    stripe_pricing_table:
      settings.stripePricingTable === null
        ? null
        : {
            id: settings.stripePricingTable.id,
            publishable_key: settings.stripePricingTable.publishableKey,
          },
    documents: presentDocuments(settings.documents),
    brand_colour: settings.brandColour,
    seller_identity: presentSellerIdentity(settings.sellerIdentity),
    logo_file: settings.logoFileId === null ? null : encodeTypeId('file', settings.logoFileId),
  };
}

function presentDocuments(documents: TenantSettings['documents']) {
  return {
    legal_text: documents.legalText,
    footer: documents.footer,
    appendix: documents.appendix,
    pay_link: documents.payLink,
    letter_fees: documents.letterFees,
    letter_days: documents.letterDays,
  };
}

function presentTaxProvider({ provider, regions, whenAway, taxCodes, defaultCode }: TaxProviderSettings) {
  return {
    provider,
    regions: [...regions],
    when_away: whenAway,
    tax_codes: taxCodes.map(({ taxCode, providerCode }) => {
      return { tax_code: taxCode, provider_code: providerCode };
    }),
    default_code: defaultCode,
  };
}

function presentTaxRules({ unknownCountry, registry, registrations, lineRates, ...rules }: TaxRules) {
  return {
    ...rules,
    registrations: registrations.map((one) => ({ ...one })),
    unknown_country: unknownCountry,
    line_rates: lineRates.map(({ taxCode, country, rate }) => ({ tax_code: taxCode, country, rate })),
    registry: {
      valid_days: registry.validDays,
      when_down: registry.whenDown,
      trust_days: registry.trustDays,
    },
  };
}
