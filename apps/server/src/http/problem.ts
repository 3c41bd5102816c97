import { ERRORS, type ErrorCode } from '@billhook/contract/errors';
import { type FieldFault, Refusal } from '../platform/refuse.ts';
import { OutcomeUnknown } from '../platform/transaction.ts';
import { JsonFault } from './json.ts';

/** RFC 9457, with our members. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ErrorCode;
  request_id: string;
  retryable: boolean;
  errors: readonly FieldFault[];
  [fact: string]: unknown;
};

const MAX_FAULTS = 100;
const ERROR_PAGES = 'https://billhook.dev/errors/';

/** Facts of a refusal never replace the members that every problem has. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  const kind = ERRORS[refusal.code];
  return {
    ...refusal.facts,
    type: `${ERROR_PAGES}${refusal.code}`,
    title: kind.title,
    status: kind.status,
    detail: refusal.detail,
    instance: `urn:request:${requestId}`,
    code: refusal.code,
    request_id: requestId,
    retryable: kind.retryable,
    errors: refusal.faults.slice(0, MAX_FAULTS),
  };
}

/** Headers that belong to a problem. */
export function problemHeaders(problem: Problem): [string, string][] {
  const headers: [string, string][] = [];
  const waitSeconds = problem.retry_after ?? (problem.retryable ? 1 : undefined);
  if (typeof waitSeconds === 'number') headers.push(['retry-after', String(waitSeconds)]);
  if (problem.status === 401) headers.push(['www-authenticate', 'Bearer']);
  return headers;
}

/** What an error means to the caller. Undefined for one that nobody foresaw: a bug, to be logged. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof JsonFault) {
    return new Refusal(
      'request.malformed',
      `The body is not acceptable JSON: ${error.message} (character ${error.position}).`,
    );
  }
  if (error instanceof OutcomeUnknown) {
    return new Refusal(
      'server.unavailable',
      'The database went away while the change was being kept. Send the same request with the same Idempotency-Key to learn what happened.',
    );
  }
  return ofFastify(error) ?? ofDatabase(error);
}

function ofFastify(error: unknown): Refusal | undefined {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('FST_')) return undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE') {
    return new Refusal('request.too_large', 'The body is larger than this operation takes.');
  }
  if (statusCode === 415)
    return new Refusal('request.unsupported_media_type', 'This operation does not take this Content-Type.');
  if (statusCode === 413)
    return new Refusal(
      'request.too_large',
      'The request has more parts or is larger than this operation takes.',
    );
  if (typeof statusCode === 'number' && statusCode < 500) {
    return new Refusal(
      'request.malformed',
      'The request cannot be read: its address, headers or body are damaged.',
    );
  }
  return undefined;
}

const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25006',
  '08006',
  '08003',
]);

function ofDatabase(error: unknown): Refusal | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && UNAVAILABLE.has(code)) {
    return new Refusal('server.unavailable', 'The database cannot be reached just now. Nothing was changed.');
  }
  if (code === '40001' || code === '40P01') {
    return new Refusal(
      'server.conflict',
      'Others changed the same rows at the same time. Nothing was changed.',
    );
  }
  if (
    typeof message === 'string' &&
    /Connection terminated|timeout exceeded when trying to connect/.test(message)
  ) {
    return new Refusal('server.unavailable', 'The database cannot be reached just now. Nothing was changed.');
  }
  return undefined;
}
