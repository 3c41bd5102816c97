import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface Step {
  readonly title: ReactNode;
  readonly state: 'done' | 'current' | 'todo';
  /** What to do, shown while the step is current. */
  readonly children?: ReactNode;
}

export interface StepListProps {
  readonly steps: readonly Step[];
  /** What the states are called, for screen readers. */
  readonly stateWords?:
    | { readonly done: string; readonly current: string; readonly todo: string }
    | undefined;
}

const WORDS = { done: 'Done', current: 'Now', todo: 'Later' };

/** Steps in their order, those done ticked off. */
export function StepList({ steps, stateWords = WORDS }: StepListProps) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the sequence.
          key={index}
          aria-current={step.state === 'current' ? 'step' : undefined}
          className="relative flex gap-3 pb-5 last:pb-0"
        >
          {index < steps.length - 1 ? (
            <span aria-hidden="true" className="absolute start-3 top-7 bottom-1 w-px bg-line-strong" />
          ) : null}
          <span
            aria-hidden="true"
            className={cx(
              'num grid size-6 shrink-0 place-items-center rounded-full border text-xs font-medium',
              step.state === 'done' && 'border-transparent bg-accent text-on-accent',
              step.state === 'current' && 'border-accent-text text-accent-text',
              step.state === 'todo' && 'border-line-strong text-faint',
            )}
          >
            {step.state === 'done' ? <Check size={14} strokeWidth={2.5} /> : index + 1}
          </span>
          <div className="min-w-0 grow pt-0.5">
            <p
              className={cx(
                step.state === 'current' && 'font-medium',
                step.state !== 'current' && 'text-muted',
              )}
            >
              {step.title}
              <span className="sr-only"> ({stateWords[step.state]})</span>
            </p>
            {step.state === 'current' && step.children ? <div className="mt-2">{step.children}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
