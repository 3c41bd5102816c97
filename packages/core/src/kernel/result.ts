import type { JsonObject } from './json.ts';

/**
 * An expected "no". `code` is stable and dotted (`subscription.already_canceled`), `detail` is one sentence for a
 * person, `facts` are the values a program may want (amounts as integer strings).
 */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly facts: JsonObject;
}

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Result<T> = Ok<T> | Refused;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function refuse(code: string, detail: string, facts: JsonObject = {}): Refused {
  return { ok: false, refusal: { code, detail, facts } };
}
