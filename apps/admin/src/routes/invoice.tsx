import type { Invoice } from '@billhook/sdk/generated/types';
import { usePathParam } from '@billhook/ui/address';
import { CopyText } from '@billhook/ui/copy-text';
import { DocumentNumber } from '@billhook/ui/document-number';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { RunPanel } from '../features/dunning/run-panel.tsx';
import { Causes } from '../features/invoices/causes.tsx';
import { DeliveryList } from '../features/invoices/delivery-list.tsx';
import { Earned } from '../features/invoices/earned.tsx';
import { InvoiceActions } from '../features/invoices/invoice-actions.tsx';
import { InvoiceTax } from '../features/invoices/invoice-tax.tsx';
import { InvoiceView } from '../features/invoices/invoice-view.tsx';
import { NoteList } from '../features/invoices/note-list.tsx';
import { useInvoice } from '../features/invoices/queries.ts';
import { PaymentList } from '../features/payments/payment-list.tsx';
import { ProblemState } from '../lib/problem.tsx';

/** One invoice as it was sent, with what was paid on it. */
export function InvoiceScreen() {
  const invoice = useInvoice(usePathParam('id'));
  if (invoice.error && !invoice.data) {
    return (
      <ProblemState
        error={invoice.error}
        onRetry={() => void invoice.refetch()}
        retrying={invoice.isFetching}
      />
    );
  }
  const { data } = invoice;
  return (
    <>
      <PageHeader
        title={data ? <DocumentNumber number={data.number} /> : <Skeleton className="h-7 w-40" />}
        parents={[{ label: 'Invoices', href: '/invoices' }]}
        actions={data?.authority === 'billhook' ? <InvoiceActions invoice={data} /> : null}
      />
      <div className="grid gap-8 xl:grid-cols-[minmax(0,1fr)_18rem]">
        {data ? <InvoiceView invoice={data} /> : <Skeleton className="h-[40rem] w-full" />}
        {data ? (
          <div className="no-print flex min-w-0 flex-col gap-8">
            <Section title="Payments">
              <PaymentList payments={data.payments} empty="Nothing was collected yet." />
            </Section>
            <RunPanel invoice={data.id} />
            {data.creditNotes.length > 0 ? (
              <Section title="Credit notes">
                <NoteList notes={data.creditNotes} />
              </Section>
            ) : null}
            <DebitNotes notes={data.debitNotes} />
            <DeliveryList kind="invoices" id={data.id} />
            {data.authority === 'billhook' ? <Causes invoice={data} /> : null}
            <Earned invoice={data} />
            <InvoiceTax invoice={data} />
            <Details invoice={data} />
          </div>
        ) : null}
      </div>
    </>
  );
}

/** Who computed it, and where to find it there. */
function atStripe({ authority, hostedUrl }: Invoice) {
  if (authority === 'billhook') return [];
  const value =
    hostedUrl === null ? (
      'Computed and collected there'
    ) : (
      <TextLink href={hostedUrl}>Open it at Stripe</TextLink>
    );
  return [{ label: 'Billed at Stripe', value }];
}

function Details({ invoice }: { invoice: Invoice }) {
  const { customer, customerName, replaces, kind, id, contentSha256 } = invoice;
  return (
    <Section title="Details">
      <KeyValue
        items={[
          { label: 'Customer', value: <TextLink href={`/customers/${customer}`}>{customerName}</TextLink> },
          ...atStripe(invoice),
          ...(replaces === null
            ? []
            : [
                {
                  label: 'Takes the place of',
                  value: <TextLink href={`/invoices/${replaces}`}>a voided invoice</TextLink>,
                },
              ]),
          { label: kind === 'debit_note' ? 'Debit note id' : 'Invoice id', value: <CopyText text={id} /> },
          { label: 'Document hash', value: <CopyText text={contentSha256} /> },
        ]}
      />
    </Section>
  );
}

/** Documents that raise what the invoice claimed. */
function DebitNotes({ notes }: { notes: Invoice['debitNotes'] }) {
  if (notes.length === 0) return null;
  return (
    <Section title="Debit notes">
      <ul>
        {notes.map(({ id, number }) => (
          <li key={id} className="border-t border-line py-2 first:border-t-0">
            <TextLink href={`/invoices/${id}`}>
              <DocumentNumber number={number} />
            </TextLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}
