import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problem, RightsStore } from './rights-store.ts';

/** `cut`: the server does its work, and the answer is lost. */
export type Mood = 'well' | 'error' | 'hang' | 'cut';

export interface EntitlementTestServer {
  readonly baseUrl: string;
  readonly store: RightsStore;
  /** Every request, such as `POST /v1/reservations`. */
  readonly asked: string[];
  mood: Mood;
  /** Tells everyone on the stream. */
  tell(event: 'changed' | 'reset', customers?: readonly string[]): void;
  ping(): void;
  /** Ends all streams. */
  breakStreams(): void;
  readonly streams: number;
  /** `Last-Event-ID` of each stream that was opened. */
  readonly resumedFrom: (string | null)[];
  close(): Promise<void>;
}

/**
 * A real HTTP server with the entitlement routes over a store in memory. Tests speak to it through `baseUrl` alone, so a
 * whole server may take its place.
 */
export async function startEntitlementServer(): Promise<EntitlementTestServer> {
  const store = new RightsStore();
  const streams = new Set<ServerResponse>();
  const told: string[] = [];
  const server = createServer((request, response) => void take(request, response));
  const self: EntitlementTestServer = {
    baseUrl: '',
    store,
    asked: [],
    mood: 'well',
    resumedFrom: [],
    get streams() {
      return streams.size;
    },
    tell(event, customers = []) {
      const id = told.length + 1;
      told.push(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify({ customers })}\n\n`);
      for (const stream of streams) stream.write(told.at(-1));
    },
    ping() {
      for (const stream of streams) stream.write(': ping\n\n');
    },
    breakStreams() {
      for (const stream of streams) stream.destroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    self.asked.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (self.mood === 'hang') return;
    if (self.mood === 'error') return send(response, problem(500, 'server.internal'));
    if (url === '/v1/entitlements/stream') return stream(request, response);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const answer = route(store, `${method} ${url}`, body);
    if (self.mood === 'cut') request.socket.destroy();
    else send(response, answer);
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    const last = request.headers['last-event-id'];
    self.resumedFrom.push(typeof last === 'string' ? last : null);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    if (typeof last === 'string') for (const event of told.slice(Number(last))) response.write(event);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(self, { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function send(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type });
  response.end(JSON.stringify(body));
}

function route(store: RightsStore, line: string, body: Record<string, string>) {
  const [, id = ''] = /\/(?:customers|reservations)\/([^/]+)\//.exec(line) ?? [];
  if (/^GET \/v1\/customers\/[^/]+\/entitlements$/.test(line)) return store.list(id);
  if (line === 'POST /v1/check') return store.check(body);
  if (line === 'POST /v1/track') return store.track(body);
  if (line === 'POST /v1/consume') return store.consume(body);
  if (line === 'POST /v1/reservations') return store.reserve(body);
  if (/\/settle$/.test(line)) return store.settle(id, body);
  if (/\/release$/.test(line)) return store.release(id);
  return problem(404, 'request.not_found');
}
