import { connect, type Socket } from 'node:net';

/** What a load run came to. Times are of whole requests, from the first byte sent to the last byte received. */
export type LoadResult = {
  requests: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers whose status was not 2xx, by status. */
  failures: ReadonlyMap<number, number>;
};

export type LoadOptions = {
  port: number;
  connections: number;
  /** How long requests are begun; those under way are waited for. */
  seconds: number;
  /** The nth request, whole, as it goes over the wire; undefined ends the run early. */
  request(n: number): Buffer | undefined;
  /** Sees the body of each answer. */
  onAnswer?(status: number, body: string, n: number): void;
};

/**
 * Sends requests over raw keep-alive connections, one under way on each. A client library would take more of the shared
 * processors than the server that is measured.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const timesMs: number[] = [];
  const failures = new Map<number, number>();
  let sent = 0;
  const begin = performance.now();
  const end = begin + options.seconds * 1000;
  const next = () => (performance.now() < end ? options.request(sent++) : undefined);
  const done = (status: number, ms: number, body: () => string, n: number) => {
    timesMs.push(ms);
    if (status < 200 || status > 299) failures.set(status, (failures.get(status) ?? 0) + 1);
    options.onAnswer?.(status, body(), n);
  };
  await Promise.all(
    Array.from({ length: options.connections }, () => connection(options.port, next, () => sent - 1, done)),
  );
  const seconds = (performance.now() - begin) / 1000;
  timesMs.sort((left, right) => left - right);
  const at = (share: number) =>
    timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))] ?? 0;
  return {
    requests: timesMs.length,
    seconds,
    perSecond: timesMs.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = Buffer.from('content-length: ');

function connection(
  port: number,
  next: () => Buffer | undefined,
  numberOfLast: () => number,
  done: (status: number, ms: number, body: () => string, n: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let received = Buffer.alloc(0);
    let sentAt = 0;
    let n = 0;
    const send = () => {
      const bytes = next();
      if (bytes === undefined) {
        socket.end();
        resolve();
        return;
      }
      n = numberOfLast();
      sentAt = performance.now();
      socket.write(bytes);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const lengthAt = received.indexOf(LENGTH);
      const length =
        lengthAt < 0 || lengthAt > headEnd
          ? 0
          : Number.parseInt(
              received.toString('latin1', lengthAt + LENGTH.length, lengthAt + LENGTH.length + 12),
              10,
            );
      if (received.length < headEnd + 4 + length) return;
      const whole = received;
      received = Buffer.alloc(0);
      const status = Number(whole.toString('latin1', 9, 12));
      done(status, performance.now() - sentAt, () => whole.toString('utf8', headEnd + 4), n);
      send();
    });
  });
}

/** A request with a JSON body as it goes over the wire. */
export function post(path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
