import type { Invoice, InvoiceLine } from '@billhook/sdk/generated/types';
import { formatPercent } from '@billhook/ui/format';
import { countryLine, InvoiceDocument } from '@billhook/ui/invoice-document';
import { TextLink } from '@billhook/ui/link';
import { useLocale } from '@billhook/ui/locale';
import { Quantity } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import { linePrice } from '@billhook/ui/unit-price';
import { INVOICE_STATUS } from '../../lib/words.ts';
import { Explanation } from './explanation.tsx';

function discountedOf({ gross, discounts }: InvoiceLine) {
  if (discounts.length === 0) return undefined;
  return {
    grossMinor: gross,
    by: discounts.map(({ coupon, amount }) => ({ name: coupon, amountMinor: amount })),
  };
}

function deductionsOf(invoice: Invoice) {
  const notes = invoice.creditNotes.filter(({ status }) => status === 'issued');
  const reduced = notes.reduce((sum, note) => sum + BigInt(note.reducedDue), 0n);
  return [
    ...(invoice.creditApplied === '0'
      ? []
      : [{ label: 'Paid from credit', amountMinor: `-${invoice.creditApplied}` }]),
    ...(reduced === 0n ? [] : [{ label: 'Credit notes', amountMinor: `-${reduced}` }]),
    ...(invoice.paid === '0' ? [] : [{ label: 'Paid', amountMinor: `-${invoice.paid}` }]),
    ...(invoice.refunded === '0' ? [] : [{ label: 'Refunded', amountMinor: invoice.refunded }]),
    ...(invoice.voidedAt ? [{ label: 'Voided', amountMinor: `-${invoice.total}` }] : []),
  ];
}

/** A debit note says which invoice it raises, and why. */
function raisedOf({ raises, raisesNumber, raiseReason }: Invoice) {
  if (raises === null) return {};
  return {
    kind: 'debit_note' as const,
    refersTo: <TextLink href={`/invoices/${raises}`}>{raisesNumber}</TextLink>,
    notes: raiseReason,
  };
}

/** The frozen document, each line with its explanation. */
export function InvoiceView({ invoice }: { invoice: Invoice }) {
  const { locale } = useLocale();
  const { tone, word } = INVOICE_STATUS[invoice.status];
  const { seller, buyer } = invoice;
  const mail = (address: string | null) => (address === null ? [] : [address]);
  return (
    <InvoiceDocument
      number={invoice.number}
      {...raisedOf(invoice)}
      status={<Status tone={tone}>{word}</Status>}
      seller={{
        name: seller.legalName,
        lines: [...seller.address, ...mail(seller.email)],
        taxId: seller.taxId ?? undefined,
      }}
      buyer={{
        name: buyer.name,
        lines: [...buyer.address, ...countryLine(buyer.country), ...mail(buyer.email)],
        taxId: buyer.taxId ?? undefined,
      }}
      issuedOn={invoice.issuedAt}
      dueOn={invoice.dueAt}
      currency={invoice.currency}
      lines={invoice.lines.map((line) => ({
        id: line.id,
        description: line.description,
        period: { ...line.period, timeZone: line.explanation.timeZone },
        quantity: (
          <Quantity
            value={line.quantity}
            // What is charged once is counted in nothing.
            unit={line.kind === 'one_off' ? undefined : line.unit}
            maximumFractionDigits={6}
          />
        ),
        ...linePrice(line.explanation.tiers, line.currency, locale),
        discounted: discountedOf(line),
        amountMinor: line.amount,
        explanation: <Explanation explanation={line.explanation} currency={line.currency} unit={line.unit} />,
      }))}
      groups={invoice.groups.map(({ subscription, name, subtotal }) => ({
        id: subscription,
        name,
        subtotalMinor: subtotal,
        lineIds: invoice.lines.filter((line) => line.subscription === subscription).map(({ id }) => id),
      }))}
      subtotalMinor={invoice.subtotal}
      taxes={invoice.taxes.map((tax) => ({
        label: `${tax.name} ${formatPercent(Number(tax.rate), locale, { decimals: 2 })}`,
        baseMinor: tax.net,
        amountMinor: tax.tax,
        note: tax.exemption ?? undefined,
      }))}
      totalMinor={invoice.total}
      deductions={deductionsOf(invoice)}
      amountDueMinor={invoice.due}
    />
  );
}
