import type { InvoiceItemRecord, InvoiceLine, LineTax } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { renderTaxRate } from './coupon.ts';

function renderPricing(line: Pick<InvoiceLine, 'price' | 'product' | 'unitAmount'>): object | null {
  if (line.price === null) return null;
  return {
    price_details: { price: line.price, product: line.product },
    type: 'price_details',
    unit_amount_decimal: line.unitAmount,
  };
}

function renderParent(line: InvoiceLine): object {
  const proration_details = {
    credited_items:
      line.credited?.invoice == null
        ? null
        : { invoice: line.credited.invoice, invoice_line_items: line.credited.lines },
  };
  const { proration, subscription } = line;
  if (line.invoiceItem === null || line.subscriptionItem !== null) {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: line.invoiceItem,
        proration,
        proration_details,
        subscription,
        subscription_item: line.subscriptionItem,
      },
      type: 'subscription_item_details',
    };
  }
  return {
    invoice_item_details: { invoice_item: line.invoiceItem, proration, proration_details, subscription },
    subscription_item_details: null,
    type: 'invoice_item_details',
  };
}

/** A tax as invoices and lines show it. */
export function renderTax(tax: Omit<LineTax, 'inclusive'> & { readonly inclusive: boolean }): object {
  return {
    amount: tax.amount,
    tax_behavior: tax.inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: tax.taxRate },
    taxability_reason: 'standard_rated',
    taxable_amount: tax.taxable,
    type: 'tax_rate_details',
  };
}

/** A line of an invoice as Stripe's API shows it. */
export function renderLine(line: InvoiceLine, invoice: string, currency: string): object {
  return {
    id: line.id,
    object: 'line_item',
    amount: line.amount,
    currency,
    description: line.description,
    discount_amounts: line.discounts.map(({ discount, amount }) => ({ amount, discount })),
    discountable: line.discountable,
    discounts: [],
    invoice,
    livemode: false,
    metadata: line.metadata,
    parent: renderParent(line),
    period: { end: line.periodEnd, start: line.periodStart },
    pretax_credit_amounts: line.discounts.map(({ discount, amount }) => ({
      amount,
      discount,
      type: 'discount',
    })),
    pricing: renderPricing(line),
    quantity: line.quantity,
    quantity_decimal: line.quantity === null ? null : String(line.quantity),
    subscription: line.subscription,
    subtotal: line.amount,
    taxes: line.taxes.map(renderTax),
  };
}

/** An invoice item as Stripe's API shows it. */
export function renderInvoiceItem(item: InvoiceItemRecord, draft: Draft): object {
  const rates = item.taxRates.flatMap((id) => draft.get('tax_rate', id) ?? []);
  return {
    id: item.id,
    object: 'invoiceitem',
    amount: item.amount,
    currency: item.currency,
    customer: item.customer,
    customer_account: null,
    date: item.created,
    description: item.description,
    discountable: item.discountable,
    discounts: [],
    invoice: item.invoice,
    livemode: false,
    metadata: item.metadata,
    net_amount: item.amount,
    parent:
      item.subscription === null
        ? null
        : {
            subscription_details: {
              subscription: item.subscription,
              ...(item.subscriptionItem === null ? {} : { subscription_item: item.subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: { end: item.periodEnd, start: item.periodStart },
    pricing: renderPricing(item),
    proration: item.proration,
    quantity: item.quantity,
    quantity_decimal: String(item.quantity),
    tax_rates: rates.map(renderTaxRate),
    test_clock: null,
  };
}
