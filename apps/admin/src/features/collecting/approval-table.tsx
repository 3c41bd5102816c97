import { formatIban } from '@billhook/core/banking/iban';
import type { Approval } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Status, type Tone } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { UserCheck } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ChoiceFilter, FilterBar } from '../../lib/filter-bar.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

const WORDS: Readonly<Record<Approval['status'], readonly [Tone, string]>> = {
  waiting: ['attention', 'Waits for a second person'],
  approved: ['ok', 'Approved'],
  declined: ['neutral', 'Declined'],
  expired: ['neutral', 'Ran out'],
};

const COLUMNS: readonly Column<Approval>[] = [
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
  { key: 'reason', header: 'Reason', fill: true, wideOnly: true, cell: ({ reason }) => reason },
  { key: 'asked', header: 'Asked by', wideOnly: true, cell: ({ askedBy }) => askedBy.name ?? askedBy.id },
  { key: 'when', header: 'Asked', cell: ({ createdAt }) => <DateText value={createdAt} /> },
  {
    key: 'amount',
    header: 'Refund',
    numeric: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
];

/** What one person asked for and another must agree to. */
export function ApprovalTable() {
  const { api } = useScope();
  const [filters] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const status = filters.status === 'waiting' ? 'waiting' : undefined;
  const list = useCursorList<Approval>(['approvals', status ?? ''], (page, signal) =>
    api.approvals.list({ ...page, status }, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <FilterBar>
        <ChoiceFilter
          name="status"
          label="Status"
          all="Every request"
          options={[{ value: 'waiting', label: 'Waiting' }]}
        />
      </FilterBar>
      <ListTable
        label="Approvals"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        empty={
          <EmptyState icon={UserCheck} title="Nothing waits for a second person.">
            Refunds above the limit in the settings are asked for here. A colleague decides on them.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={
          open?.status === 'waiting'
            ? `Refund ${open.customerName}?`
            : `Refund for ${open?.customerName ?? ''}`
        }
        description={open?.reason}
      >
        {open ? <ApprovalDetail key={open.id} approval={open} onDone={() => setOpenId(null)} /> : null}
      </SideSheet>
    </>
  );
}

/** Whose account, and as much of its IBAN as whoever looks may see. */
function Account({ to: { holder, iban, ibanMasked } }: { to: NonNullable<Approval['to']> }) {
  return (
    <>
      <span className="block">{holder}</span>
      <span className="num block">{iban === null ? ibanMasked : formatIban(iban)}</span>
    </>
  );
}

/** When it was decided, or until when it can be. */
function decision({ status, decidedBy, decidedAt, expiresAt }: Approval) {
  if (decidedAt === null) {
    const label = status === 'expired' ? 'Ran out' : 'Runs out';
    return [{ label, value: <DateText value={expiresAt} as="time" /> }];
  }
  return [
    ...(decidedBy === null ? [] : [{ label: 'Decided by', value: decidedBy }]),
    { label: 'Decided', value: <DateText value={decidedAt} as="time" /> },
  ];
}

function ApprovalDetail({ approval, onDone }: { approval: Approval; onDone: () => void }) {
  const mayDecide = useMay(ROLES.money);
  const { status, askedBy, isOwn } = approval;
  return (
    <div className="flex flex-col gap-6">
      <KeyValue
        items={[
          {
            label: 'Status',
            value: <Status tone={WORDS[status][0]}>{WORDS[status][1]}</Status>,
          },
          {
            label: 'Amount',
            value: (
              <>
                <Money amountMinor={approval.amount} currency={approval.currency} /> of{' '}
                <Money amountMinor={approval.paid} currency={approval.currency} /> that were paid
              </>
            ),
          },
          ...paidFor(approval),
          {
            label: 'Customer',
            value: <TextLink href={`/customers/${approval.customer}`}>{approval.customerName}</TextLink>,
          },
          {
            label: 'Goes back',
            value: approval.way === 'transfer' ? 'By bank transfer' : 'The way it was paid',
          },
          ...(approval.to === null ? [] : [{ label: 'To', value: <Account to={approval.to} /> }]),
          { label: 'Asked by', value: askedBy.name ?? askedBy.id },
          ...decision(approval),
          ...(approval.note ? [{ label: 'Note', value: approval.note }] : []),
        ]}
      />
      {status === 'waiting' && isOwn ? (
        <p className="text-muted">You asked for this. A colleague decides; you can take it back.</p>
      ) : null}
      {status === 'expired' ? (
        <p className="text-muted">
          Nobody decided in time, so nothing was refunded. It can be asked for again where it was paid.
        </p>
      ) : null}
      {status === 'waiting' && mayDecide ? <Decide approval={approval} onDone={onDone} /> : null}
    </div>
  );
}

function paidFor({ invoice, invoiceNumber }: Approval) {
  if (invoice === null) return [];
  const value = <TextLink href={`/invoices/${invoice}`}>{invoiceNumber ?? 'Its invoice'}</TextLink>;
  return [{ label: 'Paid for', value }];
}

function Decide({ approval, onDone }: { approval: Approval; onDone: () => void }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const approve = useCommand(
    (_: undefined, options) => api.approvals.approve(approval.id, options),
    () => {
      toast(
        approval.way === 'transfer'
          ? 'Approved. It waits under Bank to be transferred.'
          : 'Approved. The refund is on its way.',
      );
      onDone();
    },
  );
  const decline = useCommand(
    (note: string, options) =>
      api.approvals.decline(approval.id, { note: note === '' ? undefined : note }, options),
    () => {
      toast(approval.isOwn ? 'Taken back. Nothing was refunded.' : 'Declined. Nothing was refunded.');
      onDone();
    },
  );
  return (
    <Form<{ note: string }>
      onSubmit={({ note }) => decline.run(note.trim())}
      {...formProblem(approve.error ?? decline.error)}
    >
      <TextField name="note" label="Note" optional maxLength={500} hint="Stands with the request." />
      <FormActions>
        <Button type="submit" busy={decline.busy}>
          {approval.isOwn ? 'Take back' : 'Decline'}
        </Button>
        {approval.isOwn ? null : (
          <Button variant="primary" onClick={() => approve.run(undefined)} busy={approve.busy}>
            {`Approve, refund ${formatMoney(approval.amount, approval.currency, locale).full}`}
          </Button>
        )}
      </FormActions>
    </Form>
  );
}
