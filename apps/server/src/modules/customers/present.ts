import { iso, isoOrNull } from '../../platform/sql.ts';
import { creditIn } from './credit.ts';
import { presentEInvoice } from './e-invoice.ts';
import { customerId } from './ids.ts';
import type { Customer } from './types.ts';

export function presentCustomer(customer: Customer) {
  return {
    id: customerId(customer.id),
    object: 'customer' as const,
    external_id: customer.externalId,
    name: customer.name,
    email: customer.email,
    currency: customer.currency,
    time_zone: customer.timeZone,
    country: customer.country,
    address: address(customer),
    tax_id: customer.taxId,
    tax_exempt: customer.taxExempt,
    e_invoice: presentEInvoice(customer.eInvoice),
    payment_terms_days: customer.paymentTermsDays,
    invoice_consolidation: customer.invoiceConsolidation,
    pays_by_transfer: customer.paysByTransfer,
    locale: customer.locale,
    metadata: customer.metadata,
    credit_balance: `${creditIn(customer, customer.currency)}`,
    credit_balances: presentCredits(customer),
    parked_at: isoOrNull(customer.parkedAt),
    created_at: iso(customer.createdAt),
    updated_at: iso(customer.updatedAt),
  };
}

function address({ address }: Customer) {
  const { line1, line2, postal_code, city, region } = address;
  return {
    ...(line1 === undefined ? {} : { line1 }),
    ...(line2 === undefined ? {} : { line2 }),
    ...(postal_code === undefined ? {} : { postal_code }),
    ...(city === undefined ? {} : { city }),
    ...(region === undefined ? {} : { region }),
  };
}

/** Every currency that the customer has credit in. */
export function presentCredits({ creditBalances }: Pick<Customer, 'creditBalances'>) {
  return [...creditBalances]
    .filter(([, minor]) => minor > 0n)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([currency, minor]) => ({ currency, amount: `${minor}` }));
}
