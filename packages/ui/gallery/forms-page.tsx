import { useState } from 'react';
import { Button } from '../src/button.tsx';
import { Checkbox, RadioGroup, Switch } from '../src/choice.tsx';
import { type FieldErrors, Form, FormActions } from '../src/form.tsx';
import { MoneyField } from '../src/money-field.tsx';
import { NumberField } from '../src/number-field.tsx';
import { Section } from '../src/page-header.tsx';
import { Select } from '../src/select.tsx';
import { SearchField, TextField } from '../src/text-field.tsx';
import { Frame } from './frame.tsx';

export function FormsPage() {
  const [query, setQuery] = useState('');
  return (
    <Frame title="Forms">
      <div className="grid gap-10 md:grid-cols-2">
        <Section title="Fields">
          <div className="flex flex-col gap-4">
            <TextField
              label="Company"
              name="company"
              defaultValue="Bauer und Söhne Vermögensverwaltung GmbH"
            />
            <TextField
              label="Address of your portal"
              prefix="https://"
              suffix="/p/acme"
              placeholder="example.com"
            />
            <TextField label="VAT id" hint="We check it with the registry of the country." optional />
            <TextField label="Mail" defaultValue="emma@" error="This address has no domain after the @." />
            <TextField label="Note" lines={3} placeholder="Stands on the invoice" optional />
            <TextField label="Cannot be changed" defaultValue="cus_01jx8w7k3q4r5" mono disabled />
            <MoneyField label="Price" currency="EUR" defaultAmountMinor="2900" />
            <NumberField label="Seats" defaultValue={5} min={1} max={50} />
            <Select
              label="Country"
              defaultValue="at"
              options={[
                { value: 'at', label: 'Austria', detail: '20 % VAT' },
                { value: 'de', label: 'Germany', detail: '19 % VAT' },
                { value: 'nl', label: 'Netherlands', detail: '21 % VAT' },
              ]}
            />
            <SearchField label="Find customers" value={query} onValueChange={setQuery} />
          </div>
        </Section>
        <div className="flex flex-col gap-10">
          <Section title="Choices">
            <div className="flex flex-col gap-5">
              <Checkbox label="Issue invoices over zero" defaultChecked />
              <Checkbox label="Some of them" indeterminate />
              <Checkbox label="Not now" disabled hint="Your plan does not have this." />
              <Switch label="Mail me when a payment fails" defaultChecked />
              <Switch label="Weekly summary" />
              <RadioGroup
                label="When the change takes effect"
                defaultValue="now"
                boxed
                options={[
                  { value: 'now', label: 'Now', detail: 'Pay 12.40 EUR today for the rest of the month.' },
                  {
                    value: 'renewal',
                    label: 'At renewal',
                    detail: 'Nothing today. From Tue 3 Mar, 59.00 EUR a month.',
                  },
                ]}
              />
            </div>
          </Section>
          <Section title="A form that fails">
            <FailingForm />
          </Section>
        </div>
      </div>
    </Frame>
  );
}

function FailingForm() {
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <Form<{ name: string; slug: string }>
      errors={errors}
      problem={problem}
      onSubmit={({ slug }) => {
        if (slug === 'taken') setErrors({ slug: 'Another seller has this address. Choose another one.' });
        else setProblem('The plan was not saved: the server could not be reached. Nothing was changed.');
      }}
    >
      <TextField label="Name" name="name" required />
      <TextField label="Slug" name="slug" defaultValue="taken" required />
      <FormActions>
        <Button variant="quiet">Cancel</Button>
        <Button type="submit" variant="primary">
          Create plan
        </Button>
      </FormActions>
    </Form>
  );
}
