import type { CustomerRow } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { RowLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Users } from 'lucide-react';
import { createCustomer } from '../../lib/first-steps.ts';
import { KeyNote } from '../../lib/key-note.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import type { CursorList } from '../../lib/lists.ts';
import { SUBSCRIPTION_STATUS } from '../../lib/words.ts';

function CustomerStatus({ row }: { row: CustomerRow }) {
  if (row.parkedAt !== null) return <Status tone="problem">On hold</Status>;
  if (row.subscriptionStatus === null) return <span className="text-faint">No plan</span>;
  const { tone, word } = SUBSCRIPTION_STATUS[row.subscriptionStatus];
  return <Status tone={tone}>{word}</Status>;
}

const COLUMNS: readonly Column<CustomerRow>[] = [
  {
    key: 'name',
    header: 'Customer',
    fill: true,
    cell: ({ id, name }) => <RowLink href={`/customers/${id}`}>{name}</RowLink>,
  },
  { key: 'status', header: 'Status', cell: (row) => <CustomerStatus row={row} /> },
  {
    key: 'plan',
    header: 'Plan',
    cell: ({ planName }) => planName ?? <span className="text-faint max-sm:hidden">–</span>,
  },
  {
    key: 'mrr',
    header: 'MRR',
    numeric: true,
    cell: ({ mrr, currency }) => <Money amountMinor={mrr} currency={currency} />,
  },
  {
    key: 'open',
    header: 'Open',
    numeric: true,
    wideOnly: true,
    cell: ({ openAmount, currency }) =>
      openAmount === '0' ? (
        <span className="text-faint">–</span>
      ) : (
        <Money amountMinor={openAmount} currency={currency} />
      ),
  },
  {
    key: 'external',
    header: 'External id',
    wideOnly: true,
    cell: ({ externalId }) =>
      externalId === null ? <span className="text-faint">–</span> : <CopyText text={externalId} />,
  },
  {
    key: 'created',
    header: 'Since',
    wideOnly: true,
    cell: ({ createdAt }) => <DateText value={createdAt} />,
  },
];

export function CustomerTable({
  list,
  onClearFilters,
}: {
  list: CursorList<CustomerRow>;
  onClearFilters?: (() => void) | undefined;
}) {
  const go = useGo();
  return (
    <ListTable
      label="Customers"
      columns={COLUMNS}
      list={list}
      rowKey={({ id }) => id}
      onOpen={({ id }) => go(`/customers/${id}`)}
      onClearFilters={onClearFilters}
      empty={
        <EmptyState icon={Users} title="No customers yet." command={createCustomer(location.origin)}>
          They come by the portal, by the API, or by the button above. <KeyNote />
        </EmptyState>
      }
    />
  );
}
