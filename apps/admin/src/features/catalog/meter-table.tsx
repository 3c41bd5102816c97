import type { CreateMeter, Meter } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import type { Column } from '@billhook/ui/table-model';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { useMeters } from './queries.ts';

function Name({ text }: { text: string }) {
  return <span className="font-mono text-sm">{text}</span>;
}

const READS = {
  sum: 'Adds up',
  max: 'Highest',
  level: 'Level by',
  latest: 'Last',
  unique: 'Different',
  average: 'Average',
  weighted_sum: 'Over time',
  percentile: 'Percentile of',
} as const;

const COLUMNS: readonly Column<Meter>[] = [
  { key: 'name', header: 'Meter', fill: true, cell: ({ name }) => name },
  { key: 'key', header: 'Key', cell: ({ key }) => <span className="font-mono text-sm">{key}</span> },
  {
    key: 'how',
    header: 'Measures',
    cell: ({ aggregation, valueProperty, eventType }) =>
      aggregation === 'count' ? (
        <span className="whitespace-nowrap">
          Counts <Name text={eventType} />
        </span>
      ) : (
        <span className="whitespace-nowrap">
          {READS[aggregation]} <Name text={valueProperty ?? ''} /> of <Name text={eventType} />
        </span>
      ),
  },
  { key: 'unit', header: 'Unit', wideOnly: true, cell: ({ unit }) => unit },
];

export function MeterTable() {
  const meters = useMeters();
  const [filters, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  return (
    <>
      {mayBuild ? (
        <div className="pb-3">
          <Button onClick={() => change({ newMeter: '1' })}>Create meter</Button>
        </div>
      ) : null}
      <DataTable
        label="Meters"
        columns={COLUMNS}
        rows={meters.data?.data ?? []}
        loading={meters.isPending}
        loadingRows={4}
        rowKey={({ id }) => id}
        error={
          meters.error && !meters.data ? (
            <ProblemState error={meters.error} onRetry={() => void meters.refetch()} />
          ) : undefined
        }
        empty={<p className="py-4 text-muted">No meters yet. A meter measures usage events.</p>}
      />
      <SideSheet
        open={filters.newMeter === '1'}
        onOpenChange={(next) => {
          if (!next) change({ newMeter: undefined });
        }}
        title="Create meter"
        description="What it measures never changes."
      >
        {filters.newMeter === '1' ? <MeterForm onClose={() => change({ newMeter: undefined })} /> : null}
      </SideSheet>
    </>
  );
}

function MeterForm({ onClose }: { onClose: () => void }) {
  const { api } = useScope();
  const [aggregation, setAggregation] = useState<Meter['aggregation']>('count');
  const create = useCommand(
    (body: CreateMeter, options) => api.meters.create(body, options),
    (meter) => {
      toast(`${meter.name} measures from now on.`);
      onClose();
    },
  );
  return (
    <Form<Record<'name' | 'key' | 'eventType' | 'valueProperty' | 'unitProperty' | 'unit', string>>
      onSubmit={({ name, key, eventType, valueProperty, unitProperty, unit }) =>
        create.run({
          name: name.trim(),
          key: key.trim(),
          eventType: eventType.trim(),
          aggregation,
          ...(aggregation === 'count' ? {} : { valueProperty: valueProperty.trim() }),
          ...(aggregation !== 'level' && unitProperty?.trim() ? { unitProperty: unitProperty.trim() } : {}),
          ...(unit?.trim() ? { unit: unit.trim() } : {}),
        })
      }
      {...formProblem(create.error)}
    >
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
      <RadioGroup
        label="How it measures"
        boxed
        value={aggregation}
        onValueChange={setAggregation}
        options={[
          { value: 'count', label: 'Count', detail: 'Each event counts as one.' },
          { value: 'sum', label: 'Sum', detail: 'Adds up a number in the data of each event.' },
          { value: 'max', label: 'Highest', detail: 'Takes the highest number of a period.' },
          { value: 'level', label: 'Level', detail: 'Each number moves a level up or down, and it stays.' },
        ]}
      />
      {aggregation === 'count' ? null : (
        <TextField name="valueProperty" label="Property of the event" required mono placeholder="bytes" />
      )}
      {aggregation === 'level' ? null : (
        <TextField
          name="unitProperty"
          label="Property that names the unit"
          optional
          mono
          placeholder="machine"
          hint="For prices over blocks or capacity of several units."
        />
      )}
      <TextField name="unit" label="Unit" optional maxLength={50} placeholder="calls" />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={create.busy}>
          Create meter
        </Button>
      </FormActions>
    </Form>
  );
}
