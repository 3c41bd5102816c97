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
          <p className="flex flex-wrap justify-between gap-x-3">
            <span className="num whitespace-nowrap">{note.number}</span>
            <Money amountMinor={`-${note.total}`} currency={note.currency} />
          </p>
          <p className="break-words text-muted">
            <DateText value={note.issuedAt} /> · {note.reason}
            {note.authority === 'stripe' ? ' · issued by Stripe' : null}
            {note.voidedAt === null ? null : (
              <>
                {' '}
                · taken back <DateText value={note.voidedAt} />
              </>
            )}
          </p>
          <div className="mt-2 flex gap-2">
            {note.authority === 'stripe' ? null : (
              <EInvoiceMenu kind="creditNotes" id={note.id} number={note.number} />
            )}
            <IconButton icon={Download} label={`PDF of ${note.number}`} onClick={() => pdf(note)} />
          </div>
          <div className="ms-4 mt-2">
            <DeliveryList kind="creditNotes" id={note.id} />
          </div>
        </li>
      ))}
    </ul>
  );
}
