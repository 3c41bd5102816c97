import type { Draft } from './draft.ts';
import { Fields } from './input.ts';

/** One request to the API as a route sees it. */
export interface Call {
  readonly draft: Draft;
  readonly id: string;
  readonly query: URLSearchParams;
  /** The parsed body; null when there is none. */
  readonly body: unknown;
  readonly requestId: string | null;
  /** Names of files that came with a multipart body. */
  readonly files: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly body: object | null;
}

/** A route. A `write` runs in one synchronous step and is committed; `keyLifeMs` is how long its request id is kept. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly isWrite: boolean;
  readonly keyLifeMs: number | null;
  readonly run: (call: Call) => Answer;
}

export function get(path: string, run: (call: Call) => object): Route {
  return {
    method: 'GET',
    path,
    isWrite: false,
    keyLifeMs: null,
    run: (call) => ({ status: 200, body: run(call) }),
  };
}

export function post(path: string, keyLifeMs: number | null, run: (call: Call) => Answer): Route {
  return { method: 'POST', path, isWrite: true, keyLifeMs, run };
}

export function remove(path: string, run: (call: Call) => void): Route {
  return {
    method: 'DELETE',
    path,
    isWrite: true,
    keyLifeMs: null,
    run: (call) => {
      run(call);
      return { status: 204, body: null };
    },
  };
}

/** Reads a body whole: what `read` leaves unread is refused. */
export function reading<T>(body: unknown, read: (fields: Fields) => T): T {
  const fields = new Fields(body ?? {});
  const value = read(fields);
  fields.finish();
  return value;
}
