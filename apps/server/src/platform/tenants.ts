import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { TenantContext, TenantSettings } from './context.ts';
import type { Sql } from './sql.ts';
import { iso } from './sql.ts';

/** What a tenant does that has chosen nothing. */
export const DEFAULT_SETTINGS: TenantSettings = {
  zeroInvoices: 'skip',
  invoiceSeries: 'INV',
  paymentTermsDays: 14,
  invoiceConsolidation: 'as_due',
  taxRates: {},
  taxBehaviour: 'exclusive',
  taxRules: null,
  taxProvider: null,
  retryDelaysDays: [1, 3, 5, 7],
  // Fee and usage stand on one invoice; a seller whose usage comes in batches chooses how long to wait for it.
  usageGraceHours: 0,
  serviceGraceDays: 0,
  rounding: 'half_away_from_zero',
  prorationDays: 'actual',
  prorationChangeDay: 'new_plan',
  prorationTerminationDay: 'used',
  discountOrder: 'given',
  discountSplit: 'largest_remainder',
  discountPercent: 'per_line',
  taxRounding: 'per_category',
  taxInclusiveRounding: 'round_tax',
  zeroUsage: 'charged',
  boundedLastTier: 'bill_covered_units',
  negativeUsage: 'clamp_to_zero',
  eventBounds: 'after_fixed_fee',
  freeEventMinimum: 'not_on_free_events',
  freeAllowance: 'first_limit_ends_it',
  zeroAmountEvent: 'fixed_and_minimum_apply',
  eventInput: 'sum_of_events',
  minimumSpend: 'last_line_only',
  splitUnitRounding: 'each_line_alone',
  includedUnitsOrder: 'convert_round_then_discount',
  priceDiscountOrder: 'before_bounds',
  proratedTiers: 'full_units_pick_tier',
  billingThreshold: null,
  lateWindowDays: 35,
  lateUsage: 'quarantine',
  correctionBilling: 'next_invoice',
  usageRetentionMonths: null,
  usageArchiveFormat: 'ndjson',
  maxBackdateDays: 0,
  portal: { allowPause: false },
  refundLimits: {},
  backupMethod: 'at_once',
  fileQuotaBytes: '1073741824',
  seller: { legalName: '', address: [], taxId: null, email: null },
  sellerIdentity: null,
  newSubscriptions: 'billhook',
  reportUsageToStripe: false,
  stripePricingTable: null,
  documents: {
    legalText: {},
    footer: {},
    appendix: false,
    payLink: true,
    letterFees: {},
    letterDays: 10,
  },
  brandColour: null,
  logoFileId: null,
};

export type TenantRow = {
  id: number;
  public_id: string;
  organization_id: number;
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  time_zone: string;
  settings: Partial<TenantSettings>;
  frozen_at: Instant | null;
  advancing_to: Instant | null;
  created_at: Instant;
};

export const TENANT_COLUMNS =
  'id, public_id, organization_id, slug, name, kind, currency, time_zone, settings, frozen_at, advancing_to, created_at';

export function tenantContext(row: TenantRow): TenantContext {
  return {
    id: row.id,
    publicId: row.public_id,
    slug: row.slug,
    name: row.name,
    kind: row.kind,
    currency: row.currency,
    timeZone: row.time_zone,
    settings: withDefaults(row.settings, row.name),
  };
}

/** Stored settings hold only what the seller chose; the rest follows the defaults of the release that runs. */
export function withDefaults(chosen: Partial<TenantSettings>, name: string): TenantSettings {
  const seller = { ...DEFAULT_SETTINGS.seller, legalName: name, ...chosen.seller };
  const portal = { ...DEFAULT_SETTINGS.portal, ...chosen.portal };
  const documents = { ...DEFAULT_SETTINGS.documents, ...chosen.documents };
  return { ...DEFAULT_SETTINGS, ...chosen, seller, portal, documents };
}

export const tenantTypeId = (publicId: string) => encodeTypeId('ten', publicId);

export async function findTenantById(sql: Sql, id: number): Promise<TenantRow | undefined> {
  return sql.row<TenantRow>(`select ${TENANT_COLUMNS} from tenants where id = $1`, [id]);
}

/** @param typeId as on the wire, `ten_…`; a malformed one finds nothing */
export async function findTenantByTypeId(sql: Sql, typeId: string): Promise<TenantRow | undefined> {
  const publicId = decodeTypeId('ten', typeId);
  if (!publicId.ok) return undefined;
  return sql.row<TenantRow>(`select ${TENANT_COLUMNS} from tenants where public_id = $1`, [publicId.value]);
}

export async function findTenantBySlug(sql: Sql, slug: string): Promise<TenantRow | undefined> {
  return sql.row<TenantRow>(`select ${TENANT_COLUMNS} from tenants where slug = $1`, [slug]);
}

export async function listTenantsOf(sql: Sql, organizationId: number): Promise<TenantRow[]> {
  return sql.rows<TenantRow>(`select ${TENANT_COLUMNS} from tenants where organization_id = $1 order by id`, [
    organizationId,
  ]);
}

export type NewTenant = {
  publicId: string;
  organizationId: number;
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  timeZone: string;
  settings: Partial<TenantSettings>;
  /** A sandbox may start with its clock frozen at this instant. */
  frozenAt: Instant | null;
  createdAt: Instant;
};

/** Adds a tenant. A slug that is taken answers undefined. */
export async function insertTenant(sql: Sql, tenant: NewTenant): Promise<TenantRow | undefined> {
  return sql.row<TenantRow>(
    `insert into tenants (public_id, organization_id, slug, name, kind, currency, time_zone, settings, frozen_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (slug) do nothing returning ${TENANT_COLUMNS}`,
    [
      tenant.publicId,
      tenant.organizationId,
      tenant.slug,
      tenant.name,
      tenant.kind,
      tenant.currency,
      tenant.timeZone,
      JSON.stringify(tenant.settings),
      tenant.frozenAt === null ? null : iso(tenant.frozenAt),
      iso(tenant.createdAt),
    ],
  );
}
