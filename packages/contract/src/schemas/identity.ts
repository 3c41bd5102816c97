import { Type } from 'typebox';
import {
  country,
  currency,
  email,
  id,
  jsonObject,
  line,
  notNegativeAmount,
  nullable,
  obj,
  positiveAmount,
  slug,
  taxRateText,
  text,
  timestamp,
  timeZone,
  webAddress,
} from '../common.ts';
import { OPERATOR_ROLES, SCOPES } from '../scopes.ts';
import { invoiceConsolidation } from './consolidation.ts';
import { sellerIdentity } from './e-invoices.ts';
import { lateUsage } from './meters.ts';

export const operatorRole = Type.Enum(OPERATOR_ROLES);
export const scope = Type.Enum(SCOPES);
const invitableRole = Type.Enum(['admin', 'finance', 'support', 'developer', 'viewer']);
/** Ids of people are given by the sign-in library. */
export const personId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

const taxDay = Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' });

/** How tax is chosen, with published rates of VAT; rates that the seller set by country go before these. */
export const taxRules = obj({
  /** Where the seller is established. */
  country,
  /** Where the seller is registered for tax: under the rules of a country, or for all member states by the one-stop shop. */
  registrations: Type.Array(
    obj({ scheme: Type.Enum(['local', 'oss']), country, from: taxDay, to: nullable(taxDay) }),
    { maxItems: 60 },
  ),
  supply: Type.Enum(['electronic_service', 'other_service', 'goods']),
  /** Whether a well-formed VAT number is believed, or only one that the registry confirmed. */
  verification: Type.Enum(['format_only', 'registry_confirmed']),
  /** `origin`: sales to consumers of other member states are below the threshold of the union. */
  consumers: Type.Enum(['destination', 'origin']),
  unknown_country: Type.Enum(['no_tax', 'origin']),
  registry: obj({
    /** How long an answer holds. */
    valid_days: Type.Integer({ minimum: 1, maximum: 365 }),
    /** While the registry cannot be asked: tax is charged, the number is trusted for some days, or the invoice waits. */
    when_down: Type.Enum(['charge', 'trust', 'hold']),
    trust_days: Type.Integer({ minimum: 0, maximum: 60 }),
  }),
  /** How many pieces must agree on where a consumer of another member state is; with fewer a case is opened. */
  evidence: Type.Enum(['none', 'one', 'two']),
  /** Rates of tax codes by country, for lines whose price has such a code; every other line has the standard rate. */
  line_rates: Type.Array(obj({ tax_code: line(50), country, rate: taxRateText }), { maxItems: 300 }),
});

/** What is left to a provider of taxes; it goes before rules and rates. */
export const taxProvider = obj({
  /** Stripe Tax, of the account that payments go to. */
  provider: Type.Enum(['stripe_tax']),
  /** Countries, such as `US`, and regions of them, such as `CA-QC`, whose customers it is asked about. */
  regions: Type.Array(Type.String({ pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$' }), {
    minItems: 1,
    maxItems: 300,
    uniqueItems: true,
  }),
  /** While no answer comes: the invoice waits, is issued by the seller's own rules and rates, or is refused. */
  when_away: Type.Enum(['hold', 'fallback', 'refuse']),
  /** The provider's names for the tax codes of prices. */
  tax_codes: Type.Array(
    obj({ tax_code: line(50), provider_code: Type.String({ pattern: '^txcd_[0-9]{8}$' }) }),
    {
      maxItems: 300,
    },
  ),
  /** For every other tax code; null leaves it to what is set at the provider. */
  default_code: nullable(Type.String({ pattern: '^txcd_[0-9]{8}$' })),
});

const byLanguage = Type.Record(Type.String({ pattern: '^(?:en|de|fr|nl|es|it)$' }), text(2000), {
  additionalProperties: false,
  maxProperties: 6,
});
/** What the seller wants of documents; texts by language. */
export const documentSettings = obj({
  legal_text: byLanguage,
  footer: byLanguage,
  /** Whether the PDF of an invoice ends with how each number came about. */
  appendix: Type.Boolean(),
  /** Whether an invoice that is paid by hand says where. */
  pay_link: Type.Boolean(),
  /** What a letter asks for beside what is open, by currency: of the first, the second and the last one. */
  letter_fees: Type.Record(
    Type.String({ pattern: '^[A-Z]{3}$' }),
    Type.Array(notNegativeAmount, { minItems: 3, maxItems: 3 }),
    { additionalProperties: false, maxProperties: 50 },
  ),
  letter_days: Type.Integer({ minimum: 0, maximum: 365 }),
});

const settingsFields = {
  zero_invoices: Type.Enum(['issue', 'skip']),
  invoice_series: Type.String({ pattern: '^[A-Z][A-Z0-9]{0,11}$' }),
  payment_terms_days: Type.Integer({ minimum: 0, maximum: 365 }),
  invoice_consolidation: invoiceConsolidation,
  /** By the customer's country; a country that is not named has no tax. */
  tax_rates: Type.Record(
    Type.String({ pattern: '^[A-Z]{2}$' }),
    obj({ name: line(100), rate: taxRateText }),
    {
      additionalProperties: false,
      maxProperties: 250,
    },
  ),
  tax_behaviour: Type.Enum(['exclusive', 'inclusive']),
  /** Null charges what `tax_rates` says. */
  tax_rules: nullable(taxRules),
  /** Null leaves no tax to a provider. */
  tax_provider: nullable(taxProvider),
  retry_delays_days: Type.Array(Type.Integer({ minimum: 1, maximum: 60 }), { maxItems: 10 }),
  /** How long after the end of a period its usage may still arrive before it is billed. */
  usage_grace_hours: Type.Integer({ minimum: 0, maximum: 168 }),
  /** Days after a payment first failed in which service is in grace. */
  service_grace_days: Type.Integer({ minimum: 0, maximum: 90 }),
  /** How exact amounts of lines become minor units. */
  rounding: Type.Enum(['half_away_from_zero', 'half_even', 'up', 'down']),
  /** By day: whether a month has its own days or always 30. */
  proration_days: Type.Enum(['actual', 'fixed_30']),
  /** By day: to whom the day of a change belongs. */
  proration_change_day: Type.Enum(['new_plan', 'old_plan']),
  /** By day: whether the day on which service ends is charged. */
  proration_termination_day: Type.Enum(['used', 'unused']),
  /** Whether coupons are taken in their order, or percentages first. */
  discount_order: Type.Enum(['given', 'percent_then_fixed']),
  /** How an amount off is split over lines. */
  discount_split: Type.Enum(['largest_remainder', 'remainder_last']),
  /** Whether a percentage off is rounded on every line or once on their sum. */
  discount_percent: Type.Enum(['per_line', 'on_total']),
  tax_rounding: Type.Enum(['per_category', 'per_line', 'precise_once']),
  /** Where prices include tax: whether the tax or the net is rounded. */
  tax_inclusive_rounding: Type.Enum(['round_tax', 'round_net']),
  /** Whether usage of zero pays the flat amount of the first tier. */
  zero_usage: Type.Enum(['charged', 'free']),
  /** What a quantity above a last tier with an end does: it is billed up to the end, or parks the customer. */
  bounded_last_tier: Type.Enum(['bill_covered_units', 'reject']),
  /** What usage that adds up below zero does: it counts as zero, or parks the customer. */
  negative_usage: Type.Enum(['clamp_to_zero', 'reject']),
  /** Whether minimum and maximum of an event bound its amount with its fixed fee or before it. */
  event_bounds: Type.Enum(['after_fixed_fee', 'before_fixed_fee']),
  /** Whether an event inside the free allowance pays the minimum of an event. */
  free_event_minimum: Type.Enum(['not_on_free_events', 'on_all_events']),
  /** Whether the free allowance ends with the first of its two limits or with the last. */
  free_allowance: Type.Enum(['first_limit_ends_it', 'last_limit_ends_it']),
  /** Whether an event over zero pays fixed fee and minimum. */
  zero_amount_event: Type.Enum(['fixed_and_minimum_apply', 'free']),
  /** Whether tiers of percentages are laid over the sum of a period or over every event. */
  event_input: Type.Enum(['sum_of_events', 'each_event']),
  /** Where usage is billed in parts of its period: on which of its lines the minimum is topped up. */
  minimum_spend: Type.Enum(['last_line_only', 'every_line']),
  /** Where usage is billed in parts: whether each part converts and rounds its units alone or as a difference of sums. */
  split_unit_rounding: Type.Enum(['each_line_alone', 'cumulative']),
  /** Whether included units are counted in converted or in measured units. */
  included_units_order: Type.Enum(['convert_round_then_discount', 'discount_then_convert']),
  /** Whether the discount of a price is taken off before its minimum and maximum apply, or after. */
  price_discount_order: Type.Enum(['before_bounds', 'after_bounds']),
  /** Whether whole units or prorated units choose the tier. */
  prorated_tiers: Type.Enum(['full_units_pick_tier', 'prorated_units_pick_tier']),
  /** Bills usage inside a period as soon as what is not billed reaches this amount; null for never. */
  billing_threshold: nullable(positiveAmount),
  /** How old an event may be when it arrives; an older one waits in quarantine. */
  late_window_days: Type.Integer({ minimum: 0, maximum: 365 }),
  /** Usage of a time that stands on an invoice: waits, counts from now on, or counts at its time and is billed as a difference. */
  late_usage: lateUsage,
  /**
   * Whether what a correction of usage costs stands on the next invoice, on one of its own, or on a debit note that raises
   * the invoice of then. A period that had discounts or was billed at nothing goes on the next invoice in the last case too.
   */
  correction_billing: Type.Enum(['next_invoice', 'at_once', 'debit_note']),
  /** Whole months for which events are kept; billing and late usage need 26. Null for ever. */
  usage_retention_months: nullable(Type.Integer({ minimum: 26, maximum: 1200 })),
  /** What files older months are written to: NDJSON in gzip, or Parquet. Those that there are stay as they are. */
  usage_archive_format: Type.Enum(['ndjson', 'parquet']),
  /** How far back a subscription may start. */
  max_backdate_days: Type.Integer({ minimum: 0, maximum: 3650 }),
  /** What customers may do by themselves. */
  portal: obj({ allow_pause: Type.Boolean() }),
  /** What one person may give back of one payment, by currency; more needs a second person. No limit where none is named. */
  refund_limits: Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), notNegativeAmount, {
    additionalProperties: false,
    maxProperties: 50,
  }),
  /** Whether the backup of a customer is tried when the default fails, before that counts as a failure. */
  backup_method: Type.Enum(['at_once', 'never']),
  file_quota_bytes: notNegativeAmount,
  seller: obj({
    legal_name: line(200, 0),
    address: Type.Array(line(200, 0), { maxItems: 6 }),
    tax_id: nullable(line(50)),
    email: nullable(email),
  }),
  /** What e-invoices say of the seller; null until it is given. */
  seller_identity: nullable(sellerIdentity),
  /** Who computes new subscriptions. Those that there are keep theirs. */
  new_subscriptions: Type.Enum(['billhook', 'stripe']),
  /** Whether usage of subscriptions that Stripe computes is reported to its meters. */
  report_usage_to_stripe: Type.Boolean(),
  /** Shown on the pricing page instead of ours; null for ours. */
  stripe_pricing_table: nullable(
    obj({
      id: Type.String({ pattern: '^prctbl_[A-Za-z0-9_]{1,100}$' }),
      publishable_key: Type.String({ pattern: '^pk_(?:test|live)_[A-Za-z0-9]{1,200}$' }),
    }),
  ),
  documents: documentSettings,
  brand_colour: nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
  logo_file: nullable(id('file')),
};
export const tenantSettings = obj(settingsFields);

/** Settings that show on an invoice, as they would be; what is left out stays as it is. */
export const previewSettings = obj({
  language: Type.Enum(['en', 'de', 'fr', 'nl', 'es', 'it']),
  settings: obj({
    documents: Type.Optional(settingsFields.documents),
    brand_colour: Type.Optional(settingsFields.brand_colour),
    logo_file: Type.Optional(settingsFields.logo_file),
    payment_terms_days: Type.Optional(settingsFields.payment_terms_days),
    invoice_consolidation: Type.Optional(settingsFields.invoice_consolidation),
  }),
});

export const tenant = obj({
  id: id('ten'),
  object: Type.Literal('tenant'),
  slug,
  name: line(200),
  kind: Type.Enum(['live', 'sandbox']),
  currency,
  time_zone: timeZone,
  settings: tenantSettings,
  /** Business time of the tenant. */
  now: timestamp,
  clock_frozen: Type.Boolean(),
  portal_url: webAddress,
  created_at: timestamp,
});
export const createTenant = obj({
  slug,
  name: line(200),
  kind: Type.Enum(['live', 'sandbox']),
  currency,
  time_zone: timeZone,
  /** Where the clock of a sandbox stands at first; it follows real time if left out. */
  clock_at: Type.Optional(timestamp),
});
export const updateTenant = obj({
  name: Type.Optional(line(200)),
  currency: Type.Optional(currency),
  time_zone: Type.Optional(timeZone),
  settings: Type.Optional(Type.Partial(tenantSettings, { additionalProperties: false })),
});

export const session = obj({
  object: Type.Literal('session'),
  operator: obj({ id: personId, name: line(200), email, email_verified: Type.Boolean() }),
  organization: obj({ id: id('org'), name: line(200) }),
  role: operatorRole,
  tenants: Type.Array(tenant),
});

export const apiKey = obj({
  id: id('key'),
  object: Type.Literal('api_key'),
  kind: Type.Enum(['secret', 'publishable']),
  name: line(100),
  scopes: Type.Array(scope),
  prefix: line(20),
  last4: line(4),
  created_by: line(100),
  created_at: timestamp,
  expires_at: nullable(timestamp),
  revoked_at: nullable(timestamp),
  last_used_at: nullable(timestamp),
});
export const createApiKey = obj({
  name: line(100),
  kind: Type.Optional(Type.Enum(['secret', 'publishable'])),
  /** All scopes if left out. */
  scopes: Type.Optional(Type.Array(scope, { minItems: 1, maxItems: SCOPES.length, uniqueItems: true })),
  expires_at: Type.Optional(nullable(timestamp)),
});
/** The secret is shown here once and never again. */
export const createdApiKey = obj({ ...apiKey.properties, secret: line(200) });

export const operator = obj({
  id: personId,
  object: Type.Literal('operator'),
  name: line(200),
  email,
  role: operatorRole,
  created_at: timestamp,
});
export const invitation = obj({
  id: id('oin'),
  object: Type.Literal('invitation'),
  email,
  role: invitableRole,
  invited_by: line(200),
  created_at: timestamp,
  expires_at: timestamp,
  accepted_at: nullable(timestamp),
  revoked_at: nullable(timestamp),
});
export const inviteOperator = obj({ email, role: invitableRole });
export const token = Type.String({ minLength: 16, maxLength: 300, pattern: '^[A-Za-z0-9_.-]+$' });
export const password = Type.String({ minLength: 10, maxLength: 128, pattern: '^[^\\u0000]*$' });
export const acceptInvitation = obj({ token, name: line(200), password });
export const acceptedInvitation = obj({
  object: Type.Literal('accepted_invitation'),
  email,
  organization_name: line(200),
  role: operatorRole,
});

export const auditEntry = obj({
  id: id('aud'),
  object: Type.Literal('audit_entry'),
  actor: obj({
    kind: Type.Enum(['operator', 'api_key', 'member', 'system']),
    id: line(100),
    name: nullable(line(200)),
  }),
  action: line(100),
  object_kind: line(100),
  object_id: line(100),
  request_id: nullable(line(100)),
  details: jsonObject,
  occurred_at: timestamp,
  /** Number of the seal that covers it; null until it is sealed. */
  seal_number: nullable(Type.Integer({ minimum: 1 })),
  created_at: timestamp,
});
