import { Form as Base } from '@base-ui/react/form';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from './cx.ts';

export type FieldErrors = Readonly<Record<string, string | string[]>>;

export interface FormProps<Values extends Record<string, unknown>> {
  readonly onSubmit: (values: Values) => void;
  /** What the server said about single fields, by their name. */
  readonly errors?: FieldErrors | undefined;
  /** What the server said about the whole. Stands above the fields and is read out. */
  readonly problem?: ReactNode;
  readonly className?: string | undefined;
  readonly id?: string | undefined;
  readonly children: ReactNode;
}

/** Checks its fields on submit, then moves focus to the first one at fault, or to the problem above them. */
export function Form<Values extends Record<string, unknown>>(props: FormProps<Values>) {
  const { onSubmit, errors, problem, className, id, children } = props;
  const problemRef = useRef<HTMLDivElement>(null);
  const hasFieldErrors = errors !== undefined && Object.keys(errors).length > 0;
  useEffect(() => {
    if (problem && !hasFieldErrors) problemRef.current?.focus();
  }, [problem, hasFieldErrors]);
  return (
    <Base<Values>
      id={id}
      errors={errors as Record<string, string | string[]> | undefined}
      onFormSubmit={(values) => onSubmit(values)}
      className={cx('flex flex-col gap-4', className)}
    >
      {problem ? (
        <div
          ref={problemRef}
          role="alert"
          tabIndex={-1}
          className="flex gap-2 rounded-md bg-problem-soft px-3 py-2 text-text"
        >
          <CircleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-problem" />
          <div className="min-w-0">{problem}</div>
        </div>
      ) : null}
      {children}
    </Base>
  );
}

export interface FormActionsProps {
  /** Where forms stand among other parts of a page, the button begins where their fields begin. */
  readonly align?: 'start' | 'end' | undefined;
  readonly children: ReactNode;
}

/** The buttons that end a form, the action last. */
export function FormActions({ align = 'end', children }: FormActionsProps) {
  const place = align === 'end' ? 'justify-end' : 'justify-start';
  return <div className={cx('flex flex-wrap items-center gap-2 pt-2', place)}>{children}</div>;
}
