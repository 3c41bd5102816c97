import type { CreateFeature, Feature } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import type { Column } from '@billhook/ui/table-model';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { FeatureSheet } from './feature-sheet.tsx';
import { useFeatures, useMeters } from './queries.ts';

const KINDS: Readonly<Record<Feature['kind'], { word: string; detail: string }>> = {
  boolean: { word: 'On or off', detail: 'A plan has it or not.' },
  configuration: { word: 'A value', detail: 'Each plan says a number or text.' },
  metered: { word: 'Metered', detail: 'A limit on what a meter measures.' },
};

const COLUMNS: readonly Column<Feature>[] = [
  { key: 'name', header: 'Feature', fill: true, cell: ({ name }) => name },
  { key: 'key', header: 'Key', cell: ({ key }) => <span className="font-mono text-sm">{key}</span> },
  {
    key: 'kind',
    header: 'Kind',
    cell: ({ kind }) => <span className="whitespace-nowrap">{KINDS[kind].word}</span>,
  },
  {
    key: 'meter',
    header: 'Meter',
    wideOnly: true,
    cell: ({ meter }) => meter ?? <span className="text-faint">–</span>,
  },
];

export function FeatureTable() {
  const features = useFeatures();
  const [filters, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  return (
    <>
      {mayBuild ? (
        <div className="pb-3">
          <Button onClick={() => change({ newFeature: '1' })}>Create feature</Button>
        </div>
      ) : null}
      <DataTable
        label="Features"
        columns={COLUMNS}
        rows={features.data?.data ?? []}
        loading={features.isPending}
        loadingRows={4}
        rowKey={({ id }) => id}
        openKey={filters.feature}
        onOpen={mayBuild ? ({ id }) => change({ feature: id }) : undefined}
        error={
          features.error && !features.data ? (
            <ProblemState error={features.error} onRetry={() => void features.refetch()} />
          ) : undefined
        }
        empty={<p className="py-4 text-muted">No features yet. A plan grants features to its customers.</p>}
      />
      <FeatureSheet
        feature={features.data?.data.find(({ id }) => id === filters.feature)}
        onClose={() => change({ feature: undefined })}
      />
      <SideSheet
        open={filters.newFeature === '1'}
        onOpenChange={(next) => {
          if (!next) change({ newFeature: undefined });
        }}
        title="Create feature"
      >
        {filters.newFeature === '1' ? (
          <FeatureForm onClose={() => change({ newFeature: undefined })} />
        ) : null}
      </SideSheet>
    </>
  );
}

function FeatureForm({ onClose }: { onClose: () => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<Feature['kind']>('boolean');
  const [meter, setMeter] = useState<string | null>(null);
  const [type, setType] = useState<ValueType>('any');
  const create = useCommand(
    (body: CreateFeature, options) => api.features.create(body, options),
    (feature) => {
      toast(`Plans can grant ${feature.name} now.`);
      onClose();
    },
  );
  return (
    <Form<Record<'name' | 'key' | 'description' | 'subjectProperty', string>>
      onSubmit={({ name, key, description, subjectProperty }) =>
        create.run({
          name: name.trim(),
          key: key.trim(),
          kind,
          ...(description?.trim() ? { description: description.trim() } : {}),
          ...(kind === 'metered' ? { meter } : {}),
          ...(kind === 'metered' && subjectProperty?.trim()
            ? { subjectProperty: subjectProperty.trim() }
            : {}),
          ...(kind === 'configuration' && type !== 'any' ? { valueType: type } : {}),
        })
      }
      {...formProblem(create.error)}
    >
      <TextField name="name" label="Name" required maxLength={200} autoFocus />
      <TextField name="key" label="Key" required mono hint="Never changes. Your product asks for it." />
      <TextField name="description" label="Description" optional lines={2} maxLength={2000} />
      <RadioGroup
        label="Kind"
        boxed
        value={kind}
        onValueChange={setKind}
        options={(Object.keys(KINDS) as Feature['kind'][]).map((value) => ({
          value,
          label: KINDS[value].word,
          detail: KINDS[value].detail,
        }))}
      />
      <KindFields kind={kind} type={type} onType={setType} meter={meter} onMeter={setMeter} />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={create.busy}>
          Create feature
        </Button>
      </FormActions>
    </Form>
  );
}

type ValueType = NonNullable<Feature['valueType']> | 'any';

interface KindFieldsProps {
  readonly kind: Feature['kind'];
  readonly type: ValueType;
  readonly onType: (type: ValueType) => void;
  readonly meter: string | null;
  readonly onMeter: (meter: string) => void;
}

/** What only features of one kind have. */
function KindFields({ kind, type, onType, meter, onMeter }: KindFieldsProps) {
  const meters = useMeters();
  return (
    <>
      {kind === 'configuration' ? (
        <Select
          name="valueType"
          label="Values"
          options={[
            { value: 'any', label: 'Any' },
            { value: 'number', label: 'Numbers' },
            { value: 'text', label: 'Texts' },
            { value: 'list', label: 'Lists of texts' },
          ]}
          value={type}
          onValueChange={onType}
        />
      ) : null}
      {kind === 'metered' ? (
        <TextField
          name="subjectProperty"
          label="Counted for each"
          optional
          mono
          maxLength={200}
          placeholder="user_id"
          hint="The property of an event that names the member or device. Empty counts for the whole customer."
        />
      ) : null}
      {kind === 'metered' ? (
        <Select
          name="meter"
          label="Meter"
          required
          placeholder="Choose a meter"
          options={(meters.data?.data ?? []).map((one) => ({
            value: one.key,
            label: one.name,
            detail: one.key,
          }))}
          value={meter}
          onValueChange={onMeter}
        />
      ) : null}
    </>
  );
}
