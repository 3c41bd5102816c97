import type { Feature, Overage, RightChange } from '@billhook/sdk/generated/types';
import { Switch } from '@billhook/ui/choice';
import { Segmented } from '@billhook/ui/segmented';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { readValue } from '../catalog/read-value.ts';

/** What is written about a right, whatever kind its feature is of. */
export interface ChangeDraft {
  readonly enabled: boolean;
  readonly value: string;
  readonly mode: 'add' | 'replace';
  /** Empty for as much as one likes. */
  readonly limit: string;
  /** Empty to leave the pool as it is. */
  readonly poolLimit: string;
  readonly overage: Overage | 'same';
}

export const emptyChange: ChangeDraft = {
  enabled: true,
  value: '',
  mode: 'add',
  limit: '',
  poolLimit: '',
  overage: 'same',
};

/** What was written, as the API takes it. A grant only adds. */
export function changeOf(feature: Feature, draft: ChangeDraft, kind: 'override' | 'grant'): RightChange {
  if (feature.kind === 'boolean') return { kind: 'boolean', enabled: kind === 'grant' || draft.enabled };
  if (feature.kind === 'configuration')
    return { kind: 'configuration', value: readValue(feature.valueType, draft.value) };
  return {
    kind: 'metered',
    mode: kind === 'grant' ? 'add' : draft.mode,
    limit: draft.limit.trim() === '' ? null : draft.limit.trim(),
    ...(draft.poolLimit.trim() === '' ? {} : { poolLimit: draft.poolLimit.trim() }),
    ...(draft.overage === 'same' ? {} : { overage: draft.overage }),
  };
}

export interface ChangeFieldsProps {
  readonly feature: Feature;
  readonly kind: 'override' | 'grant';
  readonly draft: ChangeDraft;
  readonly onChange: (draft: ChangeDraft) => void;
}

export function ChangeFields({ feature, kind, draft, onChange }: ChangeFieldsProps) {
  const set = (part: Partial<ChangeDraft>) => onChange({ ...draft, ...part });
  if (feature.kind === 'boolean') {
    if (kind === 'grant') return <p className="text-muted">It is on for that time.</p>;
    return <Switch label="On" checked={draft.enabled} onCheckedChange={(enabled) => set({ enabled })} />;
  }
  if (feature.kind === 'configuration') {
    return (
      <TextField
        name="value"
        label="Value"
        required
        hint={feature.valueType === 'list' ? 'Several are parted by commas.' : undefined}
        value={draft.value}
        onValueChange={(value) => set({ value })}
      />
    );
  }
  return <LimitFields feature={feature} kind={kind} draft={draft} set={set} />;
}

function LimitFields({
  feature,
  kind,
  draft,
  set,
}: Omit<ChangeFieldsProps, 'onChange'> & { set: (part: Partial<ChangeDraft>) => void }) {
  const adds = kind === 'grant' || draft.mode === 'add';
  return (
    <>
      {kind === 'override' ? (
        <Segmented
          label="What happens to the limit"
          options={[
            { value: 'add', label: 'Add to it' },
            { value: 'replace', label: 'Replace it' },
          ]}
          value={draft.mode}
          onValueChange={(mode) => set({ mode })}
        />
      ) : null}
      <TextField
        name="limit"
        label={adds ? 'How much more' : 'The limit'}
        inputMode="decimal"
        pattern="[0-9]{1,25}(\.[0-9]{1,12})?"
        placeholder="Unlimited"
        hint={feature.subjectProperty === null ? undefined : 'Of each member or device.'}
        value={draft.limit}
        onValueChange={(limit) => set({ limit })}
      />
      {feature.subjectProperty === null ? null : (
        <TextField
          name="poolLimit"
          label={adds ? 'How much more for all together' : 'The limit of all together'}
          inputMode="decimal"
          pattern="[0-9]{1,25}(\.[0-9]{1,12})?"
          optional
          value={draft.poolLimit}
          onValueChange={(poolLimit) => set({ poolLimit })}
        />
      )}
      <Select
        name="overage"
        label="Beyond the limit"
        options={[
          { value: 'same', label: 'As it is' },
          { value: 'block', label: 'It stops' },
          { value: 'soft', label: 'It goes on and is told' },
          { value: 'allow', label: 'More is billed' },
        ]}
        value={draft.overage}
        onValueChange={(overage) => set({ overage })}
      />
    </>
  );
}
