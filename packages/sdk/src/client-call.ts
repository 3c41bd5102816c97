import type { Call } from './call.ts';
import { createCall, type TransportSettings } from './transport.ts';

const settingsOf = new WeakMap<object, TransportSettings>();

/** Keeps how a client was made, so that what is built on it speaks to the same server with the same key. */
export function rememberTransport<Client extends object>(
  client: Client,
  settings: TransportSettings,
): Client {
  settingsOf.set(client, settings);
  return client;
}

/**
 * A call to the server of a client, tried once and without a time limit: for whoever repeats and limits by itself.
 *
 * @throws TypeError if the client was not made by `createBillhook`
 */
export function callOnceOf(client: object): Call {
  const settings = settingsOf.get(client);
  if (settings === undefined) throw new TypeError('The client is one that createBillhook made.');
  return createCall({ ...settings, timeoutMs: LONGEST_TIMER_MS, retry: { ...settings.retry, attempts: 1 } });
}

/** The longest wait that a timer knows. */
const LONGEST_TIMER_MS = 2_147_483_647;
