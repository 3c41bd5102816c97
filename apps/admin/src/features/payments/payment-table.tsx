import type { Payment } from '@billhook/sdk/generated/types';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { DocumentNumber } from '@billhook/ui/document-number';
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
import { methodText, paymentAt, providerText, riskText } from './payment-facts.ts';
import { PaymentList } from './payment-list.tsx';

const NONE = <span className="text-faint">–</span>;

/** What came of an attempt, why it failed, and what was given back of it. */
function Outcome({ payment }: { payment: Payment }) {
  const { tone, word } = PAYMENT_STATUS[payment.status];
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <span className="shrink-0">
        <Status tone={tone}>{word}</Status>
      </span>
      {payment.failure ? (
        <span className="truncate text-sm text-faint max-2xl:hidden" title={payment.failure.message}>
          {payment.failure.message}
        </span>
      ) : null}
      {payment.refunded === '0' ? null : (
        <span className="shrink-0 text-sm text-muted">
          <Money amountMinor={payment.refunded} currency={payment.currency} /> given back
        </span>
      )}
    </span>
  );
}

function columns(withCustomer: boolean): Column<Payment>[] {
  const outcome: Column<Payment> = {
    key: 'status',
    header: 'Status',
    fill: true,
    cell: (payment) => <Outcome payment={payment} />,
  };
  const customer: Column<Payment> = {
    key: 'customer',
    header: 'Customer',
    phone: 'title',
    cell: ({ customerName }) => <span className="block max-w-44 truncate">{customerName}</span>,
  };
  return [
    ...(withCustomer ? [customer, { ...outcome, phone: 'below' as const }] : [outcome]),
    {
      key: 'invoice',
      header: 'Invoice',
      cell: ({ invoiceNumber }) => (invoiceNumber ? <DocumentNumber number={invoiceNumber} /> : NONE),
    },
    {
      key: 'method',
      header: 'Method',
      wideOnly: true,
      cell: (row) => (
        <span className="num whitespace-nowrap" title={methodText(row)}>
          {methodText(row).replace(' ending in ', ' ···· ')}
        </span>
      ),
    },
    { key: 'when', header: 'When', cell: (row) => <DateText value={paymentAt(row)} /> },
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
            Every attempt to collect an invoice shows here, also those that fail.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open?.customerName ?? 'Payment'}
        description={
          open?.invoiceNumber ? `Attempt ${open.attemptNumber} for ${open.invoiceNumber}` : undefined
        }
      >
        {open ? <PaymentDetail payment={open} /> : null}
      </SideSheet>
    </>
  );
}

function PaymentDetail({ payment }: { payment: Payment }) {
  const risk = riskText(payment);
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
          ...(risk === null ? [] : [{ label: 'Risk', value: risk }]),
          ...(payment.providerReference
            ? [{ label: `At ${providerText(payment)}`, value: <CopyText text={payment.providerReference} /> }]
            : []),
          { label: 'Payment id', value: <CopyText text={payment.id} /> },
        ]}
      />
    </div>
  );
}
