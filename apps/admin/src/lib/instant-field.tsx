import { TextField } from '@billhook/ui/text-field';
import { instantOfWall, wallOf } from '../features/clock/dates.ts';
import { useScope } from './scope.tsx';

export interface InstantFieldProps {
  readonly name: string;
  readonly label: string;
  /** An ISO instant; empty until one is chosen. */
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly hint?: string | undefined;
}

/** A day and a time of the seller's clock on the wall, to the millisecond. */
export function InstantField({ value, onValueChange, hint, ...field }: InstantFieldProps) {
  const { timeZone } = useScope().tenant;
  return (
    <TextField
      {...field}
      type="datetime-local"
      step={0.001}
      required
      value={value === '' ? '' : wallOf(value, timeZone)}
      onValueChange={(wall) => onValueChange(instantOfWall(wall, timeZone) ?? '')}
      hint={`${hint ? `${hint} ` : ''}In ${timeZone}.`}
    />
  );
}
