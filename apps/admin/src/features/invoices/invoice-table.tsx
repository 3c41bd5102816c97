import type { InvoiceSummary } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { DateText } from '@billhook/ui/date-text';
import { DocumentNumber } from '@billhook/ui/document-number';
import { EmptyState } from '@billhook/ui/empty-state';
import { RowLink, TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { FileText } from 'lucide-react';
import { moveClock } from '../../lib/first-steps.ts';
import { KeyNote } from '../../lib/key-note.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import type { CursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { INVOICE_STATUS } from '../../lib/words.ts';

function columns(withCustomer: boolean): Column<InvoiceSummary>[] {
  const customer: Column<InvoiceSummary> = {
    key: 'customer',
    header: 'Customer',
    fill: true,
    cell: ({ customerName }) => customerName,
  };
  return [
    {
      key: 'number',
      header: 'Number',
      cell: ({ id, number }) => (
        <RowLink href={`/invoices/${id}`}>
          <DocumentNumber number={number} />
        </RowLink>
      ),
    },
    ...(withCustomer ? [customer] : []),
    {
      key: 'status',
      header: 'Status',
      cell: ({ status }) => {
        const { tone, word } = INVOICE_STATUS[status];
        return <Status tone={tone}>{word}</Status>;
      },
    },
    {
      key: 'issued',
      header: 'Issued',
      cell: ({ issuedAt }) => <DateText value={issuedAt} />,
      ...(withCustomer ? {} : { fill: true }),
    },
    { key: 'due-at', header: 'Due', wideOnly: true, cell: ({ dueAt }) => <DateText value={dueAt} /> },
    {
      key: 'total',
      header: 'Total',
      numeric: true,
      cell: ({ total, currency }) => <Money amountMinor={total} currency={currency} />,
    },
    {
      key: 'due',
      header: 'Left to pay',
      numeric: true,
      wideOnly: true,
      cell: ({ due, currency }) =>
        due === '0' ? <span className="text-faint">–</span> : <Money amountMinor={due} currency={currency} />,
    },
  ];
}

export interface InvoiceTableProps {
  readonly list: CursorList<InvoiceSummary>;
  /** On a customer's page the name of the customer is known. */
  readonly withCustomer?: boolean | undefined;
  readonly onClearFilters?: (() => void) | undefined;
}

export function InvoiceTable({ list, withCustomer = true, onClearFilters }: InvoiceTableProps) {
  const go = useGo();
  const { tenant } = useScope();
  return (
    <ListTable
      label="Invoices"
      columns={columns(withCustomer)}
      list={list}
      rowKey={({ id }) => id}
      onOpen={({ id }) => go(`/invoices/${id}`)}
      onClearFilters={onClearFilters}
      empty={
        <EmptyState
          icon={FileText}
          title="No invoices yet."
          command={tenant.kind === 'sandbox' ? moveClock(tenant.now) : undefined}
        >
          Invoices are issued by themselves when a period begins or ends.
          {tenant.kind === 'sandbox' ? (
            <>
              {' '}
              In a sandbox <TextLink href="/clock">the clock</TextLink> can be moved, also by a command.{' '}
              <KeyNote />
            </>
          ) : null}
        </EmptyState>
      }
    />
  );
}
