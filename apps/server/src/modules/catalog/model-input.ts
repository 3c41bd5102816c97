import type { PriceModel, Tier } from '@billhook/core/catalog/price';
import { DECIMAL12_ZERO, type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { FaultList } from './faults.ts';

/** A price model as a seller writes it. Amounts are integer strings, unit prices decimal strings. */
export type ModelInput =
  | { model: 'flat'; amount: string }
  | { model: 'per_unit'; unit_amount: string; per?: string | undefined }
  | {
      model: 'graduated';
      per?: string | undefined;
      tiers: readonly { up_to: string | null; unit_amount: string; flat_amount?: string | undefined }[];
    };

/** Reads a model; a figure that cannot be read counts as zero and adds a fault. */
export function readModel(input: ModelInput, faults: FaultList): PriceModel {
  switch (input.model) {
    case 'flat':
      return { kind: 'flat', amountMinor: readWhole(input.amount, '/amount', faults) };
    case 'per_unit':
      return {
        kind: 'per_unit',
        unitPrice: readDecimal(input.unit_amount, '/unit_amount', faults),
        per: readWhole(input.per ?? '1', '/per', faults),
      };
    case 'graduated':
      return {
        kind: 'graduated',
        per: readWhole(input.per ?? '1', '/per', faults),
        tiers: input.tiers.map((tier, index): Tier => {
          const below = faults.below(`/tiers/${index}`);
          return {
            upTo: tier.up_to === null ? null : readDecimal(tier.up_to, '/up_to', below),
            unitPrice: readDecimal(tier.unit_amount, '/unit_amount', below),
            flatMinor: readWhole(tier.flat_amount ?? '0', '/flat_amount', below),
          };
        }),
      };
  }
}

export function readDecimal(text: string, pointer: string, faults: FaultList): Decimal12 {
  const value = parseDecimal12(text);
  if (value.ok) return value.value;
  faults.add(pointer, value.refusal.code, value.refusal.detail);
  return DECIMAL12_ZERO;
}

function readWhole(text: string, pointer: string, faults: FaultList): bigint {
  if (/^-?(?:0|[1-9][0-9]{0,17})$/.test(text)) return BigInt(text);
  faults.add(pointer, 'figure.malformed', 'This is a whole number written as text, such as 2900.');
  return 0n;
}
