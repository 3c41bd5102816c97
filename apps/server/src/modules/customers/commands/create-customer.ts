import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { NO_E_INVOICE, readEInvoice } from '../e-invoice.ts';
import { customerId } from '../ids.ts';
import { type CustomerInput, checkCustomerInput } from '../input.ts';
import { idsByExternalId, insertCustomer } from '../repo.ts';
import type { Customer } from '../types.ts';
import { followTaxId } from '../vat/numbers.ts';

/** Adds a customer; what is left out follows the tenant. Refuses with `customer.already_exists`. */
export async function createCustomer(
  ctx: CommandCtx,
  input: CustomerInput & { name: string },
): Promise<Customer> {
  checkCustomerInput(input);
  const customer: Customer = {
    id: ctx.newId(),
    externalId: input.external_id ?? null,
    name: input.name,
    email: input.email ?? null,
    currency: input.currency ?? ctx.tenant.currency,
    timeZone: input.time_zone ?? ctx.tenant.timeZone,
    country: input.country ?? null,
    address: input.address ?? {},
    taxId: input.tax_id ?? null,
    taxExempt: input.tax_exempt ?? false,
    eInvoice: input.e_invoice === undefined ? NO_E_INVOICE : readEInvoice(input.e_invoice),
    paymentTermsDays: input.payment_terms_days ?? null,
    invoiceConsolidation: input.invoice_consolidation ?? null,
    paysByTransfer: input.pays_by_transfer ?? false,
    locale: input.locale ?? 'en',
    metadata: input.metadata ?? {},
    creditBalances: new Map(),
    parkedAt: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
  const added = await insertCustomer(ctx, customer);
  if (!added) await refuseTaken(ctx, input.external_id ?? '');
  await followTaxId(ctx, customer.id, null, customer.taxId);
  ctx.emit({ type: 'customer.created', objectId: customer.id, customerId: customer.id, payload: {} });
  ctx.audit({
    action: 'customer.create',
    objectKind: 'customer',
    objectId: customerId(customer.id),
    details: { fields: Object.keys(input) },
  });
  return customer;
}

/** Says who has the external id, so that the caller can go on with that customer. */
export async function refuseTaken(ctx: CommandCtx, externalId: string): Promise<never> {
  const holder = (await idsByExternalId(ctx, [externalId])).get(externalId);
  refuse('customer.already_exists', `The external id ${externalId} belongs to another customer.`, {
    faults: [{ pointer: '/external_id', code: 'external_id.taken', detail: 'This external id is taken.' }],
    facts: holder === undefined ? {} : { conflicting_id: customerId(holder) },
  });
}
