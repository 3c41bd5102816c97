import { counted } from '@billhook/core/kernel/counted';
import type { TenantSettings } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { RadioGroup, Switch } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

type Rules = NonNullable<TenantSettings['taxRules']>;
type Registration = Rules['registrations'][number];
type Row = Registration & { readonly key: number };

const FIRST: Rules = {
  country: '',
  registrations: [],
  supply: 'electronic_service',
  verification: 'registry_confirmed',
  consumers: 'destination',
  unknownCountry: 'origin',
  registry: { validDays: 30, whenDown: 'charge', trustDays: 7 },
  evidence: 'two',
  lineRates: [],
};

/** Where the seller is registered, and what the law leaves to choose. Without rules the taxes set above are charged. */
export function TaxRulesForm() {
  const { taxRules } = useScope().tenant.settings;
  const save = useSaveSettings();
  const [isOn, setOn] = useState(taxRules !== null);
  const [rules, setRules] = useState(taxRules ?? FIRST);
  const [rows, setRows] = useState<readonly Row[]>(() =>
    rules.registrations.map((one, key) => ({ ...one, key })),
  );
  const put = (patch: Partial<Rules>) => setRules({ ...rules, ...patch });
  const country = rules.country.trim().toUpperCase();
  const registrations = rows.map(({ key: _key, ...one }) => ({
    ...one,
    country: one.country.trim().toUpperCase(),
    to: one.to?.trim() || null,
  }));
  return (
    <Section
      title="Tax rules"
      description="VAT by the rules of the European Union, with published rates. Taxes set above go before these rates."
    >
      <Form
        onSubmit={() =>
          save.run({ settings: { taxRules: isOn ? { ...rules, country, registrations } : null } })
        }
        {...formProblem(save.error)}
      >
        <Switch label="Choose tax by rules" checked={isOn} onCheckedChange={setOn} />
        {isOn ? (
          <>
            <TextField
              label="Country of the seller"
              maxLength={2}
              required
              value={rules.country}
              onValueChange={(next) => put({ country: next })}
            />
            <Registrations rows={rows} setRows={setRows} may={save.may} home={country} />
            <Choices rules={rules} put={put} />
          </>
        ) : null}
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save tax rules
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function Registrations(props: {
  rows: readonly Row[];
  setRows: (rows: readonly Row[]) => void;
  may: boolean;
  home: string;
}) {
  const { rows, setRows, may, home } = props;
  const put = (key: number, patch: Partial<Registration>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...patch } : row)));
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return (
    <>
      <ul className="flex flex-col gap-2">
        {rows.map((row) => (
          <li
            key={row.key}
            className="grid grid-cols-2 items-end gap-2 sm:grid-cols-[minmax(0,1fr)_4rem_7rem_7rem_2rem]"
          >
            <Select
              label="Registered for"
              value={row.scheme}
              onValueChange={(scheme) => put(row.key, { scheme })}
              options={[
                { value: 'local', label: 'One country' },
                { value: 'oss', label: 'One-stop shop' },
              ]}
            />
            <TextField
              label="Country"
              maxLength={2}
              value={row.country}
              onValueChange={(country) => put(row.key, { country })}
            />
            <TextField
              label="From"
              placeholder="2026-01-01"
              value={row.from}
              onValueChange={(from) => put(row.key, { from })}
            />
            <TextField
              label="To"
              placeholder="Open"
              value={row.to ?? ''}
              onValueChange={(to) => put(row.key, { to })}
            />
            <span className="flex h-9 items-center">
              <IconButton
                icon={Trash2}
                label={`Remove registration ${row.country}`}
                onClick={() => setRows(rows.filter((one) => one.key !== row.key))}
              />
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Button
          icon={Plus}
          disabled={!may}
          onClick={() => setRows([...rows, { key, scheme: 'local', country: home, from: '', to: null }])}
        >
          Add registration
        </Button>
      </div>
    </>
  );
}

function Choices({ rules, put }: { rules: Rules; put: (patch: Partial<Rules>) => void }) {
  return (
    <>
      <RadioGroup
        label="What is sold"
        value={rules.supply}
        onValueChange={(supply) => put({ supply })}
        options={[
          { value: 'electronic_service', label: 'Electronic services, such as software' },
          { value: 'other_service', label: 'Other services' },
          { value: 'goods', label: 'Goods' },
        ]}
      />
      <RadioGroup
        label="Consumers of other member states pay"
        value={rules.consumers}
        onValueChange={(consumers) => put({ consumers })}
        options={[
          { value: 'destination', label: 'The tax of their country' },
          { value: 'origin', label: 'The seller’s tax: sales are below 10,000 euro a year' },
        ]}
      />
      <RadioGroup
        label="A VAT number counts"
        value={rules.verification}
        onValueChange={(verification) => put({ verification })}
        options={[
          { value: 'registry_confirmed', label: 'Once the registry has confirmed it' },
          { value: 'format_only', label: 'When its check digits are right' },
        ]}
      />
      <RadioGroup
        label="While the registry does not answer"
        value={rules.registry.whenDown}
        onValueChange={(whenDown) => put({ registry: { ...rules.registry, whenDown } })}
        options={[
          { value: 'charge', label: 'Tax is charged' },
          { value: 'trust', label: `The number is trusted for ${counted(rules.registry.trustDays, 'day')}` },
          { value: 'hold', label: 'The invoice waits, with a case' },
        ]}
      />
      <RadioGroup
        label="Where a consumer of another member state is must be said by"
        value={rules.evidence}
        onValueChange={(evidence) => put({ evidence })}
        options={[
          { value: 'two', label: 'Two pieces that agree, such as address and card' },
          { value: 'one', label: 'One piece: such sales are below 100,000 euro a year' },
          { value: 'none', label: 'Nothing' },
        ]}
      />
    </>
  );
}
