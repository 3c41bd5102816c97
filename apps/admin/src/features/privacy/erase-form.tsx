import type { Customer, Erasure, ErasurePreview, RequestErasure } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

export interface EraseFormProps {
  readonly customer: Customer;
  readonly preview: ErasurePreview;
  /** Of the preview that stands above the button. */
  readonly token: string;
}

/** Asks for the name to be typed, since nothing of this can be taken back. */
export function EraseForm({ customer, preview, token }: EraseFormProps) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const erase = useCommand(
    (body: RequestErasure, options) => api.erasures.request(customer.id, body, options),
    ({ status }: Erasure) =>
      toast(status === 'waiting' ? 'A second person is asked.' : 'The customer is being erased.'),
  );
  if (!may) return <p className="text-muted">Only owners and admins erase customers.</p>;
  const two = preview.needsSecondPerson;
  return (
    <Section
      title={`Erase ${customer.name}?`}
      description={`This cannot be undone.${two ? ' Another admin has to agree.' : ''}`}
    >
      <Form<{ reason: string; confirm: string }>
        onSubmit={({ reason }) => erase.run({ token, reason: reason.trim() })}
        {...formProblem(erase.error)}
      >
        <TextField
          name="reason"
          label="Reason"
          required
          maxLength={500}
          hint="Kept with the erasure: name nobody here."
        />
        <TextField
          name="confirm"
          label={`Type ${customer.name} to confirm`}
          required
          autoComplete="off"
          validate={(value) =>
            value === customer.name ? null : `Type the name as it stands: ${customer.name}.`
          }
        />
        <FormActions>
          <Button variant="danger" type="submit" busy={erase.busy}>
            {two ? 'Ask a second person' : 'Erase customer'}
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
