import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/**
 * How others know that this process lives: a session of its own holds an advisory lock under a random number as long
 * as the process runs. When the process ends, however it ends, PostgreSQL ends the session and with it the lock.
 * Leases carry the number, and `app.process_lives` tells whether their holder is gone.
 */
export type ProcessLife = {
  /** Names this process in leases. */
  readonly id: bigint;
  /** Resolves once the lock is held for the first time. */
  held(): Promise<void>;
  /** Gives the lock up: leases of this process count as lost from here on. */
  end(): Promise<void>;
};

const RETRY_MS = 500;

/**
 * Takes the lock and takes it anew when the session is lost. While it is lost others may take this process for dead;
 * what they do then must be harmless in any case, as a lease that ran out is.
 *
 * @param pool a pool for this one session
 */
export function holdProcessLife(pool: pg.Pool): ProcessLife {
  const id = randomBytes(8).readBigInt64BE();
  const ending = new AbortController();
  const first = Promise.withResolvers<void>();
  const loop = (async () => {
    while (!ending.signal.aborted) {
      const client = await pool.connect().catch(() => undefined);
      if (client !== undefined) await holdUntilLost(client, id, ending.signal, first.resolve);
      if (!ending.signal.aborted) await delay(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  return {
    id,
    held: () => first.promise,
    async end() {
      ending.abort();
      await loop;
      await pool.end();
    },
  };
}

async function holdUntilLost(
  client: pg.PoolClient,
  id: bigint,
  ending: AbortSignal,
  onHeld: () => void,
): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve());
    client.once('end', () => resolve());
    ending.addEventListener('abort', () => resolve(), { once: true });
    if (ending.aborted) resolve();
  });
  try {
    await client.query('select pg_advisory_lock($1::bigint)', [id.toString()]);
    onHeld();
    await lost;
  } catch {
    // The session was lost before it held anything.
  }
  // Never back into the pool: the lock belongs to the session.
  client.release(true);
}
