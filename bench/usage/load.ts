import { connect } from 'node:net';
import { percentile } from './figures.ts';

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
  /** One server, or several that take the connections in turn. */
  ports: readonly number[];
  connections: number;
  /** How long requests are begun; those under way are waited for. */
  seconds: number;
  /** The nth request, whole, as it goes over the wire, in ASCII; undefined ends the run early. */
  request(n: number): string | undefined;
  /** Sees each answer; its body is read when it is asked for, and only now. */
  onAnswer?(status: number, body: () => string, n: number): void;
};

/** How long an answer may take before the run is given up. */
const GIVE_UP_AFTER_S = 30;

/**
 * Sends requests over raw keep-alive connections, one under way on each. A client library would take more of the shared
 * processors than the server that is measured.
 *
 * @throws Error if a connection ends or an answer does not come
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
    options.onAnswer?.(status, body, n);
  };
  const { ports } = options;
  await Promise.all(
    Array.from({ length: options.connections }, (_, index) =>
      connection(
        ports[index % ports.length] as number,
        options.seconds + GIVE_UP_AFTER_S,
        next,
        () => sent - 1,
        done,
      ),
    ),
  );
  const seconds = (performance.now() - begin) / 1000;
  return {
    requests: timesMs.length,
    seconds,
    perSecond: timesMs.length / seconds,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    failures,
  };
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = Buffer.from('content-length: ');
const STATUS_AT = 'HTTP/1.1 '.length;
const ZERO = 48;
const READ_BYTES = 65_536;

function connection(
  port: number,
  giveUpAfterS: number,
  next: () => string | undefined,
  numberOfLast: () => number,
  done: (status: number, ms: number, body: () => string, n: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest: Buffer = Buffer.alloc(0);
    let sentAt = 0;
    let n = 0;
    // One buffer a connection: what is read is looked at before the next is.
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(count, buffer) {
          take(Buffer.from(buffer.buffer, buffer.byteOffset, count));
          return true;
        },
      },
    });
    const late = setTimeout(() => socket.destroy(new Error('an answer did not come')), giveUpAfterS * 1000);
    const send = () => {
      const text = next();
      if (text === undefined) {
        resolve();
        socket.destroy();
        return;
      }
      n = numberOfLast();
      sentAt = performance.now();
      // One byte a character goes to the system without a copy in between.
      socket.write(text, 'latin1');
    };
    const take = (chunk: Buffer) => {
      const received = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const bodyAt = bodyStart(received);
      if (bodyAt === undefined || received.length < bodyAt + bodyLength(received, bodyAt)) {
        rest = Buffer.from(received);
        return;
      }
      rest = Buffer.alloc(0);
      const status = digitsAt(received, STATUS_AT);
      done(status, performance.now() - sentAt, () => received.toString('utf8', bodyAt), n);
      send();
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(late);
      reject(new Error('the server ended a connection'));
    });
  });
}

function bodyStart(received: Buffer): number | undefined {
  const headEnd = received.indexOf(HEAD_END);
  return headEnd < 0 ? undefined : headEnd + HEAD_END.length;
}

function bodyLength(received: Buffer, bodyAt: number): number {
  const lengthAt = received.indexOf(LENGTH);
  return lengthAt < 0 || lengthAt > bodyAt ? 0 : digitsAt(received, lengthAt + LENGTH.length);
}

/** The whole number that begins there; read from the bytes, since it is done for every answer. */
function digitsAt(bytes: Buffer, start: number): number {
  let value = 0;
  for (let at = start; ; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}

/** Makes requests with a JSON body as they go over the wire, in ASCII. */
export function poster(path: string, headers: Record<string, string>): (body: string) => string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: `;
  return (body) => `${head}${body.length}\r\n\r\n${body}`;
}
