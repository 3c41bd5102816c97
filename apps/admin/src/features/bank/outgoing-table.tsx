import { formatIban } from '@billhook/core/banking/iban';
import type { RefundToTransfer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CopyText } from '@billhook/ui/copy-text';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { Money } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { AccountSheet } from './account-sheet.tsx';
import { FileForBank } from './file-for-bank.tsx';
import { useOutgoingTransfers } from './queries.ts';

const COLUMNS: readonly Column<RefundToTransfer>[] = [
  {
    key: 'customer',
    header: 'Customer',
    fill: true,
    phone: 'title',
    cell: ({ customerName }) => <span className="block truncate">{customerName}</span>,
  },
  {
    key: 'iban',
    header: 'To',
    cell: (transfer) => <Target transfer={transfer} />,
  },
  {
    key: 'asked',
    header: 'Asked',
    wideOnly: true,
    cell: ({ refund }) => <DateText value={refund.createdAt} />,
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ refund }) => <Money amountMinor={refund.amount} currency={refund.currency} />,
  },
  {
    key: 'done',
    header: <span className="sr-only">Decision</span>,
    cell: (row) => <Decision transfer={row} />,
  },
];

/** Refunds that a person transfers, and the file for the bank that does it. */
export function OutgoingTable() {
  const transfers = useOutgoingTransfers();
  const mayExport = useMay(ROLES.money);
  if (transfers.error) return <ProblemState error={transfers.error} />;
  return (
    <div className="flex flex-col gap-3">
      {mayExport ? <FileForBank transfers={transfers.data ?? []} /> : null}
      <DataTable
        label="Refunds to transfer"
        columns={COLUMNS}
        rows={transfers.data ?? []}
        loading={transfers.isPending}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={Undo2} title="Nothing to transfer.">
            Refunds of transfers, and those that cannot go back to a card, wait here until somebody has sent
            them.
          </EmptyState>
        }
      />
    </div>
  );
}

/** Where it goes to: all of it for whoever may move money, who may also put it right. */
function Target({ transfer }: { transfer: RefundToTransfer }) {
  const { name, iban, ibanMasked } = transfer;
  const may = useMay(ROLES.money);
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="flex items-center gap-x-3 py-1.5 max-sm:flex-wrap">
      {ibanMasked === null ? (
        <span className="text-muted">Ask the customer</span>
      ) : (
        <span className="min-w-0">
          {name === null ? null : (
            <span className="block max-w-56 truncate" title={name}>
              {name}
            </span>
          )}
          {iban === null ? (
            <span className="num text-muted">{ibanMasked}</span>
          ) : (
            <CopyText text={iban} shown={formatIban(iban)} />
          )}
        </span>
      )}
      {may ? (
        <Button size="sm" variant="quiet" onClick={() => setOpen(true)}>
          {ibanMasked === null ? 'Give account' : 'Change'}
        </Button>
      ) : null}
      <AccountSheet transfer={isOpen ? transfer : null} onClose={() => setOpen(false)} />
    </span>
  );
}

function Decision({ transfer }: { transfer: RefundToTransfer }) {
  const { api } = useScope();
  const may = useMay(ROLES.money);
  const settle = useCommand(
    (outcome: 'paid' | 'not_paid', options) =>
      api.outgoingTransfers.settle(transfer.id, { outcome }, options),
    (_, outcome) => toast(outcome === 'paid' ? 'The refund is done.' : 'The refund is taken back.'),
  );
  if (!may) return null;
  return (
    <span className="flex justify-end gap-1">
      <Button size="sm" variant="quiet" busy={settle.busy} onClick={() => settle.run('not_paid')}>
        Not sent
      </Button>
      <Button size="sm" busy={settle.busy} onClick={() => settle.run('paid')}>
        Transferred
      </Button>
    </span>
  );
}
