import type { MailboxRow } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { Mail, Paperclip } from 'lucide-react';
import { MailView } from '../features/mailbox/mail-view.tsx';
import { useMails } from '../features/mailbox/queries.ts';
import { FilterBar, SearchFilter } from '../lib/filter-bar.tsx';
import { ListTable } from '../lib/list-table.tsx';

const COLUMNS: readonly Column<MailboxRow>[] = [
  {
    key: 'to',
    header: 'To',
    phone: 'below',
    cell: ({ to }) => <span className="block max-w-64 truncate">{to.join(', ')}</span>,
  },
  {
    key: 'subject',
    header: 'Subject',
    fill: true,
    phone: 'title',
    cell: ({ subject, preview }) => (
      <>
        {subject} <span className="text-faint max-sm:hidden">{preview}</span>
      </>
    ),
  },
  {
    key: 'attachments',
    header: <span className="sr-only">Attachments</span>,
    width: '2.5rem',
    phone: 'end',
    cell: ({ attachments }) =>
      attachments.length > 0 ? (
        <Paperclip
          aria-label={attachments.map(({ name }) => name).join(', ')}
          size={14}
          className="text-faint"
        />
      ) : null,
  },
  {
    key: 'sent',
    header: 'Sent, real time',
    cell: ({ createdAt }) => <DateText value={createdAt} as="time" />,
  },
];

/** What a sandbox has sent. Nothing of it left this machine. */
export function MailboxScreen() {
  const [filters, change] = useFilters();
  const list = useMails(filters.q);
  const open = list.rows.find(({ id }) => id === filters.mail);
  return (
    <>
      <PageHeader
        title="Mailbox"
        description="What this sandbox has sent. None of it left this machine. Mails leave in real time; the days that they speak of are those of the sandbox’s clock."
      />
      <FilterBar>
        <SearchFilter label="E-mail of the reader" />
      </FilterBar>
      <ListTable
        label="Mails"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => change({ mail: id })}
        openKey={filters.mail}
        onClearFilters={filters.q ? () => change({ q: undefined }) : undefined}
        empty={
          <EmptyState icon={Mail} title="No mail yet.">
            Invoices, receipts and invitations of this sandbox land here. Invite someone, or move the clock to
            the next bill.
          </EmptyState>
        }
      />
      <SideSheet
        open={filters.mail !== undefined}
        onOpenChange={(next) => {
          if (!next) change({ mail: undefined });
        }}
        title={open?.subject ?? 'Mail'}
        width="lg"
      >
        {filters.mail ? <MailView key={filters.mail} id={filters.mail} /> : null}
      </SideSheet>
    </>
  );
}
