import { rememberTransport } from './client-call.ts';
import { type OperatorMethods, operatorMethods } from './generated/operator-client.ts';
import {
  createCall,
  DEFAULT_RETRY,
  DEFAULT_TIMEOUT_MS,
  type RetrySettings,
  type TransportSettings,
} from './transport.ts';

export interface BillhookSettings {
  /** Where the server is, such as `https://billing.example.com`; empty for the server that the page came from. */
  readonly baseUrl: string;
  /** A secret or publishable key. Left out, the cookies of an operator that is signed in are sent. */
  readonly apiKey?: string;
  /** Id of the tenant for an operator that is signed in; a key knows its own. */
  readonly tenant?: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetrySettings>;
}

/** The seller's side of the API, such as `billhook.customers.create({ name: 'Acme' })`. */
export type Billhook = OperatorMethods;

/**
 * Makes a client. Every command gets an idempotency key of its own and is repeated with it when the answer was lost,
 * so it is safe to call once and rely on the outcome. Refusals throw `BillhookError`.
 */
export function createBillhook(settings: BillhookSettings): Billhook {
  const transport: TransportSettings = {
    baseUrl: settings.baseUrl.replace(/\/+$/, ''),
    headers: {
      ...(settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` }),
      ...(settings.tenant === undefined ? {} : { 'billhook-tenant': settings.tenant }),
    },
    fetch: settings.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retry: { ...DEFAULT_RETRY, ...settings.retry },
    withCookies: settings.apiKey === undefined,
  };
  return rememberTransport(operatorMethods(createCall(transport)), transport);
}
