import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { readEInvoice } from '../e-invoice.ts';
import { customerId } from '../ids.ts';
import { type CustomerInput, checkCustomerInput } from '../input.ts';
import { idsByExternalId, isErasedRow, lockCustomerRows, updateCustomerRow } from '../repo.ts';
import type { Customer } from '../types.ts';
import { followTaxId } from '../vat/numbers.ts';
import { refuseTaken } from './create-customer.ts';

/**
 * Changes what is named and leaves the rest. The currency is fixed once something was bought or credited.
 * Refuses with `customer.not_found`, `customer.already_exists`, `customer.currency_fixed`.
 *
 * @param isBound says whether the customer has subscriptions or invoices, which this module does not know
 */
export async function updateCustomer(
  ctx: CommandCtx,
  id: string,
  patch: CustomerInput,
  isBound: (ctx: CommandCtx, customerId: string) => Promise<boolean>,
): Promise<Customer> {
  checkCustomerInput(patch);
  const [found] = await lockCustomerRows(ctx, [id]);
  const before = found ?? refuse('customer.not_found', 'There is no such customer.');
  if (await isErasedRow(ctx, id)) refuse('customer.not_found', 'This customer was erased.');
  const after = merge(before, patch, ctx);
  if (after.currency !== before.currency && (hasCredit(before) || (await isBound(ctx, id)))) {
    refuse('customer.currency_fixed', `The customer is billed in ${before.currency}.`, {
      faults: [{ pointer: '/currency', code: 'currency.fixed', detail: `This stays ${before.currency}.` }],
    });
  }
  if (after.externalId !== null && after.externalId !== before.externalId) {
    if ((await idsByExternalId(ctx, [after.externalId])).size > 0) await refuseTaken(ctx, after.externalId);
  }
  await updateCustomerRow(ctx, after);
  await followTaxId(ctx, id, before.taxId, after.taxId);
  const fields = Object.keys(patch);
  ctx.emit({ type: 'customer.updated', objectId: id, customerId: id, payload: { fields } });
  ctx.audit({
    action: 'customer.update',
    objectKind: 'customer',
    objectId: customerId(id),
    details: { fields },
  });
  return after;
}

function merge(before: Customer, patch: CustomerInput, ctx: CommandCtx): Customer {
  return {
    ...before,
    name: patch.name ?? before.name,
    externalId: patch.external_id === undefined ? before.externalId : patch.external_id,
    email: patch.email === undefined ? before.email : patch.email,
    currency: patch.currency ?? before.currency,
    timeZone: patch.time_zone ?? before.timeZone,
    country: patch.country === undefined ? before.country : patch.country,
    address: patch.address ?? before.address,
    taxId: patch.tax_id === undefined ? before.taxId : patch.tax_id,
    taxExempt: patch.tax_exempt ?? before.taxExempt,
    eInvoice: patch.e_invoice === undefined ? before.eInvoice : readEInvoice(patch.e_invoice),
    paysByTransfer: patch.pays_by_transfer ?? before.paysByTransfer,
    paymentTermsDays:
      patch.payment_terms_days === undefined ? before.paymentTermsDays : patch.payment_terms_days,
    invoiceConsolidation:
      patch.invoice_consolidation === undefined ? before.invoiceConsolidation : patch.invoice_consolidation,
    locale: patch.locale ?? before.locale,
    metadata: patch.metadata ?? before.metadata,
    updatedAt: ctx.now,
  };
}

function hasCredit({ creditBalances }: Customer): boolean {
  return [...creditBalances.values()].some((minor) => minor > 0n);
}
