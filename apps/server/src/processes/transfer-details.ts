import { creditorReference } from '@billhook/core/banking/creditor-reference';
import { epcPayload } from '@billhook/core/banking/epc-code';
import { accountFor } from '../modules/banking/api.ts';
import type { StoredInvoice } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { beingCollected } from './being-collected.ts';

/**
 * How what is left of an invoice is transferred: one that the customer pays, or whose collecting has failed. Null where it
 * is not, or while something else collects it.
 */
export async function transferDetails(ctx: QueryCtx, invoice: StoredInvoice) {
  if (invoice.collection === 'automatic' && invoice.failureCount === 0) return null;
  return (await beingCollected(ctx, [invoice.id])).size > 0 ? null : detailsOf(ctx, invoice);
}

async function detailsOf(ctx: QueryCtx, invoice: StoredInvoice) {
  if (invoice.dueMinor <= 0n || (invoice.status !== 'open' && invoice.status !== 'uncollectible'))
    return null;
  const account = await accountFor(ctx, invoice.currency);
  if (account === undefined) return null;
  const { holder, iban, bic, bankName, currency } = account;
  const reference = creditorReference(invoice.number);
  const scan =
    currency === 'EUR'
      ? epcPayload({ holder, iban, bic, amountMinor: invoice.dueMinor, reference, text: invoice.number })
      : null;
  return {
    object: 'transfer_details' as const,
    holder,
    iban,
    bic,
    bank_name: bankName,
    currency,
    amount: `${invoice.dueMinor}`,
    reference: reference ?? invoice.number,
    scan: scan?.ok ? scan.value : null,
  };
}

/** The same as it is printed on the invoice, whatever is under way at the moment: the document is kept. */
export async function printedTransfer(ctx: QueryCtx, invoice: StoredInvoice) {
  const details = await detailsOf(ctx, invoice);
  if (details === null) return null;
  const { holder, iban, bic, bank_name: bankName, reference, scan } = details;
  return { holder, iban, bic, bankName, reference, scan };
}
