import { rateRefusalFor, refusalFor } from '../refusal.ts';
import type { RightAnswer, Upgrade } from '../rights/answer.ts';
import { rateLimitFields } from './rate-limit-fields.ts';

/** A refusal, to be sent as it is. */
export interface GuardRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A problem document (RFC 9457). */
  readonly body: { readonly code: string; readonly [member: string]: unknown };
}

/**
 * How a caller is told of a limit: `upgrade` answers 402 with the way to a larger plan where there is one; `wait`
 * answers 429 with `Retry-After` wherever the limit resets, for callers that are machines.
 */
export type RefusalForm = 'upgrade' | 'wait';

/** Seconds after which a caller may ask again whose right could not be looked up. */
const RETRY_AFTER_S = 5;

/** Turns a refused right into what the caller gets: 402, 403 or 429, and 503 where the right is not known. */
export function refusalOf(
  answer: RightAnswer,
  upgrade: Upgrade | null,
  form: RefusalForm,
  nowEpochMs: number,
): GuardRefusal {
  if (answer.reason === 'fallback' || answer.reason === 'usage_not_written') return unavailable(answer);
  const check = { ...checkOf(answer), upgrade };
  const refusal = form === 'wait' ? rateRefusalFor(check, nowEpochMs) : refusalFor(check, nowEpochMs);
  if (refusal === null) return unavailable(answer);
  return { ...refusal, headers: { ...refusal.headers, ...rateLimitFields(answer, nowEpochMs) } };
}

function checkOf({ featureName, resetAt, remaining }: RightAnswer) {
  // A window that begins anew helps only where something was used up.
  return { allowed: false, featureName, resetAt: remaining === null ? null : resetAt };
}

/** Whose request it is could not be told. */
export function notSignedIn(): GuardRefusal {
  return problem(401, 'auth.required', 'Sign in first', 'This needs a customer to be known.', {});
}

function unavailable({ featureName }: RightAnswer): GuardRefusal {
  const detail = `Whether ${featureName} may be used cannot be told at this moment.`;
  const title = 'Not available at this moment';
  return problem(503, 'server.unavailable', title, detail, { 'retry-after': String(RETRY_AFTER_S) });
}

function problem(
  status: number,
  code: string,
  title: string,
  detail: string,
  headers: Record<string, string>,
): GuardRefusal {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { type: 'about:blank', title, status, detail, code },
  };
}
