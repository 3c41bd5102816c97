import { BillhookConnectionError, BillhookError } from '@billhook/sdk/error';
import { CopyText } from '@billhook/ui/copy-text';
import { ErrorState } from '@billhook/ui/error-state';
import type { FieldErrors } from '@billhook/ui/form';
import type { ReactNode } from 'react';
import { useScope } from './scope.tsx';

interface Told {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
}

/** What went wrong in words for people. */
export function tell(error: Error): Told {
  if (error instanceof BillhookError) {
    const { title } = error.problem;
    return { title, detail: error.detail, requestId: error.requestId ?? undefined };
  }
  if (error instanceof BillhookConnectionError) {
    return {
      title: 'The server did not answer.',
      detail: 'Nothing was changed by this page. Check that it runs, then try again.',
      requestId: undefined,
    };
  }
  return {
    title: 'This page has a fault.',
    detail: 'Nothing was changed. Load the page again; if it stays, report it.',
    requestId: undefined,
  };
}

/** The roles that the server says are missing, if it says so. */
function neededRoles(error: Error): readonly string[] {
  if (!(error instanceof BillhookError) || error.status !== 403) return [];
  const roles = error.problem.required_roles ?? error.problem.roles;
  return Array.isArray(roles) ? roles.map(String) : [];
}

export interface ProblemStateProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  readonly retrying?: boolean | undefined;
  readonly compact?: boolean | undefined;
}

/** Stands where something could not be shown. Says which role is missing where that is the reason. */
export function ProblemState({ error, onRetry, retrying, compact }: ProblemStateProps) {
  const { session } = useScope();
  const told = tell(error);
  if (error instanceof BillhookError && error.status === 403) {
    const roles = neededRoles(error);
    return (
      <ErrorState title="Your role may not see this." requestId={told.requestId} compact={compact}>
        You are signed in as {session.role}. {told.detail}{' '}
        {roles.length > 0 ? `It needs the role ${roles.join(' or ')}. ` : null}
        Ask an owner of {session.organization.name} for it.
      </ErrorState>
    );
  }
  return (
    <ErrorState
      title={told.title}
      requestId={told.requestId}
      onRetry={onRetry}
      retrying={retrying}
      compact={compact}
    >
      {told.detail}
    </ErrorState>
  );
}

/** A refusal above the fields of a form. */
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
