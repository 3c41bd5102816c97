import type { InviteOperator } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { ROLE_WORDS } from '../../lib/words.ts';

type Role = InviteOperator['role'];
const INVITABLE: readonly Role[] = ['admin', 'finance', 'support', 'developer', 'viewer'];

export function InviteSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { api, session } = useScope();
  const [role, setRole] = useState<Role>('support');
  const invite = useCommand(
    (email: string, options) => api.invitations.create({ email, role }, options),
    (invitation) => {
      toast(`An invitation is on its way to ${invitation.email}.`);
      onClose();
    },
  );
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Invite someone to ${session.organization.name}`}
    >
      <Form<{ email: string }>
        onSubmit={({ email }) => invite.run(email.trim())}
        {...formProblem(invite.error)}
      >
        <TextField name="email" label="E-mail" type="email" required autoFocus />
        <RadioGroup
          label="Role"
          boxed
          value={role}
          onValueChange={setRole}
          options={INVITABLE.map((value) => ({
            value,
            label: ROLE_WORDS[value].word,
            detail: ROLE_WORDS[value].may,
          }))}
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" busy={invite.busy}>
            Send invitation
          </Button>
        </FormActions>
      </Form>
    </SideSheet>
  );
}
