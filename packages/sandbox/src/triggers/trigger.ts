import type { Draft } from '../state/draft.ts';

export type JsonObject = { readonly [name: string]: unknown };

/** Values of a request: nested levels and lists as JSON has them. */
export type RequestValues = { readonly [name: string]: RequestValue };
type RequestValue = string | number | boolean | RequestValues | readonly RequestValue[];

/** What whoever fires a trigger may choose; each trigger takes what fits. */
export interface TriggerOptions {
  readonly amount?: number;
  readonly currency?: string;
  /** A customer that is there already; otherwise one is made. */
  readonly customer?: string;
}

/** What a trigger works with. Every step is committed, and sends its webhooks, as if a client had asked for it. */
export interface TriggerApi {
  readonly options: TriggerOptions;
  /** Calls the API, as a client would. A decline is answered with its error. */
  post(path: string, values?: RequestValues): JsonObject & { readonly id: string };
  remove(path: string): JsonObject;
  /** Does what no call of the API brings about: what a bank, a cardholder or time does. */
  act(deed: (draft: Draft) => void): void;
}

/** Brings an event about, with everything that comes before it. */
export type Trigger = (api: TriggerApi) => void;

/** Triggers by the type of the event that they bring about. */
export type Triggers = Readonly<Record<string, Trigger>>;
