import type { InviteMember, MemberRole } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { formProblem } from '../../lib/problem.tsx';
import { ROLE_WORDS } from './role-words.ts';

const INVITABLE: readonly MemberRole[] = ['admin', 'manager', 'employee'];

/** Asks for an address and a role; the link goes out by mail. */
export function InviteDialog() {
  const { api, customer } = useMembership();
  const [open, setOpen] = useState(false);
  const invite = useCommand(
    (values: InviteMember, options) => api.members.invite(values, options),
    ({ email }) => {
      setOpen(false);
      toast('The invitation is on its way', { detail: email });
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        invite.reset();
      }}
      trigger={
        <Button variant="primary" icon={UserPlus}>
          Invite
        </Button>
      }
      title={`Invite someone to ${customer.name}?`}
    >
      <Form<InviteMember & Record<string, unknown>> onSubmit={invite.run} {...formProblem(invite.error)}>
        <TextField label="E-mail" name="email" type="email" autoComplete="off" required />
        <RadioGroup
          name="role"
          label="Role"
          defaultValue="employee"
          options={INVITABLE.map((role) => ({
            value: role,
            label: ROLE_WORDS[role].name,
            detail: ROLE_WORDS[role].may,
          }))}
        />
        <FormActions>
          <DialogClose>
            <Button>Not now</Button>
          </DialogClose>
          <Button type="submit" variant="primary" busy={invite.busy}>
            Send the invitation
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
