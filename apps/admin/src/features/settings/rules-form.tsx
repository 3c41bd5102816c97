import type { TenantSettings } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { MoneyField } from '@billhook/ui/money-field';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

type Rules = Pick<
  TenantSettings,
  | 'rounding'
  | 'prorationDays'
  | 'prorationChangeDay'
  | 'prorationTerminationDay'
  | 'discountOrder'
  | 'discountSplit'
  | 'discountPercent'
  | 'taxRounding'
  | 'taxInclusiveRounding'
  | 'zeroUsage'
>;

type Choice<Name extends keyof Rules> = {
  readonly name: Name;
  readonly label: string;
  readonly hint?: string;
  readonly options: Readonly<Record<Rules[Name], string>>;
};

const choice = <Name extends keyof Rules>(one: Choice<Name>) => one;

/** Every rule with what each choice does, the usual one first. */
const CHOICES = [
  choice({
    name: 'rounding',
    label: 'Amounts are rounded',
    hint: 'Once for each line.',
    options: {
      half_away_from_zero: 'Half a cent away from zero',
      half_even: 'Half a cent to the even digit',
      up: 'Always up',
      down: 'Always down',
    },
  }),
  choice({
    name: 'prorationDays',
    label: 'Days of a month',
    hint: 'For prices that are prorated by the day.',
    options: { actual: 'As the calendar has them', fixed_30: 'Always 30' },
  }),
  choice({
    name: 'prorationChangeDay',
    label: 'The day of a change is charged',
    options: { new_plan: 'At the new price', old_plan: 'At the old price' },
  }),
  choice({
    name: 'prorationTerminationDay',
    label: 'The last day of service',
    options: { used: 'Is charged', unused: 'Is not charged' },
  }),
  choice({
    name: 'discountOrder',
    label: 'Coupons are taken',
    options: { given: 'In their order', percent_then_fixed: 'Percentages first' },
  }),
  choice({
    name: 'discountPercent',
    label: 'A percentage off is rounded',
    options: { per_line: 'On every line', on_total: 'Once on their sum' },
  }),
  choice({
    name: 'discountSplit',
    label: 'An amount off is split',
    options: { largest_remainder: 'By largest remainders', remainder_last: 'With the rest on the last line' },
  }),
  choice({
    name: 'taxRounding',
    label: 'Tax is rounded',
    options: {
      per_category: 'Once for each rate',
      per_line: 'On every line',
      precise_once: 'Once for the whole invoice',
    },
  }),
  choice({
    name: 'taxInclusiveRounding',
    label: 'Where prices include tax',
    options: { round_tax: 'The tax is rounded', round_net: 'The net is rounded' },
  }),
  choice({
    name: 'zeroUsage',
    label: 'A month without usage',
    hint: 'For prices whose first tier has a flat amount.',
    options: { charged: 'Pays that flat amount', free: 'Pays nothing' },
  }),
] as const;

/** The rules that figures of the next invoices follow. Each invoice keeps those that it was made by. */
export function RulesForm() {
  const { settings, currency } = useScope().tenant;
  const save = useSaveSettings();
  const [rules, setRules] = useState<Partial<Rules>>({});
  const [threshold, setThreshold] = useState<string | null>(settings.billingThreshold);
  return (
    <Section
      title="Billing rules"
      description="For the next invoices. Those that were issued keep their own."
    >
      <Form
        onSubmit={() => save.run({ settings: { ...rules, billingThreshold: threshold } })}
        {...formProblem(save.error)}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          {CHOICES.map(({ name, label, options, ...more }) => (
            <Select
              key={name}
              name={name}
              label={label}
              {...('hint' in more && more.hint ? { hint: more.hint } : {})}
              disabled={!save.may}
              value={rules[name] ?? settings[name]}
              onValueChange={(value) => setRules({ ...rules, [name]: value })}
              options={Object.entries(options).map(([value, text]) => ({ value, label: text }))}
            />
          ))}
          <MoneyField
            name="billingThreshold"
            label="Bill usage early from"
            currency={currency}
            optional
            disabled={!save.may}
            {...(settings.billingThreshold === null ? {} : { defaultAmountMinor: settings.billingThreshold })}
            onAmountChange={setThreshold}
            hint="Inside a period, as soon as unbilled usage reaches this. Empty for never."
          />
        </div>
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save billing rules
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
