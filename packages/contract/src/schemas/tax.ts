import { Type } from 'typebox';
import { country, id, line, nullable, obj, text, timestamp } from '../common.ts';

/** Why a customer pays the tax that it pays, as it would be decided now. */
export const customerTax = obj({
  object: Type.Literal('customer_tax'),
  customer: id('cus'),
  /** Null where the seller has set no rules of tax: then the rate set for the customer's country is charged. */
  decision: nullable(
    obj({
      ground: Type.Enum([
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
      ]),
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
    state: Type.Enum(['none', 'malformed', 'well_formed', 'confirmed', 'refused']),
    /** Why, where a registry is asked about it. */
    why: nullable(
      Type.Enum(['answered', 'never_asked', 'expired', 'down_charged', 'down_trusted', 'down_held']),
    ),
    answered_at: nullable(timestamp),
    /** The registry's proof of the query. */
    consultation_number: nullable(line(100)),
    registered_name: nullable(line(500)),
    registered_address: nullable(line(1000)),
    down_since: nullable(timestamp),
  }),
});
