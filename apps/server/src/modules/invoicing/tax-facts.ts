import type { TaxCertificate } from '@billhook/core/tax/certificates';
import type { QueryCtx } from '../../platform/context.ts';
import {
  type Customer,
  evidenceOf,
  type KeptEvidence,
  type VatNumberRecord,
  vatNumbersOf,
} from '../customers/api.ts';
import { acceptedCertificates } from '../customers/certificates/api.ts';

/** What is known of a customer beside its own data: what the registry said, what says where it is, what frees it of tax. */
export type TaxFacts = {
  record: VatNumberRecord | undefined;
  kept: readonly KeptEvidence[];
  certificates: readonly TaxCertificate[];
};

export const NO_TAX_FACTS: TaxFacts = { record: undefined, kept: [], certificates: [] };

/** Loads the facts of these customers, set-wise; the registry and the evidence only where the seller has rules that use them. */
export async function taxFactsOf(
  ctx: QueryCtx,
  customers: readonly Pick<Customer, 'id' | 'taxId'>[],
): Promise<(customerId: string) => TaxFacts> {
  const { taxRules } = ctx.tenant.settings;
  if (customers.length === 0) return () => NO_TAX_FACTS;
  const ids = customers.map(({ id }) => id);
  const certificates = await acceptedCertificates(ctx, ids);
  const certified = (id: string) => certificates.get(id) ?? [];
  if (taxRules === null) return (id) => ({ ...NO_TAX_FACTS, certificates: certified(id) });
  const numbered = customers.flatMap(({ id, taxId }) => (taxId === null ? [] : [id]));
  const numbers = numbered.length === 0 ? undefined : await vatNumbersOf(ctx, numbered);
  const pieces = await evidenceOf(ctx, ids);
  return (id) => ({
    record: numbers?.get(id),
    kept: pieces.get(id) ?? [],
    certificates: certified(id),
  });
}

/** Those of these customers of whom papers or evidence say something about their tax. */
export async function customersWithPapers(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const certificates = await acceptedCertificates(ctx, customerIds);
  const evidence = ctx.tenant.settings.taxRules === null ? [] : (await evidenceOf(ctx, customerIds)).keys();
  return new Set([...certificates.keys(), ...evidence]);
}
