import type { Call, CallRequest, List, Page, RequestOptions } from './call.ts';
import { fromWire, snakeName, toWire } from './case.ts';
import { BillhookConnectionError, BillhookError, errorFrom } from './error.ts';

export interface RetrySettings {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Wait before the second try; it doubles each time. */
  readonly baseDelayMs: number;
  /** No wait is longer; a server that asks for more gets its refusal handed on. */
  readonly maxDelayMs: number;
}

export interface TransportSettings {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly retry: RetrySettings;
  /** Cookies are sent along, for people that are signed in. */
  readonly withCookies: boolean;
}

export const DEFAULT_RETRY: RetrySettings = { attempts: 4, baseDelayMs: 250, maxDelayMs: 20_000 };
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Makes the function that all methods of a client go through. */
export function createCall(settings: TransportSettings): Call {
  const call = (request: CallRequest, options: RequestOptions = {}): unknown =>
    request.answer === 'list'
      ? listOf((after) => read(settings, after === null ? request : nextPage(request, after), options))
      : read(settings, request, options);
  return call as Call;
}

function nextPage(request: CallRequest, after: string): CallRequest {
  return { ...request, query: { ...request.query, startingAfter: after } };
}

/** The first page is asked for at once; the others when the loop gets there. */
function listOf(load: (after: string | null) => Promise<unknown>): List<unknown> {
  const first = load(null) as Promise<Page<unknown>>;
  async function* walk(): AsyncGenerator<unknown> {
    let page = await first;
    yield* page.data;
    while (page.nextCursor !== null) {
      page = (await load(page.nextCursor)) as Page<unknown>;
      yield* page.data;
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: walk });
}

async function read(
  settings: TransportSettings,
  request: CallRequest,
  options: RequestOptions,
): Promise<unknown> {
  const response = await sendUntilAnswered(settings, request, options);
  if (request.answer === 'raw') return response;
  if (request.answer === 'none' || response.status === 204) return undefined;
  return fromWire(await response.json());
}

/** Repeats with the same key and the same bytes, so that the server does the work once. */
async function sendUntilAnswered(
  settings: TransportSettings,
  request: CallRequest,
  options: RequestOptions,
): Promise<Response> {
  const init = requestInit(settings, request, options);
  const url = addressOf(settings.baseUrl, request);
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sendOnce(settings, url, init, options.signal);
    // Servers of other frameworks put their own `Response` in place of the one that `fetch` answers with.
    if (!(outcome instanceof Error)) return outcome;
    const delayMs = delayBefore(outcome, attempt, settings.retry);
    if (!mayRepeat(outcome, request) || attempt >= settings.retry.attempts || delayMs === null) throw outcome;
    await wait(delayMs, options.signal);
  }
}

async function sendOnce(
  settings: TransportSettings,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response | BillhookError | BillhookConnectionError> {
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  try {
    const response = await settings.fetch(url, {
      ...init,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return response.ok ? response : await errorFrom(response);
  } catch (cause) {
    signal?.throwIfAborted();
    return new BillhookConnectionError(`No answer from ${serverOf(url)}.`, { cause });
  }
}

/** Who was asked. An address without a host is one on the server that the page came from. */
function serverOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the server of this page';
}

/** A refusal that calls itself passing may be repeated; a lost answer only if a second arrival does no harm. */
function mayRepeat(outcome: BillhookError | BillhookConnectionError, request: CallRequest): boolean {
  return outcome instanceof BillhookError
    ? outcome.problem.retryable && (outcome.status !== 500 || request.repeatable)
    : request.repeatable;
}

function delayBefore(
  outcome: BillhookError | BillhookConnectionError,
  attempt: number,
  retry: RetrySettings,
): number | null {
  const asked = outcome instanceof BillhookError ? outcome.retryAfterSeconds : null;
  if (asked === null) return Math.min(retry.baseDelayMs * 2 ** (attempt - 1), retry.maxDelayMs);
  return asked * 1000 <= retry.maxDelayMs ? asked * 1000 : null;
}

function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function addressOf(baseUrl: string, request: CallRequest): string {
  const path = request.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(request.params?.[name] ?? '')),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== null) query.set(snakeName(name), String(value));
  }
  const text = query.toString();
  return `${baseUrl}${path}${text === '' ? '' : `?${text}`}`;
}

function requestInit(
  settings: TransportSettings,
  request: CallRequest,
  options: RequestOptions,
): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', ...settings.headers };
  if (request.answer === 'raw') headers.accept = '*/*';
  if (request.keyed) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  if (options.tenant !== undefined) headers['billhook-tenant'] = options.tenant;
  if (options.customer !== undefined) headers['billhook-customer'] = options.customer;
  if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
  const body = bodyOf(request);
  if (request.bodyKind === 'lines') headers['content-type'] = 'application/x-ndjson';
  else if (typeof body === 'string') {
    headers['content-type'] =
      request.bodyKind === 'events' ? 'application/cloudevents-batch+json' : 'application/json';
  }
  return {
    method: request.method,
    headers,
    credentials: settings.withCookies ? 'include' : 'omit',
    ...(body === null ? {} : { body }),
  };
}

function bodyOf(request: CallRequest): string | Blob | FormData | null {
  if (request.bodyKind === undefined) return null;
  if (request.bodyKind === 'lines') return request.body as string | Blob;
  if (request.bodyKind === 'events') {
    const events = request.body as readonly object[];
    return JSON.stringify(events.map((event) => ({ specversion: '1.0', ...event })));
  }
  if (request.bodyKind === 'json') return JSON.stringify(toWire(request.body ?? {}));
  const { file, fileName, ...fields } = request.body as { file: Blob; fileName: string } & Record<
    string,
    unknown
  >;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.set(snakeName(name), String(value));
  }
  form.set('file', file, fileName);
  return form;
}
