import type { customerEInvoice } from '@billhook/contract/schemas/e-invoices';
import type { Static } from 'typebox';
import type { CustomerEInvoice } from './types.ts';

type Sent = Static<typeof customerEInvoice>;

/** A customer of whom nothing was said: the PDF with the file inside. */
export const NO_E_INVOICE: CustomerEInvoice = {
  format: 'factur_x',
  legalName: null,
  registration: null,
  endpoint: null,
  buyerReference: null,
  orderReference: null,
};

export function readEInvoice(sent: Sent): CustomerEInvoice {
  const { legal_name: legalName, buyer_reference, order_reference, ...rest } = sent;
  return { ...rest, legalName, buyerReference: buyer_reference, orderReference: order_reference };
}

export function presentEInvoice({
  legalName,
  buyerReference,
  orderReference,
  ...rest
}: CustomerEInvoice): Sent {
  return {
    ...rest,
    legal_name: legalName,
    buyer_reference: buyerReference,
    order_reference: orderReference,
  };
}
