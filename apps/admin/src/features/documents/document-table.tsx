import type { CustomerDocument } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { IconButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { DocumentNumber } from '@billhook/ui/document-number';
import { EmptyState } from '@billhook/ui/empty-state';
import { Money } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { Download, FileText, Mail } from 'lucide-react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { saveDocument } from '../invoices/save-document.ts';
import { documentName } from './words.ts';

export interface DocumentTableProps {
  /** Of one customer; of all where it is left out. */
  readonly customer?: string | undefined;
}

/** Documents beside the books: pro-forma invoices, statements of account and letters, newest first. */
export function DocumentTable({ customer }: DocumentTableProps) {
  const { api } = useScope();
  const go = useGo();
  const list = useCursorList<CustomerDocument>(['documents', customer ?? ''], (page, signal) =>
    api.documents.list({ ...page, customer }, { signal }),
  );
  return (
    <ListTable
      label="Documents beside the books"
      columns={customer === undefined ? COLUMNS : COLUMNS.filter(({ key }) => key !== 'customer')}
      list={list}
      rowKey={({ id }) => id}
      hotkeys={customer === undefined}
      {...(customer === undefined
        ? { onOpen: (row: CustomerDocument) => go(`/customers/${row.customer}?tab=documents`) }
        : {})}
      empty={
        <EmptyState icon={FileText} title="No documents yet.">
          A pro-forma invoice, a statement of account or a letter about what is overdue. They book nothing.
          {customer === undefined ? ' You issue them on the page of a customer.' : null}
        </EmptyState>
      }
    />
  );
}

const COLUMNS: readonly Column<CustomerDocument>[] = [
  {
    key: 'kind',
    header: 'Document',
    phone: 'title',
    cell: (row) => <span className="whitespace-nowrap">{documentName(row)}</span>,
  },
  {
    key: 'number',
    header: 'Number',
    phone: 'below',
    cell: ({ number }) => <DocumentNumber number={number} />,
  },
  { key: 'customer', header: 'Customer', fill: true, cell: ({ customerName }) => customerName },
  { key: 'issued', header: 'Issued', cell: ({ issuedAt }) => <DateText value={issuedAt} /> },
  {
    key: 'sent',
    header: 'Sent',
    wideOnly: true,
    cell: ({ sentAt, sentTo }) => <Sent at={sentAt} to={sentTo} />,
  },
  {
    key: 'total',
    header: 'Amount',
    numeric: true,
    cell: ({ total, currency }) => <Money amountMinor={total} currency={currency} />,
  },
  { key: 'actions', header: <span className="sr-only">Actions</span>, cell: (row) => <Actions row={row} /> },
];

function Sent({ at, to }: { at: string | null; to: string | null }) {
  if (at === null) return <span className="text-faint">Not by mail</span>;
  return (
    <span title={to ?? undefined}>
      <DateText value={at} as="time" />
    </span>
  );
}

function Actions({ row }: { row: CustomerDocument }) {
  const { api } = useScope();
  const maySend = useMay(ROLES.money);
  const send = useCommand(
    (id: string, options) =>
      api.documents.send(id, options).catch((error: Error) => {
        toast(tell(error).title, { tone: 'problem', detail: tell(error).detail });
        throw error;
      }),
    ({ sentTo }) => toast(`On its way to ${sentTo ?? 'the customer'}.`),
  );
  return (
    <span className="flex justify-end">
      <IconButton
        icon={Download}
        label={`PDF of ${row.number}`}
        onClick={() => void saveDocument('The PDF', () => api.documents.pdf(row.id), `${row.number}.pdf`)}
      />
      {maySend ? (
        <IconButton
          icon={Mail}
          label={`Send ${row.number} by mail`}
          disabled={send.busy}
          onClick={() => send.run(row.id)}
        />
      ) : null}
    </span>
  );
}
