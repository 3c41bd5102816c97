import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

type Values = Record<'name' | 'timeZone' | 'legalName' | 'address' | 'taxId' | 'email', string>;

function given({ name, timeZone, legalName, address, taxId, email }: Values) {
  const text = (value: string | undefined) => value?.trim() || null;
  const lines = address.split('\n').map((line) => line.trim());
  return {
    name: name.trim(),
    timeZone: timeZone.trim(),
    settings: {
      seller: {
        legalName: legalName.trim(),
        address: lines.filter(Boolean),
        taxId: text(taxId),
        email: text(email),
      },
    },
  };
}

/** Who sells: what stands at the top of every invoice. */
export function SellerForm() {
  const { tenant } = useScope();
  const { seller } = tenant.settings;
  const save = useSaveSettings();
  return (
    <Section title="Seller" description="Stands on every invoice.">
      <Form<Values> onSubmit={(values) => save.run(given(values))} {...formProblem(save.error)}>
        <TextField
          name="name"
          label="Name of this environment"
          required
          defaultValue={tenant.name}
          disabled={!save.may}
        />
        <TextField
          name="timeZone"
          label="Time zone"
          required
          defaultValue={tenant.timeZone}
          disabled={!save.may}
          hint="Dates in this app are shown in it."
        />
        <TextField
          name="legalName"
          label="Legal name"
          defaultValue={seller.legalName}
          optional
          disabled={!save.may}
        />
        <TextField
          name="address"
          label="Address"
          lines={3}
          optional
          defaultValue={seller.address.join('\n')}
          disabled={!save.may}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            name="taxId"
            label="VAT ID"
            optional
            defaultValue={seller.taxId ?? ''}
            disabled={!save.may}
          />
          <TextField
            name="email"
            label="E-mail"
            type="email"
            optional
            defaultValue={seller.email ?? ''}
            disabled={!save.may}
          />
        </div>
        <FormActions>
          <Button variant="primary" type="submit" busy={save.busy} disabled={!save.may}>
            Save seller
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
