import type { Member } from '@billhook/sdk/generated/types';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { PageHeader } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { InviteDialog } from '../features/team/invite-dialog.tsx';
import { ROLE_WORDS } from '../features/team/role-words.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { ProblemState } from '../lib/problem.tsx';
import { useRead } from '../lib/read.tsx';

const COLUMNS: Column<Member>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: ({ name }) => <span className="whitespace-nowrap font-medium">{name}</span>,
  },
  {
    key: 'role',
    header: 'Role',
    phone: 'end',
    cell: ({ role }) => <span title={ROLE_WORDS[role].may}>{ROLE_WORDS[role].name}</span>,
  },
  { key: 'email', header: 'E-mail', fill: true, cell: ({ email }) => email },
  { key: 'since', header: 'Since', wideOnly: true, cell: ({ createdAt }) => <DateText value={createdAt} /> },
];

export function TeamScreen() {
  const { session, customer, mayPay } = useMembership();
  usePageTitle('Team', session.seller.name);
  const members = useRead(['members'], (api, signal) => api.members.list({ signal }));
  return (
    <>
      <PageHeader
        title="Team"
        description={`Who may see and change what ${customer.name} has here.`}
        actions={mayPay ? <InviteDialog /> : undefined}
      />
      <DataTable
        label="Members"
        columns={COLUMNS}
        rows={members.data?.data ?? []}
        rowKey={({ id }) => id}
        loading={members.isPending}
        loadingRows={3}
        error={
          members.error && !members.data ? (
            <ProblemState
              error={members.error}
              onRetry={() => void members.refetch()}
              retrying={members.isFetching}
            />
          ) : undefined
        }
      />
    </>
  );
}
