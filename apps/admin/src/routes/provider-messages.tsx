import { counted } from '@billhook/core/kernel/counted';
import type { ProviderEvent } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { MessageDetail } from '../features/care/message-detail.tsx';
import { MESSAGE_STATES } from '../features/care/message-states.ts';
import { useCommand } from '../lib/command.ts';
import { ChoiceFilter, FilterBar, SearchFilter } from '../lib/filter-bar.tsx';
import { ListTable } from '../lib/list-table.tsx';
import { useCursorList } from '../lib/lists.ts';
import { useMay, useScope } from '../lib/scope.tsx';

const COLUMNS: readonly Column<ProviderEvent>[] = [
  {
    key: 'when',
    header: 'Came in',
    phone: 'below',
    cell: ({ createdAt }) => <DateText value={createdAt} as="time" />,
  },
  {
    key: 'type',
    header: 'Message',
    phone: 'title',
    fill: true,
    cell: ({ type }) => <span className="block truncate font-mono text-sm">{type}</span>,
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ state }) => <Status tone={MESSAGE_STATES[state].tone}>{MESSAGE_STATES[state].word}</Status>,
  },
  {
    key: 'by',
    header: 'Came by',
    wideOnly: true,
    cell: ({ cameBy }) => (cameBy === 'poll' ? 'Asked for' : 'Webhook'),
  },
  {
    key: 'times',
    header: 'Times',
    numeric: true,
    wideOnly: true,
    cell: ({ deliveries }) => deliveries,
  },
];

/** What payment providers sent, as it came in; each message can be read again. */
export function ProviderMessagesScreen() {
  const { api } = useScope();
  const [filters, change] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const mayPoll = useMay(['owner', 'admin', 'finance', 'developer']);
  const { state, q } = filters;
  const list = useCursorList<ProviderEvent>(['provider-events', state ?? '', q ?? ''], (page, signal) =>
    api.providerEvents.list(
      { ...page, state: state as ProviderEvent['state'] | undefined, type: q || undefined },
      { signal },
    ),
  );
  const poll = useCommand(
    (_: undefined, options) => api.providerEvents.poll({}, options),
    ({ added }) =>
      toast(
        added === 0 ? 'Nothing was missing.' : `${counted(added, 'message was', 'messages were')} missing.`,
      ),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <PageHeader
        title="Provider messages"
        description="Webhooks as they came in, kept whole before they are answered. What did not come is fetched each hour."
        actions={
          mayPoll ? (
            <Button busy={poll.busy} onClick={() => poll.run(undefined)}>
              Ask for missing ones
            </Button>
          ) : null
        }
      />
      <FilterBar>
        <SearchFilter label="Type, such as charge.failed" />
        <ChoiceFilter
          name="state"
          label="State"
          all="Every state"
          options={Object.entries(MESSAGE_STATES).map(([value, { word }]) => ({ value, label: word }))}
        />
      </FilterBar>
      <ListTable
        label="Provider messages"
        columns={COLUMNS}
        list={list}
        dense
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        onClearFilters={state || q ? () => change({ state: undefined, q: undefined }) : undefined}
        empty={
          <EmptyState icon={Inbox} title="Nothing came in yet.">
            The first payment brings the first message.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open?.type ?? ''}
        description={open?.detail ?? undefined}
      >
        {open ? <MessageDetail event={open} /> : null}
      </SideSheet>
    </>
  );
}
