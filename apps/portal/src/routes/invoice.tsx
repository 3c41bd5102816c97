import type { Invoice } from '@billhook/sdk/generated/types';
import { usePathParam } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { backAddress, returnAddress } from '../features/checkout/return-address.ts';
import { InvoicePage } from '../features/invoices/invoice-page.tsx';
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
  usePageTitle(query.data ? `Invoice ${query.data.number}` : 'Invoice', session.seller.name);
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-[40rem] w-full max-w-[52rem]" />}>
      {(invoice) => <Shown invoice={invoice} />}
    </Loaded>
  );
}

/** Fetched and not linked, because the server must be told for which company. */
function usePdf({ id, number }: Invoice) {
  const { api } = useMembership();
  return useMutation({
    mutationFn: async () => {
      const response = await api.invoices.pdf(id);
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = `${number}.pdf`;
      link.click();
      URL.revokeObjectURL(url);
    },
  });
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { base, api, customer, mayPay } = useMembership();
  const { locale } = useLocale();
  const pdf = usePdf(invoice);
  const pay = useHostedPage(() =>
    api.invoices.pay(invoice.id, {
      successUrl: returnAddress(base, customer),
      cancelUrl: backAddress(`${base}/invoices/${invoice.id}`, customer),
    }),
  );
  const open = (invoice.status === 'open' || invoice.status === 'uncollectible') && invoice.due !== '0';
  return (
    <div className="flex max-w-[52rem] flex-col gap-6">
      <div className="no-print -mb-6">
        <PageHeader
          title={`Invoice ${invoice.number}`}
          parents={[{ label: 'Invoices', href: `${base}/invoices` }]}
          actions={
            <>
              <Button icon={Download} onClick={() => pdf.mutate()} busy={pdf.isPending}>
                PDF
              </Button>
              {open && mayPay ? (
                <Button variant="primary" onClick={() => pay.run(undefined)} busy={pay.busy}>
                  Pay {formatMoney(invoice.due, invoice.currency, locale).full}
                </Button>
              ) : null}
            </>
          }
        />
      </div>
      <ProblemBox error={pay.error ?? pdf.error} />
      <InvoicePage invoice={invoice} />
      <PaymentList payments={invoice.payments} />
    </div>
  );
}
