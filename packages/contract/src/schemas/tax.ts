import { Type } from 'typebox';
import { country, id, line, nullable, obj, text, timestamp } from '../common.ts';

const taxGround = Type.Enum([
  'exempt_customer',
  'unknown_country',
  'domestic',
  'reverse_charge',
  'intra_community_goods',
  'one_stop_shop',
  'registered_there',
  'below_threshold',
  'service_at_seller',
  'export_of_goods',
  'outside_scope',
]);
/** Who levies a tax, where a provider of taxes worked it out; null for a tax by the seller's own rules and rates. */
export const jurisdiction = nullable(
  obj({
    country,
    /** ISO 3166-2 without the country; null for the country itself. */
    region: nullable(line(20)),
    level: Type.Enum(['country', 'state', 'county', 'city', 'district']),
    name: line(100),
  }),
);
const numberState = Type.Enum(['none', 'malformed', 'well_formed', 'confirmed', 'refused']);
const numberReason = Type.Enum([
  'answered',
  'never_asked',
  'expired',
  'down_charged',
  'down_trusted',
  'down_held',
]);

/** What says where a customer is, and whether it says so: for consumers of other member states alone. */
const evidence = obj({
  state: Type.Enum(['not_needed', 'agrees', 'too_few', 'contradicts']),
  pieces: Type.Array(
    obj({
      kind: Type.Enum(['billing_address', 'ip_address', 'payment_method', 'sim_card', 'landline', 'other']),
      country,
      detail: nullable(line(200)),
      /** Who said so; left out by invoices from before it was kept. */
      source: Type.Optional(Type.Enum(['customer', 'seller', 'provider', 'visit'])),
      /** Null for the address, which is read as it stands. */
      seen_at: nullable(timestamp),
      /** Whether it names the country that the others do; null where none is named more often. */
      agrees: Type.Optional(nullable(Type.Boolean())),
    }),
  ),
});

/** What the tax of an invoice rests on, frozen with it. */
export const taxBasis = obj({
  ground: taxGround,
  country: nullable(country),
  region: nullable(line(20)),
  vat_number: obj({
    state: numberState,
    why: nullable(numberReason),
    answered_at: nullable(timestamp),
    consultation_number: nullable(line(100)),
  }),
  evidence,
});

/** What the customer sees of its own tax number. */
export const myTax = obj({
  object: Type.Literal('my_tax'),
  tax_id: nullable(line(50)),
  /** What it counts for as a VAT number now; `none` also for another kind of tax number. */
  state: numberState,
  why: nullable(numberReason),
  registered_name: nullable(line(500)),
  /** The words that stand on the next invoice where nothing is charged. */
  exemption: nullable(text(500)),
});

/** A piece of evidence that the seller has seen. */
export const locationEvidence = obj({
  kind: Type.Enum(['ip_address', 'payment_method', 'sim_card', 'landline', 'other']),
  country,
  detail: Type.Optional(line(200)),
});

/** What was kept of where a customer is, newest first; of each kind the newest counts. */
export const locationEvidenceList = obj({
  object: Type.Literal('location_evidence_list'),
  customer: id('cus'),
  pieces: Type.Array(
    obj({
      kind: Type.Enum(['ip_address', 'payment_method', 'sim_card', 'landline', 'other']),
      country,
      detail: nullable(line(200)),
      /** The seller, a payment provider, or a visit of the customer itself. */
      source: Type.Enum(['seller', 'provider', 'visit']),
      first_seen_at: timestamp,
      seen_at: timestamp,
      /** When a newer one took its place; null for one that counts. */
      replaced_at: nullable(timestamp),
    }),
  ),
});

/** Why a customer pays the tax that it pays, as it would be decided now. */
export const customerTax = obj({
  object: Type.Literal('customer_tax'),
  customer: id('cus'),
  /** Who works the tax out when an invoice is issued; null for the seller's own rules and rates, which are told below. */
  provider: nullable(Type.Enum(['stripe_tax'])),
  /** Null where the seller has set no rules of tax: then the rate set for the customer's country is charged. */
  decision: nullable(
    obj({
      ground: taxGround,
      /** Of EN 16931; null where no tax is charged and none is named. */
      category: nullable(Type.Enum(['S', 'Z', 'E', 'AE', 'K', 'G', 'O'])),
      /** In percent, such as `25.5`. */
      percent: nullable(line(40)),
      /** Whose tax it is, and the region of it that has a rate of its own. */
      country: nullable(country),
      region: nullable(line(20)),
      /** The words that stand on the document where nothing is charged. */
      exemption: nullable(text(500)),
      warnings: Type.Array(Type.Enum(['registration_missing', 'rate_unknown', 'number_of_other_country'])),
    }),
  ),
  vat_number: obj({
    /** Checked without asking: its form and its check digits. */
    form: Type.Enum(['none', 'malformed', 'well_formed']),
    /** What it counts for now. */
    state: numberState,
    /** Why, where a registry is asked about it. */
    why: nullable(numberReason),
    answered_at: nullable(timestamp),
    /** The registry's proof of the query. */
    consultation_number: nullable(line(100)),
    registered_name: nullable(line(500)),
    registered_address: nullable(line(1000)),
    down_since: nullable(timestamp),
  }),
  evidence,
  /** Whether invoices wait until the registry has answered. */
  is_held: Type.Boolean(),
});
