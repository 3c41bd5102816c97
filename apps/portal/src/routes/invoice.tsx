import type { Invoice } from '@billhook/sdk/generated/types';
import { usePathParam } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { useMutation } from '@tanstack/react-query';
import { Download, FileJson } from 'lucide-react';
import { backAddress, returnAddress } from '../features/checkout/return-address.ts';
import { useWaysToPay, wayName } from '../features/checkout/ways-to-pay.tsx';
import { Changes } from '../features/invoices/changes.tsx';
import { DebitNotes } from '../features/invoices/debit-notes.tsx';
import { EInvoiceButton, type EInvoiceFormat } from '../features/invoices/e-invoice-button.tsx';
import { HowToTransfer } from '../features/invoices/how-to-transfer.tsx';
import { InvoicePage } from '../features/invoices/invoice-page.tsx';
import { NoteList } from '../features/invoices/note-list.tsx';
import { PaymentList } from '../features/invoices/payment-list.tsx';
import { useHostedPage } from '../lib/leave.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { ProblemBox } from '../lib/problem.tsx';
import { Loaded, useRead } from '../lib/read.tsx';

export function InvoiceScreen() {
  const { session } = useMembership();
  const id = usePathParam('id');
  const query = useRead(['invoice', id], (api, signal) => api.invoices.get(id, { signal }));
  usePageTitle(query.data ? titleOf(query.data) : 'Invoice', session.seller.name);
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-[40rem] w-full max-w-[52rem]" />}>
      {(invoice) => <Shown invoice={invoice} />}
    </Loaded>
  );
}

const titleOf = ({ kind, number }: Invoice) =>
  `${kind === 'debit_note' ? 'Debit note' : 'Invoice'} ${number}`;

/** Fetched and not linked, because the server must be told for which company. */
function useSave() {
  return useMutation({
    mutationFn: async ({ fetchFile, name }: { fetchFile: () => Promise<Response>; name: string }) => {
      const response = await fetchFile();
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      URL.revokeObjectURL(url);
    },
  });
}

/** Opens the page of a provider on which the invoice is paid. */
function usePayment(invoiceId: string) {
  const { base, api, customer } = useMembership();
  return useHostedPage((provider: string | undefined) =>
    api.invoices.pay(invoiceId, {
      ...(provider === undefined ? {} : { provider }),
      successUrl: returnAddress(base, customer),
      cancelUrl: backAddress(`${base}/invoices/${invoiceId}`, customer),
    }),
  );
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { base, api, mayPay } = useMembership();
  const { locale } = useLocale();
  const save = useSave();
  const file = (fetchFile: () => Promise<Response>, name: string) => save.mutate({ fetchFile, name });
  const eInvoice = (format: EInvoiceFormat) =>
    file(() => api.invoices.eInvoice(invoice.id, { format }), `${invoice.number}-${format}.xml`);
  const [first, ...others] = useWaysToPay();
  const pay = usePayment(invoice.id);
  const isOurs = invoice.authority === 'billhook';
  const open = (invoice.status === 'open' || invoice.status === 'uncollectible') && invoice.due !== '0';
  return (
    <div className="flex max-w-[52rem] flex-col gap-6">
      <div className="no-print -mb-6">
        <PageHeader
          title={titleOf(invoice)}
          parents={[{ label: 'Invoices', href: `${base}/invoices` }]}
          actions={
            <>
              <Button
                icon={Download}
                onClick={() => file(() => api.invoices.pdf(invoice.id), `${invoice.number}.pdf`)}
                busy={save.isPending}
              >
                PDF
              </Button>
              {isOurs ? <EInvoiceButton onPick={eInvoice} /> : null}
              <Button
                icon={FileJson}
                onClick={() => file(() => api.invoices.document(invoice.id), `${invoice.number}.json`)}
              >
                Data
              </Button>
              {open && mayPay && invoice.hostedUrl !== null ? (
                <LinkButton variant="primary" href={invoice.hostedUrl}>
                  Pay {formatMoney(invoice.due, invoice.currency, locale).full}
                </LinkButton>
              ) : null}
              {open && mayPay && isOurs
                ? others.map((way) => (
                    <Button key={way.provider} onClick={() => pay.run(way.provider)} busy={pay.busy}>
                      Pay with {wayName(way)}
                    </Button>
                  ))
                : null}
              {open && mayPay && isOurs ? (
                <Button variant="primary" onClick={() => pay.run(first?.provider)} busy={pay.busy}>
                  Pay {formatMoney(invoice.due, invoice.currency, locale).full}
                </Button>
              ) : null}
            </>
          }
        />
      </div>
      <ProblemBox error={pay.error ?? save.error} />
      <InvoicePage invoice={invoice} />
      {open && isOurs ? <HowToTransfer invoice={invoice} /> : null}
      {isOurs ? <Changes invoice={invoice} /> : null}
      <DebitNotes notes={invoice.debitNotes} />
      <NoteList
        notes={invoice.creditNotes}
        onDownload={(note) => file(() => api.creditNotes.pdf(note.id), `${note.number}.pdf`)}
      />
      <PaymentList
        payments={invoice.payments}
        onReceipt={(payment) => file(() => api.payments.receipt(payment.id), 'receipt.pdf')}
      />
    </div>
  );
}
