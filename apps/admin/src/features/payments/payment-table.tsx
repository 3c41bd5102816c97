import type { Payment } from '@billhook/sdk/generated/types';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { CreditCard } from 'lucide-react';
import { useState } from 'react';
import { ListTable } from '../../lib/list-table.tsx';
import type { CursorList } from '../../lib/lists.ts';
import { PAYMENT_STATUS } from '../../lib/words.ts';
import { methodText } from './payment-facts.ts';
import { PaymentList } from './payment-list.tsx';

function columns(withCustomer: boolean): Column<Payment>[] {
  return [
    {
      key: 'status',
      header: 'Status',
      cell: ({ status }) => <Status tone={PAYMENT_STATUS[status].tone}>{PAYMENT_STATUS[status].word}</Status>,
    },
    ...(withCustomer
      ? [
          {
            key: 'customer',
            header: 'Customer',
            cell: ({ customerName }: Payment) => (
              <span className="block max-w-44 truncate">{customerName}</span>
            ),
          },
        ]
      : []),
    {
      key: 'why',
      header: 'Why',
      fill: true,
      wideOnly: true,
      cell: ({ failure }) => failure?.message ?? <span className="text-faint">–</span>,
    },
    {
      key: 'invoice',
      header: 'Invoice',
      cell: ({ invoiceNumber }) => <span className="num whitespace-nowrap">{invoiceNumber ?? '–'}</span>,
    },
    {
      key: 'method',
      header: 'Method',
      wideOnly: true,
      cell: (row) => <span className="num whitespace-nowrap">{methodText(row)}</span>,
    },
    { key: 'when', header: 'When', cell: ({ createdAt }) => <DateText value={createdAt} /> },
    {
      key: 'refunded',
      header: 'Refunded',
      numeric: true,
      wideOnly: true,
      cell: ({ refunded, currency }) =>
        refunded === '0' ? (
          <span className="text-faint">–</span>
        ) : (
          <Money amountMinor={`-${refunded}`} currency={currency} />
        ),
    },
    {
      key: 'amount',
      header: 'Amount',
      numeric: true,
      cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
    },
  ];
}

export interface PaymentTableProps {
  readonly list: CursorList<Payment>;
  readonly withCustomer?: boolean | undefined;
  readonly onClearFilters?: (() => void) | undefined;
}

export function PaymentTable({ list, withCustomer = true, onClearFilters }: PaymentTableProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <ListTable
        label="Payments"
        columns={columns(withCustomer)}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        onClearFilters={onClearFilters}
        empty={
          <EmptyState icon={CreditCard} title="No payments yet.">
            Each try at collecting an invoice shows here, also those that fail.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open?.customerName ?? 'Payment'}
        description={open?.invoiceNumber ? `Try ${open.attemptNumber} for ${open.invoiceNumber}` : undefined}
      >
        {open ? <PaymentDetail payment={open} /> : null}
      </SideSheet>
    </>
  );
}

function PaymentDetail({ payment }: { payment: Payment }) {
  return (
    <div className="flex flex-col gap-6">
      <PaymentList payments={[payment]} empty="" />
      <KeyValue
        items={[
          {
            label: 'Customer',
            value: <TextLink href={`/customers/${payment.customer}`}>{payment.customerName}</TextLink>,
          },
          ...(payment.invoice
            ? [
                {
                  label: 'Invoice',
                  value: <TextLink href={`/invoices/${payment.invoice}`}>{payment.invoiceNumber}</TextLink>,
                },
              ]
            : []),
          { label: 'Fee', value: <Money amountMinor={payment.fee} currency={payment.currency} /> },
          ...(payment.providerReference
            ? [{ label: `At ${payment.provider}`, value: <CopyText text={payment.providerReference} /> }]
            : []),
          { label: 'Id', value: <CopyText text={payment.id} /> },
        ]}
      />
    </div>
  );
}
