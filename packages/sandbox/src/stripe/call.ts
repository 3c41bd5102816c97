import type { Draft } from '../state/draft.ts';
import type { Params } from './params.ts';

/** One request to the API as a route sees it. */
export interface Call {
  readonly draft: Draft;
  readonly params: Params;
  /** The part of the path that the route names `:id`, or an empty text. */
  readonly id: string;
}

/** A route: `write` routes run in one synchronous step and are committed, `read` routes may wait. */
export type Route =
  | { readonly method: 'GET'; readonly path: string; readonly read: (call: Call) => object | Promise<object> }
  | { readonly method: 'POST' | 'DELETE'; readonly path: string; readonly write: (call: Call) => object };

export function get(path: string, read: (call: Call) => object | Promise<object>): Route {
  return { method: 'GET', path, read };
}

export function post(path: string, write: (call: Call) => object): Route {
  return { method: 'POST', path, write };
}

export function remove(path: string, write: (call: Call) => object): Route {
  return { method: 'DELETE', path, write };
}
