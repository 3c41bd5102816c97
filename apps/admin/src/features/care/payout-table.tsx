import type { Payout } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { capital } from '../../lib/words.ts';
import { kindText } from './movement-table.tsx';

function Sum({ payout }: { payout: Payout }) {
  if (payout.addsUp === null) return <Status tone="info">Not read yet</Status>;
  return payout.addsUp ? (
    <Status tone="ok">Adds up</Status>
  ) : (
    <Status tone="attention">Differs from its parts</Status>
  );
}

const COLUMNS: readonly Column<Payout>[] = [
  {
    key: 'when',
    header: 'Made',
    phone: 'title',
    fill: true,
    cell: ({ createdAt }) => <DateText value={createdAt} />,
  },
  {
    key: 'status',
    header: 'Status',
    phone: 'below',
    cell: ({ status }) => capital(status.replaceAll('_', ' ')),
  },
  { key: 'sum', header: 'Statement', cell: (payout) => <Sum payout={payout} /> },
  {
    key: 'arrives',
    header: 'At the bank',
    wideOnly: true,
    cell: ({ arrivesAt }) => (arrivesAt ? <DateText value={arrivesAt} /> : '–'),
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
];

/** Payouts of a provider, each with the statement of what it is made of. */
export function PayoutTable({ provider }: { provider: string | undefined }) {
  const { api } = useScope();
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useCursorList<Payout>(['payouts', provider ?? ''], (page, signal) =>
    api.payouts.list({ ...page, provider }, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <ListTable
        label="Payouts"
        columns={COLUMNS}
        list={list}
        hotkeys={false}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        empty={<p className="py-4 text-muted">Nothing was paid out to the bank yet.</p>}
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title="Statement of the payout"
        description={open?.providerPayoutId}
      >
        {open ? <Statement id={open.id} /> : null}
      </SideSheet>
    </>
  );
}

function Statement({ id }: { id: string }) {
  const { api, tenant } = useScope();
  const { data, error, refetch } = useQuery({
    queryKey: [tenant.id, 'payout', id],
    queryFn: ({ signal }) => api.payouts.get(id, { signal }),
  });
  if (error && !data) return <ProblemState error={error} onRetry={() => void refetch()} compact />;
  const currency = data?.currency ?? 'EUR';
  const total = { kind: 'Total', count: 0, gross: '', fee: '', net: data?.amount ?? '0' };
  const amount = (minor: string) => (minor === '' ? null : <Money amountMinor={minor} currency={currency} />);
  return (
    <DataTable
      label="Parts of the payout"
      hotkeys={false}
      loading={data === undefined}
      rows={data ? [...data.lines, total] : []}
      rowKey={({ kind }) => kind}
      columns={[
        {
          key: 'kind',
          header: 'Kind',
          fill: true,
          cell: ({ kind, count }) => (kind === 'Total' ? 'Paid out' : `${count} × ${kindText(kind)}`),
        },
        { key: 'fee', header: 'Fee', numeric: true, cell: ({ fee }) => amount(fee) },
        { key: 'net', header: 'Net', numeric: true, cell: ({ net }) => amount(net) },
      ]}
      empty={<p className="py-4 text-muted">Its parts are not read yet.</p>}
    />
  );
}
