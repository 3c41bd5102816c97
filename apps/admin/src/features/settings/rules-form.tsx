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
  | 'boundedLastTier'
  | 'negativeUsage'
  | 'eventBounds'
  | 'freeEventMinimum'
  | 'freeAllowance'
  | 'zeroAmountEvent'
  | 'eventInput'
  | 'minimumSpend'
  | 'splitUnitRounding'
  | 'includedUnitsOrder'
  | 'priceDiscountOrder'
  | 'proratedTiers'
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
  choice({
    name: 'boundedLastTier',
    label: 'Usage above the last tier',
    hint: 'For prices whose last tier has an end.',
    options: { bill_covered_units: 'Is billed up to its end', reject: 'Stops the bill' },
  }),
  choice({
    name: 'negativeUsage',
    label: 'Usage below zero',
    options: { clamp_to_zero: 'Counts as zero', reject: 'Stops the bill' },
  }),
  choice({
    name: 'eventBounds',
    label: 'Minimum and maximum of an event',
    hint: 'For prices over single events.',
    options: { after_fixed_fee: 'Bound it with its fee', before_fixed_fee: 'Bound it before its fee' },
  }),
  choice({
    name: 'freeEventMinimum',
    label: 'A free event pays its minimum',
    hint: 'For prices over single events.',
    options: { not_on_free_events: 'No', on_all_events: 'Yes' },
  }),
  choice({
    name: 'freeAllowance',
    label: 'Free events and amounts end',
    hint: 'For prices over single events.',
    options: { first_limit_ends_it: 'With the first limit', last_limit_ends_it: 'With the last limit' },
  }),
  choice({
    name: 'zeroAmountEvent',
    label: 'An event over zero',
    hint: 'For prices over single events.',
    options: { fixed_and_minimum_apply: 'Pays fee and minimum', free: 'Pays nothing' },
  }),
  choice({
    name: 'eventInput',
    label: 'Tiers of percentages',
    hint: 'Over what they are laid.',
    options: { sum_of_events: 'Over the sum of a period', each_event: 'Over every event' },
  }),
  choice({
    name: 'minimumSpend',
    label: 'A minimum is topped up',
    hint: 'For usage that is billed early.',
    options: { last_line_only: 'At the end of the period', every_line: 'On every bill' },
  }),
  choice({
    name: 'splitUnitRounding',
    label: 'Units of early bills are rounded',
    hint: 'For prices that convert units.',
    options: { each_line_alone: 'Each bill alone', cumulative: 'Over the whole period' },
  }),
  choice({
    name: 'includedUnitsOrder',
    label: 'Included units',
    hint: 'For prices that convert units.',
    options: {
      convert_round_then_discount: 'Are converted units',
      discount_then_convert: 'Are measured units',
    },
  }),
  choice({
    name: 'priceDiscountOrder',
    label: 'The discount of a price is taken',
    hint: 'For prices with a minimum or maximum.',
    options: { before_bounds: 'Before these', after_bounds: 'After these' },
  }),
  choice({
    name: 'proratedTiers',
    label: 'Tiers of prorated units',
    hint: 'By what the tier is chosen.',
    options: { full_units_pick_tier: 'Whole units', prorated_units_pick_tier: 'Prorated units' },
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
