import { randomUUID } from 'node:crypto';

/** JSON of any shape, for looking into answers; `String()` or `expect` make something of a leaf. */
export interface Loose {
  [member: string]: Loose;
  [index: number]: Loose;
}

export type Answer = {
  status: number;
  headers: Headers;
  /** Parsed JSON where the answer is JSON; the text otherwise. */
  body: Loose;
  text: string;
  /** Cookies that were set, ready to be sent back. */
  cookies: string;
};

export type CallOptions = {
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
  /** A key of its own for every call unless given; null sends none. */
  idempotencyKey?: string | null;
};

export type Caller = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Calls a server with headers that every request has. */
export function createCaller(baseUrl: string, common: Record<string, string>): Caller {
  return async (method, path, options = {}) => {
    const headers: Record<string, string> = { ...common };
    const key = options.idempotencyKey === undefined ? randomUUID() : options.idempotencyKey;
    if (method === 'POST' && key !== null) headers['idempotency-key'] = key;
    const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (payload !== undefined) headers['content-type'] = 'application/json';
    Object.assign(headers, options.headers);
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers,
      redirect: 'manual',
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson && text !== '' ? JSON.parse(text) : text) as Loose,
      text,
      cookies: response.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    };
  };
}
