import type { CreditNoteSummary } from '@billhook/sdk/generated/types';
import { IconButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { Download } from 'lucide-react';
import { DeliveryList } from './delivery-list.tsx';
import { EInvoiceMenu } from './e-invoice-menu.tsx';
import { useNotePdf } from './use-note-pdf.ts';

/** The credit notes of an invoice, newest first, each with its document. */
export function NoteList({ notes }: { notes: readonly CreditNoteSummary[] }) {
  const pdf = useNotePdf();
  return (
    <ul className="flex flex-col">
      {notes.map((note) => (
        <li key={note.id} className="border-t border-line py-2 first:border-t-0">
          <div className="flex items-start gap-2">
            <div className="min-w-0 grow">
              <p className="flex justify-between gap-3">
                <span className="num">{note.number}</span>
                <Money amountMinor={`-${note.total}`} currency={note.currency} />
              </p>
              <p className="text-muted">
                <DateText value={note.issuedAt} /> · {note.reason}
              </p>
            </div>
            <EInvoiceMenu kind="creditNotes" id={note.id} number={note.number} />
            <IconButton icon={Download} label={`PDF of ${note.number}`} onClick={() => pdf(note)} />
          </div>
          <div className="ms-4">
            <DeliveryList kind="creditNotes" id={note.id} />
          </div>
        </li>
      ))}
    </ul>
  );
}
