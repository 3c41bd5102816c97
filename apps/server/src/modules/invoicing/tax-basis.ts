import type { taxBasis } from '@billhook/contract/schemas/tax';
import type { TaxCertificate } from '@billhook/core/tax/certificates';
import { vatPlace } from '@billhook/core/tax/vat-regions';
import { formatInstant } from '@billhook/core/time/instant';
import type { Static } from 'typebox';
import type { QueryCtx } from '../../platform/context.ts';
import {
  addressOf,
  certificateAtProvider,
  certificateFor,
  type ExplainedTax,
  explainTax,
  type TaxedCustomer,
} from './tax-choice.ts';
import { type TaxFacts, taxFactsOf } from './tax-facts.ts';
import { isLeftToProvider } from './tax-provider/question.ts';

export type TaxBasis = Static<typeof taxBasis>;

/**
 * What the tax of these customers rests on now, in the form in which an invoice keeps it; null where the seller has set
 * no rules. Under the lock of the customers it is what the tax was decided by.
 */
export async function taxBasesOf(
  ctx: QueryCtx,
  customers: readonly (TaxedCustomer & { id: string })[],
): Promise<(customer: TaxedCustomer & { id: string }) => TaxBasis | null> {
  const { taxRules } = ctx.tenant.settings;
  if (taxRules === null) return () => null;
  const factsOf = await taxFactsOf(ctx, customers);
  return (customer) => {
    const facts = factsOf(customer.id);
    return basisOf(customer, explainTax(ctx.tenant, taxRules, customer, ctx.now, facts), facts);
  };
}

/** What the tax of one invoice rests on, and by which certificate it charges none. */
export type TaxGrounds = { basis: TaxBasis | null; certificate: TaxCertificate | null };

/**
 * As `taxBasesOf`, with the certificates. What a provider worked out rests on its answer, which stands on the document
 * itself, and on what it was told.
 */
export async function taxGroundsOf(
  ctx: QueryCtx,
  customers: readonly (TaxedCustomer & { id: string })[],
): Promise<(customer: TaxedCustomer & { id: string }, isQuoted: boolean) => TaxGrounds> {
  const { tenant, now } = ctx;
  const factsOf = await taxFactsOf(ctx, customers);
  return (customer, isQuoted) => {
    const facts = factsOf(customer.id);
    if (isQuoted) {
      const told = customer.taxExempt ? null : certificateAtProvider(tenant, customer, now, facts);
      return { basis: null, certificate: told };
    }
    const { taxRules } = tenant.settings;
    if (taxRules === null) return { basis: null, certificate: certificateFor(tenant, customer, now, facts) };
    const found = explainTax(tenant, taxRules, customer, now, facts);
    return { basis: basisOf(customer, found, facts), certificate: found.decision.certificate ?? null };
  };
}

/** Customers whose invoice waits, because its tax hangs on an answer that the registry has not given. */
export async function heldByTax(
  ctx: QueryCtx,
  customers: readonly (TaxedCustomer & { id: string })[],
): Promise<ReadonlySet<string>> {
  const { taxRules, taxProvider } = ctx.tenant.settings;
  if (taxRules?.registry.whenDown !== 'hold') return new Set();
  const factsOf = await taxFactsOf(ctx, customers);
  const isHeld = (customer: TaxedCustomer & { id: string }) =>
    !isLeftToProvider(taxProvider, { address: {}, ...customer }) &&
    explainTax(ctx.tenant, taxRules, customer, ctx.now, factsOf(customer.id)).isHeld;
  return new Set(customers.filter(isHeld).map(({ id }) => id));
}

function basisOf(customer: TaxedCustomer, found: ExplainedTax, facts: TaxFacts): TaxBasis {
  const { ground, country, region } = found.decision;
  const answer = facts.record?.answer ?? null;
  return {
    ground,
    country,
    region,
    vat_number: {
      state: found.worth?.state ?? found.number.state,
      why: found.worth?.why ?? null,
      answered_at: answer === null ? null : formatInstant(answer.answeredAt),
      consultation_number: answer?.consultationNumber ?? null,
    },
    evidence: presentEvidence(customer, found, facts),
  };
}

/** The pieces and what they say; none are told where nothing needs to be proved. */
export function presentEvidence(
  customer: Pick<TaxedCustomer, 'country'>,
  { evidence }: Pick<ExplainedTax, 'evidence'>,
  { kept }: TaxFacts,
): TaxBasis['evidence'] {
  if (evidence === null) return { state: 'not_needed', pieces: [] };
  const said = 'country' in evidence ? evidence.country : null;
  const agrees = (country: string) => (said === null ? null : vatPlace(country, null).country === said);
  const own = addressOf(customer).map(({ kind, country }) => {
    return {
      kind,
      country,
      detail: null,
      source: 'customer' as const,
      seen_at: null,
      agrees: agrees(country),
    };
  });
  const seen = kept.map(({ kind, country, detail, source, seenAt }) => {
    return {
      kind: kind as TaxBasis['evidence']['pieces'][number]['kind'],
      country,
      detail,
      source,
      seen_at: formatInstant(seenAt),
      agrees: agrees(country),
    };
  });
  return { state: evidence.state, pieces: [...own, ...seen] };
}
