import type { Invoice, InvoiceLine } from '@billhook/sdk/generated/types';
import { formatPercent } from '@billhook/ui/format';
import { countryLine, InvoiceDocument } from '@billhook/ui/invoice-document';
import { TextLink } from '@billhook/ui/link';
import { useLocale } from '@billhook/ui/locale';
import { Quantity } from '@billhook/ui/money';
import { linePrice } from '@billhook/ui/unit-price';
import { useVisit } from '../../lib/portal.tsx';
import { InvoiceStatus } from './invoice-status.tsx';
import { LineExplanationText } from './line-explanation.tsx';

/** What is charged once is counted in nothing. */
function unitOf({ kind, unit }: InvoiceLine): string | undefined {
  return kind === 'one_off' || unit === '' ? undefined : unit;
}

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
    ...(invoice.creditApplied === '0' ? [] : [{ label: 'Credit', amountMinor: `-${invoice.creditApplied}` }]),
    ...(reduced === 0n ? [] : [{ label: 'Credit notes', amountMinor: `-${reduced}` }]),
    ...(invoice.paid === '0' ? [] : [{ label: 'Paid', amountMinor: `-${invoice.paid}` }]),
  ];
}

const partyOf = ({ address, taxId, ...party }: Invoice['buyer'] | Invoice['seller']) => ({
  name: 'legalName' in party ? party.legalName : party.name,
  lines: [...address, ...('country' in party ? countryLine(party.country) : [])],
  taxId: taxId ?? undefined,
});

/** The invoice as a document, each line with its why. */
export function InvoicePage({ invoice }: { invoice: Invoice }) {
  const locale = useLocale();
  const { session, base } = useVisit();
  const { logoUrl } = session.seller;
  return (
    <InvoiceDocument
      number={invoice.number}
      kind={invoice.kind}
      refersTo={
        invoice.raises === null ? undefined : (
          <TextLink href={`${base}/invoices/${invoice.raises}`}>{invoice.raisesNumber}</TextLink>
        )
      }
      status={<InvoiceStatus invoice={invoice} />}
      logo={logoUrl ? <img src={logoUrl} alt={session.seller.name} className="h-10 w-auto" /> : undefined}
      seller={partyOf(invoice.seller)}
      buyer={partyOf(invoice.buyer)}
      issuedOn={invoice.issuedAt}
      dueOn={invoice.dueAt}
      currency={invoice.currency}
      lines={invoice.lines.map((line) => ({
        id: line.id,
        description: line.description,
        period: { ...line.period, timeZone: line.explanation.timeZone },
        quantity: <Quantity value={line.quantity} unit={unitOf(line)} />,
        ...linePrice(line.explanation.tiers, line.currency, locale.locale),
        discounted: discountedOf(line),
        amountMinor: line.amount,
        explanation: <LineExplanationText line={line} />,
      }))}
      groups={invoice.groups.map(({ subscription, name, subtotal }) => ({
        id: subscription,
        name,
        subtotalMinor: subtotal,
        lineIds: invoice.lines.filter((line) => line.subscription === subscription).map(({ id }) => id),
      }))}
      subtotalMinor={invoice.subtotal}
      taxes={invoice.taxes.map((tax) => ({
        label: `${tax.name} ${formatPercent(Number(tax.rate), locale.locale, { decimals: 2 })}`,
        baseMinor: tax.net,
        amountMinor: tax.tax,
        note: tax.exemption ?? undefined,
      }))}
      totalMinor={invoice.total}
      deductions={deductionsOf(invoice)}
      amountDueMinor={invoice.due}
      notes={invoice.raiseReason ?? 'Open a line to see how its amount came to be.'}
    />
  );
}
