import { BillhookError } from '@billhook/sdk/error';
import { usePathParam } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { ErrorState } from '@billhook/ui/error-state';
import { belowTitle, formProblemOf, mayPass, ToldText, tellError, tellUnread } from '@billhook/ui/problem';
import type { ReactNode } from 'react';
import { hrefOf, useHere } from './address.ts';

/** The portal's own words: for refusals of the sign-in library by the reason that it gives, and a few by code. */
function ownWords({ code, problem }: BillhookError): { title: string; detail: string } | null {
  if (problem.reason === 'invalid_email_or_password') {
    return { title: 'E-mail and password do not match', detail: 'Check both, or reset your password.' };
  }
  if (typeof problem.reason === 'string' && problem.reason.startsWith('user_already_exists')) {
    const detail = 'Nothing was changed. Sign in with it, or reset its password.';
    return { title: 'This address has an account already', detail };
  }
  if (problem.reason === 'invalid_password') {
    return { title: 'The current password is not right', detail: 'Nothing was changed.' };
  }
  if (problem.reason === 'invalid_token') {
    return { title: 'This link does not work any more', detail: 'Nothing was changed. Ask for a new one.' };
  }
  if (code === 'auth.required') {
    return { title: 'You are signed out', detail: 'Sign in again, then go on where you were.' };
  }
  if (code === 'provider.unavailable') {
    const detail = 'Nothing was charged. Try again in a moment.';
    return { title: 'The payment page cannot be opened right now', detail };
  }
  return null;
}

export function tell(error: Error) {
  return tellError(error, ownWords);
}

export function formProblem(error: Error | null) {
  return formProblemOf(error, tell);
}

/** What went wrong, in a box beside the button that was pressed. */
export function ProblemBox({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <div role="alert" className="rounded-md bg-problem-soft px-3 py-2">
      <ToldText {...tell(error)} />
      <SignInAgain error={error} />
    </div>
  );
}

/** The way back in for whoever was signed out meanwhile, such as in another tab; it leads back to this place. */
function SignInAgain({ error }: { error: Error }) {
  const slug = usePathParam('slug');
  const here = useHere();
  if (!(error instanceof BillhookError) || error.code !== 'auth.required' || !slug) return null;
  // The page is loaded anew: what was read before still claims that somebody is signed in.
  return (
    <Button
      size="sm"
      className="mt-2"
      onClick={() => location.assign(hrefOf(`/p/${slug}/sign-in`, { next: here }))}
    >
      Sign in
    </Button>
  );
}

export interface ProblemStateProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  readonly retrying?: boolean | undefined;
  readonly compact?: boolean | undefined;
  readonly action?: ReactNode;
}

/** Stands where something could not be shown. */
export function ProblemState({ error, onRetry, ...props }: ProblemStateProps) {
  const told = tellUnread(error, ownWords);
  const forbidden = error instanceof BillhookError && error.status === 403;
  return (
    <ErrorState
      title={told.title}
      requestId={told.requestId}
      onRetry={mayPass(error) ? onRetry : undefined}
      {...props}
    >
      {belowTitle(told)}
      {forbidden ? ' Ask an owner or admin of your company.' : null}
    </ErrorState>
  );
}
