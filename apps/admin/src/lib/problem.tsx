import { BillhookError } from '@billhook/sdk/error';
import { ErrorState } from '@billhook/ui/error-state';
import { belowTitle, formProblemOf, mayPass, ToldText, tellError, tellUnread } from '@billhook/ui/problem';
import { useScope } from './scope.tsx';

/** Operators are told what the server says. */
export function tell(error: Error) {
  return tellError(error);
}

export function ProblemText({ error }: { error: Error }) {
  return <ToldText {...tell(error)} />;
}

export function formProblem(error: Error | null) {
  return formProblemOf(error, tell);
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
  const told = tellUnread(error);
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
      onRetry={mayPass(error) ? onRetry : undefined}
      retrying={retrying}
      compact={compact}
    >
      {belowTitle(told)}
      <FaultList error={error} />
    </ErrorState>
  );
}

/** Faults that one person takes in at a time. */
const FAULTS_SHOWN = 5;

/** Which of the things that were sent are at fault, where no field of a form shows it. */
function FaultList({ error }: { error: Error }) {
  const faults = error instanceof BillhookError ? error.faults : [];
  if (faults.length === 0) return null;
  const left = faults.length - FAULTS_SHOWN;
  return (
    <ul className="mt-1">
      {faults.slice(0, FAULTS_SHOWN).map(({ pointer, detail }) => (
        <li key={`${pointer} ${detail}`}>
          <code className="text-sm">{pointer}</code> {detail}
        </li>
      ))}
      {left > 0 ? <li>and {left} more</li> : null}
    </ul>
  );
}
