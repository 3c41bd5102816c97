import type { customerTax, locationEvidenceList, myTax } from '@billhook/contract/schemas/tax';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant } from '@billhook/core/time/instant';
import type { Static } from 'typebox';
import type { QueryCtx } from '../../../platform/context.ts';
import { evidenceEver, getCustomer, type VatNumberRecord } from '../../customers/api.ts';
import { presentEvidence } from '../tax-basis.ts';
import { type ExplainedTax, explainTax } from '../tax-choice.ts';
import { taxFactsOf } from '../tax-facts.ts';
import { isLeftToProvider } from '../tax-provider/question.ts';

type CustomerTax = Static<typeof customerTax>;

const NOT_READ: ExplainedTax['number'] = { state: 'none', country: null };

/** Which tax a customer pays now, and why. Ends with `customer.not_found`. */
export async function getCustomerTax(ctx: QueryCtx, customerId: string): Promise<CustomerTax> {
  const customer = await getCustomer(ctx, customerId);
  const facts = (await taxFactsOf(ctx, [customer]))(customerId);
  const { taxRules, taxProvider } = ctx.tenant.settings;
  const found = taxRules === null ? null : explainTax(ctx.tenant, taxRules, customer, ctx.now, facts);
  return {
    object: 'customer_tax',
    customer: encodeTypeId('cus', customerId),
    provider: isLeftToProvider(taxProvider, customer) ? taxProvider.provider : null,
    decision: found === null ? null : presentDecision(found.decision),
    vat_number: presentNumber(found, facts.record),
    evidence: presentEvidence(customer, found ?? { evidence: null }, facts),
    is_held: found?.isHeld ?? false,
  };
}

function presentDecision({ ground, rate, country, region, warnings }: ExplainedTax['decision']) {
  return {
    ground,
    category: rate?.category ?? null,
    percent: rate === null ? null : formatDecimal12(rate.percent),
    country,
    region,
    exemption: rate?.exemption?.text ?? null,
    warnings: [...warnings],
  };
}

function presentNumber(
  found: ExplainedTax | null,
  record: VatNumberRecord | undefined,
): CustomerTax['vat_number'] {
  const { number, worth } = found ?? { number: NOT_READ, worth: null };
  const answer = record?.answer ?? null;
  return {
    form: number.state,
    state: worth?.state ?? number.state,
    why: worth?.why ?? null,
    answered_at: answer === null ? null : formatInstant(answer.answeredAt),
    consultation_number: answer?.consultationNumber ?? null,
    registered_name: record?.registeredName ?? null,
    registered_address: record?.registeredAddress ?? null,
    down_since: record === undefined || record.downSince === null ? null : formatInstant(record.downSince),
  };
}

/** What the customer itself sees of its tax number. Without rules of tax it is kept and counts for nothing here. */
export async function getMyTax(ctx: QueryCtx, customerId: string): Promise<Static<typeof myTax>> {
  const { taxId } = await getCustomer(ctx, customerId);
  const { decision, vat_number } = await getCustomerTax(ctx, customerId);
  const { state, why, registered_name } = vat_number;
  return {
    object: 'my_tax',
    tax_id: taxId,
    state,
    why,
    registered_name,
    exemption: decision?.exemption ?? null,
  };
}

/** Everything that was kept of where a customer is, with the pieces that do not count any more. Ends with `customer.not_found`. */
export async function listEvidence(
  ctx: QueryCtx,
  customerId: string,
): Promise<Static<typeof locationEvidenceList>> {
  await getCustomer(ctx, customerId);
  const pieces = await evidenceEver(ctx, customerId);
  return {
    object: 'location_evidence_list',
    customer: encodeTypeId('cus', customerId),
    pieces: pieces.map(({ kind, country, detail, source, seenAt, firstSeenAt, replacedAt }) => ({
      kind: kind as Static<typeof locationEvidenceList>['pieces'][number]['kind'],
      country,
      detail,
      source,
      first_seen_at: formatInstant(firstSeenAt),
      seen_at: formatInstant(seenAt),
      replaced_at: replacedAt === null ? null : formatInstant(replacedAt),
    })),
  };
}
