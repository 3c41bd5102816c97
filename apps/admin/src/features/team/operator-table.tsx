import type { Operator, OperatorRole } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { Select } from '@billhook/ui/select';
import { Badge } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { ProblemText, tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { ROLE_WORDS } from '../../lib/words.ts';

const ROLE_OPTIONS = (Object.keys(ROLE_WORDS) as OperatorRole[]).map((value) => ({
  value,
  label: ROLE_WORDS[value].word,
  detail: ROLE_WORDS[value].may,
}));

/** People with their roles. Owners change roles in place. */
export function OperatorTable() {
  const { api, session } = useScope();
  const mayChange = useMay(ROLES.owner);
  const [removing, setRemoving] = useState<Operator | null>(null);
  const list = useCursorList<Operator>(['operators'], (page, signal) => api.operators.list(page, { signal }));
  return (
    <>
      <ListTable
        label="People"
        list={list}
        rowKey={({ id }) => id}
        loadingRows={3}
        columns={[
          {
            key: 'name',
            header: 'Name',
            cell: ({ name, id }) => (
              <span className="flex items-center gap-2">
                {name} {id === session.operator.id ? <Badge>You</Badge> : null}
              </span>
            ),
          },
          { key: 'email', header: 'E-mail', fill: true, cell: ({ email }) => email },
          {
            key: 'role',
            header: 'Role',
            cell: (row) => (mayChange ? <RoleSelect operator={row} /> : ROLE_WORDS[row.role].word),
          },
          {
            key: 'since',
            header: 'Since',
            wideOnly: true,
            cell: ({ createdAt }) => <DateText value={createdAt} />,
          },
          ...(mayChange
            ? [
                {
                  key: 'remove',
                  header: <span className="sr-only">Remove</span>,
                  phone: 'end' as const,
                  cell: (row: Operator) =>
                    row.id === session.operator.id ? null : (
                      <IconButton
                        icon={UserMinus}
                        label={`Remove ${row.name}`}
                        onClick={() => setRemoving(row)}
                      />
                    ),
                },
              ]
            : []),
        ]}
        empty={null}
      />
      <RemoveDialog operator={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

function RoleSelect({ operator }: { operator: Operator }) {
  const { api } = useScope();
  const change = useCommand(
    (role: OperatorRole) =>
      api.operators.changeRole(operator.id, { role }).catch((error: Error) => {
        toast('The role stays as it was.', { tone: 'problem', detail: tell(error).detail });
        throw error;
      }),
    () => toast(`The role of ${operator.name} was changed.`),
  );
  return (
    <Select
      label={`Role of ${operator.name}`}
      hideLabel
      size="sm"
      className="w-32"
      options={ROLE_OPTIONS}
      value={operator.role}
      disabled={change.busy}
      onValueChange={(role) => {
        if (role !== operator.role) change.run(role);
      }}
    />
  );
}

function RemoveDialog({ operator, onClose }: { operator: Operator | null; onClose: () => void }) {
  const { api } = useScope();
  const remove = useCommand((id: string) => api.operators.remove(id), onClose);
  return (
    <Dialog
      open={operator !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Remove ${operator?.name ?? 'this person'} from the team?`}
      description="They are signed out at once. What they did stays in the audit log."
      actions={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="danger"
            busy={remove.busy}
            onClick={() => (operator ? remove.run(operator.id) : undefined)}
          >
            Remove from the team
          </Button>
        </>
      }
    >
      {remove.error ? <ProblemText error={remove.error} /> : null}
    </Dialog>
  );
}
