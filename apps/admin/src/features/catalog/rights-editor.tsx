import type { Feature, PlanRightDraft } from '@billhook/sdk/generated/types';
import { IconButton } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { Trash2 } from 'lucide-react';
import { readValue } from './read-value.ts';
import { resetOptions } from './reset-words.ts';
import { newRight, replaceAt, withoutAt } from './version-draft.ts';

export interface RightsEditorProps {
  readonly rights: readonly PlanRightDraft[];
  readonly features: readonly Feature[];
  readonly onChange: (rights: readonly PlanRightDraft[]) => void;
}

/** What the plan grants, one feature a row. */
export function RightsEditor({ rights, features, onChange }: RightsEditorProps) {
  const left = features.filter(({ key }) => !rights.some((right) => right.feature === key));
  const nameOf = (key: string) => features.find((feature) => feature.key === key)?.name ?? key;
  return (
    <div className="flex flex-col gap-3">
      <ul>
        {rights.map((right, index) => (
          <li key={right.feature} className="flex flex-wrap items-end gap-3 border-b border-line py-3">
            <span className="w-40 self-center font-medium">{nameOf(right.feature)}</span>
            <span className="flex grow flex-wrap items-end gap-3">
              <RightFields
                feature={features.find((feature) => feature.key === right.feature)}
                right={right}
                onChange={(next) => onChange(replaceAt(rights, index, next))}
              />
            </span>
            <IconButton
              icon={Trash2}
              label={`Remove ${nameOf(right.feature)}`}
              onClick={() => onChange(withoutAt(rights, index))}
            />
          </li>
        ))}
      </ul>
      {left.length > 0 ? (
        <Select
          key={rights.length}
          label="Grant a feature"
          className="max-w-72"
          placeholder="Choose a feature"
          options={left.map(({ key, name }) => ({ value: key, label: name, detail: key }))}
          onValueChange={(key) => {
            const feature = left.find((one) => one.key === key);
            if (feature) onChange([...rights, newRight(feature)]);
          }}
        />
      ) : features.length === 0 ? (
        <p className="text-muted">There are no features yet. Create them beside the plans.</p>
      ) : null}
    </div>
  );
}

export function RightFields({
  feature,
  right,
  onChange,
}: {
  feature: Feature | undefined;
  right: PlanRightDraft;
  onChange: (right: PlanRightDraft) => void;
}) {
  if (right.kind === 'boolean') {
    return (
      <Switch
        label="Granted"
        checked={right.enabled}
        onCheckedChange={(enabled) => onChange({ ...right, enabled })}
      />
    );
  }
  if (right.kind === 'configuration') {
    return (
      <TextField
        label="Value"
        value={[right.value].flat().join(', ')}
        onValueChange={(value) => onChange({ ...right, value: readValue(feature?.valueType ?? null, value) })}
      />
    );
  }
  return <LimitFields feature={feature} right={right} onChange={onChange} />;
}

type Metered = Extract<PlanRightDraft, { kind: 'metered' }>;

function LimitFields({
  feature,
  right,
  onChange,
}: {
  feature: Feature | undefined;
  right: Metered;
  onChange: (right: PlanRightDraft) => void;
}) {
  return (
    <>
      <TextField
        label={feature?.subjectProperty == null ? 'Limit' : 'Limit of each'}
        inputMode="decimal"
        className="w-32"
        placeholder="None"
        value={right.limit ?? ''}
        onValueChange={(limit) => onChange({ ...right, limit: limit.trim() === '' ? null : limit.trim() })}
      />
      {feature?.subjectProperty == null ? null : (
        <TextField
          label="All together"
          inputMode="decimal"
          className="w-32"
          placeholder="None"
          value={right.poolLimit ?? ''}
          onValueChange={(pool) => onChange({ ...right, poolLimit: pool.trim() === '' ? null : pool.trim() })}
        />
      )}
      <Select
        label="Resets"
        className="w-44"
        options={resetOptions(right.reset)}
        value={right.reset}
        onValueChange={(reset) => onChange({ ...right, reset })}
      />
      <Select
        label="Beyond the limit"
        className="w-36"
        options={[
          { value: 'block', label: 'It stops' },
          { value: 'soft', label: 'It is told' },
          { value: 'allow', label: 'More is billed' },
        ]}
        value={right.overage}
        onValueChange={(overage) => onChange({ ...right, overage })}
      />
    </>
  );
}
