import type { EntitlementServer } from '../entitlement-server.ts';
import { readEventStream, type ServerSentEvent } from '../event-stream.ts';
import { backOffMs, type LocalTime } from './time.ts';

export interface StreamNews {
  /** Rights of these customers are others now. */
  readonly changed: (customers: readonly string[]) => void;
  /** Nothing that was heard before may be relied on. */
  readonly reset: () => void;
  /** The stream is up, or has broken. */
  readonly connected: (isConnected: boolean) => void;
  /** The time that the server told as it answered, in whole seconds as milliseconds since 1970. */
  readonly serverTime: (epochMs: number) => void;
}

export interface FollowedStream {
  readonly close: () => Promise<void>;
}

/** The server says something at least every 15 s, so three silent spans mean that the line is dead. */
const SILENCE_MS = 45_000;

/**
 * Follows the stream of changed rights until it is closed: connects again with back-off and goes on after the last
 * event that was read. A stream that starts without such an event may have missed something, so it begins with a reset.
 */
export function followStream(server: EntitlementServer, time: LocalTime, news: StreamNews): FollowedStream {
  const stop = new AbortController();
  let lastEventId: string | null = null;
  let attempt = 0;

  async function followOnce(): Promise<void> {
    const line = new AbortController();
    const watch = watchSilence(time, () => {
      news.connected(false);
      line.abort(new Error('The stream fell silent.'));
    });
    try {
      const signal = AbortSignal.any([stop.signal, line.signal]);
      const response = await server.stream(lastEventId, signal);
      watch.heard();
      attempt = 0;
      const serverTimeMs = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(serverTimeMs)) news.serverTime(serverTimeMs);
      if (lastEventId === null) news.reset();
      news.connected(true);
      for await (const event of readEventStream(listenTo(response, watch.heard))) {
        tell(event);
        lastEventId = event.id ?? lastEventId;
      }
    } finally {
      watch.end();
      line.abort();
      news.connected(false);
    }
  }

  function tell(event: ServerSentEvent): void {
    if (event.event === 'reset') news.reset();
    if (event.event === 'changed') news.changed(customersIn(event.data));
  }

  async function follow(): Promise<void> {
    while (!stop.signal.aborted) {
      await followOnce().catch(() => undefined);
      attempt += 1;
      await pause(time, backOffMs(attempt, time), stop.signal);
    }
  }

  const done = follow();
  return {
    async close() {
      stop.abort();
      await done;
    },
  };
}

/** The same answer; each piece that arrives is told, also a comment that is no event. */
function listenTo(response: Response, heard: () => void): Pick<Response, 'body'> {
  const pieces = response.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        heard();
        controller.enqueue(piece);
      },
    }),
  );
  return { body: pieces ?? null };
}

function watchSilence(time: LocalTime, silent: () => void): { heard(): void; end(): void } {
  const startOver = () => time.after(SILENCE_MS, silent);
  let callOff = startOver();
  return {
    heard() {
      callOff();
      callOff = startOver();
    },
    end: () => callOff(),
  };
}

function customersIn(data: string): readonly string[] {
  try {
    const { customers } = JSON.parse(data) as { customers?: unknown };
    return Array.isArray(customers) ? customers.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function pause(time: LocalTime, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const callOff = time.after(delayMs, done);
    function done(): void {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      callOff();
      done();
    }
    signal.addEventListener('abort', stop);
  });
}
