import type { BankLine } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Landmark } from 'lucide-react';
import { useState } from 'react';
import { ChoiceFilter, FilterBar } from '../../lib/filter-bar.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { LineDetail } from './line-detail.tsx';
import { LINE_STATE, LINE_STATES, noonOf, useBankLines } from './queries.ts';

/** Who a line is for, as far as it is known. */
function forWhom({ customerName, proposal }: BankLine): string {
  return customerName ?? proposal?.customerName ?? '–';
}

const COLUMNS: readonly Column<BankLine>[] = [
  {
    key: 'day',
    header: 'Booked',
    cell: ({ bookedOn }) => <DateText value={noonOf(bookedOn)} />,
  },
  {
    key: 'from',
    header: 'From',
    fill: true,
    phone: 'title',
    cell: ({ name, text }) => (
      <span className="block truncate" title={text}>
        {name ?? 'Unknown'} <span className="text-faint">{text}</span>
      </span>
    ),
  },
  {
    key: 'customer',
    header: 'Customer',
    wideOnly: true,
    cell: (line) => <span className="block max-w-52 truncate">{forWhom(line)}</span>,
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ state, proposal }) => (
      <Status tone={LINE_STATE[state].tone}>
        {LINE_STATE[state].word}
        {proposal === null ? null : <span className="num text-faint"> {proposal.score} % sure</span>}
      </Status>
    ),
  },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    cell: ({ amount, currency }) => <Money amountMinor={amount} currency={currency} />,
  },
];

/** Movements, each with what it paid or seems to pay; a click decides. */
export function LineTable() {
  const [filters, change] = useFilters();
  const list = useBankLines(filters.state);
  const [openId, setOpenId] = useState<string | null>(null);
  const open = list.rows.find(({ id }) => id === openId);
  const close = () => setOpenId(null);
  return (
    <>
      <FilterBar>
        <ChoiceFilter
          name="state"
          label="State"
          all="Every state"
          options={LINE_STATES.map((value) => ({ value, label: LINE_STATE[value].word }))}
        />
      </FilterBar>
      <ListTable
        label="Movements"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        onClearFilters={filters.state ? () => change({ state: undefined }) : undefined}
        empty={
          <EmptyState icon={Landmark} title="No movements yet.">
            Upload a statement of your bank. What names an invoice is booked at once.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) close();
        }}
        title={open?.name ?? 'Movement'}
        description={open?.text || undefined}
      >
        {open ? <LineDetail key={`${open.id} ${open.state}`} line={open} onDone={close} /> : null}
      </SideSheet>
    </>
  );
}
