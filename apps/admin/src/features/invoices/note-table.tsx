import type { CreditNoteSummary } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { IconButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { DocumentNumber } from '@billhook/ui/document-number';
import { EmptyState } from '@billhook/ui/empty-state';
import { RowLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import { Download, FileMinus } from 'lucide-react';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { useNotePdf } from './use-note-pdf.ts';

/** Every credit note of the business, newest first, each with its document and the invoice that it corrects. */
export function NoteTable() {
  const { api } = useScope();
  const go = useGo();
  const list = useCursorList<CreditNoteSummary>(['credit-notes'], (page, signal) =>
    api.creditNotes.list(page, { signal }),
  );
  return (
    <ListTable
      label="Credit notes"
      columns={COLUMNS}
      list={list}
      rowKey={({ id }) => id}
      onOpen={({ invoice }) => go(`/invoices/${invoice}`)}
      empty={
        <EmptyState icon={FileMinus} title="No credit notes yet.">
          Open an invoice that was issued and choose “Credit note” to give all or a part of it back.
        </EmptyState>
      }
    />
  );
}

const COLUMNS: readonly Column<CreditNoteSummary>[] = [
  {
    key: 'number',
    header: 'Number',
    cell: ({ number }) => <DocumentNumber number={number} />,
  },
  {
    key: 'customer',
    header: 'Customer',
    cell: ({ customerName }) => customerName,
  },
  {
    key: 'invoice',
    header: 'Corrects',
    wideOnly: true,
    cell: ({ invoice, invoiceNumber }) => (
      <RowLink href={`/invoices/${invoice}`}>
        <DocumentNumber number={invoiceNumber} />
      </RowLink>
    ),
  },
  {
    key: 'reason',
    header: 'Reason',
    fill: true,
    wideOnly: true,
    cell: ({ reason }) => reason,
  },
  { key: 'issued', header: 'Issued', cell: ({ issuedAt }) => <DateText value={issuedAt} /> },
  {
    key: 'total',
    header: 'Total',
    numeric: true,
    cell: ({ total, currency }) => <Money amountMinor={`-${total}`} currency={currency} />,
  },
  {
    key: 'pdf',
    header: <span className="sr-only">PDF</span>,
    wideOnly: true,
    cell: (note) => <NotePdf note={note} />,
  },
];

function NotePdf({ note }: { note: CreditNoteSummary }) {
  const pdf = useNotePdf();
  return <IconButton icon={Download} label={`PDF of ${note.number}`} onClick={() => pdf(note)} />;
}
