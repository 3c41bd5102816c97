import type { PropertyFilter } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { replaceAt, withoutAt } from './version-draft.ts';

type Operator = PropertyFilter['operator'];

/** A condition as it is typed: texts until it is sent. */
export interface FilterDraft {
  readonly operator: Operator;
  readonly property: string;
  /** The value, or values apart by commas; the lower bound of a range. */
  readonly value: string;
  /** The upper bound of a range. */
  readonly below: string;
}

const OPERATORS: readonly { readonly value: Operator; readonly label: string }[] = [
  { value: 'equals', label: 'Is' },
  { value: 'in', label: 'Is one of' },
  { value: 'not_in', label: 'Is none of' },
  { value: 'exists', label: 'Is there' },
  { value: 'missing', label: 'Is not there' },
  { value: 'range', label: 'Lies between' },
];

const EMPTY: FilterDraft = { operator: 'equals', property: '', value: '', below: '' };

/** What is sent of a condition. */
export function filterOf({ operator, property, value, below }: FilterDraft): PropertyFilter {
  const name = property.trim();
  switch (operator) {
    case 'equals':
      return { operator, property: name, value: value.trim() };
    case 'in':
    case 'not_in':
      return { operator, property: name, values: listOf(value) };
    case 'range':
      return { operator, property: name, from: value.trim() || null, below: below.trim() || null };
    default:
      return { operator, property: name };
  }
}

/** `a, b` as a list, without what is empty. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

export interface FilterEditorProps {
  readonly filters: readonly FilterDraft[];
  readonly onChange: (filters: readonly FilterDraft[]) => void;
}

/** Conditions on the properties of an event; all must hold. */
export function FilterEditor({ filters, onChange }: FilterEditorProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-sm font-medium">Only events where</legend>
      {filters.map((filter, index) => (
        <FilterRow
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place.
          key={index}
          number={index + 1}
          filter={filter}
          onChange={(patch) => onChange(replaceAt(filters, index, { ...filter, ...patch }))}
          onRemove={() => onChange(withoutAt(filters, index))}
        />
      ))}
      <div>
        <Button size="sm" icon={Plus} onClick={() => onChange([...filters, EMPTY])}>
          Add a condition
        </Button>
      </div>
    </fieldset>
  );
}

interface FilterRowProps {
  readonly number: number;
  readonly filter: FilterDraft;
  readonly onChange: (patch: Partial<FilterDraft>) => void;
  readonly onRemove: () => void;
}

function FilterRow({ number, filter, onChange, onRemove }: FilterRowProps) {
  const { operator, property, value, below } = filter;
  const isBare = operator === 'exists' || operator === 'missing';
  const name = `Condition ${number}`;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_2.25rem] items-end gap-2">
      <TextField
        label={`${name}: property`}
        required
        mono
        value={property}
        onValueChange={(next) => onChange({ property: next })}
      />
      <Select
        label={`${name}: how`}
        options={OPERATORS}
        value={operator}
        onValueChange={(next) => onChange({ operator: next })}
      />
      <IconButton icon={Trash2} label={`Remove condition ${number}`} onClick={onRemove} />
      {isBare ? null : (
        <TextField
          label={operator === 'range' ? `${name}: from` : `${name}: value`}
          required={operator !== 'range'}
          hint={operator === 'in' || operator === 'not_in' ? 'Several are parted by commas.' : undefined}
          value={value}
          onValueChange={(next) => onChange({ value: next })}
        />
      )}
      {operator === 'range' ? (
        <TextField
          label={`${name}: below`}
          value={below}
          onValueChange={(next) => onChange({ below: next })}
        />
      ) : null}
    </div>
  );
}
