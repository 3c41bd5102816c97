import type { InvoiceSummary } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { DocumentNumber } from '@billhook/ui/document-number';
import { BareLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import type { ReactNode } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { InvoiceStatus } from './invoice-status.tsx';

export interface InvoiceTableProps {
  readonly label: string;
  readonly invoices: readonly InvoiceSummary[];
  readonly loading?: boolean | undefined;
  readonly loadingRows?: number | undefined;
  readonly empty?: ReactNode;
  readonly error?: ReactNode;
  readonly onLoadMore?: (() => void) | undefined;
  readonly loadingMore?: boolean | undefined;
}

function columnsOf(base: string): Column<InvoiceSummary>[] {
  return [
    {
      key: 'number',
      header: 'Invoice',
      cell: ({ id, number }) => (
        <BareLink href={`${base}/invoices/${id}`} className="rounded-[3px] font-medium hover:underline">
          <DocumentNumber number={number} />
        </BareLink>
      ),
    },
    { key: 'issued', header: 'Issued', cell: ({ issuedAt }) => <DateText value={issuedAt} /> },
    { key: 'status', header: 'Status', cell: (invoice) => <InvoiceStatus invoice={invoice} /> },
    {
      key: 'total',
      header: 'Total',
      numeric: true,
      cell: ({ total, currency }) => <Money amountMinor={total} currency={currency} />,
    },
    {
      key: 'due',
      header: 'To pay',
      numeric: true,
      wideOnly: true,
      cell: ({ due, currency }) =>
        due === '0' ? <span className="text-faint">–</span> : <Money amountMinor={due} currency={currency} />,
    },
  ];
}

export function InvoiceTable(props: InvoiceTableProps) {
  const { base } = useMembership();
  const go = useGo();
  return (
    <DataTable
      {...props}
      columns={columnsOf(base)}
      rows={props.invoices}
      rowKey={({ id }) => id}
      onOpen={({ id }) => go(`${base}/invoices/${id}`)}
    />
  );
}
