import type { Feature, ServiceRule, UpdateFeature } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

export interface FeatureSheetProps {
  readonly feature: Feature | undefined;
  readonly onClose: () => void;
}

/** What may change of a feature: its name, and what is left of it while service is not full. */
export function FeatureSheet({ feature, onClose }: FeatureSheetProps) {
  return (
    <SideSheet
      open={feature !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={feature?.name ?? ''}
      description={feature ? <span className="font-mono text-sm">{feature.key}</span> : undefined}
    >
      {feature ? <FeatureForm key={feature.id} feature={feature} onClose={onClose} /> : null}
    </SideSheet>
  );
}

const STATES = [
  ['inGrace', 'Past due, in the days of grace'],
  ['pastDue', 'Past due, after them'],
  ['paused', 'Paused'],
] as const;

function FeatureForm({ feature, onClose }: { feature: Feature; onClose: () => void }) {
  const { api } = useScope();
  const [service, setService] = useState(feature.service);
  const limits = [service.inGrace, service.pastDue, service.paused].includes('limit');
  const save = useCommand(
    (body: UpdateFeature) => api.features.update(feature.id, body),
    () => {
      toast('Changes saved. They hold at once.');
      onClose();
    },
  );
  const options: { value: ServiceRule; label: string }[] = [
    { value: 'keep', label: 'Keep all of it' },
    ...(feature.kind === 'metered' ? [{ value: 'limit' as const, label: 'A smaller limit' }] : []),
    { value: 'block', label: 'Nothing is left' },
  ];
  return (
    <Form<Record<'name' | 'description' | 'reducedLimit', string>>
      onSubmit={({ name, description, reducedLimit }) =>
        save.run({
          name: name.trim(),
          description: description?.trim() ?? '',
          service: { ...service, reducedLimit: limits ? (reducedLimit?.trim() ?? null) : null },
        })
      }
      {...formProblem(save.error)}
    >
      <TextField name="name" label="Name" required maxLength={200} defaultValue={feature.name} />
      <TextField
        name="description"
        label="Description"
        optional
        lines={2}
        maxLength={2000}
        defaultValue={feature.description}
      />
      <Section title="When service is not full">
        <div className="flex flex-col gap-4">
          {STATES.map(([state, label]) => (
            <Select
              key={state}
              name={state}
              label={label}
              options={options}
              value={service[state]}
              onValueChange={(rule) => setService({ ...service, [state]: rule })}
            />
          ))}
          {limits ? (
            <TextField
              name="reducedLimit"
              label="The smaller limit"
              required
              inputMode="decimal"
              pattern="[0-9]{1,25}(\.[0-9]{1,12})?"
              hint="Nothing passes it, whatever the plan says of overage."
              defaultValue={feature.service.reducedLimit ?? ''}
            />
          ) : null}
        </div>
      </Section>
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save changes
        </Button>
      </FormActions>
    </Form>
  );
}
