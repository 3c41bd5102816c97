import type { SecretAge } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { SECRET_KINDS } from './secret-words.ts';

type Fields = { endsOn: string };

/** For how long a secret may be used, and when it ends at its issuer where that tells nothing by itself. */
export function SecretSheet({ secret, onClose }: { secret: SecretAge | null; onClose: () => void }) {
  return (
    <SideSheet
      open={secret !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={secret?.name ?? ''}
    >
      {secret === null ? null : <SecretForm secret={secret} onDone={onClose} />}
    </SideSheet>
  );
}

function SecretForm({ secret, onDone }: { secret: SecretAge; onDone: () => void }) {
  const { api } = useScope();
  const { name, kind, rotateDays, enteredExpiresAt } = secret;
  const [days, setDays] = useState<number | null>(rotateDays);
  const save = useCommand(
    async ({ endsOn }: Fields, { idempotencyKey }) => {
      // Two changes, each under a key of its own.
      if (days !== null && days !== rotateDays)
        await api.health.setRotation({ kind, days }, { idempotencyKey: `${idempotencyKey}-days` });
      const expiresAt = endsOn === '' ? null : `${endsOn}T00:00:00Z`;
      await api.health.setSecretExpiry({ name, expiresAt }, { idempotencyKey: `${idempotencyKey}-end` });
    },
    () => {
      toast('The times of this secret are saved.');
      onDone();
    },
  );
  return (
    <Form<Fields> onSubmit={(fields) => save.run(fields)} {...formProblem(save.error)}>
      <NumberField
        label="Days that it may be used"
        min={1}
        max={3650}
        value={days}
        onValueChange={setDays}
        hint={`Holds for all secrets of ${SECRET_KINDS[kind]}.`}
      />
      <TextField
        name="endsOn"
        label="Ends at its issuer on"
        type="date"
        optional
        defaultValue={enteredExpiresAt?.slice(0, 10) ?? ''}
        hint="As the issuer shows it. Staff are warned two weeks before."
      />
      <FormActions>
        <Button onClick={onDone}>Close</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
