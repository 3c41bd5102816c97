import type { ExplainedStep } from './explanation-steps.ts';

export interface CalculationProps {
  readonly label: string;
  readonly steps: readonly ExplainedStep[];
}

/** Steps of a calculation, one a row, with what each came to in a column. */
export function Calculation({ label, steps }: CalculationProps) {
  if (steps.length === 0) return null;
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map((step, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the calculation.
          key={index}
          className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-t border-line py-1 first:border-t-0 sm:grid-cols-[9rem_minmax(0,1fr)_auto]"
        >
          <span className="text-muted">{step.label}</span>
          <span className="col-span-2 row-start-2 min-w-0 text-faint sm:col-span-1 sm:col-start-2 sm:row-start-1">
            {step.detail}
          </span>
          <span className="num text-end sm:col-start-3">{step.result}</span>
        </li>
      ))}
    </ol>
  );
}
