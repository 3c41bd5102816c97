import type { CreateCampaign } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { useNavigate } from '@tanstack/react-router';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { FIRST_STEPS } from './drafts.ts';

/** Begins a campaign with steps that can be published as they are. */
export function CreateCampaignDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { api } = useScope();
  const navigate = useNavigate();
  const create = useCommand(
    (body: CreateCampaign, options) => api.dunning.createCampaign(body, options),
    ({ id }) => void navigate({ to: `/dunning/${id}` }),
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="New campaign"
      description="It begins as a draft. Nothing follows from it until you publish it."
    >
      <Form<{ name: string; kind: CreateCampaign['kind'] }>
        onSubmit={({ name, kind }) => create.run({ name: name.trim(), kind, definition: FIRST_STEPS[kind] })}
        {...formProblem(create.error)}
      >
        <TextField name="name" label="Name" required maxLength={200} />
        <RadioGroup<CreateCampaign['kind']>
          name="kind"
          label="It begins with"
          defaultValue="charge"
          options={[
            { value: 'charge', label: 'A charge that fails', detail: 'Days count from the first failure.' },
            {
              value: 'terms',
              label: 'An invoice that is paid by transfer',
              detail: 'Days count from its due date, before it and after.',
            },
          ]}
        />
        <FormActions>
          <Button onClick={onClose}>Not now</Button>
          <Button variant="primary" type="submit" busy={create.busy}>
            Make a draft
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
