import type { CreateMeter, Meter, QuantityRounding, WeightUnit } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { type FilterDraft, FilterEditor, filterOf, listOf } from './filter-editor.tsx';

type Aggregation = Meter['aggregation'];

const KINDS: readonly { value: Aggregation; label: string; detail: string }[] = [
  { value: 'count', label: 'Count', detail: 'Each event counts as one.' },
  { value: 'sum', label: 'Sum', detail: 'Adds up a number in the data of each event.' },
  { value: 'unique', label: 'Different values', detail: 'Counts each value once, such as active people.' },
  { value: 'max', label: 'Highest', detail: 'Takes the highest number of a period.' },
  { value: 'latest', label: 'Latest', detail: 'Takes the last number of a period.' },
  { value: 'average', label: 'Average', detail: 'Adds up and divides by the number of events.' },
  { value: 'percentile', label: 'Percentile', detail: 'The number that so many percent do not exceed.' },
  { value: 'level', label: 'Level', detail: 'Each number moves a level up or down, and it stays.' },
  { value: 'weighted_sum', label: 'Level over time', detail: 'A level times how long it stood: GB-hours.' },
];
const WEIGHTS: readonly { value: WeightUnit; label: string }[] = [
  { value: 'second', label: 'Seconds' },
  { value: 'minute', label: 'Minutes' },
  { value: 'hour', label: 'Hours' },
  { value: 'day', label: 'Days of 24 hours' },
];
const MODES: readonly { value: QuantityRounding['mode']; label: string }[] = [
  { value: 'up', label: 'Up' },
  { value: 'down', label: 'Down' },
  { value: 'half_away_from_zero', label: 'Half up' },
  { value: 'half_even', label: 'Half to even' },
];

const FIRST_CHOICES: Choices = { aggregation: 'count', weightedBy: 'hour', mode: 'up', filters: [] };

type Texts = Record<
  | 'name'
  | 'key'
  | 'eventType'
  | 'valueProperty'
  | 'unitProperty'
  | 'unit'
  | 'percentile'
  | 'groupBy'
  | 'step',
  string
>;

interface Choices {
  readonly aggregation: Aggregation;
  readonly weightedBy: WeightUnit;
  readonly mode: QuantityRounding['mode'];
  readonly filters: readonly FilterDraft[];
}

function meterOf(texts: Texts, { aggregation, weightedBy, mode, filters }: Choices): CreateMeter {
  const { unitProperty, unit, groupBy, step } = texts;
  return {
    name: texts.name.trim(),
    key: texts.key.trim(),
    eventType: texts.eventType.trim(),
    aggregation,
    ...(aggregation === 'count' ? {} : { valueProperty: texts.valueProperty.trim() }),
    ...(restsOnLevel(aggregation) || !unitProperty?.trim() ? {} : { unitProperty: unitProperty.trim() }),
    ...(unit?.trim() ? { unit: unit.trim() } : {}),
    ...(aggregation === 'percentile' ? { percentile: texts.percentile.trim() } : {}),
    ...(aggregation === 'weighted_sum' ? { weightedBy } : {}),
    ...(filters.length === 0 ? {} : { filters: filters.map(filterOf) }),
    ...(groupBy?.trim() ? { groupBy: listOf(groupBy) } : {}),
    ...(step?.trim() ? { rounding: { step: step.trim(), mode } } : {}),
  };
}

const restsOnLevel = (aggregation: Aggregation) => aggregation === 'level' || aggregation === 'weighted_sum';

/** A new meter. Nothing of what it measures can be changed later, so all of it is asked for here. */
export function MeterForm({ onClose }: { onClose: () => void }) {
  const { api } = useScope();
  const [choices, setChoices] = useState(FIRST_CHOICES);
  const choose = (patch: Partial<Choices>) => setChoices({ ...choices, ...patch });
  const create = useCommand(
    (body: CreateMeter, options) => api.meters.create(body, options),
    (meter) => {
      toast(`${meter.name} measures from now on.`);
      onClose();
    },
  );
  return (
    <Form<Texts> onSubmit={(texts) => create.run(meterOf(texts, choices))} {...formProblem(create.error)}>
      <TextField name="name" label="Name" required maxLength={200} placeholder="API calls" autoFocus />
      <TextField
        name="key"
        label="Key"
        required
        mono
        placeholder="api-calls"
        hint="Never changes. Prices name it."
      />
      <TextField name="eventType" label="Event type" required mono placeholder="api.call" />
      <MeasureFields choices={choices} choose={choose} />
      <FilterEditor filters={choices.filters} onChange={(filters) => choose({ filters })} />
      <TextField
        name="groupBy"
        label="Show usage by"
        optional
        mono
        placeholder="region, model"
        hint="Properties of the event, parted by commas."
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          name="unit"
          label="Unit"
          optional
          maxLength={50}
          placeholder="calls"
          hint="As said of several."
        />
        <TextField
          name="step"
          label="Round a period to"
          optional
          inputMode="decimal"
          placeholder="0.01"
          hint="Left empty, nothing is rounded."
        />
      </div>
      <Select
        label="How it is rounded"
        options={MODES}
        value={choices.mode}
        onValueChange={(mode) => choose({ mode })}
      />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={create.busy}>
          Create meter
        </Button>
      </FormActions>
    </Form>
  );
}

/** How the meter measures, and what its kind needs to know. */
function MeasureFields({
  choices: { aggregation, weightedBy },
  choose,
}: {
  choices: Choices;
  choose: (patch: Partial<Choices>) => void;
}) {
  return (
    <>
      <Select
        label="How it measures"
        options={KINDS}
        value={aggregation}
        onValueChange={(next) => choose({ aggregation: next })}
      />
      {aggregation === 'count' ? null : (
        <TextField name="valueProperty" label="Property of the event" required mono placeholder="bytes" />
      )}
      {aggregation === 'percentile' ? (
        <TextField name="percentile" label="Which percentile" required inputMode="decimal" placeholder="95" />
      ) : null}
      {aggregation === 'weighted_sum' ? (
        <Select
          label="Times"
          options={WEIGHTS}
          value={weightedBy}
          onValueChange={(next) => choose({ weightedBy: next })}
        />
      ) : null}
      {restsOnLevel(aggregation) ? null : (
        <TextField
          name="unitProperty"
          label="Property that names the unit"
          optional
          mono
          placeholder="machine"
          hint="For prices over blocks or capacity of several units."
        />
      )}
    </>
  );
}
