import type { Invitation } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Status } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { ROLE_WORDS } from '../../lib/words.ts';

function InvitationStatus({ invitation }: { invitation: Invitation }) {
  if (invitation.acceptedAt) return <Status tone="ok">Accepted</Status>;
  if (invitation.revokedAt) return <Status tone="neutral">Revoked</Status>;
  if (Date.parse(invitation.expiresAt) < Date.now()) return <Status tone="neutral">Expired</Status>;
  return <Status tone="attention">Open</Status>;
}

function isOpen({ acceptedAt, revokedAt }: Invitation): boolean {
  return acceptedAt === null && revokedAt === null;
}

export function InvitationTable() {
  const { api } = useScope();
  const list = useCursorList<Invitation>(['invitations'], (page, signal) =>
    api.invitations.list(page, { signal }),
  );
  const revoke = useCommand(
    (id: string) => api.invitations.revoke(id),
    () => toast('Invitation revoked.'),
  );
  return (
    <ListTable
      label="Invitations"
      list={list}
      rowKey={({ id }) => id}
      loadingRows={2}
      hotkeys={false}
      columns={[
        { key: 'email', header: 'E-mail', fill: true, cell: ({ email }) => email },
        { key: 'role', header: 'Role', cell: ({ role }) => ROLE_WORDS[role].word },
        { key: 'state', header: 'State', cell: (row) => <InvitationStatus invitation={row} /> },
        { key: 'by', header: 'Invited by', wideOnly: true, cell: ({ invitedBy }) => invitedBy },
        {
          key: 'until',
          header: 'Expires',
          wideOnly: true,
          cell: ({ expiresAt }) => <DateText value={expiresAt} />,
        },
        {
          key: 'revoke',
          header: <span className="sr-only">Revoke</span>,
          phone: 'end',
          cell: (row) =>
            isOpen(row) ? (
              <Button size="sm" variant="quiet" busy={revoke.busy} onClick={() => revoke.run(row.id)}>
                Revoke
              </Button>
            ) : null,
        },
      ]}
      empty={<p className="py-4 text-muted">Nobody has been invited yet.</p>}
    />
  );
}
