import { quotedTaxes } from '../tax/spread-quote.ts';
import type { TaxQuote } from '../tax/tax-quote.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import type {
  InvoiceAdjustment,
  InvoiceLine,
  InvoiceStatus,
  InvoiceTotals,
  IssuedInvoice,
} from './invoice.ts';
import type { ProposedLine } from './line.ts';
import { byTime } from './line-order.ts';
import type { BillingSettings } from './settings.ts';
import { type TaxableAmount, type TaxChoice, type TaxedAmount, taxLines } from './tax.ts';
import { totalsOf } from './totals.ts';

/** An allowance or a charge on the document as a whole. */
export interface NewAdjustment extends TaxableAmount {
  readonly kind: 'allowance' | 'charge';
  readonly description: string;
  /** More than 0 for both kinds. */
  readonly amountMinor: bigint;
}

/** Everything of an invoice beside its lines. */
export interface InvoiceHead {
  readonly now: Instant;
  readonly invoiceId: string;
  readonly customer: {
    readonly id: string;
    readonly currency: IssuedInvoice['currency'];
    readonly creditBalanceMinor: bigint;
  };
  readonly taxChoice: TaxChoice;
  /** What a provider worked out for these very lines; it goes before the choice. */
  readonly quote?: TaxQuote;
  readonly settings: BillingSettings;
  readonly adjustments?: readonly NewAdjustment[];
  /** The voided invoice that this one takes the place of. */
  readonly replacesInvoiceId?: string;
}

/** Puts lines on an invoice: orders, taxes and totals them, and uses up customer credit. */
export function assembleInvoice(head: InvoiceHead, proposed: readonly ProposedLine[]): IssuedInvoice {
  const { settings, customer, taxChoice } = head;
  const lines = [...proposed].sort(byTime);
  const extras = head.adjustments ?? [];
  const signed = extras.map((extra) => ({
    ...extra,
    amountMinor: extra.kind === 'allowance' ? -extra.amountMinor : extra.amountMinor,
  }));
  const taxable = withQuote([...lines, ...signed], head.quote);
  const tax = taxLines(taxable, taxChoice, settings.tax);
  const totals = totalsOf(tax.amounts, customer.creditBalanceMinor);
  const taxed = (at: number) => tax.amounts[at] as TaxedAmount;
  return {
    id: head.invoiceId,
    customerId: customer.id,
    currency: customer.currency,
    status: statusOf(totals, settings),
    issuedAt: head.now,
    dueAt: addMs(head.now, settings.paymentTermsDays * MS_PER_DAY),
    taxMode: taxChoice.mode,
    lines: lines.map((line, index): InvoiceLine => {
      const { netMinor, taxMinor, rate, taxes } = taxed(index);
      return { ...line, position: index + 1, netMinor, taxMinor, taxRateId: rate?.id ?? null, taxes };
    }),
    adjustments: signed.map(({ kind, description, amountMinor, taxCode }, index): InvoiceAdjustment => {
      const { netMinor, taxMinor, taxes } = taxed(lines.length + index);
      const position = lines.length + index + 1;
      return { position, kind, description, amountMinor, taxCode, netMinor, taxMinor, taxes };
    }),
    taxes: tax.subtotals,
    totals,
    ...(head.quote === undefined ? {} : { quote: head.quote }),
    policies: { tax: settings.tax, discounts: settings.discounts },
    replacesInvoiceId: head.replacesInvoiceId ?? null,
  };
}

function withQuote(amounts: readonly TaxableAmount[], quote: TaxQuote | undefined): readonly TaxableAmount[] {
  if (quote === undefined) return amounts;
  const taxes = quotedTaxes(amounts, quote);
  return amounts.map(({ amountMinor, taxCode }, at) => {
    return { amountMinor, taxCode, quotedTaxes: taxes[at] ?? [] };
  });
}

function statusOf(totals: InvoiceTotals, settings: BillingSettings): InvoiceStatus {
  if (totals.totalMinor === 0n && settings.zeroInvoices === 'skip') return 'skipped';
  return totals.dueMinor === 0n ? 'paid' : 'open';
}
