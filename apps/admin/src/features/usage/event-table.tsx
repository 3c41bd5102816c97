import type { UsageEvent } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { Badge } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { Activity } from 'lucide-react';
import { CustomerFilter } from '../../lib/customer-search.tsx';
import { FilterBar } from '../../lib/filter-bar.tsx';
import { sendEvent } from '../../lib/first-steps.ts';
import { KeyNote } from '../../lib/key-note.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { BackfillSheet } from './backfill-sheet.tsx';
import { EventSheet } from './event-sheet.tsx';

const COLUMNS: readonly Column<UsageEvent>[] = [
  { key: 'time', header: 'Time', phone: 'below', cell: ({ time }) => <DateText value={time} as="time" /> },
  {
    key: 'type',
    header: 'Type',
    phone: 'title',
    cell: ({ type, status }) => (
      <span className="whitespace-nowrap">
        {type} {status === 'voided' ? <Badge>voided</Badge> : null}
      </span>
    ),
  },
  {
    key: 'customer',
    header: 'Customer',
    phone: 'below',
    cell: ({ customerName }) => <span className="block max-w-48 truncate">{customerName}</span>,
  },
  { key: 'source', header: 'Source', wideOnly: true, cell: ({ source }) => source },
  {
    key: 'data',
    header: 'Data',
    fill: true,
    wideOnly: true,
    cell: ({ data }) => <span className="font-mono text-sm text-muted">{JSON.stringify(data)}</span>,
  },
  { key: 'id', header: 'Event id', cell: ({ id }) => <CopyText text={id} className="max-w-48" /> },
];

export function EventTable() {
  const { api, tenant } = useScope();
  const [filters, change] = useFilters();
  const mayCorrect = useMay(ROLES.money);
  // A line of an invoice leads to the events of one of its days.
  const { customer, type, from, to } = filters;
  const list = useCursorList<UsageEvent>(
    ['events', customer ?? '', filters.type ?? '', filters.from ?? '', filters.to ?? ''],
    (page, signal) => api.events.list({ ...page, customer, type, from, to }, { signal }),
    { refetchMs: 5_000 },
  );
  const isNarrowed = type !== undefined || from !== undefined || to !== undefined;
  const clear = () => change({ customer: undefined, type: undefined, from: undefined, to: undefined });
  return (
    <>
      <FilterBar>
        <CustomerFilter />
        {isNarrowed ? (
          <span className="flex items-center gap-2 text-sm text-muted">
            <span>
              {type === undefined ? 'All types' : `Type ${type}`}
              {from && to ? (
                <>
                  , <DateText value={from} as="time" /> to <DateText value={to} as="time" />
                </>
              ) : null}
            </span>
            <Button size="sm" onClick={clear}>
              Show all
            </Button>
          </span>
        ) : null}
        {mayCorrect ? <Button onClick={() => change({ fill: 'in' })}>Fill usage in</Button> : null}
      </FilterBar>
      <ListTable
        label="Usage events"
        columns={COLUMNS}
        list={list}
        dense
        rowKey={({ source, id, time }) => `${source} ${id} ${time}`}
        onOpen={({ source, id }) => change({ source, event: id }, { replace: false })}
        onClearFilters={customer || isNarrowed ? clear : undefined}
        empty={
          <EmptyState icon={Activity} title="No events yet." command={sendEvent(location.origin, tenant.now)}>
            Send the first one; it shows here within seconds. <KeyNote />
          </EmptyState>
        }
      />
      <EventSheet
        event={filters.source && filters.event ? { source: filters.source, id: filters.event } : undefined}
        onClose={() => change({ source: undefined, event: undefined })}
      />
      <BackfillSheet open={mayCorrect && filters.fill === 'in'} onClose={() => change({ fill: undefined })} />
    </>
  );
}
