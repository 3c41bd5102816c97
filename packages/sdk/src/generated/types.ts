// Generated from the contract by scripts/gen/sdk.ts. Do not edit: run `npm run gen`.

export interface CustomerEInvoice {
  format: EInvoiceProfile;
  legalName: string | null;
  registration: {
    scheme: string | null;
    id: string;
  } | null;
  endpoint: {
    scheme: string;
    id: string;
  } | null;
  buyerReference: string | null;
  orderReference: string | null;
}

export interface DocumentDelivery {
  id: string;
  object: 'document_delivery';
  channel: 'mail' | 'download' | 'peppol';
  format: 'pdf' | 'factur_x' | 'xrechnung_cii' | 'xrechnung_ubl' | 'peppol_bis';
  recipient: string;
  status: 'queued' | 'sent' | 'accepted' | 'refused' | 'done';
  reference: string | null;
  detail: string | null;
  times: number;
  firstAt: string;
  lastAt: string;
}

export type EInvoiceProfile = 'factur_x' | 'xrechnung_cii' | 'xrechnung_ubl' | 'peppol_bis';

export interface SellerIdentity {
  line1: string;
  line2: string | null;
  postalCode: string;
  city: string;
  region: string | null;
  country: string;
  vatId: string | null;
  taxNumber: string | null;
  registration: {
    scheme: string | null;
    id: string;
  } | null;
  endpoint: {
    scheme: string;
    id: string;
  } | null;
  contact: {
    name: string;
    phone: string;
    email: string;
  } | null;
}

export interface BillRun {
  id: string;
  object: 'bill_run';
  status: 'running' | 'done';
  billedUpTo: string;
  startedAt: string;
  endedAt: string | null;
  dueCustomers: number;
  billedCustomers: number;
  invoices: number;
  parkedCustomers: number;
  remainingCustomers: number;
  remainingSeconds: number | null;
}

export interface CreateCustomerDocument {
  kind: DocumentKind;
  subscription?: string | undefined;
  currency?: string | undefined;
}

export interface CustomerDocument {
  id: string;
  object: 'document';
  kind: DocumentKind;
  level: number | null;
  number: string;
  customer: string;
  customerName: string;
  currency: string;
  total: string;
  issuedAt: string;
  sentAt: string | null;
  sentTo: string | null;
  createdAt: string;
  contentSha256: string;
}

export type DocumentKind = 'pro_forma' | 'statement' | 'dunning_letter';

export type PreviewedDocument = CreateCustomerDocument;

export interface Address {
  line1?: string | undefined;
  line2?: string | undefined;
  postalCode?: string | undefined;
  city?: string | undefined;
  region?: string | undefined;
}

export interface CreateCustomer {
  name: string;
  externalId?: string | null | undefined;
  email?: string | null | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
  country?: string | null | undefined;
  address?: Address | undefined;
  taxId?: string | null | undefined;
  taxExempt?: boolean | undefined;
  eInvoice?: CustomerEInvoice | undefined;
  paymentTermsDays?: number | null | undefined;
  invoiceConsolidation?: 'as_due' | 'day' | 'month' | null | undefined;
  paysByTransfer?: boolean | undefined;
  locale?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface CurrencyAccount {
  currency: string;
  mrr: string;
  openAmount: string;
  openInvoices: number;
  lifetimePaid: string;
  creditBalance: string;
}

export interface CurrencyAmount {
  currency: string;
  amount: string;
}

export interface Customer {
  id: string;
  object: 'customer';
  externalId: string | null;
  name: string;
  email: string | null;
  currency: string;
  timeZone: string;
  country: string | null;
  address: Address;
  taxId: string | null;
  taxExempt: boolean;
  eInvoice: CustomerEInvoice;
  paymentTermsDays: number | null;
  invoiceConsolidation: 'as_due' | 'day' | 'month' | null;
  paysByTransfer: boolean;
  locale: string;
  metadata: Record<string, string>;
  creditBalance: string;
  creditBalances: CurrencyAmount[];
  parkedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface CustomerPhone {
  object: 'customer_phone';
  customer: string;
  number: string | null;
  consentAt: string | null;
  optedOutAt: string | null;
  fault: string | null;
}

export interface CustomerRow {
  id: string;
  object: 'customer';
  externalId: string | null;
  name: string;
  email: string | null;
  currency: string;
  timeZone: string;
  country: string | null;
  address: Address;
  taxId: string | null;
  taxExempt: boolean;
  eInvoice: CustomerEInvoice;
  paymentTermsDays: number | null;
  invoiceConsolidation: 'as_due' | 'day' | 'month' | null;
  paysByTransfer: boolean;
  locale: string;
  metadata: Record<string, string>;
  creditBalance: string;
  creditBalances: CurrencyAmount[];
  parkedAt: string | null;
  createdAt: string;
  updatedAt: string;
  planName: string | null;
  subscriptionStatus: SubscriptionStatus | null;
  mrr: string;
  openAmount: string;
  otherCurrencies: CurrencyAccount[];
}

export interface FeedEvent {
  id: string;
  object: 'event';
  type: string;
  objectId: string;
  customer: string | null;
  customerName: string | null;
  data: Record<string, unknown>;
  occurredAt: string;
  createdAt: string;
}

export interface LiftTextStop {
  reason: string;
}

export interface PutCustomerPhone {
  number: string;
  consent: boolean;
}

export interface SupportCase {
  id: string;
  object: 'case';
  kind: string;
  customer: string | null;
  customerName: string | null;
  subjectId: string | null;
  detail: string;
  facts: Record<string, unknown>;
  openedAt: string;
  closedAt: string | null;
  createdAt: string;
}

export interface UpdateCustomer {
  name?: string | undefined;
  externalId?: string | null | undefined;
  email?: string | null | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
  country?: string | null | undefined;
  address?: Address | undefined;
  taxId?: string | null | undefined;
  taxExempt?: boolean | undefined;
  eInvoice?: CustomerEInvoice | undefined;
  paymentTermsDays?: number | null | undefined;
  invoiceConsolidation?: 'as_due' | 'day' | 'month' | null | undefined;
  paysByTransfer?: boolean | undefined;
  locale?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface AmountStep {
  step: 'flat_fee' | 'not_yet_due' | 'discount' | 'maximum' | 'minimum';
  from: string;
  to: string;
  amount: string | null;
  percent: string | null;
  billedBefore: string | null;
}

export interface Cadence {
  interval: 'day' | 'week' | 'month' | 'quarter' | 'half_year' | 'year';
  count: number;
}

export type ConfigurationValue = string | number | boolean | Array<string | number | boolean>;

export interface CreateFeature {
  key: string;
  name: string;
  description?: string | undefined;
  kind: 'boolean' | 'configuration' | 'metered';
  meter?: string | null | undefined;
  valueType?: 'number' | 'text' | 'list' | null | undefined;
  subjectProperty?: string | null | undefined;
  service?: ServiceRules | undefined;
}

export interface CreatePlan {
  key: string;
  name: string;
  kind?: PlanKind | undefined;
  description?: string | undefined;
  family?: string | undefined;
  rank?: number | undefined;
  public?: boolean | undefined;
  highlights?: string[] | undefined;
  offeredWith?: string[] | undefined;
  currency: string;
  trialDays?: number | undefined;
  prices: PriceDraft[];
  otherCurrencies?: Array<{
    currency: string;
    prices: PriceDraft[];
  }> | undefined;
  entitlements: PlanRightDraft[];
}

export interface CreatePlanVersion {
  currency: string;
  trialDays?: number | undefined;
  prices: PriceDraft[];
  otherCurrencies?: Array<{
    currency: string;
    prices: PriceDraft[];
  }> | undefined;
  entitlements: PlanRightDraft[];
}

export interface Feature {
  id: string;
  object: 'feature';
  key: string;
  name: string;
  description: string;
  kind: 'boolean' | 'configuration' | 'metered';
  meter: string | null;
  valueType: 'number' | 'text' | 'list' | null;
  subjectProperty: string | null;
  service: ServiceRules;
  archivedAt: string | null;
  createdAt: string;
}

export interface MeasuredUsage {
  amounts?: string[] | undefined;
  byValue?: Array<{
    values: string[];
    quantity: string;
  }> | undefined;
  peaks?: Array<{
    values: string[];
    quantity: string;
  }> | undefined;
  prorated?: Array<{
    full: string;
    prorated: string;
  }> | undefined;
}

export type Overage = 'block' | 'soft' | 'allow';

export interface Plan {
  id: string;
  object: 'plan';
  kind: PlanKind;
  key: string;
  name: string;
  description: string;
  family: string;
  rank: number;
  public: boolean;
  highlights: string[];
  offeredWith: string[];
  latestVersion: PlanVersion;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export type PlanKind = 'plan' | 'add_on' | 'one_off';

export type PlanRight = {
  feature: string;
  kind: 'boolean';
  enabled: boolean;
  featureName: string;
} | {
  feature: string;
  kind: 'configuration';
  value: ConfigurationValue;
  featureName: string;
} | {
  feature: string;
  kind: 'metered';
  limit: string | null;
  poolLimit?: string | null | undefined;
  reset: string;
  overage: Overage;
  warnAtPercent: number[];
  featureName: string;
  unit: string;
};

export type PlanRightDraft = {
  feature: string;
  kind: 'boolean';
  enabled: boolean;
} | {
  feature: string;
  kind: 'configuration';
  value: ConfigurationValue;
} | {
  feature: string;
  kind: 'metered';
  limit: string | null;
  poolLimit?: string | null | undefined;
  reset: string;
  overage: Overage;
  warnAtPercent: number[];
};

export interface PlanVersion {
  id: string;
  object: 'plan_version';
  plan: string;
  planKey: string;
  planName: string;
  version: number;
  currency: string;
  trialDays: number;
  prices: Price[];
  otherCurrencies: Array<{
    versionId: string;
    currency: string;
    prices: Price[];
  }>;
  entitlements: PlanRight[];
  createdAt: string;
}

export interface Price {
  id: string;
  object: 'price';
  key: string;
  name: string;
  pricing: Pricing;
  quantity: PriceQuantity;
  timing: 'in_advance' | 'in_arrears';
  cadence: Cadence;
  alignment?: 'anniversary' | 'calendar' | undefined;
  proration?: 'second' | 'day' | 'none' | undefined;
  terms?: PriceTerms | undefined;
  taxCode?: string | undefined;
}

export interface PriceDraft {
  key: string;
  name: string;
  pricing: Pricing;
  quantity: PriceQuantity;
  timing: 'in_advance' | 'in_arrears';
  cadence: Cadence;
  alignment?: 'anniversary' | 'calendar' | undefined;
  proration?: 'second' | 'day' | 'none' | undefined;
  terms?: PriceTerms | undefined;
  taxCode?: string | undefined;
}

export type PriceQuantity = {
  kind: 'fixed';
} | {
  kind: 'seats';
} | {
  kind: 'meter';
  meter: string;
};

export interface PriceTerms {
  includedUnits?: string | undefined;
  minimum?: string | null | undefined;
  maximum?: string | null | undefined;
  conversion?: UnitConversion | null | undefined;
  discountPercent?: string | undefined;
}

export type Pricing = {
  model: 'flat';
  amount: string;
} | {
  model: 'per_unit';
  unitAmount: string;
  per: string;
} | {
  model: 'graduated';
  tiers: Tier[];
  per: string;
} | {
  model: 'volume';
  tiers: Tier[];
  per: string;
} | {
  model: 'prorated_graduated';
  tiers: Tier[];
  per: string;
} | {
  model: 'stair_step';
  steps: Array<{
    upTo: string | null;
    amount: string;
  }>;
} | {
  model: 'package';
  size: string;
  packageAmount: string;
} | {
  model: 'percentage';
  ratePercent: string;
  fixedFee: string;
  freeEvents: string | null;
  freeAmount: string | null;
  minimumPerEvent: string | null;
  maximumPerEvent: string | null;
} | {
  model: 'graduated_percentage';
  tiers: Array<{
    upTo: string | null;
    ratePercent: string;
    flatAmount: string;
  }>;
} | {
  model: 'matrix';
  dimensions: string[];
  cells: Array<{
    values: string[];
    unitAmount: string;
  }>;
  otherUnitAmount: string | null;
  per: string;
} | {
  model: 'dynamic';
} | {
  model: 'dynamic_multiplier';
  multiplier: string;
} | {
  model: 'commitment';
  minimum: string | null;
  maximum: string | null;
} | {
  model: 'block_tiers';
  mode: 'all_tiers' | 'top_tier';
  units: Array<{
    name: string;
    tiers: Array<{
      blockSize: string;
      maxBlocks: string | null;
      blockAmount: string;
    }>;
  }>;
} | {
  model: 'capacity_tiers';
  tiers: Array<{
    limits: Array<{
      name: string;
      max: string | null;
    }>;
    amount: string;
  }>;
};

export interface QuantityStep {
  step: 'conversion' | 'included_units' | 'packages' | 'earlier_units' | 'billed_before';
  from: string;
  to: string;
  units: string | null;
  conversion: {
    operation: 'multiply' | 'divide';
    factor: string;
    rounding: string;
    places: number;
  } | null;
}

export type ServiceRule = 'keep' | 'limit' | 'block';

export interface ServiceRules {
  inGrace: ServiceRule;
  pastDue: ServiceRule;
  paused: ServiceRule;
  reducedLimit: string | null;
}

export interface Tier {
  upTo: string | null;
  unitAmount: string;
  flatAmount: string;
  maxAmount?: string | null | undefined;
}

export interface UnitConversion {
  operation: 'multiply' | 'divide';
  factor: string;
  rounding: 'none' | 'ceiling' | 'floor' | 'half_up';
  places: number;
}

export interface UpdateFeature {
  name?: string | undefined;
  description?: string | undefined;
  archived?: boolean | undefined;
  service?: ServiceRules | undefined;
}

export interface UpdatePlan {
  name?: string | undefined;
  description?: string | undefined;
  family?: string | undefined;
  rank?: number | undefined;
  public?: boolean | undefined;
  highlights?: string[] | undefined;
  offeredWith?: string[] | undefined;
  archived?: boolean | undefined;
}

export type MeterAggregation = 'count' | 'sum' | 'max' | 'level' | 'latest' | 'unique' | 'average' | 'weighted_sum' | 'percentile';

export interface CreateMeter {
  key: string;
  name: string;
  eventType: string;
  aggregation: MeterAggregation;
  valueProperty?: string | null | undefined;
  unitProperty?: string | null | undefined;
  filters?: PropertyFilter[] | undefined;
  groupBy?: string[] | undefined;
  percentile?: string | null | undefined;
  weightedBy?: WeightUnit | null | undefined;
  rounding?: QuantityRounding | null | undefined;
  unit?: string | undefined;
  lateUsage?: LateUsage | null | undefined;
}

export type LateUsage = 'quarantine' | 'next_invoice' | 'correct';

export interface Meter {
  id: string;
  object: 'meter';
  key: string;
  name: string;
  eventType: string;
  aggregation: MeterAggregation;
  valueProperty: string | null;
  unitProperty: string | null;
  filters: PropertyFilter[];
  groupBy: string[];
  percentile: string | null;
  weightedBy: WeightUnit | null;
  rounding: QuantityRounding | null;
  unit: string;
  lateUsage: LateUsage | null;
  archivedAt: string | null;
  createdAt: string;
}

export type PropertyFilter = {
  operator: 'equals';
  property: string;
  value: string;
} | {
  operator: 'in' | 'not_in';
  property: string;
  values: string[];
} | {
  operator: 'exists' | 'missing';
  property: string;
} | {
  operator: 'range';
  property: string;
  from?: string | null | undefined;
  below?: string | null | undefined;
};

export interface QuantityRounding {
  step: string;
  mode: 'half_away_from_zero' | 'half_even' | 'up' | 'down';
}

export interface UpdateMeter {
  name?: string | undefined;
  unit?: string | undefined;
  lateUsage?: LateUsage | null | undefined;
  archived?: boolean | undefined;
}

export type WeightUnit = 'second' | 'minute' | 'hour' | 'day';

export interface Catalogue {
  object: 'catalogue';
  meters: CreateMeter[];
  features: CreateFeature[];
  plans: CreatePlan[];
  coupons?: CreateCoupon[] | undefined;
  credits?: {
    types?: CreateCreditType[] | undefined;
    costs?: SetCreditCost[] | undefined;
    packs?: CreateCreditPack[] | undefined;
    allowances?: Array<{
      plan: string;
      creditType: string;
      amount: string;
      interval?: 'billing_period' | 'day' | 'week' | 'month' | 'year' | 'once' | undefined;
      priority?: number | undefined;
      rolloverMax?: string | null | undefined;
      rolloverPeriods?: number | null | undefined;
      effectiveAt?: string | undefined;
    }> | undefined;
  } | undefined;
}

export interface CatalogueChange {
  object: 'catalogue_change';
  dryRun: boolean;
  counts: {
    created: number;
    updated: number;
    newVersions: number;
    unchanged: number;
  };
  changes: Array<{
    kind: 'meter' | 'feature' | 'plan' | 'coupon' | 'credit_type' | 'credit_cost' | 'credit_pack' | 'credit_allowance';
    key: string;
    action: 'created' | 'updated' | 'new_version' | 'unchanged';
    fields: string[];
  }>;
}

export interface CatalogueFile {
  meters: CreateMeter[];
  features: CreateFeature[];
  plans: CreatePlan[];
  coupons?: CreateCoupon[] | undefined;
  credits?: {
    types?: CreateCreditType[] | undefined;
    costs?: SetCreditCost[] | undefined;
    packs?: CreateCreditPack[] | undefined;
    allowances?: Array<{
      plan: string;
      creditType: string;
      amount: string;
      interval?: 'billing_period' | 'day' | 'week' | 'month' | 'year' | 'once' | undefined;
      priority?: number | undefined;
      rolloverMax?: string | null | undefined;
      rolloverPeriods?: number | null | undefined;
      effectiveAt?: string | undefined;
    }> | undefined;
  } | undefined;
}

export interface Coupon {
  id: string;
  object: 'coupon';
  key: string;
  name: string;
  value: CouponValue;
  duration: CouponDuration;
  plans: string[];
  prices: string[];
  maxRedemptions: number | null;
  maxPerCustomer: number | null;
  redeemBy: string | null;
  stackOrder: number;
  stackable: boolean;
  redemptions: number;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export type CouponDuration = {
  kind: 'once';
} | {
  kind: 'periods';
  count: number;
} | {
  kind: 'forever';
};

export type CouponRef = string;

export type CouponValue = {
  kind: 'percent';
  percent: string;
} | {
  kind: 'amount';
  amounts: Record<string, string>;
};

export interface CreateCoupon {
  key: string;
  name: string;
  value: CouponValue;
  duration?: CouponDuration | undefined;
  plans?: string[] | undefined;
  prices?: string[] | undefined;
  maxRedemptions?: number | null | undefined;
  maxPerCustomer?: number | null | undefined;
  redeemBy?: string | null | undefined;
  stackOrder?: number | undefined;
  stackable?: boolean | undefined;
}

export interface Discount {
  id: string;
  object: 'discount';
  coupon: {
    id: string;
    key: string;
    name: string;
  };
  value: CouponValue;
  duration: CouponDuration;
  startsAt: string;
  endsAt: string | null;
  running: boolean;
  redeemedAt: string;
}

export interface LineDiscount {
  coupon: string;
  couponId: string | null;
  amount: string;
}

export interface UpdateCoupon {
  name?: string | undefined;
  redeemBy?: string | null | undefined;
  maxRedemptions?: number | null | undefined;
  archived?: boolean | undefined;
}

export interface AdjustCredits {
  creditType: string;
  amount: string;
  reason: string;
}

export interface BuyCredits {
  pack: string;
}

export interface ConsumeCredits {
  customer: string;
  eventId: string;
  feature?: string | undefined;
  quantity?: string | undefined;
  creditType?: string | undefined;
  amount?: string | undefined;
  subscription?: string | undefined;
}

export interface ConsumeResult {
  object: 'consumed_usage';
  eventId: string;
  status: 'counted' | 'duplicate' | 'refused';
  credits: CreditPayment | null;
  entitlement: Standing;
}

export interface CreateCreditPack {
  key: string;
  name: string;
  creditType: string;
  amount: string;
  price: string;
  currency: string;
  expiresAfterDays?: number | null | undefined;
}

export interface CreateCreditType {
  key: string;
  name: string;
  unit?: string | undefined;
  currency?: string | null | undefined;
  promotionsFirst?: boolean | undefined;
  returnDays?: number | null | undefined;
  lowAt?: string | null | undefined;
}

export interface CreditAllowance {
  id: string;
  object: 'credit_allowance';
  plan: string;
  creditType: string;
  amount: string;
  interval: 'billing_period' | 'day' | 'week' | 'month' | 'year' | 'once';
  priority: number;
  rolloverMax: string | null;
  rolloverPeriods: number | null;
  effectiveAt: string;
  createdAt: string;
}

export interface CreditBalance {
  object: 'credit_balance';
  creditType: CreditTypeFace;
  available: string;
  promised: string;
  lowAt: string | null;
  lowAtIsOwn: boolean;
  grants: CreditGrant[];
  purchasePending: boolean;
  reload: CreditReload | null;
}

export type CreditBeyond = 'block' | 'allow';

export interface CreditConsumption {
  id: string;
  object: 'credit_consumption';
  customer: string;
  creditType: string;
  eventId: string;
  quantity: string | null;
  amount: string;
  overage: string;
  grants: Array<{
    grant: string;
    amount: string;
  }>;
  createdAt: string;
}

export interface CreditCost {
  id: string;
  object: 'credit_cost';
  feature: string;
  creditType: string;
  perUnit: string;
  beyond: CreditBeyond;
  overageMeter: string | null;
  effectiveAt: string;
  status: 'current' | 'ahead' | 'past';
  createdAt: string;
}

export interface CreditEntry {
  id: string;
  object: 'credit_entry';
  creditType: CreditTypeFace;
  grant: string;
  source: 'allowance' | 'purchase' | 'promotion' | 'adjustment' | 'rollover';
  kind: 'granted' | 'consumed' | 'refunded' | 'expired' | 'revoked' | 'rolled_over' | 'returned';
  amount: string;
  consumption: string | null;
  feature: string | null;
  featureName: string | null;
  reason: string;
  at: string;
}

export interface CreditGrant {
  id: string;
  object: 'credit_grant';
  source: 'allowance' | 'purchase' | 'promotion' | 'adjustment' | 'rollover';
  amount: string;
  left: string;
  priority: number;
  running: boolean;
  effectiveAt: string;
  expiresAt: string | null;
  features: string[] | null;
  featureNames: string[] | null;
  subscription: string | null;
  rollsOver: boolean;
  reason: string;
  createdAt: string;
}

export interface CreditPack {
  id: string;
  object: 'credit_pack';
  key: string;
  name: string;
  creditType: string;
  amount: string;
  price: string;
  currency: string;
  expiresAfterDays: number | null;
  archivedAt: string | null;
  createdAt: string;
}

export interface CreditPurchase {
  id: string;
  object: 'credit_purchase';
  customer: string;
  pack: string;
  amount: string;
  price: string;
  currency: string;
  invoice: string;
  status: 'pending' | 'paid' | 'failed';
  reload: boolean;
  createdAt: string;
}

export interface CreditReload {
  enabled: boolean;
  threshold: string;
  pack: string;
  monthlyMaximum: string | null;
  failedPayments: number;
  suspendedAt: string | null;
}

export interface CreditStanding {
  object: 'credits';
  customer: string;
  balances: CreditBalance[];
  eventsPending: number;
  packs: CreditPack[];
}

export interface CreditType {
  id: string;
  object: 'credit_type';
  key: string;
  name: string;
  unit: string;
  currency: string | null;
  promotionsFirst: boolean;
  returnDays: number | null;
  lowAt: string | null;
  createdAt: string;
}

export interface CreditTypeFace {
  id: string;
  key: string;
  name: string;
  unit: string;
  currency: string | null;
}

export interface GrantCredits {
  creditType: string;
  amount: string;
  source?: 'promotion' | 'adjustment' | undefined;
  priority?: number | undefined;
  effectiveAt?: string | undefined;
  expiresAt?: string | null | undefined;
  features?: string[] | undefined;
  subscription?: string | undefined;
  reason: string;
}

export interface RefundCredits {
  amount?: string | undefined;
  reason: string;
}

export interface SetCreditAllowance {
  plan: string;
  creditType: string;
  amount: string;
  interval?: 'billing_period' | 'day' | 'week' | 'month' | 'year' | 'once' | undefined;
  priority?: number | undefined;
  rolloverMax?: string | null | undefined;
  rolloverPeriods?: number | null | undefined;
  effectiveAt?: string | undefined;
}

export interface SetCreditCost {
  feature: string;
  creditType: string;
  perUnit: string;
  beyond?: CreditBeyond | undefined;
  overageMeter?: string | null | undefined;
  effectiveAt?: string | undefined;
}

export interface SetCreditLowMark {
  creditType: string;
  lowAt: string | null;
}

export interface SetCreditReload {
  creditType: string;
  enabled: boolean;
  threshold: string;
  pack: string;
  monthlyMaximum?: string | null | undefined;
}

export interface UpdateCreditPack {
  archived: boolean;
}

export interface AccountEntry {
  id: string;
  object: 'account_entry';
  posting: string;
  sourceKind: string;
  sourceId: string;
  occurredAt: string;
  debit: string;
  credit: string;
  balance: string;
}

export interface LedgerMonth {
  object: 'ledger_month';
  month: string;
  endsAt: string;
  closedAt: string | null;
  closedBy: string | null;
  ends: Array<{
    currency: string;
    deferred: string;
    doubtful: string;
  }>;
}

export interface LedgerMonths {
  object: 'ledger_months';
  months: LedgerMonth[];
}

export interface RevenueSchedule {
  object: 'revenue_schedule';
  invoice: string;
  currency: string;
  timeZone: string;
  lines: Array<{
    id: string;
    position: number;
    description: string;
    net: string;
    corrected: string;
    periodStart: string;
    periodEnd: string;
    months: Array<{
      month: string;
      earned: string;
    }>;
  }>;
}

export interface RevenueWaterfall {
  object: 'revenue_waterfall';
  timeZone: string;
  currencies: Array<{
    currency: string;
    months: Array<{
      month: string;
      before: string;
      billed: string;
      earned: string;
      deferred: string;
    }>;
  }>;
}

export interface TaxAccounts {
  object: 'tax_accounts';
  timeZone: string;
  from: string;
  to: string;
  rows: Array<{
    currency: string;
    account: string;
    country: string;
    region: string | null;
    percent: string;
    filedBy: 'home' | 'registration' | 'oss' | 'elsewhere';
    net: string;
    charged: string;
    takenBack: string;
    owed: string;
  }>;
}

export interface TaxOwed {
  object: 'tax_owed';
  timeZone: string;
  from: string;
  to: string;
  rows: Array<{
    currency: string;
    name: string;
    rate: string;
    jurisdiction: Jurisdiction;
    net: string;
    charged: string;
    takenBack: string;
    owed: string;
  }>;
}

export interface CreateCreditNote {
  lines?: Array<{
    line: string;
    amount?: string | undefined;
  }> | undefined;
  reason: string;
  settle?: 'credit_balance' | 'refund' | 'reduce_open' | undefined;
}

export interface CreateDebitNote {
  lines: Array<{
    line: string;
    amount: string;
    description?: string | undefined;
  }>;
  reason: string;
}

export interface CreditNote {
  id: string;
  object: 'credit_note';
  authority: 'billhook' | 'stripe';
  status: 'issued' | 'void';
  number: string;
  invoice: string;
  invoiceNumber: string;
  customer: string;
  customerName: string;
  currency: string;
  subtotal: string;
  tax: string;
  total: string;
  reducedDue: string;
  creditedBalance: string;
  refunded: string;
  reason: string;
  issuedAt: string;
  voidedAt: string | null;
  createdAt: string;
  lines: CreditNoteLine[];
  taxes: Array<{
    name: string;
    rate: string;
    tax: string;
  }>;
  contentSha256: string;
}

export interface CreditNoteLine {
  line: string | null;
  position: number;
  description: string;
  gross: string;
  discount: string;
  amount: string;
  net: string;
  tax: string;
}

export interface CreditNoteSummary {
  id: string;
  object: 'credit_note';
  authority: 'billhook' | 'stripe';
  status: 'issued' | 'void';
  number: string;
  invoice: string;
  invoiceNumber: string;
  customer: string;
  customerName: string;
  currency: string;
  subtotal: string;
  tax: string;
  total: string;
  reducedDue: string;
  creditedBalance: string;
  refunded: string;
  reason: string;
  issuedAt: string;
  voidedAt: string | null;
  createdAt: string;
}

export interface InvoiceComparison {
  object: 'invoice_comparison';
  customer: string;
  invoice: string;
  number: string;
  issuedAt: string;
  against: string;
  againstNumber: string;
  againstIssuedAt: string;
  currency: string;
  before: string;
  after: string;
  change: string;
  lines: Array<{
    before: {
      lines: string[];
      description: string;
      quantity: string;
      unit: string;
      start: string;
      end: string;
      timeZone: string;
      amount: string;
      meter: {
        key: string;
        name: string;
      } | null;
    } | null;
    after: {
      lines: string[];
      description: string;
      quantity: string;
      unit: string;
      start: string;
      end: string;
      timeZone: string;
      amount: string;
      meter: {
        key: string;
        name: string;
      } | null;
    } | null;
    change: string;
    causes: {
      quantity: string;
      share: string;
      price: string;
      discount: string;
      tax: string;
    };
  }>;
  other: string;
}

export interface InvoiceDiff {
  object: 'invoice_diff';
  invoice: string;
  number: string;
  against: string | null;
  againstNumber: string | null;
  againstIssuedAt: string | null;
  currency: string;
  before: string;
  after: string;
  change: string;
  parts: {
    price: string;
    volume: string;
    mix: string;
    plan: string;
    tax: string;
    oneOff: string;
  };
}

export interface LineUsage {
  object: 'line_usage';
  line: string;
  customer: string;
  meter: string;
  meterName: string;
  eventType: string;
  unit: string;
  timeZone: string;
  start: string;
  end: string;
  days: Array<{
    start: string;
    end: string;
    quantity: string;
    eventCount: number;
  }>;
  hasLater: boolean;
}

export type LineKind = 'recurring' | 'usage' | 'proration' | 'one_off' | 'true_up' | 'spend_cap' | 'mirrored';

export interface AccessMove {
  subscription: string;
  from: AccessState;
  to: AccessState;
  invoice: string | null;
  at: string;
}

export type AccessState = 'full' | 'grace' | 'limited' | 'suspended' | 'ended';

export interface BackTestCampaign {
  definition: CampaignDefinition;
  from?: string | undefined;
  to?: string | undefined;
}

export interface CampaignBackTest {
  object: 'dunning_back_test';
  assumption: string;
  from: string;
  to: string;
  failures: number;
  curve: Array<{
    kind: FailureKind;
    fromDay: number;
    tries: number;
    successes: number;
  }>;
  byCurrency: Array<{
    currency: string;
    failures: number;
    atStake: string;
    actual: string;
    expected: string;
    tries: number;
    unknownTries: number;
  }>;
  cases: Array<{
    invoice: string;
    currency: string;
    amount: string;
    kind: FailureKind;
    tries: string[];
    expected: string;
    actual: string;
  }>;
}

export interface CampaignDefinition {
  steps: CampaignStep[];
  hours: {
    fromMinute: number;
    toMinute: number;
    weekdays: number[];
  } | null;
  paydays: {
    days: Array<'first' | 'fifteenth' | 'friday' | 'month_end'>;
    withinDays: number;
  } | null;
  failureMail: 'each' | 'first' | 'none';
}

export interface CampaignFault {
  pointer: string;
  code: string;
  detail: string;
}

export interface CampaignPreview {
  object: 'dunning_preview';
  timeZone: string;
  faults: CampaignFault[];
  ahead: DunningStepAhead[];
  leftOut: DunningLeftOut[];
}

export interface CampaignSegment {
  plans: string[];
  countries: string[];
  minAmount: string | null;
  maxAmount: string | null;
  currency: string | null;
  minTenureDays: number | null;
  maxTenureDays: number | null;
}

export interface CampaignStep {
  key: string;
  day: number;
  action: DunningAction;
  kinds: FailureKind[] | null;
  mail: 'reminder' | 'method_needed' | 'last_notice' | null;
}

export interface CreateCampaign {
  name: string;
  kind: 'charge' | 'terms';
  rank?: number | undefined;
  segment?: CampaignSegment | undefined;
  definition: CampaignDefinition;
}

export interface CustomerAccess {
  object: 'customer_access';
  subscriptions: Array<{
    subscription: string;
    access: AccessState;
  }>;
  moves: AccessMove[];
}

export type DunningAction = 'retry' | 'change_method' | 'mail' | 'sms' | 'limit_access' | 'suspend_access' | 'cancel' | 'stop';

export interface DunningCampaign {
  id: string;
  object: 'dunning_campaign';
  name: string;
  kind: 'charge' | 'terms';
  rank: number;
  segment: CampaignSegment;
  draft: CampaignDefinition | null;
  faults: CampaignFault[];
  published: {
    number: number;
    publishedAt: string;
    definition: CampaignDefinition;
  } | null;
  archivedAt: string | null;
  createdAt: string;
}

export interface DunningFunnel {
  object: 'dunning_funnel';
  from: string;
  to: string;
  byKind: Array<{
    kind: FailureKind;
    currency: string;
    runs: number;
    active: number;
    recovered: number;
    lost: number;
    amount: string;
    recoveredAmount: string;
  }>;
  byCampaign: Array<{
    campaign: string | null;
    name: string | null;
    currency: string;
    runs: number;
    active: number;
    recovered: number;
    lost: number;
    amount: string;
    recoveredAmount: string;
  }>;
  byStep: Array<{
    step: string | null;
    by: 'retry' | 'change_method' | 'customer' | 'credit';
    currency: string;
    recovered: number;
    recoveredAmount: string;
  }>;
}

export interface DunningLeftOut {
  key: string;
  action: DunningAction;
  reason: 'do_not_retry' | 'no_other_method' | 'time_passed' | 'done_at_stripe';
}

export interface DunningRun {
  id: string;
  object: 'dunning_run';
  customer: string;
  invoice: string;
  invoiceNumber: string;
  currency: string;
  amount: string;
  status: 'active' | 'paused' | 'recovered' | 'exhausted' | 'stopped' | 'closed';
  access: 'full' | 'grace' | 'limited' | 'suspended';
  failureKind: FailureKind;
  failureCode: string | null;
  createdAt: string;
  endedAt: string | null;
  ahead: DunningStepAhead[];
  campaign: {
    id: string;
    name: string;
    version: number;
  } | null;
  recoveredAmount: string;
  recoveredBy: 'retry' | 'change_method' | 'customer' | 'credit' | null;
  past: DunningStepPast[];
  leftOut: DunningLeftOut[];
}

export interface DunningStepAhead {
  key: string;
  action: DunningAction;
  mail: 'reminder' | 'method_needed' | 'last_notice' | null;
  at: string;
}

export interface DunningStepPast {
  key: string;
  action: DunningAction;
  outcome: 'taken' | 'failed' | 'succeeded' | 'skipped';
  reason: string | null;
  by: string;
  at: string;
  text: {
    status: 'queued' | 'sending' | 'unknown' | 'accepted' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'dropped';
    reason: string | null;
    errorCode: number | null;
    at: string;
  } | null;
}

export type FailureKind = 'soft_decline' | 'hard_decline' | 'expired_card' | 'authentication_required' | 'debit_returned' | 'no_method' | 'terms_overdue';

export type HoldRun = LiftTextStop;

export interface LimitedAccess {
  object: 'limited_access';
  plan: string;
  features: string[];
}

export interface MyDunningRun {
  id: string;
  object: 'dunning_run';
  customer: string;
  invoice: string;
  invoiceNumber: string;
  currency: string;
  amount: string;
  status: 'active' | 'paused' | 'recovered' | 'exhausted' | 'stopped' | 'closed';
  access: 'full' | 'grace' | 'limited' | 'suspended';
  failureKind: FailureKind;
  failureCode: string | null;
  createdAt: string;
  endedAt: string | null;
  ahead: DunningStepAhead[];
  past: Array<{
    action: DunningAction;
    at: string;
  }>;
}

export interface PreviewCampaign {
  kind: 'charge' | 'terms';
  definition: CampaignDefinition;
  customer?: string | undefined;
  failureKind?: FailureKind | undefined;
  from?: string | undefined;
}

export interface SetLimitedAccess {
  features: string[];
}

export interface SkipStep {
  step: string;
  reason: string;
}

export interface UpdateCampaign {
  name?: string | undefined;
  rank?: number | undefined;
  segment?: CampaignSegment | undefined;
  definition?: CampaignDefinition | undefined;
  archived?: boolean | undefined;
}

export interface DraftDebitNote {
  object: 'draft_debit_note';
  customer: string;
  raises: string;
  dueAt: string;
  currency: string;
  lines: DraftLine[];
  taxes: TaxSubtotal[];
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  due: string;
}

export interface DraftInvoice {
  object: 'draft_invoice';
  customer: string;
  billsAt: string;
  currency: string;
  lines: DraftLine[];
  taxes: TaxSubtotal[];
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  due: string;
}

export interface ExplainedDiscount {
  coupon: string;
  percent: string | null;
  available: string | null;
  amount: string;
}

export interface LineExplanation {
  rule: 'flat_fee' | 'seats' | 'metered_usage' | 'one_off' | 'unused_time' | 'minimum_commitment' | 'spend_cap' | 'computed_at_stripe';
  price: {
    id: string;
    key: string;
    name: string;
    planKey: string;
    planName: string;
    planVersion: number;
  } | null;
  period: {
    start: string;
    end: string;
    index: number;
  };
  timeZone: string;
  zoneRules: string;
  quantity: string;
  readings: {
    meter: string;
    meterKey: string;
    meterName: string;
    start: string;
    end: string;
    eventCount: number;
    lateCount: number;
    digest: string | null;
    measure: {
      aggregation: MeterAggregation;
      percentile: string | null;
      weightedBy: WeightUnit | null;
      measured: string;
      rounding: QuantityRounding | null;
    } | null;
  } | null;
  model: string | null;
  quantitySteps: QuantityStep[];
  tiers: Array<{
    label: string | null;
    unit: 'units' | 'packages' | 'blocks' | 'events' | 'money';
    from: string;
    upTo: string | null;
    quantity: string;
    unitAmount: string;
    per: string;
    flatAmount: string;
    maxExact: string | null;
    exact: string;
  }>;
  amountSteps: AmountStep[];
  basis: LineBasis | null;
  proration: {
    numerator: string;
    denominator: string;
    basis: 'second' | 'day' | 'none';
    days: 'actual' | 'fixed_30';
  } | null;
  rounding: {
    exact: string;
    mode: string;
    amount: string;
  };
  discounts: ExplainedDiscount[];
  amount: string;
}

export interface Invoice {
  id: string;
  object: 'invoice';
  kind: 'invoice' | 'debit_note';
  raises: string | null;
  number: string;
  status: InvoiceStatus;
  authority: 'billhook' | 'stripe';
  hostedUrl: string | null;
  customer: string;
  customerName: string;
  customerExternalId: string | null;
  subscription: string | null;
  currency: string;
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  paid: string;
  refunded: string;
  credited: string;
  due: string;
  issuedAt: string;
  dueAt: string;
  paidAt: string | null;
  voidedAt: string | null;
  createdAt: string;
  replaces: string | null;
  replacedBy: string | null;
  raisesNumber: string | null;
  raiseReason: string | null;
  debitNotes: Array<{
    id: string;
    number: string;
  }>;
  lines: InvoiceLine[];
  groups: Array<{
    subscription: string;
    name: string;
    subtotal: string;
  }>;
  taxes: TaxSubtotal[];
  seller: {
    legalName: string;
    address: string[];
    taxId: string | null;
    email: string | null;
  };
  buyer: {
    name: string;
    address: string[];
    country: string | null;
    taxId: string | null;
    email: string | null;
  };
  taxBasis: TaxBasis | null;
  taxCertificate: UsedCertificate | null;
  payments: Payment[];
  creditNotes: CreditNoteSummary[];
  contentSha256: string;
}

export interface InvoiceLine {
  id: string;
  object: 'invoice_line';
  invoice: string;
  position: number;
  subscription: string | null;
  kind: LineKind;
  description: string;
  quantity: string;
  unit: string;
  gross: string;
  discounts: LineDiscount[];
  amount: string;
  currency: string;
  taxRate: string;
  tax: string;
  period: {
    start: string;
    end: string;
  };
  explanation: LineExplanation;
  credited: string;
  createdAt: string;
}

export type InvoiceStatus = 'open' | 'paid' | 'void' | 'uncollectible';

export interface InvoiceSummary {
  id: string;
  object: 'invoice';
  kind: 'invoice' | 'debit_note';
  raises: string | null;
  number: string;
  status: InvoiceStatus;
  authority: 'billhook' | 'stripe';
  hostedUrl: string | null;
  customer: string;
  customerName: string;
  customerExternalId: string | null;
  subscription: string | null;
  currency: string;
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  paid: string;
  refunded: string;
  credited: string;
  due: string;
  issuedAt: string;
  dueAt: string;
  paidAt: string | null;
  voidedAt: string | null;
  createdAt: string;
}

export type LineBasis = {
  kind: 'charge';
  line: string | null;
  invoice: string | null;
  invoiceNumber: string | null;
  charged: string;
  credited: string;
  chargedShare: string;
} | {
  kind: 'spend';
  spent: string;
  minimum: string | null;
  maximum: string | null;
};

export interface DraftLine {
  kind: LineKind;
  description: string;
  quantity: string;
  unit: string;
  gross: string;
  discounts: LineDiscount[];
  amount: string;
  currency: string;
  taxRate: string;
  tax: string;
  period: {
    start: string;
    end: string;
  };
  explanation: LineExplanation;
}

export type MethodKind = 'card' | 'sepa_debit' | 'paypal';

export interface Payment {
  id: string;
  object: 'payment';
  status: 'created' | 'sending' | 'requires_action' | 'processing' | 'unknown' | 'succeeded' | 'failed' | 'canceled' | 'reversed';
  customer: string;
  customerName: string;
  invoice: string | null;
  invoiceNumber: string | null;
  currency: string;
  amount: string;
  fee: string;
  refunded: string;
  attemptNumber: number;
  provider: string;
  providerReference: string | null;
  paymentMethod: {
    id: string;
    kind: MethodKind;
    brand: string | null;
    last4: string | null;
  } | null;
  failure: {
    code: string;
    message: string;
    nextAttemptAt: string | null;
  } | null;
  risk: {
    level: 'normal' | 'elevated' | 'highest' | null;
    outcome: string | null;
  } | null;
  refunds: Refund[];
  dispute: DisputeOnPayment | null;
  createdAt: string;
  plannedFor: string | null;
  finishedAt: string | null;
}

export interface PaymentMethod {
  id: string;
  object: 'payment_method';
  customer: string;
  kind: MethodKind;
  provider: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  wallet: string | null;
  label: string | null;
  mandate: {
    reference: string;
    url: string | null;
  } | null;
  isDefault: boolean;
  isBackup: boolean;
  createdAt: string;
}

export interface TaxSubtotal {
  name: string;
  rate: string;
  category: 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | null;
  net: string;
  tax: string;
  exemption: string | null;
  jurisdiction: Jurisdiction;
}

export interface UpcomingInvoice {
  object: 'upcoming_invoice';
  customer: string;
  subscription: string;
  billsAt: string;
  currency: string;
  lines: DraftLine[];
  taxes: TaxSubtotal[];
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  due: string;
}

export interface PaymentAllocation {
  invoice: string | null;
  amount: string;
}

export interface BankAccount {
  id: string;
  object: 'bank_account';
  holder: string;
  iban: string;
  bic: string | null;
  bankName: string | null;
  currency: string;
  csvMapping: CsvMapping | null;
  archived: boolean;
  createdAt: string;
}

export interface BankLine {
  id: string;
  object: 'bank_line';
  account: string;
  statement: string;
  state: BankLineState;
  bookedOn: string;
  valueOn: string | null;
  amount: string;
  currency: string;
  isReversal: boolean;
  ageDays: number | null;
  name: string | null;
  iban: string | null;
  reference: string | null;
  text: string;
  charges: string;
  customer: string | null;
  customerName: string | null;
  createdAt: string;
  proposal: {
    kind: 'exact' | 'proposed' | 'return';
    score: number;
    reasons: string[];
    customer: string;
    customerName: string;
    allocations: Array<{
      invoice: string | null;
      invoiceNumber: string | null;
      amount: string;
    }>;
    returns: string | null;
  } | null;
  payments: Array<{
    payment: string;
    invoice: string | null;
    invoiceNumber: string | null;
    amount: string;
    credited: string;
  }>;
  note: string | null;
  decidedBy: string | null;
  decidedAt: string | null;
}

export type BankLineState = 'unmatched' | 'proposed' | 'matched' | 'ignored';

export interface BankStatement {
  id: string;
  object: 'bank_statement';
  account: string;
  fileName: string;
  format: string;
  lines: number;
  newLines: number;
  pendingLines: number;
  matchedLines: number;
  isRepeat: boolean;
  createdAt: string;
}

export interface CreateBankAccount {
  holder: string;
  iban: string;
  bic?: string | undefined;
  bankName?: string | undefined;
  currency: string;
  csvMapping?: CsvMapping | undefined;
}

export interface CsvMapping {
  delimiter: ',' | ';' | '	';
  decimalMark: '.' | ',';
  dateFormat: 'YYYY-MM-DD' | 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'DD.MM.YY';
  bookedOn: string;
  valueOn?: string | undefined;
  amount?: string | undefined;
  moneyIn?: string | undefined;
  moneyOut?: string | undefined;
  currency?: string | undefined;
  name?: string | undefined;
  iban?: string | undefined;
  reference?: string | undefined;
  text: string[];
  endToEndId?: string | undefined;
  bankReference?: string | undefined;
}

export interface MatchInput {
  customer: string;
  allocations: PaymentAllocation[];
  note?: string | undefined;
  instead?: string | undefined;
}

export interface MatchPreview {
  object: 'match_preview';
  customer: string;
  customerName: string;
  currency: string;
  placed: Array<{
    invoice: string;
    invoiceNumber: string;
    amount: string;
    remainingBefore: string;
    remainingAfter: string;
  }>;
  credit: string;
  held: string;
}

export interface RefundToTransfer {
  id: string;
  object: 'outgoing_transfer';
  refund: Refund;
  customer: string;
  customerName: string;
  name: string | null;
  iban: string | null;
  ibanMasked: string | null;
  accountFrom: 'given' | 'payment' | null;
  invoiceNumber: string | null;
  createdAt: string;
}

export interface ReceivedPayments {
  object: 'received_payments';
  payments: Payment[];
}

export interface RecordPayment {
  customer: string;
  kind: 'cash' | 'cheque' | 'other';
  amount: string;
  currency: string;
  allocations: PaymentAllocation[];
  receivedOn: string;
  reason: string;
}

export interface TransferDetails {
  object: 'transfer_details';
  holder: string;
  iban: string;
  bic: string | null;
  bankName: string | null;
  currency: string;
  amount: string;
  reference: string;
  scan: string | null;
}

export interface UpdateBankAccount {
  csvMapping?: CsvMapping | null | undefined;
  archived?: boolean | undefined;
}

export type AskStripe = {
  action: 'change';
  plan: string;
  quantity?: number | undefined;
} | {
  action: 'quantity';
  quantity: number;
} | {
  action: 'cancel';
  when: 'now' | 'period_end';
} | {
  action: 'keep';
};

export interface OpenStripePage {
  returnUrl: string;
}

export interface StripeChange {
  id: string;
  object: 'stripe_change';
  subscription: string;
  action: 'change' | 'quantity' | 'cancel' | 'keep';
  plan: string | null;
  quantity: number | null;
  when: 'now' | 'period_end' | null;
  status: 'created' | 'sent' | 'confirmed' | 'refused';
  failure: string | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface StripeMirror {
  object: 'stripe_mirror';
  connected: boolean;
  linkedPrices: number;
  subscriptions: number;
  invoices: number;
  waiting: Array<{
    kind: 'subscription' | 'invoice';
    stripeId: string;
    reason: string | null;
  }>;
  usageReports: {
    sent: number;
    waiting: number;
    failed: number;
  };
}

export interface StripePage {
  object: 'stripe_page';
  url: string;
}

export interface StripePreview {
  object: 'stripe_preview';
  computedBy: 'stripe';
  currency: string;
  total: string;
  tax: string;
  due: string;
  lines: Array<{
    description: string;
    amount: string;
    proration: boolean;
  }>;
}

export interface StripeReport {
  object: 'stripe_report';
  dryRun: boolean;
  unchanged: boolean;
  created: number;
  updated: number;
  same: number;
  skipped: number;
  conflicts: number;
  entries: Array<{
    kind: 'customer' | 'payment_method' | 'meter' | 'plan' | 'price' | 'subscription' | 'invoice';
    action: 'create' | 'update' | 'same' | 'skip' | 'conflict';
    stripeId: string | null;
    name: string;
    reason: string | null;
  }>;
}

export interface StripeRun {
  dryRun?: boolean | undefined;
}

export interface Approval {
  id: string;
  object: 'approval';
  kind: 'refund';
  status: 'waiting' | 'approved' | 'declined' | 'expired';
  payment: string;
  customer: string;
  customerName: string;
  paid: string;
  invoice: string | null;
  invoiceNumber: string | null;
  currency: string;
  amount: string;
  way: RefundWay;
  to: {
    holder: string;
    iban: string | null;
    ibanMasked: string;
  } | null;
  reason: string;
  askedBy: {
    kind: 'operator' | 'api_key';
    id: string;
    name: string | null;
  };
  isOwn: boolean;
  expiresAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  note: string | null;
  refund: string | null;
  createdAt: string;
}

export interface Dispute {
  id: string;
  object: 'dispute';
  status: DisputeStatus;
  customer: string;
  customerName: string;
  payment: string;
  invoice: string | null;
  currency: string;
  amount: string;
  reason: string;
  provider: string;
  providerReference: string;
  withdrawn: string;
  fee: string;
  lost: string;
  evidenceDueAt: string | null;
  evidence: 'none' | 'sending' | 'submitted';
  evidenceText: string | null;
  evidenceAt: string | null;
  evidenceFiles: Array<{
    file: string;
    kind: 'receipt' | 'customer_communication' | 'service_documentation' | 'shipping_documentation' | 'customer_signature' | 'duplicate_charge_documentation' | 'refund_policy' | 'cancellation_policy' | 'other';
    name: string;
    contentType: string;
    byteSize: number;
    sha256: string;
    takenAt: string | null;
  }>;
  createdAt: string;
  closedAt: string | null;
}

export interface DisputeAnswer {
  text: string;
  customerName?: string | undefined;
  customerEmail?: string | undefined;
  customerIp?: string | undefined;
  billingAddress?: string | undefined;
  productDescription?: string | undefined;
  serviceDate?: string | undefined;
  accessLog?: string | undefined;
  refundPolicy?: string | undefined;
  cancellationPolicy?: string | undefined;
  files?: Array<{
    file: string;
    kind: 'receipt' | 'customer_communication' | 'service_documentation' | 'shipping_documentation' | 'customer_signature' | 'duplicate_charge_documentation' | 'refund_policy' | 'cancellation_policy' | 'other';
  }> | undefined;
}

export interface DisputeOnPayment {
  id: string;
  status: DisputeStatus;
  amount: string;
  evidenceDueAt: string | null;
}

export type DisputeStatus = 'warning' | 'needs_response' | 'under_review' | 'won' | 'lost';

export interface AskedRefund {
  amount?: string | undefined;
  reason: string;
  way?: RefundWay | undefined;
  to?: RefundAccount | undefined;
}

export interface Refund {
  id: string;
  object: 'refund';
  payment: string;
  status: 'pending' | 'unknown' | 'succeeded' | 'failed' | 'returned';
  way: RefundWay;
  currency: string;
  amount: string;
  reason: string;
  createdAt: string;
  finishedAt: string | null;
  returnedAt: string | null;
}

export interface RefundAccount {
  holder: string;
  iban: string;
}

export type RefundWay = 'provider' | 'transfer';

export interface AskedPayment {
  object: 'asked_payment';
  kind: 'payment' | 'deposit';
  status: 'open' | 'paid' | 'canceled';
  customerName: string;
  currency: string;
  amount: string;
  description: string;
  isUnderWay: boolean;
}

export interface PaymentLink {
  object: 'payment_link';
  paymentRequest: string;
  url: string | null;
  expiresAt: string;
}

export interface PaymentRequest {
  id: string;
  object: 'payment_request';
  kind: 'payment' | 'deposit';
  status: 'open' | 'paid' | 'canceled';
  customer: string;
  customerName: string;
  currency: string;
  amount: string;
  description: string;
  payment: string | null;
  held: string;
  createdAt: string;
  paidAt: string | null;
  payUrl: string | null;
}

export interface Erasure {
  id: string;
  object: 'erasure';
  customer: string;
  status: 'waiting' | 'expired' | 'queued' | 'running' | 'done' | 'canceled';
  reason: string;
  askedBy: string;
  isOwn: boolean;
  decidedBy: string | null;
  rowsTotal: number;
  rowsDone: number;
  keptUntil: string | null;
  documentsTaken: number;
  fault: string | null;
  createdAt: string;
  decidedAt: string | null;
  finishedAt: string | null;
}

export interface ErasurePreview {
  object: 'erasure_preview';
  customer: string;
  hindrances: Array<'erased' | 'under_way' | 'legal_hold' | 'subscriptions' | 'unbilled' | 'open_invoices' | 'money_under_way' | 'disputes'>;
  goes: Array<{
    topic: ErasureTopic;
    rows: number;
  }>;
  stays: Array<{
    topic: ErasureTopic;
    rows: number;
    reason: string;
  }>;
  keptUntil: string | null;
  needsSecondPerson: boolean;
  legalHold: LegalHold | null;
  erasure: Erasure | null;
  token: string | null;
}

export type ErasureTopic = 'profile' | 'people' | 'messages' | 'payment_methods' | 'payment_traces' | 'usage' | 'rights' | 'files' | 'provider' | 'documents' | 'books' | 'contracts' | 'audit';

export interface LegalHold {
  object: 'legal_hold';
  customer: string;
  reason: string;
  placedBy: string;
  placedAt: string;
}

export interface PrivacySettings {
  object: 'privacy_settings';
  defaultYears: number;
  countries: Array<{
    country: string;
    years: number;
  }>;
  needsSecondPerson: boolean;
}

export interface PutPrivacySettings {
  defaultYears: number;
  countries: Array<{
    country: string;
    years: number;
  }>;
  needsSecondPerson: boolean;
}

export interface RequestErasure {
  token: string;
  reason: string;
}

export type BillingThreshold = {
  source: 'seller';
} | {
  source: 'subscription';
  amount: string | null;
};

export type PauseMode = 'keep_period' | 'stop_period';

export interface PlanInVersion {
  id: string;
  key: string;
  name: string;
  version: number;
  versionId: string;
}

export type ScheduledStep = {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'change';
  plan: PlanInVersion;
  quantity: number;
  phase: number | null;
  prorated: boolean;
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'seats';
  quantity: number;
  prorated: boolean;
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'cancel';
  credit: boolean;
  reason: string;
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'pause';
  mode: PauseMode;
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'resume';
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'add_on_quantity';
  addOn: {
    id: string;
    key: string;
    name: string;
  };
  quantity: number;
  prorated: boolean;
} | {
  id: string;
  object: 'scheduled_step';
  at: string;
  kind: 'add_on_end';
  addOn: {
    id: string;
    key: string;
    name: string;
  };
  credit: boolean;
};

export interface Subscription {
  id: string;
  object: 'subscription';
  customer: string;
  customerName: string;
  status: SubscriptionStatus;
  collection: 'automatic' | 'manual';
  billingAuthority: 'billhook' | 'stripe';
  stripeId: string | null;
  atStripe: {
    discounts: Array<{
      name: string;
      code: string | null;
      percent: string | null;
      amount: string | null;
      startsAt: string;
      endsAt: string | null;
    }>;
    collectionPaused: {
      invoices: 'keep_as_draft' | 'mark_uncollectible' | 'void';
      serviceRests: boolean;
      resumesAt: string | null;
    } | null;
  } | null;
  currency: string;
  timeZone: string;
  plan: PlanInVersion;
  quantity: number;
  items: Array<{
    id: string;
    object: 'subscription_item';
    plan: PlanInVersion;
    addOn: {
      id: string;
      key: string;
      name: string;
    } | null;
    priceKey: string;
    priceName: string;
    chargedFor: 'fixed' | 'seats' | 'meter';
    overridden: boolean;
    quantity: number;
    startsAt: string;
    endsAt: string | null;
  }>;
  addOns: Array<{
    addOn: {
      id: string;
      key: string;
      name: string;
    };
    quantity: number;
    startsAt: string;
    endsAt: string | null;
  }>;
  discounts: Discount[];
  charges: Array<{
    id: string;
    object: 'charge';
    description: string;
    quantity: number;
    pricing: {
      model: 'flat';
      amount: string;
    } | {
      model: 'per_unit';
      unitAmount: string;
      per: string;
    } | {
      model: 'graduated';
      tiers: Tier[];
      per: string;
    } | {
      model: 'volume';
      tiers: Tier[];
      per: string;
    } | {
      model: 'prorated_graduated';
      tiers: Tier[];
      per: string;
    } | {
      model: 'stair_step';
      steps: Array<{
        upTo: string | null;
        amount: string;
      }>;
    } | {
      model: 'package';
      size: string;
      packageAmount: string;
    } | {
      model: 'percentage';
      ratePercent: string;
      fixedFee: string;
      freeEvents: string | null;
      freeAmount: string | null;
      minimumPerEvent: string | null;
      maximumPerEvent: string | null;
    } | {
      model: 'graduated_percentage';
      tiers: Array<{
        upTo: string | null;
        ratePercent: string;
        flatAmount: string;
      }>;
    } | {
      model: 'matrix';
      dimensions: string[];
      cells: Array<{
        values: string[];
        unitAmount: string;
      }>;
      otherUnitAmount: string | null;
      per: string;
    } | {
      model: 'dynamic';
    } | {
      model: 'dynamic_multiplier';
      multiplier: string;
    } | {
      model: 'commitment';
      minimum: string | null;
      maximum: string | null;
    } | {
      model: 'block_tiers';
      mode: 'all_tiers' | 'top_tier';
      units: Array<{
        name: string;
        tiers: Array<{
          blockSize: string;
          maxBlocks: string | null;
          blockAmount: string;
        }>;
      }>;
    } | {
      model: 'capacity_tiers';
      tiers: Array<{
        limits: Array<{
          name: string;
          max: string | null;
        }>;
        amount: string;
      }>;
    };
    addOn: {
      id: string;
      key: string;
      name: string;
    } | null;
    chargedAt: string;
  }>;
  mrr: string;
  startedAt: string;
  anchorAt: string;
  trialEndAt: string | null;
  trialEndBehavior: TrialEndBehavior;
  billingDay: number | null;
  billingThreshold: BillingThreshold;
  currentPeriodStart: string;
  currentPeriodEnd: string;
  nextBillAt: string | null;
  schedule: ScheduledStep[];
  pauses: Array<{
    from: string;
    to: string | null;
    mode: PauseMode;
  }>;
  cancelAt: string | null;
  canceledAt: string | null;
  endedAt: string | null;
  scheduledChange: {
    at: string;
    plan: PlanInVersion;
    quantity: number;
  } | null;
  metadata: Record<string, string>;
  createdAt: string;
  updatedAt: string;
}

export type SubscriptionStatus = 'scheduled' | 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled';

export type TrialEndBehavior = 'convert' | 'cancel' | 'cancel_without_payment_method';

export interface AddDiscount {
  coupon: CouponRef;
  previewToken?: string | undefined;
}

export interface CancelMySubscription {
  when?: 'now' | 'period_end' | undefined;
  reason?: string | undefined;
  previewToken?: string | undefined;
}

export interface CancelSubscription {
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  credit?: boolean | undefined;
  reason?: string | undefined;
  previewToken?: string | undefined;
}

export interface ChangeAddOn {
  quantity: number;
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  proration?: 'price' | 'none' | undefined;
  previewToken?: string | undefined;
}

export interface ChangeMyAddOn {
  quantity: number;
  when?: 'now' | 'period_end' | undefined;
  previewToken?: string | undefined;
}

export interface ChangeMyPlan {
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | undefined;
  previewToken?: string | undefined;
}

export type ChangeSeats = ChangeAddOn;

export interface ChangeSubscription {
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | 'by_direction' | undefined;
  at?: string | undefined;
  direction?: 'upgrade' | 'downgrade' | 'sidegrade' | undefined;
  proration?: 'price' | 'none' | undefined;
  previewToken?: string | undefined;
}

export interface ChargeOnce {
  description: string;
  amount: string;
  quantity?: number | undefined;
  previewToken?: string | undefined;
}

export interface CreateSubscription {
  customer: string;
  plan: string;
  quantity?: number | undefined;
  currency?: string | undefined;
  startAt?: string | undefined;
  trialDays?: number | undefined;
  trialEndBehavior?: TrialEndBehavior | undefined;
  billingDay?: number | undefined;
  phases?: Array<{
    at: string;
    plan: string;
    quantity?: number | undefined;
  }> | undefined;
  endAfterPeriods?: number | undefined;
  coupons?: CouponRef[] | undefined;
  priceOverrides?: Array<{
    price: string;
    pricing?: Pricing | undefined;
    terms?: PriceTerms | undefined;
  }> | undefined;
  billingThreshold?: BillingThreshold | undefined;
  collection?: 'automatic' | 'manual' | undefined;
  paymentMethod?: string | undefined;
  metadata?: Record<string, string> | undefined;
  previewToken?: string | undefined;
}

export interface EndAddOn {
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  credit?: boolean | undefined;
  previewToken?: string | undefined;
}

export interface EndDiscount {
  previewToken?: string | undefined;
}

export interface EndMyAddOn {
  when?: 'now' | 'period_end' | undefined;
  previewToken?: string | undefined;
}

export interface MigratePlan {
  when?: 'now' | 'at_renewal' | 'never' | undefined;
  fromVersions?: number[] | undefined;
  proration?: 'price' | 'none' | undefined;
  limit?: number | undefined;
  startingAfter?: string | undefined;
}

export interface MigrateSubscription {
  version: number;
  when?: 'now' | 'at_renewal' | 'never' | undefined;
  proration?: 'price' | 'none' | undefined;
  previewToken?: string | undefined;
}

export interface Migration {
  object: 'migration';
  toPlan: PlanInVersion;
  moved: number;
  scheduled: number;
  unchanged: number;
  refused: Array<{
    subscription: string;
    customer: string;
    customerName: string;
    code: string;
    detail: string;
  }>;
  hasMore: boolean;
  nextCursor: string | null;
}

export interface MigrationPreview {
  object: 'migration_preview';
  toPlan: PlanInVersion;
  data: Array<{
    subscription: string;
    customer: string;
    customerName: string;
    fromVersion: number;
    currency: string;
    mrrBefore: string;
    mrrAfter: string;
    effectiveAt: string | null;
    dueToday: string;
    refusal: {
      code: string;
      detail: string;
    } | null;
  }>;
  hasMore: boolean;
  nextCursor: string | null;
}

export interface MoveTrial {
  endAt?: string | undefined;
  previewToken?: string | undefined;
}

export type MySubscriptionAction = {
  action: 'change';
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | undefined;
} | {
  action: 'cancel';
  when?: 'now' | 'period_end' | undefined;
} | {
  action: 'pause';
  until?: string | undefined;
} | {
  action: 'resume';
} | {
  action: 'undo';
  step: string;
} | {
  action: 'add_on';
  addOn: string;
  quantity?: number | undefined;
} | {
  action: 'add_on_quantity';
  addOn: string;
  quantity: number;
  when?: 'now' | 'period_end' | undefined;
} | {
  action: 'end_add_on';
  addOn: string;
  when?: 'now' | 'period_end' | undefined;
};

export interface OverridePrice {
  price: string;
  pricing?: Pricing | undefined;
  terms?: PriceTerms | undefined;
  proration?: 'price' | 'none' | undefined;
  previewToken?: string | undefined;
}

export interface PauseMySubscription {
  until?: string | undefined;
  previewToken?: string | undefined;
}

export interface PauseSubscription {
  mode?: PauseMode | undefined;
  from?: string | undefined;
  until?: string | undefined;
  previewToken?: string | undefined;
}

export interface PreviewChange {
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | 'by_direction' | undefined;
  at?: string | undefined;
  direction?: 'upgrade' | 'downgrade' | 'sidegrade' | undefined;
  proration?: 'price' | 'none' | undefined;
}

export interface PreviewSubscription {
  customer: string;
  plan: string;
  quantity?: number | undefined;
  currency?: string | undefined;
  startAt?: string | undefined;
  trialDays?: number | undefined;
  trialEndBehavior?: TrialEndBehavior | undefined;
  billingDay?: number | undefined;
  phases?: Array<{
    at: string;
    plan: string;
    quantity?: number | undefined;
  }> | undefined;
  endAfterPeriods?: number | undefined;
  coupons?: CouponRef[] | undefined;
  priceOverrides?: Array<{
    price: string;
    pricing?: Pricing | undefined;
    terms?: PriceTerms | undefined;
  }> | undefined;
  billingThreshold?: BillingThreshold | undefined;
  collection?: 'automatic' | 'manual' | undefined;
  paymentMethod?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export type ResumeMySubscription = EndDiscount;

export interface ResumeSubscription {
  at?: string | undefined;
  previewToken?: string | undefined;
}

export interface SetRenewal {
  renews: boolean;
  previewToken?: string | undefined;
}

export type SubscriptionAction = {
  action: 'change';
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | 'by_direction' | undefined;
  at?: string | undefined;
  direction?: 'upgrade' | 'downgrade' | 'sidegrade' | undefined;
  proration?: 'price' | 'none' | undefined;
} | {
  action: 'seats';
  quantity: number;
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  proration?: 'price' | 'none' | undefined;
} | {
  action: 'cancel';
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  credit?: boolean | undefined;
  reason?: string | undefined;
} | {
  action: 'renewal';
  renews: boolean;
} | {
  action: 'pause';
  mode?: PauseMode | undefined;
  from?: string | undefined;
  until?: string | undefined;
} | {
  action: 'resume';
  at?: string | undefined;
} | {
  action: 'undo';
  step: string;
} | {
  action: 'price';
  price: string;
  pricing?: Pricing | undefined;
  terms?: PriceTerms | undefined;
  proration?: 'price' | 'none' | undefined;
} | {
  action: 'trial';
  endAt?: string | undefined;
} | {
  action: 'migrate';
  version: number;
  when?: 'now' | 'at_renewal' | 'never' | undefined;
  proration?: 'price' | 'none' | undefined;
} | {
  action: 'discount';
  coupon: CouponRef;
} | {
  action: 'end_discount';
  discount: string;
} | {
  action: 'add_on';
  addOn: string;
  quantity?: number | undefined;
} | {
  action: 'add_on_quantity';
  addOn: string;
  quantity: number;
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  proration?: 'price' | 'none' | undefined;
} | {
  action: 'end_add_on';
  addOn: string;
  when?: 'now' | 'period_end' | undefined;
  at?: string | undefined;
  credit?: boolean | undefined;
} | {
  action: 'charge';
  description: string;
  amount: string;
  quantity?: number | undefined;
};

export interface SubscriptionPreview {
  object: 'subscription_preview';
  action: 'start' | 'change' | 'seats' | 'cancel' | 'renewal' | 'pause' | 'resume' | 'undo' | 'price' | 'trial' | 'migrate' | 'discount' | 'end_discount' | 'add_on' | 'add_on_quantity' | 'end_add_on' | 'charge';
  token: string;
  expiresAt: string;
  effectiveAt: string;
  fromPlan: PlanInVersion | null;
  toPlan: PlanInVersion;
  quantity: number;
  direction: 'start' | 'upgrade' | 'downgrade' | 'sidegrade' | 'quantity' | null;
  status: SubscriptionStatus;
  schedule: ScheduledStep[];
  trialEndAt: string | null;
  currency: string;
  lines: DraftLine[];
  taxes: TaxSubtotal[];
  subtotal: string;
  tax: string;
  total: string;
  creditApplied: string;
  due: string;
  creditGranted: string;
  dueToday: string;
  nextInvoice: {
    at: string;
    currency: string;
    lines: DraftLine[];
    taxes: TaxSubtotal[];
    subtotal: string;
    tax: string;
    total: string;
    creditApplied: string;
    due: string;
  } | null;
  nextCharge: {
    at: string;
    total: string;
  } | null;
  featuresLost: string[];
  featuresGained: string[];
}

export interface TakeAddOn {
  addOn: string;
  quantity?: number | undefined;
  previewToken?: string | undefined;
}

export interface UndoMyStep {
  step?: string | undefined;
  previewToken?: string | undefined;
}

export type UndoStep = EndDiscount;

export interface CheckRequest {
  customer: string;
  feature: string;
  quantity?: string | undefined;
  subject?: string | undefined;
  explain?: boolean | undefined;
}

export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype?: string | undefined;
  dataschema?: string | undefined;
  data?: Record<string, unknown> | undefined;
}

export interface CreditPayment {
  consumption: string;
  creditType: string;
  amount: string;
  overage: string;
  overageIs: 'none' | 'owed' | 'uncovered';
  grants: Array<{
    grant: string;
    amount: string;
  }>;
}

export interface Entitlement {
  object: 'entitlement';
  feature: string;
  featureName: string;
  kind: 'boolean' | 'configuration' | 'metered';
  allowed: boolean;
  reason: 'enabled' | 'within_limit' | 'unlimited' | 'overage' | 'soft_limit' | 'limit_reached' | 'pool_limit_reached' | 'disabled' | 'not_granted' | 'service_reduced' | 'service_suspended' | 'no_subscription' | 'credits' | 'credits_used_up';
  unit: string | null;
  limit: string | null;
  used: string | null;
  remaining: string | null;
  overage: Overage | null;
  resetAt: string | null;
  value: ConfigurationValue | null;
  warnAtPercent: number[];
  counted: 'customer' | 'subject';
  subject: string | null;
  pool: {
    limit: string;
    used: string;
  } | null;
  credits: {
    creditType: string;
    available: string;
    cost: string;
    beyond: CreditBeyond;
  } | null;
  explanation: RightExplanation;
}

export interface EntitlementCheck {
  object: 'entitlement_check';
  customer: string;
  feature: string;
  featureName: string;
  kind: 'boolean' | 'configuration' | 'metered';
  allowed: boolean;
  reason: 'enabled' | 'within_limit' | 'unlimited' | 'overage' | 'soft_limit' | 'limit_reached' | 'pool_limit_reached' | 'disabled' | 'not_granted' | 'service_reduced' | 'service_suspended' | 'no_subscription' | 'credits' | 'credits_used_up';
  unit: string | null;
  limit: string | null;
  used: string | null;
  remaining: string | null;
  overage: Overage | null;
  resetAt: string | null;
  value: ConfigurationValue | null;
  warnAtPercent: number[];
  counted: 'customer' | 'subject';
  subject: string | null;
  pool: {
    limit: string;
    used: string;
  } | null;
  credits: {
    creditType: string;
    available: string;
    cost: string;
    beyond: CreditBeyond;
  } | null;
  explanation: RightExplanation | null;
  upgrade: {
    plan: string;
    planName: string;
    url: string;
  } | null;
  pay: {
    url: string;
  } | null;
}

export type Granularity = 'none' | 'hour' | 'day' | 'month';

export interface IngestResult {
  object: 'ingest_result';
  results: Array<{
    index: number;
    id: string | null;
    status: IngestStatus;
    reason?: string | undefined;
  }>;
  counts: {
    accepted: number;
    duplicate: number;
    quarantined: number;
    rejected: number;
  };
}

export type IngestStatus = 'accepted' | 'duplicate' | 'quarantined' | 'rejected';

export type ProjectionMissing = 'too_few_days' | 'last_reading_counts';

export interface QuarantinedEvent {
  id: string;
  object: 'quarantined_event';
  eventId: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  data: Record<string, unknown>;
  reason: 'unknown_customer' | 'unknown_meter' | 'late' | 'id_conflict' | 'bad_value';
  conflictsWith: {
    type: string;
    customer: string;
    time: string;
    data: Record<string, unknown>;
    createdAt: string;
  } | null;
  resolution: 'counted' | 'discarded' | null;
  resolvedBy: string | null;
  discardReason: string | null;
  resolvedAt: string | null;
  createdAt: string;
}

export interface Standing {
  object: 'entitlement_standing';
  feature: string;
  featureName: string;
  kind: 'boolean' | 'configuration' | 'metered';
  allowed: boolean;
  reason: 'enabled' | 'within_limit' | 'unlimited' | 'overage' | 'soft_limit' | 'limit_reached' | 'pool_limit_reached' | 'disabled' | 'not_granted' | 'service_reduced' | 'service_suspended' | 'no_subscription' | 'credits' | 'credits_used_up';
  unit: string | null;
  limit: string | null;
  used: string | null;
  remaining: string | null;
  overage: Overage | null;
  resetAt: string | null;
  value: ConfigurationValue | null;
  warnAtPercent: number[];
  counted: 'customer' | 'subject';
  subject: string | null;
  pool: {
    limit: string;
    used: string;
  } | null;
  credits: {
    creditType: string;
    available: string;
    cost: string;
    beyond: CreditBeyond;
  } | null;
}

export interface TopCustomers {
  object: 'top_customers';
  meter: string;
  meterKey: string;
  meterName: string;
  unit: string;
  from: string;
  to: string;
  customers: Array<{
    customer: string;
    customerName: string;
    customerExternalId: string | null;
    quantity: string;
    eventCount: number;
  }>;
}

export interface TrackRequest {
  customer: string;
  feature: string;
  quantity?: string | undefined;
  data?: TrackedData | undefined;
  eventId: string;
  time?: string | undefined;
  subject?: string | undefined;
}

export interface TrackResult {
  object: 'tracked_usage';
  eventId: string;
  status: IngestStatus;
  reason?: string | undefined;
  credits: CreditPayment | null;
  check: EntitlementCheck;
}

export type TrackedData = Record<string, string | boolean | number>;

export interface UsageEvent {
  id: string;
  object: 'usage_event';
  source: string;
  type: string;
  customer: string;
  customerName: string;
  time: string;
  countedAt: string;
  data: Record<string, unknown>;
  status: 'counted' | 'voided';
  createdAt: string;
}

export interface UsageOutlook {
  object: 'usage_outlook';
  customer: string;
  meter: string;
  meterKey: string;
  meterName: string;
  unit: string;
  aggregation: MeterAggregation;
  period: {
    start: string;
    end: string;
  };
  asOf: string;
  quantity: string;
  eventCount: number;
  projection: UsageProjection | null;
  projectionMissing: ProjectionMissing | null;
  previous: {
    period: {
      start: string;
      end: string;
    };
    quantity: string;
    quantityToDate: string;
    changePercent: string | null;
  } | null;
  days: Array<{
    start: string;
    end: string;
    quantity: string;
    eventCount: number;
    anomaly: {
      kind: 'high' | 'low';
      usual: string;
      score: string;
    } | null;
  }>;
}

export interface UsageProjection {
  expected: string;
  low: string;
  high: string;
  basis: 'days' | 'stretches';
  basisDays: number;
}

export interface UsageReport {
  object: 'usage';
  customer: string;
  meter: string;
  meterKey: string;
  meterName: string;
  unit: string;
  aggregation: MeterAggregation;
  groupBy: string[];
  from: string;
  to: string;
  granularity: Granularity;
  quantity: string;
  eventCount: number;
  units: Array<{
    name: string;
    quantity: string;
  }>;
  points: Array<{
    start: string;
    end: string;
    quantity: string;
    eventCount: number;
  }>;
  dimension: string | null;
  groups: Array<{
    value: string;
    quantity: string;
    eventCount: number;
    points: string[];
  }>;
  groupsLeftOut: number;
}

export interface UsageVerification {
  object: 'usage_verification';
  eventsFrom: string | null;
  meters: Array<{
    meter: string;
    meterKey: string;
    aggregation: MeterAggregation;
    events: number;
    hours: number;
    values: number;
    subjects: number;
    differences: number;
  }>;
  differenceCount: number;
  differences: Array<{
    meterKey: string;
    customer: string;
    feature: string | null;
    subject: string | null;
    hour: string;
    kind: 'figure' | 'value' | 'subject';
    kept: string | null;
    recomputed: string | null;
  }>;
  archives: {
    parts: number;
    damaged: Array<{
      id: string;
      from: string;
      part: number;
      status: 'changed' | 'missing';
    }>;
  };
}

export interface ConsumeRequest {
  customer: string;
  feature: string;
  quantity?: string | undefined;
  eventId: string;
  subject?: string | undefined;
  data?: TrackedData | undefined;
}

export interface Reservation {
  object: 'reservation';
  id: string | null;
  allowed: boolean;
  quantity: string;
  expiresAt: string | null;
  createdAt: string | null;
  entitlement: Standing;
}

export interface ReservationRequest {
  customer: string;
  feature: string;
  quantity: string;
  minimum?: string | undefined;
  subject?: string | undefined;
  data?: TrackedData | undefined;
  key: string;
  expiresInS?: number | undefined;
  onExpiry?: 'release' | 'hold' | undefined;
}

export interface SettleRequest {
  quantity: string;
  eventId: string;
  keep?: string | undefined;
  expiresInS?: number | undefined;
}

export interface SettledReservation {
  object: 'settled_reservation';
  id: string;
  settled: string;
  held: string;
  expiresAt: string;
  createdAt: string;
  entitlement: Standing;
}

export interface AmendEvent {
  event: {
    source: string;
    id: string;
  };
  content: {
    type: string;
    subject: string;
    time: string;
    data?: unknown | undefined;
  };
  reason: string;
}

export interface AssignQuarantine {
  events: string[];
  customer?: string | undefined;
  meter?: string | undefined;
}

export interface BackfillEvents {
  customer: string;
  type: string;
  from: string;
  to: string;
  mode: 'add' | 'replace';
  events: unknown[];
  reason: string;
}

export interface ConfirmAmend {
  event: {
    source: string;
    id: string;
  };
  content: {
    type: string;
    subject: string;
    time: string;
    data?: unknown | undefined;
  };
  reason: string;
  previewToken: string;
}

export interface ConfirmBackfill {
  customer: string;
  type: string;
  from: string;
  to: string;
  mode: 'add' | 'replace';
  events: unknown[];
  reason: string;
  previewToken: string;
}

export interface ConfirmVoid {
  events: Array<{
    source: string;
    id: string;
  }>;
  reason: string;
  previewToken: string;
}

export interface CorrectionPreview {
  object: 'usage_correction_preview';
  voided: number;
  amended: number;
  added: number;
  unchanged: number;
  billed: Array<{
    customer: string;
    customerName: string;
    subscription: string;
    priceName: string;
    period: {
      start: string;
      end: string;
    };
    currency: string;
    quantityBefore: string;
    quantityAfter: string;
    amountBefore: string;
    amountAfter: string;
    outcome: 'credited' | 'charged' | 'debited' | 'deducted' | 'none';
    settled: string;
    deducted: string;
    invoices: Array<{
      id: string;
      number: string;
    }>;
  }>;
  upcoming: Array<{
    customer: string;
    customerName: string;
    subscription: string;
    at: string;
    currency: string;
    totalBefore: string;
    totalAfter: string;
    lines: Array<{
      description: string;
      quantityBefore: string;
      quantityAfter: string;
      amountBefore: string;
      amountAfter: string;
    }>;
  }>;
  token: string;
  expiresAt: string;
}

export interface DiscardQuarantine {
  events: string[];
  reason: string;
}

export interface EventDetail {
  id: string;
  object: 'usage_event_detail';
  source: string;
  type: string;
  customer: string;
  customerName: string;
  time: string;
  countedAt: string;
  data: Record<string, unknown>;
  status: 'counted' | 'voided';
  revision: number;
  readings: Array<{
    meter: string;
    meterKey: string;
    meterName: string;
    quantity: string;
  }>;
  history: Array<{
    kind: 'void' | 'amend' | 'backfill' | 'late';
    revision: number;
    reason: string;
    by: string;
    at: string;
    time: string | null;
    data: Record<string, unknown> | null;
  }>;
  createdAt: string;
}

export interface EventStream {
  id: string;
  object: 'event_stream';
  linesTaken: number;
  counts: {
    accepted: number;
    duplicate: number;
    quarantined: number;
    rejected: number;
  };
  faults: Array<{
    line: number;
    status: 'quarantined' | 'rejected';
    reason: string;
  }>;
  createdAt: string;
  takenAt: string | null;
}

export interface QuarantineOutcome {
  object: 'quarantine_outcome';
  results: Array<{
    id: string;
    status: 'counted' | 'discarded' | 'kept';
    reason?: string | undefined;
  }>;
}

export interface UsageArchive {
  id: string;
  object: 'usage_archive';
  from: string;
  to: string;
  part: number;
  format: 'ndjson' | 'parquet';
  eventCount: number;
  lineCount: number;
  sha256: string;
  byteSize: number;
  status: 'kept' | 'removed';
  createdAt: string;
}

export interface UsageCorrection {
  object: 'usage_correction';
  voided: number;
  amended: number;
  added: number;
  unchanged: number;
  billed: Array<{
    customer: string;
    customerName: string;
    subscription: string;
    priceName: string;
    period: {
      start: string;
      end: string;
    };
    currency: string;
    quantityBefore: string;
    quantityAfter: string;
    amountBefore: string;
    amountAfter: string;
    outcome: 'credited' | 'charged' | 'debited' | 'deducted' | 'none';
    settled: string;
    deducted: string;
    invoices: Array<{
      id: string;
      number: string;
    }>;
  }>;
  upcoming: Array<{
    customer: string;
    customerName: string;
    subscription: string;
    at: string;
    currency: string;
    totalBefore: string;
    totalAfter: string;
    lines: Array<{
      description: string;
      quantityBefore: string;
      quantityAfter: string;
      amountBefore: string;
      amountAfter: string;
    }>;
  }>;
}

export interface VoidEvents {
  events: Array<{
    source: string;
    id: string;
  }>;
  reason: string;
}

export interface CreateGrant {
  feature: string;
  subscription?: string | null | undefined;
  change: RightChange;
  from?: string | undefined;
  until: string;
  reason: string;
}

export interface PlanRightsPreview {
  object: 'plan_rights_preview';
  plan: string;
  subscriptions: number;
  isPartial: boolean;
  changes: Array<{
    feature: string;
    featureName: string;
    effect: 'gained' | 'lost' | 'more' | 'less' | 'other';
    subscriptions: number;
  }>;
  overLimit: Array<{
    customer: string;
    customerName: string;
    feature: string;
    featureName: string;
    used: string;
    limit: string;
  }>;
}

export interface PlanRightsPreviewRequest {
  entitlements: PlanRightDraft[];
}

export interface PlanSuggestion {
  plan: string;
  planName: string;
  isCurrent: boolean;
  currency: string;
  total: string;
  average: string;
  saving: string;
  periods: Array<{
    period: {
      start: string;
      end: string;
    };
    amount: string;
  }>;
  lines: Array<{
    description: string;
    quantity: string;
    amount: string;
  }>;
  aboveLimits: Array<{
    feature: string;
    featureName: string;
    limit: string;
    used: string;
  }>;
}

export interface PlanSuggestions {
  object: 'plan_suggestions';
  customer: string;
  subscription: string | null;
  currentPlan: string | null;
  suggested: string | null;
  isRunning: boolean;
  periods: Array<{
    start: string;
    end: string;
  }>;
  meters: Array<{
    meter: string;
    meterName: string;
    unit: string;
    quantities: string[];
  }>;
  plans: PlanSuggestion[];
}

export type RightChange = {
  kind: 'boolean';
  enabled: boolean;
} | {
  kind: 'configuration';
  value: ConfigurationValue;
} | {
  kind: 'metered';
  mode: 'replace' | 'add';
  limit: string | null;
  poolLimit?: string | null | undefined;
  overage?: Overage | undefined;
};

export interface RightExplanation {
  sources: Array<{
    kind: 'plan' | 'add_on' | 'customer_override' | 'subscription_override' | 'grant';
    id: string;
    name: string;
    quantity: number;
    gives: {
      enabled: boolean | null;
      value: ConfigurationValue | null;
      limit: string | null;
      poolLimit: string | null;
      overage: Overage | null;
    };
    rule: 'base' | 'added' | 'turned_on' | 'last_holds' | 'united' | 'replaced' | 'no_effect';
    after: {
      enabled: boolean | null;
      value: ConfigurationValue | null;
      limit: string | null;
      poolLimit: string | null;
      overage: Overage | null;
    };
    until: string | null;
  }>;
  windowUsage: {
    period: {
      start: string;
      end: string;
    };
    subject: string | null;
    used: string;
    poolUsed: string | null;
  } | null;
  service: {
    state: 'full' | 'in_grace' | 'past_due' | 'limited' | 'suspended' | 'paused' | 'none';
    rule: ServiceRule;
  } | null;
  changesAt: string | null;
}

export interface RightGrant {
  id: string;
  object: 'entitlement_grant';
  customer: string;
  subscription: string | null;
  feature: string;
  featureName: string;
  change: RightChange;
  from: string;
  until: string;
  status: 'ahead' | 'in_force' | 'ended' | 'revoked';
  reason: string;
  by: {
    kind: 'operator' | 'api_key' | 'member' | 'system';
    id: string;
  };
  createdAt: string;
  revokedAt: string | null;
  revokedReason: string | null;
}

export interface RightOverride {
  id: string;
  object: 'entitlement_override';
  customer: string;
  subscription: string | null;
  feature: string;
  featureName: string;
  change: RightChange;
  reason: string;
  by: {
    kind: 'operator' | 'api_key' | 'member' | 'system';
    id: string;
  };
  createdAt: string;
  removedAt: string | null;
  removedReason: string | null;
}

export interface SetOverride {
  feature: string;
  subscription?: string | null | undefined;
  change: RightChange;
  reason: string;
}

export interface SubjectUsage {
  object: 'subject_usage';
  customer: string;
  feature: string;
  featureName: string;
  unit: string;
  period: {
    start: string;
    end: string;
  } | null;
  limit: string | null;
  isPartial: boolean;
  subjects: Array<{
    subject: string;
    used: string;
    eventCount: number;
  }>;
}

export type WithReason = LiftTextStop;

export interface AcceptInvitation {
  token: string;
  name: string;
  password: string;
}

export interface AcceptedInvitation {
  object: 'accepted_invitation';
  email: string;
  organizationName: string;
  role: OperatorRole;
}

export interface ApiKey {
  id: string;
  object: 'api_key';
  kind: 'secret' | 'publishable';
  name: string;
  scopes: Scope[];
  prefix: string;
  last4: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
}

export interface AuditEntry {
  id: string;
  object: 'audit_entry';
  actor: {
    kind: 'operator' | 'api_key' | 'member' | 'system';
    id: string;
    name: string | null;
  };
  action: string;
  objectKind: string;
  objectId: string;
  requestId: string | null;
  details: Record<string, unknown>;
  occurredAt: string;
  sealNumber: number | null;
  createdAt: string;
}

export interface CreateApiKey {
  name: string;
  kind?: 'secret' | 'publishable' | undefined;
  scopes?: Scope[] | undefined;
  expiresAt?: string | null | undefined;
}

export interface CreateTenant {
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  timeZone: string;
  clockAt?: string | undefined;
}

export interface CreatedApiKey {
  id: string;
  object: 'api_key';
  kind: 'secret' | 'publishable';
  name: string;
  scopes: Scope[];
  prefix: string;
  last4: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  secret: string;
}

export interface DocumentSettings {
  legalText: Record<string, string>;
  footer: Record<string, string>;
  appendix: boolean;
  payLink: boolean;
  letterFees: Record<string, string[]>;
  letterDays: number;
}

export interface Invitation {
  id: string;
  object: 'invitation';
  email: string;
  role: 'admin' | 'finance' | 'support' | 'developer' | 'viewer';
  invitedBy: string;
  createdAt: string;
  expiresAt: string;
  acceptedAt: string | null;
  revokedAt: string | null;
}

export interface InviteOperator {
  email: string;
  role: 'admin' | 'finance' | 'support' | 'developer' | 'viewer';
}

export interface Operator {
  id: string;
  object: 'operator';
  name: string;
  email: string;
  role: OperatorRole;
  createdAt: string;
}

export type OperatorRole = 'owner' | 'admin' | 'finance' | 'support' | 'developer' | 'viewer';

export interface PreviewSettings {
  language: 'en' | 'de' | 'fr' | 'nl' | 'es' | 'it';
  settings: {
    documents?: DocumentSettings | undefined;
    brandColour?: string | null | undefined;
    logoFile?: string | null | undefined;
    paymentTermsDays?: number | undefined;
    invoiceConsolidation?: 'as_due' | 'day' | 'month' | undefined;
  };
}

export type Scope = 'customers:read' | 'customers:write' | 'catalog:read' | 'catalog:write' | 'subscriptions:read' | 'subscriptions:write' | 'usage:read' | 'usage:write' | 'entitlements:read' | 'credits:read' | 'credits:write' | 'entitlements:write' | 'invoices:read' | 'invoices:write' | 'payments:read' | 'payments:write' | 'ledger:read' | 'ledger:write' | 'clock:read' | 'clock:write' | 'files:read' | 'files:write' | 'analytics:read' | 'mailbox:read' | 'settings:read' | 'settings:write' | 'exports:read' | 'exports:write' | 'imports:read' | 'imports:write' | 'privacy:read' | 'privacy:write';

export interface Session {
  object: 'session';
  operator: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
  };
  organization: {
    id: string;
    name: string;
  };
  role: OperatorRole;
  tenants: Tenant[];
}

export interface TaxProvider {
  provider: 'stripe_tax';
  regions: string[];
  whenAway: 'hold' | 'fallback' | 'refuse';
  taxCodes: Array<{
    taxCode: string;
    providerCode: string;
  }>;
  defaultCode: string | null;
}

export interface TaxRules {
  country: string;
  registrations: Array<{
    scheme: 'local' | 'oss';
    country: string;
    from: string;
    to: string | null;
  }>;
  supply: 'electronic_service' | 'other_service' | 'goods';
  verification: 'format_only' | 'registry_confirmed';
  consumers: 'destination' | 'origin';
  unknownCountry: 'no_tax' | 'origin';
  registry: {
    validDays: number;
    whenDown: 'charge' | 'trust' | 'hold';
    trustDays: number;
  };
  evidence: 'none' | 'one' | 'two';
  lineRates: Array<{
    taxCode: string;
    country: string;
    rate: string;
  }>;
}

export interface Tenant {
  id: string;
  object: 'tenant';
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  timeZone: string;
  settings: TenantSettings;
  now: string;
  clockFrozen: boolean;
  portalUrl: string;
  createdAt: string;
}

export interface TenantSettings {
  zeroInvoices: 'issue' | 'skip';
  invoiceSeries: string;
  paymentTermsDays: number;
  invoiceConsolidation: 'as_due' | 'day' | 'month';
  taxRates: Record<string, {
    name: string;
    rate: string;
  }>;
  taxBehaviour: 'exclusive' | 'inclusive';
  taxRules: TaxRules | null;
  taxProvider: TaxProvider | null;
  retryDelaysDays: number[];
  usageGraceHours: number;
  serviceGraceDays: number;
  rounding: 'half_away_from_zero' | 'half_even' | 'up' | 'down';
  prorationDays: 'actual' | 'fixed_30';
  prorationChangeDay: 'new_plan' | 'old_plan';
  prorationTerminationDay: 'used' | 'unused';
  discountOrder: 'given' | 'percent_then_fixed';
  discountSplit: 'largest_remainder' | 'remainder_last';
  discountPercent: 'per_line' | 'on_total';
  taxRounding: 'per_category' | 'per_line' | 'precise_once';
  taxInclusiveRounding: 'round_tax' | 'round_net';
  zeroUsage: 'charged' | 'free';
  boundedLastTier: 'bill_covered_units' | 'reject';
  negativeUsage: 'clamp_to_zero' | 'reject';
  eventBounds: 'after_fixed_fee' | 'before_fixed_fee';
  freeEventMinimum: 'not_on_free_events' | 'on_all_events';
  freeAllowance: 'first_limit_ends_it' | 'last_limit_ends_it';
  zeroAmountEvent: 'fixed_and_minimum_apply' | 'free';
  eventInput: 'sum_of_events' | 'each_event';
  minimumSpend: 'last_line_only' | 'every_line';
  splitUnitRounding: 'each_line_alone' | 'cumulative';
  includedUnitsOrder: 'convert_round_then_discount' | 'discount_then_convert';
  priceDiscountOrder: 'before_bounds' | 'after_bounds';
  proratedTiers: 'full_units_pick_tier' | 'prorated_units_pick_tier';
  billingThreshold: string | null;
  lateWindowDays: number;
  lateUsage: LateUsage;
  correctionBilling: 'next_invoice' | 'at_once' | 'debit_note';
  usageRetentionMonths: number | null;
  usageArchiveFormat: 'ndjson' | 'parquet';
  maxBackdateDays: number;
  portal: {
    allowPause: boolean;
  };
  refundLimits: Record<string, string>;
  backupMethod: 'at_once' | 'never';
  fileQuotaBytes: string;
  seller: {
    legalName: string;
    address: string[];
    taxId: string | null;
    email: string | null;
  };
  sellerIdentity: SellerIdentity | null;
  newSubscriptions: 'billhook' | 'stripe';
  reportUsageToStripe: boolean;
  stripePricingTable: {
    id: string;
    publishableKey: string;
  } | null;
  documents: DocumentSettings;
  brandColour: string | null;
  logoFile: string | null;
}

export interface UpdateTenant {
  name?: string | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
  settings?: {
    zeroInvoices?: 'issue' | 'skip' | undefined;
    invoiceSeries?: string | undefined;
    paymentTermsDays?: number | undefined;
    invoiceConsolidation?: 'as_due' | 'day' | 'month' | undefined;
    taxRates?: Record<string, {
      name: string;
      rate: string;
    }> | undefined;
    taxBehaviour?: 'exclusive' | 'inclusive' | undefined;
    taxRules?: TaxRules | null | undefined;
    taxProvider?: TaxProvider | null | undefined;
    retryDelaysDays?: number[] | undefined;
    usageGraceHours?: number | undefined;
    serviceGraceDays?: number | undefined;
    rounding?: 'half_away_from_zero' | 'half_even' | 'up' | 'down' | undefined;
    prorationDays?: 'actual' | 'fixed_30' | undefined;
    prorationChangeDay?: 'new_plan' | 'old_plan' | undefined;
    prorationTerminationDay?: 'used' | 'unused' | undefined;
    discountOrder?: 'given' | 'percent_then_fixed' | undefined;
    discountSplit?: 'largest_remainder' | 'remainder_last' | undefined;
    discountPercent?: 'per_line' | 'on_total' | undefined;
    taxRounding?: 'per_category' | 'per_line' | 'precise_once' | undefined;
    taxInclusiveRounding?: 'round_tax' | 'round_net' | undefined;
    zeroUsage?: 'charged' | 'free' | undefined;
    boundedLastTier?: 'bill_covered_units' | 'reject' | undefined;
    negativeUsage?: 'clamp_to_zero' | 'reject' | undefined;
    eventBounds?: 'after_fixed_fee' | 'before_fixed_fee' | undefined;
    freeEventMinimum?: 'not_on_free_events' | 'on_all_events' | undefined;
    freeAllowance?: 'first_limit_ends_it' | 'last_limit_ends_it' | undefined;
    zeroAmountEvent?: 'fixed_and_minimum_apply' | 'free' | undefined;
    eventInput?: 'sum_of_events' | 'each_event' | undefined;
    minimumSpend?: 'last_line_only' | 'every_line' | undefined;
    splitUnitRounding?: 'each_line_alone' | 'cumulative' | undefined;
    includedUnitsOrder?: 'convert_round_then_discount' | 'discount_then_convert' | undefined;
    priceDiscountOrder?: 'before_bounds' | 'after_bounds' | undefined;
    proratedTiers?: 'full_units_pick_tier' | 'prorated_units_pick_tier' | undefined;
    billingThreshold?: string | null | undefined;
    lateWindowDays?: number | undefined;
    lateUsage?: LateUsage | undefined;
    correctionBilling?: 'next_invoice' | 'at_once' | 'debit_note' | undefined;
    usageRetentionMonths?: number | null | undefined;
    usageArchiveFormat?: 'ndjson' | 'parquet' | undefined;
    maxBackdateDays?: number | undefined;
    portal?: {
      allowPause: boolean;
    } | undefined;
    refundLimits?: Record<string, string> | undefined;
    backupMethod?: 'at_once' | 'never' | undefined;
    fileQuotaBytes?: string | undefined;
    seller?: {
      legalName: string;
      address: string[];
      taxId: string | null;
      email: string | null;
    } | undefined;
    sellerIdentity?: SellerIdentity | null | undefined;
    newSubscriptions?: 'billhook' | 'stripe' | undefined;
    reportUsageToStripe?: boolean | undefined;
    stripePricingTable?: {
      id: string;
      publishableKey: string;
    } | null | undefined;
    documents?: DocumentSettings | undefined;
    brandColour?: string | null | undefined;
    logoFile?: string | null | undefined;
  } | undefined;
}

export interface AdvanceClock {
  to: string;
}

export interface Clock {
  object: 'clock';
  now: string;
  mode: 'real' | 'frozen';
  movable: boolean;
  moving: ClockProgress | null;
  lastMove: ClockProgress | null;
}

export interface ClockProgress {
  from: string;
  to: string;
  at: string;
  percent: number;
  steps: number;
  done: Record<string, number>;
  stopped: boolean;
  fault: string | null;
}

export interface DemoStatus {
  object: 'demo_status';
  state: 'off' | 'waiting' | 'seeding' | 'ready' | 'failed';
  percent: number;
  fault: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  tenants: Array<{
    slug: string;
    name: string;
    state: 'waiting' | 'seeding' | 'ready' | 'failed';
    percent: number;
    step: string;
    now: string | null;
    portalUrl: string;
  }>;
}

export interface StoredFile {
  id: string;
  object: 'file';
  purpose: 'invoice_pdf' | 'logo' | 'upload' | 'export' | 'dispute_evidence' | 'tax_certificate';
  customer: string | null;
  name: string;
  contentType: string;
  byteSize: number;
  sha256: string;
  state: 'pending' | 'clean' | 'deleted';
  createdAt: string;
}

export interface FileLink {
  object: 'file_link';
  url: string;
  expiresAt: string;
}

export interface LedgerTransaction {
  id: string;
  object: 'ledger_transaction';
  sourceKind: string;
  sourceId: string;
  posting: string;
  currency: string;
  occurredAt: string;
  entries: Array<{
    account: string;
    side: 'debit' | 'credit';
    amount: string;
    customer: string | null;
  }>;
  createdAt: string;
}

export interface MailboxMessage {
  id: string;
  object: 'mailbox_message';
  from: string;
  to: string[];
  subject: string;
  preview: string;
  attachments: Array<{
    index: number;
    name: string;
    contentType: string;
    byteSize: number;
  }>;
  createdAt: string;
  text: string | null;
  html: string | null;
}

export interface MailboxRow {
  id: string;
  object: 'mailbox_message';
  from: string;
  to: string[];
  subject: string;
  preview: string;
  attachments: Array<{
    index: number;
    name: string;
    contentType: string;
    byteSize: number;
  }>;
  createdAt: string;
}

export interface Revenue {
  object: 'revenue';
  currency: string;
  currencies: string[];
  asOf: string;
  mrr: string;
  arr: string;
  customers: number;
  activeSubscriptions: number;
  trialingSubscriptions: number;
  pastDueSubscriptions: number;
  cashThisMonth: string;
  refundsThisMonth: string;
  failedPaymentsThisMonth: number;
  openReceivable: string;
  months: Array<{
    month: string;
    mrrStart: string;
    new: string;
    expansion: string;
    contraction: string;
    churn: string;
    reactivation: string;
    mrrEnd: string;
    cash: string;
    activeSubscriptions: number;
  }>;
  plans: Array<{
    key: string;
    name: string;
    activeSubscriptions: number;
    mrr: string;
  }>;
}

export interface TrialBalance {
  object: 'trial_balance';
  asOf: string;
  balanced: boolean;
  accounts: Array<{
    account: string;
    currency: string;
    debit: string;
    credit: string;
    balance: string;
  }>;
  totals: Array<{
    currency: string;
    debit: string;
    credit: string;
    difference: string;
  }>;
}

export interface UploadFields {
  purpose: 'logo' | 'upload' | 'dispute_evidence';
  customer?: string | undefined;
}

export interface CreateBlock {
  kind: 'customer' | 'card' | 'email' | 'email_domain' | 'country' | 'ip_range';
  value: string;
  reason: string;
}

export interface HealthCheck {
  id: string;
  subject: string;
  title: string;
  state: 'ok' | 'attention' | 'problem' | 'off';
  detail: string;
  nextStep: string | null;
  missingEvents: string[];
}

export interface HealthReport {
  object: 'health_report';
  checkedAt: string;
  state: 'ok' | 'attention' | 'problem';
  checks: HealthCheck[];
  secrets: SecretAge[];
}

export interface PaymentBlock {
  id: string;
  object: 'payment_block';
  kind: 'customer' | 'card' | 'email' | 'email_domain' | 'country' | 'ip_range';
  value: string;
  label: string;
  reason: string;
  createdAt: string;
}

export interface PaymentTry {
  id: string;
  object: 'payment_try';
  customer: string;
  customerName: string;
  kind: 'page' | 'method';
  address: string | null;
  amount: string | null;
  currency: string | null;
  verdict: 'allow' | 'flag' | 'refuse';
  reasons: Array<{
    code: string;
    detail: string;
  }>;
  createdAt: string;
}

export interface Payout {
  id: string;
  object: 'payout';
  provider: string;
  providerPayoutId: string;
  amount: string;
  currency: string;
  status: string;
  createdAt: string;
  arrivesAt: string | null;
  movementsTotal: string | null;
  addsUp: boolean | null;
}

export interface PayoutStatement {
  id: string;
  object: 'payout';
  provider: string;
  providerPayoutId: string;
  amount: string;
  currency: string;
  status: string;
  createdAt: string;
  arrivesAt: string | null;
  movementsTotal: string | null;
  addsUp: boolean | null;
  lines: Array<{
    kind: 'charge' | 'charge_failure' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout' | 'payout_failure' | 'adjustment';
    count: number;
    gross: string;
    fee: string;
    net: string;
  }>;
}

export interface ProviderEvent {
  id: string;
  object: 'provider_event';
  provider: string;
  providerEventId: string;
  type: string;
  state: 'stored' | 'done' | 'ignored' | 'quarantined';
  detail: string | null;
  cameBy: 'webhook' | 'poll';
  deliveries: number;
  attempts: number;
  replays: number;
  replayable: boolean;
  createdAt: string;
  lastReceivedAt: string;
  processedAt: string | null;
}

export interface ProviderEventWhole {
  id: string;
  object: 'provider_event';
  provider: string;
  providerEventId: string;
  type: string;
  state: 'stored' | 'done' | 'ignored' | 'quarantined';
  detail: string | null;
  cameBy: 'webhook' | 'poll';
  deliveries: number;
  attempts: number;
  replays: number;
  replayable: boolean;
  createdAt: string;
  lastReceivedAt: string;
  processedAt: string | null;
  headers: Record<string, string>;
  body: string;
  bodySha256: string;
}

export interface ProviderPoll {
  object: 'provider_poll';
  provider: string;
  found: number;
  added: number;
}

export interface ProviderTransaction {
  id: string;
  object: 'provider_transaction';
  provider: string;
  providerTransactionId: string;
  kind: 'charge' | 'charge_failure' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout' | 'payout_failure' | 'adjustment';
  gross: string;
  fee: string;
  net: string;
  currency: string;
  occurredAt: string;
  availableAt: string | null;
  payout: string | null;
  state: 'open' | 'matched' | 'posted' | 'empty';
  reason: string | null;
  explanation: string;
  ageDays: number | null;
  ledgerTransaction: string | null;
  payment: string | null;
  customer: string | null;
  customerName: string | null;
  createdAt: string;
}

export interface Reconciliation {
  object: 'reconciliation';
  provider: string;
  providers: string[];
  reconciledAt: string | null;
  nextAt: string | null;
  fault: string | null;
  openCount: number;
  oldestOpenAt: string | null;
  currencies: Array<{
    currency: string;
    provider: string;
    books: string;
    difference: string;
    open: string;
    unlisted: string;
    unexplained: string;
    openCount: number;
    matchedCount: number;
    unlistedCount: number;
  }>;
}

export interface RiskRules {
  object: 'risk_rules';
  cardsOfCustomer: number | null;
  customersOfCard: number | null;
  triesOfCustomer: number | null;
  triesOfAddress: number | null;
  smallTries: number | null;
  countryMismatch: boolean;
}

export interface RotationPolicy {
  object: 'rotation_policy';
  kind: 'mail' | 'twilio' | 'stripe' | 'paypal' | 'whatsapp' | 'storage' | 'peppol' | 'certificate';
  days: number;
}

export interface SecretAge {
  object: 'secret_age';
  name: string;
  kind: 'mail' | 'twilio' | 'stripe' | 'paypal' | 'whatsapp' | 'storage' | 'peppol' | 'certificate';
  state: 'fresh' | 'due_soon' | 'overdue';
  since: string;
  ageDays: number;
  rotateDays: number;
  dueAt: string;
  expiresAt: string | null;
  enteredExpiresAt: string | null;
}

export interface SetRiskRules {
  cardsOfCustomer: number | null;
  customersOfCard: number | null;
  triesOfCustomer: number | null;
  triesOfAddress: number | null;
  smallTries: number | null;
  countryMismatch: boolean;
}

export interface SetRotation {
  kind: 'mail' | 'twilio' | 'stripe' | 'paypal' | 'whatsapp' | 'storage' | 'peppol' | 'certificate';
  days: number;
}

export interface SetSecretExpiry {
  name: string;
  expiresAt: string | null;
}

export interface WebhookSubscription {
  object: 'webhook_subscription';
  url: string;
  added: string[];
  events: string[];
}

export interface PayPalAccount {
  object: 'paypal_account';
  mode: 'sandbox' | 'test' | 'live' | null;
  clientId: string | null;
  webhookUrl: string;
  webhookEvents: string[];
}

export interface PaymentAccount {
  object: 'payment_account';
  provider: string;
  title: string;
  mode: 'sandbox' | 'test' | 'live' | null;
  publicId: string | null;
  keysFrom: 'server' | 'settings' | null;
  isDefault: boolean;
  methodKinds: MethodKind[];
  supportedKinds: MethodKind[];
}

export interface PaymentProvider {
  object: 'payment_provider';
  provider: 'stripe';
  mode: 'sandbox' | 'test' | 'live' | null;
  webhookUrl: string;
  webhookEvents: string[];
}

export interface PutPayPalAccount {
  mode: 'sandbox' | 'test' | 'live';
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  webhookId?: string | undefined;
}

export interface PutStripeAccount {
  secretKey?: string | undefined;
  webhookSecret?: string | undefined;
}

export interface UpdatePaymentAccount {
  isDefault?: true | undefined;
  methodKinds?: MethodKind[] | undefined;
}

export interface AcceptMemberInvitation {
  token: string;
}

export interface InviteMember {
  email: string;
  role: MemberRole;
}

export interface Member {
  id: string;
  object: 'member';
  customer: string;
  name: string;
  email: string;
  role: MemberRole;
  createdAt: string;
}

export interface MemberInvitation {
  id: string;
  object: 'member_invitation';
  email: string;
  role: MemberRole;
  createdAt: string;
  expiresAt: string;
  acceptedAt: string | null;
}

export type MemberRole = 'owner' | 'admin' | 'manager' | 'employee';

export interface MyCustomer {
  id: string;
  object: 'my_customer';
  name: string;
  role: MemberRole;
  currency: string;
  timeZone: string;
  country: string | null;
  createdAt: string;
}

export interface PortalSession {
  object: 'portal_session';
  seller: Seller;
  user: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
  } | null;
  customers: MyCustomer[];
}

export interface Seller {
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  brandColour: string | null;
  logoUrl: string | null;
  allowsPause: boolean;
  timeZone: string;
  now: string;
}

export interface CustomerOverview {
  object: 'customer_overview';
  customer: Customer;
  currency: string;
  mrr: string;
  openAmount: string;
  openInvoices: number;
  lifetimePaid: string;
  creditBalance: string;
  otherCurrencies: CurrencyAccount[];
  subscriptions: Subscription[];
  usage: MeterStanding[];
  entitlements: Entitlement[];
  paymentMethods: PaymentMethod[];
  members: Member[];
  recentInvoices: InvoiceSummary[];
  recentPayments: Payment[];
  recentEvents: FeedEvent[];
}

export interface Dashboard {
  object: 'dashboard';
  asOf: string;
  customer: {
    id: string;
    name: string;
    currency: string;
    timeZone: string;
  };
  subscriptions: Subscription[];
  nextCharge: {
    at: string;
    currency: string;
    total: string;
    creditApplied: string;
    due: string;
    isEstimate: boolean;
    subscriptions: string[];
    invoices: number;
  } | null;
  charges: Array<{
    at: string;
    currency: string;
    total: string;
    creditApplied: string;
    due: string;
    isEstimate: boolean;
    subscriptions: string[];
  }>;
  meters: MeterStanding[];
  creditBalance: string;
  creditBalances: CurrencyAmount[];
  openInvoices: InvoiceSummary[];
  transferCurrencies: string[];
  paymentMethod: PaymentMethod | null;
  notices: Array<{
    kind: 'trial_ending' | 'past_due' | 'paused' | 'cancel_scheduled' | 'change_scheduled' | 'payment_method_missing' | 'limit_near' | 'limit_reached';
    at: string | null;
    subject: string | null;
    subscription: string | null;
  }>;
}

export interface MemberUsage {
  object: 'member_usage';
  meter: string;
  meterName: string;
  unit: string;
  period: {
    start: string;
    end: string;
  };
  quantity: string;
  eventCount: number;
  previousQuantity: string;
  projection: UsageProjection | null;
  limit: string | null;
  limitOf: string | null;
  limits: Array<{
    subscription: string | null;
    planName: string | null;
    limit: string | null;
  }>;
  points: Array<{
    start: string;
    end: string;
    quantity: string;
  }>;
}

export interface MeterStanding {
  feature: string;
  featureName: string;
  meter: string;
  meterName: string;
  unit: string;
  period: {
    start: string;
    end: string;
  };
  used: string;
  limit: string | null;
  percent: number | null;
  level: 'ok' | 'warning' | 'critical' | 'over';
  overage: Overage;
  resetsAt: string | null;
  subscription: string | null;
}

export interface CustomerTax {
  object: 'customer_tax';
  customer: string;
  provider: 'stripe_tax' | null;
  decision: {
    ground: 'exempt_customer' | 'unknown_country' | 'domestic' | 'reverse_charge' | 'intra_community_goods' | 'one_stop_shop' | 'registered_there' | 'below_threshold' | 'service_at_seller' | 'export_of_goods' | 'outside_scope';
    category: 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | null;
    percent: string | null;
    country: string | null;
    region: string | null;
    exemption: string | null;
    warnings: Array<'registration_missing' | 'rate_unknown' | 'number_of_other_country'>;
  } | null;
  vatNumber: {
    form: 'none' | 'malformed' | 'well_formed';
    state: 'none' | 'malformed' | 'well_formed' | 'confirmed' | 'refused';
    why: 'answered' | 'never_asked' | 'expired' | 'down_charged' | 'down_trusted' | 'down_held' | null;
    answeredAt: string | null;
    consultationNumber: string | null;
    registeredName: string | null;
    registeredAddress: string | null;
    downSince: string | null;
  };
  evidence: {
    state: 'not_needed' | 'agrees' | 'too_few' | 'contradicts';
    pieces: Array<{
      kind: 'billing_address' | 'ip_address' | 'payment_method' | 'sim_card' | 'landline' | 'other';
      country: string;
      detail: string | null;
      source?: 'customer' | 'seller' | 'provider' | 'visit' | undefined;
      seenAt: string | null;
      agrees?: boolean | null | undefined;
    }>;
  };
  isHeld: boolean;
}

export type Jurisdiction = {
  country: string;
  region: string | null;
  level: 'country' | 'state' | 'county' | 'city' | 'district';
  name: string;
} | null;

export interface LocationEvidence {
  kind: 'ip_address' | 'payment_method' | 'sim_card' | 'landline' | 'other';
  country: string;
  detail?: string | undefined;
}

export interface LocationEvidenceList {
  object: 'location_evidence_list';
  customer: string;
  pieces: Array<{
    kind: 'ip_address' | 'payment_method' | 'sim_card' | 'landline' | 'other';
    country: string;
    detail: string | null;
    source: 'seller' | 'provider' | 'visit';
    firstSeenAt: string;
    seenAt: string;
    replacedAt: string | null;
  }>;
}

export interface MyTax {
  object: 'my_tax';
  taxId: string | null;
  state: 'none' | 'malformed' | 'well_formed' | 'confirmed' | 'refused';
  why: 'answered' | 'never_asked' | 'expired' | 'down_charged' | 'down_trusted' | 'down_held' | null;
  registeredName: string | null;
  exemption: string | null;
}

export interface TaxBasis {
  ground: 'exempt_customer' | 'unknown_country' | 'domestic' | 'reverse_charge' | 'intra_community_goods' | 'one_stop_shop' | 'registered_there' | 'below_threshold' | 'service_at_seller' | 'export_of_goods' | 'outside_scope';
  country: string | null;
  region: string | null;
  vatNumber: {
    state: 'none' | 'malformed' | 'well_formed' | 'confirmed' | 'refused';
    why: 'answered' | 'never_asked' | 'expired' | 'down_charged' | 'down_trusted' | 'down_held' | null;
    answeredAt: string | null;
    consultationNumber: string | null;
  };
  evidence: {
    state: 'not_needed' | 'agrees' | 'too_few' | 'contradicts';
    pieces: Array<{
      kind: 'billing_address' | 'ip_address' | 'payment_method' | 'sim_card' | 'landline' | 'other';
      country: string;
      detail: string | null;
      source?: 'customer' | 'seller' | 'provider' | 'visit' | undefined;
      seenAt: string | null;
      agrees?: boolean | null | undefined;
    }>;
  };
}

export interface AcceptTaxCertificate {
  reason?: 'resale' | 'government' | 'nonprofit' | 'education' | 'manufacturing' | 'agriculture' | 'diplomatic' | 'international_organisation' | 'armed_forces' | 'other' | undefined;
  number?: string | null | undefined;
  country?: string | undefined;
  regions?: string[] | undefined;
  validFrom?: string | undefined;
  validTo?: string | null | undefined;
}

export interface CertificateFile {
  id: string;
  object: 'certificate_file';
  name: string;
  createdAt: string;
}

export interface GiveTaxCertificate {
  reason: 'resale' | 'government' | 'nonprofit' | 'education' | 'manufacturing' | 'agriculture' | 'diplomatic' | 'international_organisation' | 'armed_forces' | 'other';
  number?: string | null | undefined;
  country: string;
  regions?: string[] | undefined;
  validFrom: string;
  validTo?: string | null | undefined;
  file?: string | null | undefined;
}

export interface TaxCertificate {
  id: string;
  object: 'tax_certificate';
  customer: string;
  reason: 'resale' | 'government' | 'nonprofit' | 'education' | 'manufacturing' | 'agriculture' | 'diplomatic' | 'international_organisation' | 'armed_forces' | 'other';
  number: string | null;
  country: string;
  regions: string[];
  validFrom: string;
  validTo: string | null;
  file: {
    id: string;
    name: string;
  } | null;
  state: 'to_check' | 'refused' | 'withdrawn' | 'not_yet' | 'valid' | 'expired';
  givenBy: string | null;
  createdAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  why: string | null;
}

export interface UsedCertificate {
  id: string;
  reason: 'resale' | 'government' | 'nonprofit' | 'education' | 'manufacturing' | 'agriculture' | 'diplomatic' | 'international_organisation' | 'armed_forces' | 'other';
  number: string | null;
  country: string;
  regions: string[];
  validFrom: string;
  validTo: string | null;
}

export interface WhyNot {
  why: string;
}

export interface Checkout {
  id: string;
  object: 'checkout';
  purpose: 'subscription' | 'invoice' | 'card' | 'request';
  status: 'creating' | 'open' | 'completed' | 'expired';
  customer: string;
  plan: string | null;
  planName: string | null;
  quantity: number;
  coupon: string | null;
  provider: string;
  currency: string;
  amount: string;
  url: string | null;
  invoice: string | null;
  subscription: string | null;
  methodKind: MethodKind | null;
  isUnderWay: boolean;
  expiresAt: string;
  completedAt: string | null;
  createdAt: string;
}

export interface PayInvoice {
  successUrl: string;
  cancelUrl: string;
  provider?: string | undefined;
}

export interface PaymentOption {
  object: 'payment_option';
  provider: string;
  title: string;
  kinds: MethodKind[];
  isDefault: boolean;
}

export interface PublicCatalogue {
  object: 'public_catalogue';
  seller: Seller;
  currency: string;
  plans: PublicPlan[];
  addOns: PublicPlan[];
  stripePricingTable: {
    id: string;
    publishableKey: string;
  } | null;
}

export interface PublicPlan {
  id: string;
  object: 'public_plan';
  kind: PlanKind;
  key: string;
  name: string;
  description: string;
  family: string;
  rank: number;
  highlights: string[];
  offeredWith: string[];
  versionId: string;
  currency: string;
  currencies: string[];
  trialDays: number;
  prices: Price[];
  entitlements: PlanRight[];
  units: Record<string, string>;
  createdAt: string;
}

export interface PublicPriceAnswer {
  object: 'public_price';
  plan: string;
  currency: string;
  lines: DraftLine[];
  total: string;
  nextTotal: string;
  yearTotal: string | null;
}

export interface PublicPricePreview {
  plan: string;
  quantity?: number | undefined;
  currency?: string | undefined;
  coupon?: string | undefined;
  usage?: Record<string, string> | undefined;
}

export type StartCardCheckout = PayInvoice;

export interface StartCheckout {
  plan: string;
  quantity?: number | undefined;
  coupon?: string | undefined;
  successUrl: string;
  cancelUrl: string;
  provider?: string | undefined;
}

export interface CreateExport {
  kind: ExportKind;
  format?: ExportFormat | undefined;
  from?: string | undefined;
  to?: string | undefined;
  currency?: string | undefined;
  customer?: string | undefined;
}

export interface DataExport {
  id: string;
  object: 'export';
  kind: ExportKind;
  format: ExportFormat;
  from: string | null;
  to: string | null;
  currency: string | null;
  customer: string | null;
  status: ExportStatus;
  fileName: string;
  rowsTotal: number | null;
  rowsDone: number;
  byteSize: number;
  remainingMs: number | null;
  fault: string | null;
  createdBy: string;
  createdAt: string;
  finishedAt: string | null;
  expiresAt: string | null;
}

export type ExportFormat = 'csv' | 'parquet' | 'extf' | 'zip';

export type ExportKind = 'invoices' | 'invoice_lines' | 'payments' | 'ledger' | 'journal' | 'datev' | 'customer';

export interface ExportLink {
  object: 'export_link';
  url: string;
  expiresAt: string;
}

export type ExportStatus = 'queued' | 'running' | 'done' | 'failed' | 'canceled' | 'expired';

export interface AccountingSettings {
  object: 'accounting_settings';
  datev: DatevSettings | null;
  missingAccounts: string[];
}

export interface DatevAccount {
  account: string;
  number: string;
  taxKey: string | null;
}

export interface DatevSettings {
  consultant: number;
  client: number;
  fiscalYearMonth: number;
  accountLength: number;
  chart: string | null;
  fixed: boolean;
  accounts: DatevAccount[];
}

export interface CreateImport {
  kind: ImportKind;
  delimiter?: ',' | ';' | '	' | undefined;
  mapping?: string | undefined;
}

export interface DataImport {
  id: string;
  object: 'import';
  kind: ImportKind;
  fileName: string;
  mapping: Record<string, string>;
  status: ImportStatus;
  rowsTotal: number;
  rowsDone: number;
  counts: {
    create: number;
    change: number;
    same: number;
    refuse: number;
  };
  remainingMs: number | null;
  fault: string | null;
  createdBy: string;
  createdAt: string;
  finishedAt: string | null;
}

export type ImportKind = 'customers' | 'subscriptions';

export interface ImportLine {
  object: 'import_line';
  line: number;
  externalId: string | null;
  outcome: ImportOutcome;
  objectId: string | null;
  fields: string[];
  reasons: string[];
}

export type ImportOutcome = 'create' | 'change' | 'same' | 'refuse';

export type ImportStatus = 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'canceled';
