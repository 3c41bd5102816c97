import type { TenantSettings } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

type Values = Record<
  | 'line1'
  | 'postalCode'
  | 'city'
  | 'country'
  | 'vatId'
  | 'taxNumber'
  | 'register'
  | 'scheme'
  | 'endpoint'
  | 'person'
  | 'phone'
  | 'email',
  string
>;

const text = (value: string | undefined) => value?.trim() || null;

function given(values: Values) {
  const line1 = values.line1?.trim() ?? '';
  // Emptied as a whole, it is taken back.
  if (line1 === '') return null;
  const { scheme, endpoint, register, person, phone, email } = values;
  return {
    line1,
    line2: null,
    postalCode: values.postalCode.trim(),
    city: values.city.trim(),
    region: null,
    country: values.country.trim().toUpperCase(),
    vatId: text(values.vatId)?.replaceAll(' ', '') ?? null,
    taxNumber: text(values.taxNumber),
    registration: text(register) === null ? null : { scheme: null, id: register.trim() },
    endpoint: text(endpoint) === null ? null : { scheme: scheme.trim(), id: endpoint.trim() },
    contact:
      text(person) === null
        ? null
        : { name: person.trim(), phone: phone?.trim() ?? '', email: email?.trim() ?? '' },
  };
}

/** What e-invoices say of the seller. Without it invoices are PDFs alone. */
export function IdentityForm() {
  const identity = useScope().tenant.settings.sellerIdentity;
  const save = useSaveSettings();
  return (
    <Section
      title="E-invoices"
      description="Invoices that are issued from now on are e-invoices by EN 16931, inside their PDF and as files."
    >
      <Form<Values>
        onSubmit={(values) => save.run({ settings: { sellerIdentity: given(values) } })}
        {...formProblem(save.error)}
      >
        <LegalFields identity={identity} disabled={!save.may} />
        <ReachFields identity={identity} disabled={!save.may} />
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save e-invoice data
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

type FieldsProps = { identity: TenantSettings['sellerIdentity']; disabled: boolean };

/** Where the seller is, and under which numbers. */
function LegalFields({ identity, disabled }: FieldsProps) {
  return (
    <>
      <TextField
        name="line1"
        label="Street"
        optional
        defaultValue={identity?.line1 ?? ''}
        disabled={disabled}
      />
      <div className="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)_6rem]">
        <TextField
          name="postalCode"
          label="Post code"
          defaultValue={identity?.postalCode ?? ''}
          disabled={disabled}
        />
        <TextField name="city" label="City" defaultValue={identity?.city ?? ''} disabled={disabled} />
        <TextField
          name="country"
          label="Country"
          maxLength={2}
          defaultValue={identity?.country ?? ''}
          disabled={disabled}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          name="vatId"
          label="VAT ID"
          optional
          maxLength={20}
          defaultValue={identity?.vatId ?? ''}
          disabled={disabled}
        />
        <TextField
          name="taxNumber"
          label="Tax number"
          optional
          defaultValue={identity?.taxNumber ?? ''}
          disabled={disabled}
        />
        <TextField
          name="register"
          label="Register id"
          optional
          defaultValue={identity?.registration?.id ?? ''}
          disabled={disabled}
        />
      </div>
    </>
  );
}

/** How the seller is reached by machines and by people. */
function ReachFields({ identity, disabled }: FieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <TextField
          name="scheme"
          label="Scheme"
          optional
          maxLength={4}
          hint="Code of the list EAS"
          defaultValue={identity?.endpoint?.scheme ?? ''}
          disabled={disabled}
        />
        <TextField
          name="endpoint"
          label="Electronic address"
          optional
          hint="Such as 9930 with the VAT ID. Peppol needs it."
          defaultValue={identity?.endpoint?.id ?? ''}
          disabled={disabled}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          name="person"
          label="Contact"
          optional
          hint="XRechnung needs it."
          defaultValue={identity?.contact?.name ?? ''}
          disabled={disabled}
        />
        <TextField
          name="phone"
          label="Telephone"
          optional
          defaultValue={identity?.contact?.phone ?? ''}
          disabled={disabled}
        />
        <TextField
          name="email"
          label="E-mail"
          type="email"
          optional
          defaultValue={identity?.contact?.email ?? ''}
          disabled={disabled}
        />
      </div>
    </>
  );
}
