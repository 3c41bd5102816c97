import type { MyTax } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { formProblem } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';

const STATES: Readonly<Record<MyTax['state'], string>> = {
  none: 'Stands on your invoices.',
  malformed: 'This does not read as a VAT number: look for a slip of the pen.',
  well_formed: 'The registry has not confirmed it yet.',
  confirmed: 'Confirmed by the registry.',
  refused: 'The registry does not know it. Check it, or ask your tax office.',
};

/** The number that decides whether tax is charged to a business; what the registry said about it stands below. */
export function TaxNumber() {
  const { api, customer } = useMembership();
  const { data } = useRead(['tax'], (portal, signal) => portal.tax.get({ signal }));
  const save = useCommand(
    ({ taxId }: { taxId: string }, options) => api.tax.changeId({ taxId: taxId.trim() || null }, options),
    () => toast('Your tax number is saved'),
  );
  if (data === undefined) return null;
  const may = customer.role === 'owner' || customer.role === 'admin';
  return (
    <Section
      title="Tax number"
      description="For businesses: your VAT number, or the tax number of your country."
    >
      <Form<{ taxId: string }>
        key={data.taxId}
        onSubmit={(values) => save.run(values)}
        {...formProblem(save.error)}
      >
        <TextField
          label="Tax number"
          name="taxId"
          defaultValue={data.taxId ?? ''}
          maxLength={50}
          autoComplete="off"
          hint={hintOf(data)}
          disabled={!may}
        />
        <FormActions align="start">
          <Button type="submit" busy={save.busy} disabled={!may}>
            Save tax number
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function hintOf({ taxId, state, registeredName, exemption }: MyTax): string {
  if (taxId === null) return 'None is given.';
  const owner = registeredName === null ? '' : ` Registered to ${registeredName}.`;
  return [`${STATES[state]}${owner}`, ...(exemption === null ? [] : [exemption])].join(' ');
}
