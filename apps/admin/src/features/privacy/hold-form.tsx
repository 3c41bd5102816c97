import type { LegalHold } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Places a legal hold, or releases the one that stands; both with a reason. */
export function HoldForm({
  customer,
  hold,
  isErased,
}: {
  customer: string;
  hold: LegalHold | null;
  isErased: boolean;
}) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const change = useCommand(
    (body: { reason: string }, options): Promise<unknown> =>
      hold === null
        ? api.legalHolds.place(customer, body, options)
        : api.legalHolds.release(customer, body, options),
    () => toast(hold === null ? 'Legal hold placed.' : 'Legal hold released.'),
  );
  return (
    <Section
      title="Legal hold"
      description={
        hold === null ? (
          isErased ? (
            'While it stands the documents that are left stay, also when their years are over.'
          ) : (
            'While it stands nothing of the customer can be erased.'
          )
        ) : (
          <>
            Since <DateText value={hold.placedAt} />: {hold.reason}
          </>
        )
      }
    >
      {may ? (
        <Form<{ hold: string }>
          key={hold === null ? 'place' : 'release'}
          onSubmit={({ hold: reason }) => change.run({ reason: reason.trim() })}
          {...formProblem(change.error)}
        >
          <TextField
            name="hold"
            label={hold === null ? 'Why it must be kept' : 'Why it is released'}
            required
            maxLength={500}
          />
          <FormActions>
            <Button type="submit" busy={change.busy}>
              {hold === null ? 'Place legal hold' : 'Release legal hold'}
            </Button>
          </FormActions>
        </Form>
      ) : null}
    </Section>
  );
}
