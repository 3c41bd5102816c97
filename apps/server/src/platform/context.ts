import type { Instant } from '@billhook/core/time/instant';
import type { NewsKind } from './news.ts';
import type { Sql } from './sql.ts';

/** Who acts. `id` is a TypeID text for people and keys, a process name for the system. */
export type Actor = { kind: 'operator' | 'api_key' | 'member' | 'system'; id: string };

/** The tenant a command works for, as loaded at the start of its transaction. */
export type TenantContext = {
  /** Small integer used inside; the outside knows the TypeID made from `publicId`. */
  id: number;
  publicId: string;
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  timeZone: string;
  settings: TenantSettings;
};

/** The seller's choices that commands read. All have defaults in `tenants.ts`. */
export type UsageArchiveFormat = 'ndjson' | 'parquet';

export type TenantSettings = {
  zeroInvoices: 'issue' | 'skip';
  invoiceSeries: string;
  paymentTermsDays: number;
  /** Whether customers are invoiced as things fall due, or once for all of a day or month; a customer may say otherwise. */
  invoiceConsolidation: 'as_due' | 'day' | 'month';
  /** Tax rate by the customer's country, as a decimal fraction text ("0.19"); a missing country has none. */
  taxRates: Record<string, { name: string; rate: string }>;
  taxBehaviour: 'exclusive' | 'inclusive';
  /** Rules by which tax is chosen, with published rates; null charges what `taxRates` says and asks no registry. */
  taxRules: TaxRules | null;
  /** Whose tax a provider works out, and what happens while it is away; null for nobody's. */
  taxProvider: TaxProviderSettings | null;
  retryDelaysDays: number[];
  /** How long the usage of a period that ended is waited for before it is billed. */
  usageGraceHours: number;
  /** How long after a payment first failed service is in grace; see the rules of each feature. */
  serviceGraceDays: number;
  /** How exact amounts become minor units, parts of periods are counted, discounts split and tax rounded. */
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
  /** What prices do where sellers differ; see `RatingPolicy` of core. */
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
  /** Minor units of unbilled usage at which it is billed inside a period; null for never. */
  billingThreshold: string | null;
  lateWindowDays: number;
  /** What becomes of usage of a time that stands on an invoice, inside the late window. */
  lateUsage: 'quarantine' | 'next_invoice' | 'correct';
  /** Where what a correction of usage costs stands: on the next invoice, or on one of its own. What it saves is a credit note. */
  correctionBilling: 'next_invoice' | 'at_once' | 'debit_note';
  /** Whole months for which events are kept in the database; null for ever. */
  usageRetentionMonths: number | null;
  /** What files older months are written to. */
  usageArchiveFormat: UsageArchiveFormat;
  /** How far back a subscription may start. */
  maxBackdateDays: number;
  /** What customers may do by themselves. */
  portal: { allowPause: boolean };
  /** Minor units, by currency, that one person may give back of one payment; a currency that is missing has no limit. */
  refundLimits: Record<string, string>;
  /** Whether a customer's backup is tried when the default fails, before the failure counts. */
  backupMethod: 'at_once' | 'never';
  fileQuotaBytes: string;
  seller: { legalName: string; address: string[]; taxId: string | null; email: string | null };
  /** What e-invoices say of the seller beside it; null until it is given. */
  sellerIdentity: SellerIdentity | null;
  /** Who computes new subscriptions; those that there are keep theirs. */
  newSubscriptions: 'billhook' | 'stripe';
  /** Whether usage of what Stripe computes is reported to its meters. */
  reportUsageToStripe: boolean;
  stripePricingTable: { id: string; publishableKey: string } | null;
  documents: DocumentSettings;
  brandColour: string | null;
  logoFileId: string | null;
};

/** The seller's part in which tax applies. Days are texts such as `2026-01-31`. */
export type TaxRules = {
  /** Where the seller is established, by ISO 3166-1. */
  country: string;
  registrations: { scheme: 'local' | 'oss'; country: string; from: string; to: string | null }[];
  supply: 'electronic_service' | 'other_service' | 'goods';
  verification: 'format_only' | 'registry_confirmed';
  consumers: 'destination' | 'origin';
  unknownCountry: 'no_tax' | 'origin';
  registry: { validDays: number; whenDown: 'charge' | 'trust' | 'hold'; trustDays: number };
  /** How many pieces must agree on where a consumer of another member state is; with fewer a case is opened. */
  evidence: 'none' | 'one' | 'two';
  /** Rates of tax codes by country, as decimal fractions, for lines whose price has such a code. */
  lineRates: { taxCode: string; country: string; rate: string }[];
};

/** What the seller leaves to a provider of taxes. It goes before rules and rates. */
export type TaxProviderSettings = {
  provider: 'stripe_tax';
  /** Countries (`US`) and regions of them (`CA-QC`) whose customers it is asked about. */
  regions: string[];
  /** While no answer comes: the invoice waits, is issued by the seller's own rules and rates, or is refused. */
  whenAway: 'hold' | 'fallback' | 'refuse';
  /** The provider's names for the seller's own tax codes. */
  taxCodes: { taxCode: string; providerCode: string }[];
  /** For every other tax code; null leaves it to what is set at the provider. */
  defaultCode: string | null;
};

/** The seller as the law wants it on documents. Schemes are those of ISO 6523 (register) and EAS (electronic address). */
export type SellerIdentity = {
  line1: string;
  line2: string | null;
  postalCode: string;
  city: string;
  region: string | null;
  country: string;
  vatId: string | null;
  taxNumber: string | null;
  registration: { scheme: string | null; id: string } | null;
  endpoint: { scheme: string; id: string } | null;
  contact: { name: string; phone: string; email: string } | null;
};

/** What the seller wants of documents. Texts stand by language, such as `de`. */
export type DocumentSettings = {
  legalText: Record<string, string>;
  footer: Record<string, string>;
  /** Whether the PDF of an invoice ends with how each number came about. */
  appendix: boolean;
  /** Whether an invoice that is paid by hand says where. */
  payLink: boolean;
  /** Minor units that a letter asks for beside what is open, by currency: of the first, second and last one. */
  letterFees: Record<string, string[]>;
  /** How long a letter gives. */
  letterDays: number;
};

export type OutboxEvent = {
  /** Such as `invoice.issued`: noun in singular, past participle. */
  type: string;
  objectId: string;
  customerId?: string | undefined;
  /** Plain facts; never a secret. */
  payload: Record<string, unknown>;
};

export type AuditEntry = {
  /** Such as `customer.update`. */
  action: string;
  objectKind: string;
  objectId: string;
  details: Record<string, unknown>;
};

/** Gathers instants at which something that was read changes by the clock alone. */
export class Horizon {
  private readonly instants = new Set<number>();

  add(...instants: readonly (number | null)[]): void {
    for (const at of instants) if (at !== null) this.instants.add(at);
  }

  /** The first of them that lies after an instant; infinity if none does. */
  after(now: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const at of this.instants) if (at > now && at < first) first = at;
    return first;
  }
}

/** Reading context: a query has this and no more. */
export type QueryCtx = {
  sql: Sql;
  tenant: TenantContext;
  actor: Actor;
  requestId: string | null;
  /** Which of their customers a portal's user works for, as the request names it; checked by customers/members. */
  chosenCustomer: string | null;
  /** Business time: the tenant's clock, read once. SQL gets it as a parameter. */
  now: Instant;
  /** Real time: for security, transport, leases, back-off and ids. */
  wallNow: Instant;
  /** Names this process in leases; `app.process_lives` in SQL tells whether the holder of one is gone. */
  processId: bigint;
  /** Where somebody keeps a copy of what is read: until when it holds. */
  horizon?: Horizon | undefined;
};

/** What a statement needs that is sent together with BEGIN, before anything of the tenant is known. */
export type EarlyCtx = { sql: Sql; tenant: { id: number } };

/** A command's context: one transaction, one tenant. It has no network in its type. */
export type CommandCtx = QueryCtx & {
  /** A new UUIDv7 (wall time, cryptographic randomness). */
  newId(): string;
  /** So many of them, each as its sixteen bytes, for rows that only the database needs the ids of. */
  newIds(count: number): Uint8Array;
  /** Which version of the tenant's row the transaction insists on, where it goes by what was seen. */
  tenantMark?: string;
  /** Random bytes for tokens. */
  randomBytes(size: number): Uint8Array;
  /** Publishes outbox rows in this transaction. */
  emit(...events: OutboxEvent[]): void;
  /** Writes an audit row in this transaction. */
  audit(...entries: AuditEntry[]): void;
  /**
   * Says that copies of how these customers stand (used, held, paid by credits; `rights`: what they may do at all) are
   * void from the commit on, or copies of the tenant's `keys`.
   */
  outdate(customers: readonly string[] | 'all', about?: NewsKind): void;
  /**
   * Takes a statement that was sent and whose answer nobody needs: COMMIT is sent behind it without waiting. If it fails,
   * so does the command. Whoever sends it must throw at once where its parameters cannot be written.
   */
  unawaited(sent: Promise<unknown>): void;
  /** Runs after the commit, in this process: wake-ups only, never work that must happen. */
  afterCommit(action: () => void): void;
};
