import type { TenantSettings } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { RadioGroup, Switch } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

type Provider = NonNullable<TenantSettings['taxProvider']>;
type Code = Provider['taxCodes'][number];
type Row = Code & { readonly key: number };

const FIRST: Provider = {
  provider: 'stripe_tax',
  regions: [],
  whenAway: 'hold',
  taxCodes: [],
  defaultCode: null,
};

/** Codes of places as they were typed, whatever stands between them. */
function regionsOf(text: string): string[] {
  const codes = text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((code) => code !== '');
  return [...new Set(codes)];
}

/** Whose tax Stripe Tax works out. It goes before the taxes and rules above. */
export function TaxProviderForm() {
  const { taxProvider } = useScope().tenant.settings;
  const save = useSaveSettings();
  const [isOn, setOn] = useState(taxProvider !== null);
  const [chosen, setChosen] = useState(taxProvider ?? FIRST);
  const [regions, setRegions] = useState(chosen.regions.join(', '));
  const [rows, setRows] = useState<readonly Row[]>(() =>
    chosen.taxCodes.map((one, key) => ({ ...one, key })),
  );
  const taxCodes = rows
    .map(({ taxCode, providerCode }) => ({ taxCode: taxCode.trim(), providerCode: providerCode.trim() }))
    .filter(({ taxCode }) => taxCode !== '');
  const asked = { ...chosen, regions: regionsOf(regions), taxCodes };
  return (
    <Section
      title="Stripe Tax"
      description="Works out sales tax and others for the places you name, with your Stripe account. It goes before the taxes and rules above."
    >
      <Form
        onSubmit={() => save.run({ settings: { taxProvider: isOn ? asked : null } })}
        {...formProblem(save.error)}
      >
        <Switch label="Leave tax to Stripe Tax" checked={isOn} onCheckedChange={setOn} />
        {isOn ? (
          <>
            <TextField
              label="Countries and regions"
              hint="Such as US, or CA-QC for Quebec alone."
              placeholder="US, CA-QC"
              required
              value={regions}
              onValueChange={setRegions}
            />
            <RadioGroup
              label="While Stripe Tax does not answer"
              value={chosen.whenAway}
              onValueChange={(whenAway) => setChosen({ ...chosen, whenAway })}
              options={[
                { value: 'hold', label: 'The invoice waits, with a case' },
                { value: 'fallback', label: 'It is issued with the taxes above' },
                { value: 'refuse', label: 'It is refused, and what was asked for is not done' },
              ]}
            />
            <TextField
              label="Code of what is sold"
              hint="A tax code of Stripe for prices without one of their own. Empty: what is set at Stripe."
              placeholder="txcd_10103001"
              value={chosen.defaultCode ?? ''}
              onValueChange={(code) => setChosen({ ...chosen, defaultCode: code.trim() || null })}
            />
            <Codes rows={rows} setRows={setRows} may={save.may} />
          </>
        ) : null}
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save Stripe Tax
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function Codes(props: { rows: readonly Row[]; setRows: (rows: readonly Row[]) => void; may: boolean }) {
  const { rows, setRows, may } = props;
  const put = (key: number, patch: Partial<Code>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...patch } : row)));
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return (
    <>
      <ul className="flex flex-col gap-2">
        {rows.map((row) => (
          <li key={row.key} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_2rem] items-end gap-2">
            <TextField
              label="Tax code of a price"
              value={row.taxCode}
              onValueChange={(taxCode) => put(row.key, { taxCode })}
            />
            <TextField
              label="At Stripe"
              placeholder="txcd_10103001"
              value={row.providerCode}
              onValueChange={(providerCode) => put(row.key, { providerCode })}
            />
            <span className="flex h-9 items-center">
              <IconButton
                icon={Trash2}
                label={`Remove tax code ${row.taxCode}`}
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
          onClick={() => setRows([...rows, { key, taxCode: '', providerCode: '' }])}
        >
          Add tax code
        </Button>
      </div>
    </>
  );
}
