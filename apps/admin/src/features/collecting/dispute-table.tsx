import type { Dispute } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status, type Tone } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Scale } from 'lucide-react';
import { useState } from 'react';
import { ChoiceFilter, FilterBar } from '../../lib/filter-bar.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useMay, useScope } from '../../lib/scope.tsx';
import { useClock } from '../clock/queries.ts';
import { DisputeAnswer } from './dispute-answer.tsx';
import { SentEvidence } from './sent-evidence.tsx';

const WORDS: Readonly<Record<Dispute['status'], readonly [Tone, string]>> = {
  warning: ['attention', 'The bank asks'],
  needs_response: ['problem', 'Answer needed'],
  under_review: ['info', 'The bank decides'],
  won: ['ok', 'Won'],
  lost: ['neutral', 'Lost'],
};

const REASONS: Readonly<Record<string, string>> = {
  fraudulent: 'The cardholder did not make this payment',
  duplicate: 'Charged twice',
  product_not_received: 'The product did not come',
  product_unacceptable: 'The product was not as described',
  subscription_canceled: 'Charged after a cancellation',
  unrecognized: 'The payment is not recognised',
  credit_not_processed: 'A refund did not come',
};

const NONE = <span className="text-faint">–</span>;

const COLUMNS: readonly Column<Dispute>[] = [
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
    cell: ({ status }) => <Status tone={WORDS[status][0]}>{WORDS[status][1]}</Status>,
  },
  {
    key: 'reason',
    header: 'What the bank says',
    fill: true,
    wideOnly: true,
    cell: ({ reason }) => REASONS[reason] ?? reason,
  },
  {
    key: 'due',
    header: 'Answer by',
    cell: ({ evidenceDueAt }) => (evidenceDueAt ? <DateText value={evidenceDueAt} /> : NONE),
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
];

/** Payments that customers' banks ask back. */
export function DisputeTable() {
  const { api } = useScope();
  const [filters] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const status = filters.status === 'open' ? 'open' : undefined;
  const list = useCursorList<Dispute>(['disputes', status ?? ''], (page, signal) =>
    api.disputes.list({ ...page, status }, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <FilterBar>
        <ChoiceFilter
          name="status"
          label="Status"
          all="Every dispute"
          options={[{ value: 'open', label: 'Open' }]}
        />
      </FilterBar>
      <ListTable
        label="Disputes"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        empty={
          <EmptyState icon={Scale} title="No disputes.">
            When a customer’s bank asks a payment back, it shows here with the day by which to answer.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={`Dispute of ${open?.customerName ?? ''}`}
        description={open ? (REASONS[open.reason] ?? open.reason) : undefined}
      >
        {open ? <DisputeDetail key={open.id} dispute={open} /> : null}
      </SideSheet>
    </>
  );
}

function DisputeDetail({ dispute }: { dispute: Dispute }) {
  const mayAnswer = useMay(['owner', 'admin', 'finance', 'support']);
  const { status, currency } = dispute;
  const { data: clock } = useClock();
  const isAnswerable = dispute.evidence === 'none' && dispute.closedAt === null;
  const isLate =
    clock !== undefined &&
    dispute.evidenceDueAt !== null &&
    Date.parse(clock.now) >= Date.parse(dispute.evidenceDueAt);
  return (
    <div className="flex flex-col gap-6">
      <KeyValue
        items={[
          { label: 'Status', value: <Status tone={WORDS[status][0]}>{WORDS[status][1]}</Status> },
          { label: 'Disputed', value: <Money amountMinor={dispute.amount} currency={currency} /> },
          { label: 'Taken from you', value: <Money amountMinor={dispute.withdrawn} currency={currency} /> },
          { label: 'Fee', value: <Money amountMinor={dispute.fee} currency={currency} /> },
          ...(dispute.lost === '0'
            ? []
            : [{ label: 'Lost', value: <Money amountMinor={dispute.lost} currency={currency} /> }]),
          ...(dispute.evidenceDueAt
            ? [{ label: 'Answer by', value: <DateText value={dispute.evidenceDueAt} as="time" /> }]
            : []),
          {
            label: 'Customer',
            value: <TextLink href={`/customers/${dispute.customer}`}>{dispute.customerName}</TextLink>,
          },
          ...(dispute.invoice
            ? [
                {
                  label: 'Invoice',
                  value: <TextLink href={`/invoices/${dispute.invoice}`}>Open it</TextLink>,
                },
              ]
            : []),
          { label: 'At the provider', value: <CopyText text={dispute.providerReference} /> },
        ]}
      />
      <SentEvidence dispute={dispute} />
      {isAnswerable && isLate ? (
        <p className="text-muted">The deadline has passed: the bank takes no answer any more.</p>
      ) : null}
      {isAnswerable && mayAnswer && !isLate ? <DisputeAnswer dispute={dispute} /> : null}
    </div>
  );
}
