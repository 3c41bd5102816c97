import { BillhookConnectionError, BillhookError } from '@billhook/sdk/error';
import { CopyText } from '@billhook/ui/copy-text';
import { ErrorState } from '@billhook/ui/error-state';
import type { FieldErrors } from '@billhook/ui/form';
import type { ReactNode } from 'react';

interface Told {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
}

/** Refusals of the sign-in library, by the reason that it gives. */
function signInWords({ code, problem }: BillhookError): Omit<Told, 'requestId'> | null {
  if (problem.reason === 'invalid_email_or_password') {
    return { title: 'E-mail and password do not match', detail: 'Check both, or reset your password.' };
  }
  if (typeof problem.reason === 'string' && problem.reason.startsWith('user_already_exists')) {
    const detail = 'Nothing was changed. Sign in with it, or reset its password.';
    return { title: 'This address has an account already', detail };
  }
  if (problem.reason === 'invalid_password') {
    return { title: 'The password now is not right', detail: 'Nothing was changed.' };
  }
  if (problem.reason === 'invalid_token') {
    return { title: 'This link does not work any more', detail: 'Nothing was changed. Ask for a new one.' };
  }
  if (code === 'auth.required') {
    return { title: 'You are signed out', detail: 'Sign in again, then go on where you were.' };
  }
  return null;
}

/** What went wrong in words for people. */
export function tell(error: Error): Told {
  if (error instanceof BillhookError) {
    const requestId = error.requestId ?? undefined;
    if (error.code === 'provider.unavailable') {
      const detail = 'Nothing was charged. Try again in a moment.';
      return { title: 'The payment page cannot be opened right now', detail, requestId };
    }
    return { ...(signInWords(error) ?? { title: error.problem.title, detail: error.detail }), requestId };
  }
  if (error instanceof BillhookConnectionError) {
    return {
      title: 'No answer came',
      detail:
        'It is not known whether it was done. Check your connection, then try again: nothing is done twice.',
      requestId: undefined,
    };
  }
  return {
    title: 'This page has a fault',
    detail: 'Load it again. If it stays so, please tell us.',
    requestId: undefined,
  };
}

export interface ProblemStateProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  readonly retrying?: boolean | undefined;
  readonly compact?: boolean | undefined;
  readonly action?: ReactNode;
}

/** Stands where something could not be shown. */
export function ProblemState({ error, ...props }: ProblemStateProps) {
  const told = tell(error);
  const forbidden = error instanceof BillhookError && error.status === 403;
  return (
    <ErrorState title={told.title} requestId={told.requestId} {...props}>
      {told.detail}
      {forbidden ? ' Ask an owner or admin of your company.' : null}
    </ErrorState>
  );
}

/** A refusal above the fields of a form, or beside the button that was pressed. */
export function ProblemText({ error }: { error: Error }) {
  const told = tell(error);
  return (
    <>
      <p className="font-medium">{told.title}</p>
      {told.detail && told.detail !== told.title ? <p className="text-muted">{told.detail}</p> : null}
      {told.requestId ? (
        <p className="flex flex-wrap items-center gap-1.5 text-sm text-faint">
          Request id <CopyText text={told.requestId} />
        </p>
      ) : null}
    </>
  );
}

/** The same in a box of its own, where there is no form. */
export function ProblemBox({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <div role="alert" className="rounded-md bg-problem-soft px-3 py-2">
      <ProblemText error={error} />
    </div>
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a form is given after a refusal: faults at their fields by name, the rest above them. */
export function formProblem(error: Error | null): { errors?: FieldErrors; problem?: ReactNode } {
  if (error === null) return {};
  const faults = error instanceof BillhookError ? error.faults : [];
  const errors: Record<string, string> = {};
  for (const fault of faults) {
    const name = camelCase(fault.pointer.replace(/^\//, '').replaceAll('/', '.'));
    if (name !== '') errors[name] ??= fault.detail;
  }
  return { errors, problem: <ProblemText error={error} /> };
}
