import type { ProviderTransaction } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Scale } from 'lucide-react';
import { useState } from 'react';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { capital } from '../../lib/words.ts';

const STATES = {
  open: { tone: 'attention', word: 'Open' },
  matched: { tone: 'ok', word: 'Matched' },
  posted: { tone: 'ok', word: 'Posted' },
  empty: { tone: 'neutral', word: 'Moved nothing' },
} as const;

export const kindText = (kind: string) => capital(kind.replaceAll('_', ' '));

const COLUMNS: readonly Column<ProviderTransaction>[] = [
  { key: 'when', header: 'When', cell: ({ occurredAt }) => <DateText value={occurredAt} /> },
  { key: 'kind', header: 'Kind', phone: 'title', cell: ({ kind }) => kindText(kind) },
  {
    key: 'state',
    header: 'State',
    phone: 'below',
    cell: ({ state, ageDays }) => (
      <Status tone={STATES[state].tone}>
        {STATES[state].word}
        {ageDays === null ? '' : `, ${ageDays} ${ageDays === 1 ? 'day' : 'days'}`}
      </Status>
    ),
  },
  {
    key: 'why',
    header: 'In our books',
    fill: true,
    wideOnly: true,
    cell: ({ explanation }) => (
      <span className="block truncate text-muted" title={explanation}>
        {explanation}
      </span>
    ),
  },
  {
    key: 'fee',
    header: 'Fee',
    numeric: true,
    wideOnly: true,
    cell: ({ fee, currency }) => <Money amountMinor={fee} currency={currency} />,
  },
  {
    key: 'net',
    header: 'Net',
    numeric: true,
    cell: ({ net, currency }) => <Money amountMinor={net} currency={currency} />,
  },
];

/** Movements in a provider's books, of one state or all. */
export function MovementTable({
  state,
  provider,
}: {
  state: string | undefined;
  provider: string | undefined;
}) {
  const { api } = useScope();
  const [, change] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useCursorList<ProviderTransaction>(
    ['movements', provider ?? '', state ?? ''],
    (page, signal) =>
      api.reconciliation.transactions(
        { ...page, provider, state: state as ProviderTransaction['state'] | undefined },
        { signal },
      ),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <ListTable
        label="Movements"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        onClearFilters={state ? () => change({ state: undefined }) : undefined}
        empty={
          <EmptyState icon={Scale} title="Nothing is compared yet.">
            Reconcile now: every movement at the provider is then shown beside its place in our books.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open ? kindText(open.kind) : ''}
        description={open?.explanation}
      >
        {open ? <Detail movement={open} /> : null}
      </SideSheet>
    </>
  );
}

function Detail({ movement }: { movement: ProviderTransaction }) {
  const { currency } = movement;
  return (
    <div className="flex flex-col gap-6">
      <KeyValue
        layout="sum"
        items={[
          { label: 'Gross', value: <Money amountMinor={movement.gross} currency={currency} /> },
          { label: 'Fee', value: <Money amountMinor={movement.fee} currency={currency} /> },
          { label: 'Net', value: <Money amountMinor={movement.net} currency={currency} />, strong: true },
        ]}
      />
      <KeyValue
        items={[
          { label: 'When', value: <DateText value={movement.occurredAt} as="time" /> },
          ...(movement.customer
            ? [
                {
                  label: 'Customer',
                  value: (
                    <TextLink href={`/customers/${movement.customer}`}>{movement.customerName}</TextLink>
                  ),
                },
              ]
            : []),
          { label: 'At the provider', value: <CopyText text={movement.providerTransactionId} /> },
          ...(movement.payout ? [{ label: 'Payout', value: <CopyText text={movement.payout} /> }] : []),
          ...(movement.ledgerTransaction
            ? [{ label: 'Posting', value: <CopyText text={movement.ledgerTransaction} /> }]
            : []),
        ]}
      />
    </div>
  );
}
