import type { CreditNoteSummary } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Download } from 'lucide-react';

/** What was taken back of the invoice, each with its document. */
export function NoteList({
  notes,
  onDownload,
}: {
  notes: readonly CreditNoteSummary[];
  onDownload: (note: CreditNoteSummary) => void;
}) {
  if (notes.length === 0) return null;
  return (
    <Section title="Credit notes" className="no-print">
      <ul>
        {notes.map((note) => (
          <li key={note.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2">
            <span className="num">{note.number}</span>
            <span className="text-muted">
              <DateText value={note.issuedAt} />
            </span>
            <span className="min-w-0 grow text-muted">
              {note.reason}
              {note.voidedAt === null ? null : ' (taken back)'}
            </span>
            <Money amountMinor={note.total} currency={note.currency} />
            <Button icon={Download} onClick={() => onDownload(note)}>
              PDF
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
