import type { Invoice } from '@billhook/sdk/generated/types';
import { DocumentNumber } from '@billhook/ui/document-number';
import { TextLink } from '@billhook/ui/link';
import { Section } from '@billhook/ui/page-header';
import { useMembership } from '../../lib/portal.tsx';

/** What was claimed beside the invoice later. */
export function DebitNotes({ notes }: { notes: Invoice['debitNotes'] }) {
  const { base } = useMembership();
  if (notes.length === 0) return null;
  return (
    <Section title="Debit notes" className="no-print">
      <ul>
        {notes.map(({ id, number }) => (
          <li key={id} className="border-t border-line py-2">
            <TextLink href={`${base}/invoices/${id}`}>
              <DocumentNumber number={number} />
            </TextLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}
