import type { ErrorCode } from '@billhook/contract/errors';

/** One fault of a request: where it is and what is wrong. */
export interface Fault {
  /** JSON pointer into the body, in the spelling of the wire. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What the server answers when it refuses (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly request_id: string | null;
  readonly errors: readonly Fault[];
  readonly [member: string]: unknown;
}

/** The server refused. `code` is stable; `detail` is one sentence for people. */
export class BillhookError extends Error {
  override readonly name = 'BillhookError';
  readonly problem: Problem;
  /** Seconds that the server asked to wait; null if it did not. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(`${problem.code}: ${problem.detail || problem.title}`);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code(): ErrorCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  get detail(): string {
    return this.problem.detail;
  }

  get faults(): readonly Fault[] {
    return this.problem.errors;
  }

  get requestId(): string | null {
    return this.problem.request_id;
  }
}

/** No answer came: the server could not be reached, or not in time. */
export class BillhookConnectionError extends Error {
  override readonly name = 'BillhookConnectionError';
}

/** Reads a refusal. An answer that is no problem document, such as that of a proxy, becomes one. */
export async function errorFrom(response: Response): Promise<BillhookError> {
  const body = (await readJson(response)) ?? {};
  const problem: Problem = {
    type: 'about:blank',
    title: response.statusText || `Status ${response.status}`,
    detail: '',
    code: response.status >= 500 ? 'server.unavailable' : 'request.invalid',
    retryable: response.status === 429 || response.status >= 500,
    ...body,
    status: response.status,
    request_id: typeof body.request_id === 'string' ? body.request_id : response.headers.get('request-id'),
    errors: Array.isArray(body.errors) ? (body.errors as Fault[]) : [],
  };
  return new BillhookError(problem, readRetryAfter(response));
}

async function readJson(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Seconds of the header `Retry-After`; its form as a date is not used by this server. */
function readRetryAfter(response: Response): number | null {
  const text = response.headers.get('retry-after');
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}
