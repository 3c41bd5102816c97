import type { customerTax } from '@billhook/contract/schemas/tax';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant } from '@billhook/core/time/instant';
import type { Static } from 'typebox';
import type { QueryCtx } from '../../../platform/context.ts';
import { getCustomer, type VatNumberRecord, vatNumbersOf } from '../../customers/api.ts';
import { type ExplainedTax, explainTax } from '../tax-choice.ts';

type CustomerTax = Static<typeof customerTax>;

const NOT_READ: ExplainedTax['number'] = { state: 'none', country: null };

/** Which tax a customer pays now, and why. Ends with `customer.not_found`. */
export async function getCustomerTax(ctx: QueryCtx, customerId: string): Promise<CustomerTax> {
  const customer = await getCustomer(ctx, customerId);
  const record = (await vatNumbersOf(ctx, [customerId])).get(customerId);
  const { taxRules } = ctx.tenant.settings;
  const found = taxRules === null ? null : explainTax(ctx.tenant, taxRules, customer, ctx.now, record);
  return {
    object: 'customer_tax',
    customer: encodeTypeId('cus', customerId),
    decision: found === null ? null : presentDecision(found.decision),
    vat_number: presentNumber(found, record),
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
