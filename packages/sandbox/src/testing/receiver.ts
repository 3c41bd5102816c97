import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as it arrived. */
export interface Received {
  readonly body: string;
  readonly signature: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An endpoint that collects webhooks. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Status of the next answers; 200 unless set. */
  answerWith(status: number): void;
  types(): string[];
  stop(): Promise<void>;
}

/** Starts an endpoint on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 200;
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { headers } = request;
      received.push({ body, signature: String(headers['stripe-signature']), headers });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answerWith: (next) => {
      status = next;
    },
    types: () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
