import type { Call, List } from './call.ts';
import { callOnceOf } from './client-call.ts';
import type { Entitlement, EntitlementCheck, TrackResult } from './generated/types.ts';
import type { ListedRight } from './rights/facts.ts';

/** Units that the server promised: no other process gets them. */
export interface Reservation {
  readonly id: string | null;
  readonly allowed: boolean;
  /** How many were promised; less than was asked for where less is left. */
  readonly quantity: string;
  readonly entitlement: ListedRight;
}

export interface Reserve {
  readonly customer: string;
  readonly feature: string;
  readonly quantity: string;
  readonly minimum?: string;
  readonly subject?: string;
  /** The same key gets the same answer. */
  readonly key: string;
  readonly expiresInS: number;
  readonly onExpiry: 'release' | 'hold';
}

export interface Settle {
  readonly quantity: string;
  readonly eventId: string;
  /** How many units stay promised; the rest is given back. */
  readonly keep: string;
  readonly expiresInS?: number;
}

export interface Consume {
  readonly customer: string;
  readonly feature: string;
  readonly quantity: string;
  readonly eventId: string;
  readonly time?: string;
  readonly subject?: string;
}

export interface Consumption {
  readonly status: 'counted' | 'duplicate' | 'refused';
  readonly entitlement: ListedRight;
}

export interface Settlement {
  readonly entitlement: ListedRight;
}

/** What local entitlements and middlewares ask of the server. Each is tried once. */
export interface EntitlementServer {
  listRights(customer: string, signal: AbortSignal): Promise<Entitlement[]>;
  check(
    customer: string,
    feature: string,
    quantity: string,
    signal: AbortSignal,
    subject?: string,
  ): Promise<EntitlementCheck>;
  track(event: Consume, signal: AbortSignal): Promise<TrackResult>;
  consume(event: Consume, signal: AbortSignal): Promise<Consumption>;
  reserve(wish: Reserve, signal: AbortSignal): Promise<Reservation>;
  settle(id: string, settle: Settle, signal: AbortSignal): Promise<Settlement>;
  release(id: string, signal: AbortSignal): Promise<void>;
  stream(lastEventId: string | null, signal: AbortSignal): Promise<Response>;
}

/** The server of a client that `createBillhook` made. */
export function entitlementServerOf(client: object): EntitlementServer {
  const call = callOnceOf(client);
  const post = <T>(path: string, body: object, signal: AbortSignal, params = {}): Promise<T> =>
    call(
      {
        method: 'POST',
        path,
        answer: 'json',
        keyed: false,
        repeatable: true,
        bodyKind: 'json',
        params,
        body,
      },
      { signal },
    );
  return {
    listRights: (customer, signal) => listAll(call, customer, signal),
    check: (customer, feature, quantity, signal, subject) =>
      post('/v1/check', { customer, feature, quantity, ...subjectOf(subject) }, signal),
    track: (event, signal) => post('/v1/track', event, signal),
    consume: (event, signal) => post('/v1/consume', event, signal),
    reserve: (wish, signal) => post('/v1/reservations', wish, signal),
    settle: (id, settle, signal) => post('/v1/reservations/{id}/settle', settle, signal, { id }),
    release: (id, signal) => release(call, id, signal),
    stream: (lastEventId, signal) => openStream(call, lastEventId, signal),
  };
}

export function subjectOf(subject: string | null | undefined): { subject?: string } {
  return subject === null || subject === undefined ? {} : { subject };
}

async function release(call: Call, id: string, signal: AbortSignal): Promise<void> {
  const path = '/v1/reservations/{id}/release';
  await call<Promise<unknown>>(
    { method: 'POST', path, answer: 'json', keyed: false, repeatable: true, params: { id } },
    { signal },
  );
}

async function listAll(call: Call, customer: string, signal: AbortSignal): Promise<Entitlement[]> {
  const rights: Entitlement[] = [];
  const path = '/v1/customers/{id}/entitlements';
  const pages = call<List<Entitlement>>(
    { method: 'GET', path, answer: 'list', keyed: false, repeatable: true, params: { id: customer } },
    { signal },
  );
  for await (const right of pages) rights.push(right);
  return rights;
}

function openStream(call: Call, lastEventId: string | null, signal: AbortSignal): Promise<Response> {
  return call(
    { method: 'GET', path: '/v1/entitlements/stream', answer: 'raw', keyed: false, repeatable: true },
    { signal, ...(lastEventId === null ? {} : { lastEventId }) },
  );
}
