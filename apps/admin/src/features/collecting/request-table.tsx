import type { PaymentRequest } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { useCopy } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Status, type Tone } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { Check, Copy, HandCoins } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { AskPayment } from './ask-payment.tsx';

function stateOf({ status, kind, held }: PaymentRequest): readonly [Tone, string] {
  if (status === 'open') return ['attention', 'Open'];
  if (status === 'canceled') return ['neutral', 'Taken back'];
  if (kind === 'payment') return ['ok', 'Paid'];
  return held === '0' ? ['ok', 'Paid, nothing held'] : ['ok', 'Held'];
}

const COLUMNS: readonly Column<PaymentRequest>[] = [
  {
    key: 'customer',
    header: 'Customer',
    phone: 'title',
    cell: ({ customerName }) => <span className="block max-w-52 truncate">{customerName}</span>,
  },
  {
    key: 'status',
    header: 'Status',
    phone: 'below',
    cell: (row) => <Status tone={stateOf(row)[0]}>{stateOf(row)[1]}</Status>,
  },
  {
    key: 'kind',
    header: 'Kind',
    wideOnly: true,
    cell: ({ kind }) => (kind === 'deposit' ? 'Deposit' : 'Payment'),
  },
  { key: 'text', header: 'For', fill: true, wideOnly: true, cell: ({ description }) => description },
  { key: 'when', header: 'Asked', cell: ({ createdAt }) => <DateText value={createdAt} /> },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
];

/** Money on account and deposits that customers were asked for. */
export function RequestTable() {
  const { api } = useScope();
  const mayAsk = useMay(['owner', 'admin', 'finance', 'support']);
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useCursorList<PaymentRequest>(['payment-requests'], (page, signal) =>
    api.paymentRequests.list(page, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      {mayAsk ? (
        <div className="flex justify-end pb-3">
          <AskPayment />
        </div>
      ) : null}
      <ListTable
        label="Requested payments"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        empty={
          <EmptyState icon={HandCoins} title="Nothing was asked for.">
            Ask a customer for money on account, or for a deposit that you hold.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open?.description ?? ''}
        description={open?.customerName}
      >
        {open ? <RequestDetail key={open.id} request={open} /> : null}
      </SideSheet>
    </>
  );
}

function RequestDetail({ request }: { request: PaymentRequest }) {
  const mayMove = useMay(ROLES.money);
  const { currency } = request;
  return (
    <div className="flex flex-col gap-6">
      <KeyValue
        items={[
          { label: 'Status', value: <Status tone={stateOf(request)[0]}>{stateOf(request)[1]}</Status> },
          { label: 'Amount', value: <Money amountMinor={request.amount} currency={currency} /> },
          ...(request.kind === 'deposit'
            ? [{ label: 'Held', value: <Money amountMinor={request.held} currency={currency} /> }]
            : []),
          {
            label: 'Customer',
            value: <TextLink href={`/customers/${request.customer}`}>{request.customerName}</TextLink>,
          },
          ...(request.paidAt
            ? [{ label: 'Paid', value: <DateText value={request.paidAt} as="time" /> }]
            : []),
        ]}
      />
      {request.payUrl ? <PayAddress url={request.payUrl} /> : null}
      {mayMove ? <RequestActions request={request} /> : null}
    </div>
  );
}

/** The customer pays there without an account, so it may be sent by any way. */
function PayAddress({ url }: { url: string }) {
  const { copied, copy } = useCopy();
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">
        Whoever has this link can pay, without an account. It stays good while the request is open.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => copy(url)}>
          {copied ? <Check aria-hidden="true" size={14} /> : <Copy aria-hidden="true" size={14} />}
          {copied ? 'Copied' : 'Copy link'}
        </Button>
        <TextLink href={url}>Open it</TextLink>
      </div>
      <span role="status" className="sr-only">
        {copied ? 'The link is copied.' : ''}
      </span>
    </div>
  );
}

function RequestActions({ request }: { request: PaymentRequest }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const words = (minor: string) => formatMoney(minor, request.currency, locale).full;
  const charge = useCommand(
    (_: undefined, options) => api.paymentRequests.charge(request.id, options),
    () => toast('The charge is on its way.'),
  );
  const cancel = useCommand(
    (_: undefined, options) => api.paymentRequests.cancel(request.id, options),
    () => toast('Taken back.'),
  );
  const apply = useCommand(
    (_: undefined, options) => api.paymentRequests.applyDeposit(request.id, {}, options),
    () => toast('The deposit is credit of the customer now.'),
  );
  const refund = useCommand(
    (_: undefined, options) =>
      api.paymentRequests.refundDeposit(request.id, { reason: 'Deposit sent back' }, options),
    () => toast('The deposit is on its way back.'),
  );
  const isHeld = request.held !== '0';
  const error = charge.error ?? cancel.error ?? apply.error ?? refund.error;
  if (request.status !== 'open' && !isHeld) return null;
  return (
    <div className="flex flex-col gap-3">
      {error ? <p className="text-problem">{tell(error).detail}</p> : null}
      <div className="flex flex-wrap justify-end gap-2">
        {request.status === 'open' ? (
          <>
            <Button onClick={() => cancel.run(undefined)} busy={cancel.busy}>
              Take back
            </Button>
            <Button variant="primary" onClick={() => charge.run(undefined)} busy={charge.busy}>
              {`Charge ${words(request.amount)}`}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => refund.run(undefined)} busy={refund.busy}>
              {`Send back ${words(request.held)}`}
            </Button>
            <Button variant="primary" onClick={() => apply.run(undefined)} busy={apply.busy}>
              {`Apply ${words(request.held)}`}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
