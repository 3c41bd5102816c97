import { counted } from '@billhook/core/kernel/counted';
import type { QuarantinedEvent } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import type { Column } from '@billhook/ui/table-model';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { ChoiceFilter, FilterBar } from '../../lib/filter-bar.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { QuarantineDecision, QuarantineDetail } from './quarantine-decision.tsx';

const REASONS: Readonly<Record<QuarantinedEvent['reason'], string>> = {
  unknown_customer: 'No customer has this id',
  unknown_meter: 'No meter counts this type',
  late: 'Its period was billed already',
  id_conflict: 'Same id, other content',
  bad_value: 'Its value cannot be counted',
};

const COLUMNS: readonly Column<QuarantinedEvent>[] = [
  {
    key: 'reason',
    header: 'Why it waits',
    phone: 'title',
    cell: ({ reason, resolution }) => (
      <span className="whitespace-nowrap">
        {REASONS[reason]}
        {resolution === null ? '' : `: ${resolution}`}
      </span>
    ),
  },
  { key: 'subject', header: 'Sent for', fill: true, cell: ({ subject }) => subject },
  { key: 'type', header: 'Type', wideOnly: true, cell: ({ type }) => type },
  { key: 'time', header: 'Time', cell: ({ time }) => <DateText value={time} as="time" /> },
];

type Reason = QuarantinedEvent['reason'];

/** Events that were taken in but not counted, until someone decides; one by one or many at once. */
export function QuarantineTable() {
  const { api } = useScope();
  const mayDecide = useMay(ROLES.staff);
  const [filters, change] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState(false);
  const reason = filters.reason as Reason | undefined;
  const status = filters.status === 'resolved' ? 'resolved' : undefined;
  const list = useCursorList<QuarantinedEvent>(['quarantine', reason ?? '', status ?? ''], (page, signal) =>
    api.quarantine.list({ ...page, reason, status }, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  const events = list.rows.filter(({ id }) => chosen.has(id)).slice(0, 100);
  const done = () => {
    setDeciding(false);
    setChosen(new Set());
  };
  return (
    <>
      <QuarantineFilters />
      <ListTable
        label="Quarantined events"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        rowName={({ eventId }) => eventId}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        {...(mayDecide && status === undefined
          ? {
              selection: {
                keys: chosen,
                onChange: setChosen,
                actions: <Button onClick={() => setDeciding(true)}>Decide</Button>,
              },
            }
          : {})}
        onClearFilters={reason || status ? () => change({ reason: undefined, status: undefined }) : undefined}
        empty={
          <EmptyState icon={ShieldCheck} title="Nothing waits.">
            Events that cannot be counted as they are stay here and are never lost.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open ? REASONS[open.reason] : ''}
        description={open ? `${open.source} ${open.eventId}` : undefined}
        width="lg"
      >
        {open ? <QuarantineDetail key={open.id} event={open} onDone={() => setOpenId(null)} /> : null}
      </SideSheet>
      <SideSheet
        open={deciding && events.length > 0}
        onOpenChange={(next) => {
          if (!next) setDeciding(false);
        }}
        title={`Decide about ${counted(events.length, 'event')}`}
        description="What still cannot be counted stays in quarantine."
      >
        {deciding ? <QuarantineDecision events={events} onDone={done} /> : null}
      </SideSheet>
    </>
  );
}

function QuarantineFilters() {
  return (
    <FilterBar>
      <ChoiceFilter
        name="reason"
        label="Reason"
        all="Every reason"
        options={Object.entries(REASONS).map(([value, label]) => ({ value, label }))}
      />
      <ChoiceFilter
        name="status"
        label="State"
        all="Waiting"
        options={[{ value: 'resolved', label: 'Dealt with' }]}
      />
    </FilterBar>
  );
}
