import type { PriceModel } from '@billhook/core/catalog/price';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';

/** A price model as stored and as on the wire: amounts are integer strings, unit prices decimal strings. */
export type ModelJson =
  | { model: 'flat'; amount: string }
  | { model: 'per_unit'; unit_amount: string; per: string }
  | {
      model: 'graduated';
      per: string;
      tiers: { up_to: string | null; unit_amount: string; flat_amount: string }[];
    };

export function modelToJson(model: PriceModel): ModelJson {
  switch (model.kind) {
    case 'flat':
      return { model: 'flat', amount: `${model.amountMinor}` };
    case 'per_unit':
      return { model: 'per_unit', unit_amount: formatDecimal12(model.unitPrice), per: `${model.per}` };
    case 'graduated':
      return {
        model: 'graduated',
        per: `${model.per}`,
        tiers: model.tiers.map((tier) => ({
          up_to: tier.upTo === null ? null : formatDecimal12(tier.upTo),
          unit_amount: formatDecimal12(tier.unitPrice),
          flat_amount: `${tier.flatMinor}`,
        })),
      };
  }
}

/** Reads a model that this module has stored itself. */
export function modelFromJson(json: ModelJson): PriceModel {
  switch (json.model) {
    case 'flat':
      return { kind: 'flat', amountMinor: BigInt(json.amount) };
    case 'per_unit':
      return { kind: 'per_unit', unitPrice: stored(json.unit_amount), per: BigInt(json.per) };
    case 'graduated':
      return {
        kind: 'graduated',
        per: BigInt(json.per),
        tiers: json.tiers.map((tier) => ({
          upTo: tier.up_to === null ? null : stored(tier.up_to),
          unitPrice: stored(tier.unit_amount),
          flatMinor: BigInt(tier.flat_amount),
        })),
      };
  }
}

function stored(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'A stored decimal reads back.');
  return value.value;
}

/** A decimal as PostgreSQL prints `numeric(38,12)`, with all its places. */
export function decimalFromNumeric(text: string): Decimal12 {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return stored(trimmed === '-0' ? '0' : trimmed);
}
