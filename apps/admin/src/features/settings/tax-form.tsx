import type { TenantSettings } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { fractionText, percentText } from '../../lib/percent.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

interface TaxRow {
  readonly key: number;
  readonly country: string;
  readonly name: string;
  /** In percent, as it is typed. */
  readonly rate: string;
}

function rowsOf(rates: TenantSettings['taxRates']): TaxRow[] {
  return Object.entries(rates).map(([country, { name, rate }], key) => ({
    key,
    country,
    name,
    rate: percentText(rate),
  }));
}

function ratesOf(rows: readonly TaxRow[]): TenantSettings['taxRates'] {
  const named = rows.filter(({ country }) => country.trim() !== '');
  return Object.fromEntries(
    named.map(({ country, name, rate }) => [
      country.trim().toUpperCase(),
      { name: name.trim(), rate: fractionText(rate) },
    ]),
  );
}

/** Tax by the customer's country. A country that is not named has none. */
export function TaxForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [behaviour, setBehaviour] = useState(settings.taxBehaviour);
  const [rows, setRows] = useState(() => rowsOf(settings.taxRates));
  const put = (key: number, patch: Partial<TaxRow>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...patch } : row)));
  const nextKey = Math.max(-1, ...rows.map(({ key }) => key)) + 1;
  return (
    <Section title="Taxes" description="By the customer’s country. Countries not listed have no tax.">
      <Form
        onSubmit={() => save.run({ settings: { taxBehaviour: behaviour, taxRates: ratesOf(rows) } })}
        {...formProblem(save.error)}
      >
        <RadioGroup
          label="Prices are"
          value={behaviour}
          onValueChange={setBehaviour}
          options={[
            { value: 'exclusive', label: 'Without tax; it is added' },
            { value: 'inclusive', label: 'With tax included' },
          ]}
        />
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.key} className="grid grid-cols-[4rem_minmax(0,1fr)_7rem_2rem] items-end gap-2">
              <TextField
                label="Country"
                maxLength={2}
                value={row.country}
                onValueChange={(country) => put(row.key, { country })}
              />
              <TextField label="Name" value={row.name} onValueChange={(name) => put(row.key, { name })} />
              <TextField
                label="Rate"
                inputMode="decimal"
                placeholder="19"
                suffix="%"
                value={row.rate}
                onValueChange={(rate) => put(row.key, { rate })}
              />
              <span className="flex h-9 items-center">
                <IconButton
                  icon={Trash2}
                  label={`Remove tax of ${row.country || 'this country'}`}
                  onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
                />
              </span>
            </li>
          ))}
        </ul>
        <FormActions>
          <Button
            icon={Plus}
            disabled={!save.may}
            onClick={() => setRows([...rows, { key: nextKey, country: '', name: 'VAT', rate: '' }])}
          >
            Add country
          </Button>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save taxes
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
