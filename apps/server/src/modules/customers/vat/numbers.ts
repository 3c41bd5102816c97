import { formatVatNumber, isInVies, parseVatNumber, type VatNumber } from '@billhook/core/tax/vat-number';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { forgetNumber, noteNumber, recordsOf, type VatNumberRecord } from './repo.ts';

export type { VatNumberRecord } from './repo.ts';

/** The number of a customer that a registry can be asked about; null for any other tax number. */
export function registeredNumber(taxId: string | null): VatNumber | null {
  if (taxId === null) return null;
  const number = parseVatNumber(taxId);
  return number.ok && isInVies(number.value) ? number.value : null;
}

/** After a customer's tax number was set or changed: the registry is to be asked about it, or no more. */
export async function followTaxId(
  ctx: CommandCtx,
  customerId: string,
  before: string | null,
  after: string | null,
): Promise<void> {
  if (before === after) return;
  const number = registeredNumber(after);
  if (number !== null) await noteNumber(ctx, customerId, formatVatNumber(number));
  else if (before !== null) await forgetNumber(ctx, customerId);
}

/** What the registry said about the numbers of these customers, by customer. */
export async function vatNumbersOf(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, VatNumberRecord>> {
  const records = await recordsOf(ctx, customerIds);
  return new Map(records.map((record) => [record.customerId, record]));
}
