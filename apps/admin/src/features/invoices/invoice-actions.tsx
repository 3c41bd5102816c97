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
  FileJson,
  Printer,
  ReceiptText,
  RotateCcw,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { CreditSheet } from './credit-sheet.tsx';
import { RecordPaymentSheet } from './record-payment-sheet.tsx';
import { ReissueDialog } from './reissue-dialog.tsx';
import { VoidDialog } from './void-dialog.tsx';

/** Saves a file, or says that it could not be had. */
function save(what: string, fetchFile: Parameters<typeof saveFile>[0], name: string) {
  return saveFile(fetchFile, name).catch((error: Error) =>
    toast(`${what} could not be downloaded.`, { tone: 'problem', detail: tell(error).detail }),
  );
}

/** What can be done with an invoice in its state. */
export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const mayChange = useMay(ROLES.money);
  const [asking, setAsking] = useState<'void' | 'credit' | 'reissue' | 'record' | null>(null);
  const collect = useCommand(
    (id: string, options) =>
      api.invoices.collect(id, {}, options).catch((error: Error) => {
        toast(tell(error).title, { tone: 'problem', detail: tell(error).detail });
        throw error;
      }),
    () => toast('Collection has begun.', { detail: 'The outcome shows here once the provider answers.' }),
  );
  const open = invoice.status === 'open';
  const canCredit =
    invoice.status !== 'void' && invoice.credited !== invoice.total && !invoice.total.startsWith('-');
  const document = () =>
    save('The document', () => api.invoices.document(invoice.id), `${invoice.number}.json`);
  const pdf = () => save('The PDF', () => api.invoices.pdf(invoice.id), `${invoice.number}.pdf`);
  return (
    <>
      <Button icon={Download} onClick={() => void pdf()}>
        PDF
      </Button>
      {open && mayChange && invoice.due !== '0' ? (
        <Button variant="primary" busy={collect.busy} onClick={() => collect.run(invoice.id)}>
          Collect {formatMoney(invoice.due, invoice.currency, locale).full}
        </Button>
      ) : null}
      <Menu
        align="end"
        trigger={<IconButton icon={Ellipsis} label="More" />}
        actions={[
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
            label: 'Issue again',
            icon: RotateCcw,
            disabled: !open || !mayChange,
            onSelect: () => setAsking('reissue'),
          },
          {
            label: 'Void invoice',
            icon: Trash2,
            danger: true,
            disabled: !open || !mayChange,
            onSelect: () => setAsking('void'),
          },
        ]}
      />
      <VoidDialog invoice={invoice} open={asking === 'void'} onClose={() => setAsking(null)} />
      <ReissueDialog invoice={invoice} open={asking === 'reissue'} onClose={() => setAsking(null)} />
      <RecordPaymentSheet invoice={invoice} open={asking === 'record'} onClose={() => setAsking(null)} />
      <CreditSheet invoice={invoice} open={asking === 'credit'} onClose={() => setAsking(null)} />
    </>
  );
}
