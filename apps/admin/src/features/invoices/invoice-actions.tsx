import type { Invoice } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Menu } from '@billhook/ui/menu';
import { toast } from '@billhook/ui/toast';
import {
  Banknote,
  Download,
  Ellipsis,
  Eye,
  FileJson,
  FilePlus2,
  Printer,
  ReceiptText,
  RotateCcw,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { PdfDialog } from '../pdf/pdf-dialog.tsx';
import { CreditSheet } from './credit-sheet.tsx';
import { DebitSheet } from './debit-sheet.tsx';
import { EInvoiceMenu } from './e-invoice-menu.tsx';
import { RecordPaymentSheet } from './record-payment-sheet.tsx';
import { ReissueDialog } from './reissue-dialog.tsx';
import { saveDocument } from './save-document.ts';
import { VoidDialog } from './void-dialog.tsx';

type Asking = 'pdf' | 'void' | 'credit' | 'debit' | 'reissue' | 'record';

function useCollect() {
  const { api } = useScope();
  return useCommand(
    (id: string, options) =>
      api.invoices.collect(id, {}, options).catch((error: Error) => {
        toast(tell(error).title, { tone: 'problem', detail: tell(error).detail });
        throw error;
      }),
    () => toast('Collection has begun.', { detail: 'The outcome shows here once the provider answers.' }),
  );
}

/** What can be done with an invoice in its state. */
export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const mayChange = useMay(ROLES.money);
  const [asking, setAsking] = useState<Asking | null>(null);
  const collect = useCollect();
  const open = invoice.status === 'open';
  const canCredit =
    invoice.status !== 'void' && invoice.credited !== invoice.total && !invoice.total.startsWith('-');
  const document = () =>
    saveDocument('The document', () => api.invoices.document(invoice.id), `${invoice.number}.json`);
  const pdf = () => saveDocument('The PDF', () => api.invoices.pdf(invoice.id), `${invoice.number}.pdf`);
  return (
    <>
      <Button icon={Download} onClick={() => void pdf()}>
        PDF
      </Button>
      <EInvoiceMenu kind="invoices" id={invoice.id} number={invoice.number} />
      {open && mayChange && invoice.due !== '0' ? (
        <Button variant="primary" busy={collect.busy} onClick={() => collect.run(invoice.id)}>
          Collect {formatMoney(invoice.due, invoice.currency, locale).full}
        </Button>
      ) : null}
      <Menu
        align="end"
        trigger={<IconButton icon={Ellipsis} label="More" />}
        actions={[
          { label: 'See the PDF', icon: Eye, onSelect: () => setAsking('pdf') },
          { label: 'Print', icon: Printer, onSelect: () => print() },
          { label: 'Document with proof', icon: FileJson, onSelect: () => void document() },
          {
            label: 'Record a payment',
            icon: Banknote,
            disabled: invoice.due === '0' || invoice.status === 'void' || !mayChange,
            onSelect: () => setAsking('record'),
          },
          {
            label: 'Credit note',
            icon: ReceiptText,
            disabled: !canCredit || !mayChange,
            onSelect: () => setAsking('credit'),
          },
          {
            label: 'Debit note',
            icon: FilePlus2,
            disabled: invoice.status === 'void' || !mayChange,
            onSelect: () => setAsking('debit'),
          },
          {
            label: 'Issue again',
            icon: RotateCcw,
            // A debit note is voided and written anew.
            disabled: !open || !mayChange || invoice.kind === 'debit_note',
            onSelect: () => setAsking('reissue'),
          },
          {
            label: invoice.kind === 'debit_note' ? 'Void debit note' : 'Void invoice',
            icon: Trash2,
            danger: true,
            disabled: !open || !mayChange,
            onSelect: () => setAsking('void'),
          },
        ]}
      />
      <Asked invoice={invoice} asking={asking} onClose={() => setAsking(null)} />
    </>
  );
}

/** The question that was asked for. */
function Asked({
  invoice,
  asking,
  onClose,
}: {
  invoice: Invoice;
  asking: Asking | null;
  onClose: () => void;
}) {
  const { api } = useScope();
  const of = (name: Asking) => ({ invoice, open: asking === name, onClose });
  return (
    <>
      <VoidDialog {...of('void')} />
      <ReissueDialog {...of('reissue')} />
      <RecordPaymentSheet {...of('record')} />
      <CreditSheet {...of('credit')} />
      <DebitSheet {...of('debit')} />
      <PdfDialog
        open={asking === 'pdf'}
        onClose={onClose}
        title={invoice.number}
        name={`${invoice.number}.pdf`}
        fileKey={`${invoice.id} ${invoice.due} ${invoice.status}`}
        fetchFile={() => api.invoices.pdf(invoice.id)}
      />
    </>
  );
}
