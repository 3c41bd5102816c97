import type { QueryCtx } from '../../platform/context.ts';
import {
  type Customer,
  evidenceOf,
  type KeptEvidence,
  type VatNumberRecord,
  vatNumbersOf,
} from '../customers/api.ts';

/** What is known of a customer beside its own data: what the registry said, and what says where it is. */
export type TaxFacts = { record: VatNumberRecord | undefined; kept: readonly KeptEvidence[] };

export const NO_TAX_FACTS: TaxFacts = { record: undefined, kept: [] };

/** Loads the facts of these customers, set-wise; asked for only where the seller has rules that use them. */
export async function taxFactsOf(
  ctx: QueryCtx,
  customers: readonly Pick<Customer, 'id' | 'taxId'>[],
): Promise<(customerId: string) => TaxFacts> {
  const { taxRules } = ctx.tenant.settings;
  if (taxRules === null || customers.length === 0) return () => NO_TAX_FACTS;
  const numbered = customers.flatMap(({ id, taxId }) => (taxId === null ? [] : [id]));
  const numbers = numbered.length === 0 ? undefined : await vatNumbersOf(ctx, numbered);
  const pieces = await evidenceOf(
    ctx,
    customers.map(({ id }) => id),
  );
  return (id) => ({ record: numbers?.get(id), kept: pieces.get(id) ?? [] });
}
