import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { InvitationTable } from '../features/team/invitation-table.tsx';
import { InviteSheet } from '../features/team/invite-sheet.tsx';
import { OperatorTable } from '../features/team/operator-table.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

/** Who works here and what each may do. */
export function TeamScreen() {
  const { session } = useScope();
  const [filters, change] = useFilters();
  const mayInvite = useMay(ROLES.admins);
  return (
    <>
      <PageHeader
        title="Team"
        description={`People of ${session.organization.name}, in all environments.`}
        actions={
          mayInvite ? (
            <Button variant="primary" onClick={() => change({ new: '1' })}>
              Invite
            </Button>
          ) : null
        }
      />
      <div className="flex flex-col gap-10">
        <OperatorTable />
        {mayInvite ? (
          <Section title="Invitations">
            <InvitationTable />
          </Section>
        ) : null}
      </div>
      <InviteSheet open={filters.new === '1'} onClose={() => change({ new: undefined })} />
    </>
  );
}
