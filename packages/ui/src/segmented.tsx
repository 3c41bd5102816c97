import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[];
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly size?: 'sm' | 'md' | undefined;
}

/** Two to four ways to look at the same thing. Real radio buttons, so that arrow keys work. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, options, value, onValueChange, size = 'md' } = props;
  const group = useId();
  return (
    <fieldset className="inline-flex max-w-full rounded-md border border-line-strong bg-sunk p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'relative flex min-w-0 cursor-pointer items-center gap-1.5 rounded-[4px] px-3 text-center has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent-text',
            size === 'sm' ? 'min-h-6 text-sm' : 'min-h-8',
            option.value === value
              ? 'edge-forced bg-surface font-medium text-text shadow-[0_0_0_1px_var(--line-strong)]'
              : 'text-muted hover:text-text',
          )}
        >
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValueChange(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none opacity-0"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
