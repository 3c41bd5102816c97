import { BillhookConnectionError, BillhookError } from '@billhook/sdk/error';
import type { ReactNode } from 'react';
import { CopyText } from './copy-text.tsx';
import type { FieldErrors } from './form.tsx';

/** A failure as a person reads it. */
export interface Told {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
}

type Words = Omit<Told, 'requestId'>;

/** What went wrong in words for people. A refusal speaks for itself, unless the app has better words of its `own`. */
export function tellError(error: Error, own?: (error: BillhookError) => Words | null): Told {
  if (error instanceof BillhookError) {
    const words = own?.(error) ?? { title: error.problem.title, detail: error.detail };
    return { ...words, requestId: error.requestId ?? undefined };
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

/** Whether the same may go well if it is tried again: what the server refuses for good it refuses again. */
export function mayPass(error: Error): boolean {
  return !(error instanceof BillhookError) || error.problem.retryable;
}

/** What is to be said below the title: a title is no sentence, the detail is one, and nothing need be said twice. */
export function belowTitle({ title, detail }: Words): string {
  const withoutStop = (text: string) => text.replace(/\.$/, '');
  return withoutStop(detail) === withoutStop(title) ? '' : detail;
}

/** The same where something was only to be shown: nothing was asked to be done, so nothing can have been. */
export function tellUnread(error: Error, own?: (error: BillhookError) => Words | null): Told {
  const told = tellError(error, own);
  return error instanceof BillhookConnectionError
    ? { ...told, detail: 'This could not be loaded. Check your connection, then try again.' }
    : told;
}

/** Stands above the fields of a form, or beside the button that was pressed. */
export function ToldText({ title, detail, requestId }: Told) {
  const more = belowTitle({ title, detail });
  return (
    <>
      <p className="font-medium">{title}</p>
      {more ? <p className="text-muted">{more}</p> : null}
      {requestId ? (
        <p className="flex flex-wrap items-center gap-1.5 text-sm text-faint">
          Request id <CopyText text={requestId} />
        </p>
      ) : null}
    </>
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The faults of a refusal by the names of the form's fields. */
function fieldErrors(error: Error): FieldErrors {
  const errors: Record<string, string> = {};
  for (const fault of error instanceof BillhookError ? error.faults : []) {
    const name = camelCase(fault.pointer.replace(/^\//, '').replaceAll('/', '.'));
    if (name !== '') errors[name] ??= fault.detail;
  }
  return errors;
}

/** What a form is given after a refusal: faults at their fields by name, the rest above them in the words of `tell`. */
export function formProblemOf(
  error: Error | null,
  tell: (error: Error) => Told,
): { errors?: FieldErrors; problem?: ReactNode } {
  if (error === null) return {};
  return { errors: fieldErrors(error), problem: <ToldText {...tell(error)} /> };
}
