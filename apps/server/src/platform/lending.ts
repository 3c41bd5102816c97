import type pg from 'pg';

/** Lends a connection for one transaction. */
export async function withClient<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let result: T;
  try {
    result = await fn(client);
  } catch (error) {
    await endAfterFailure(client);
    throw error;
  }
  client.release();
  return result;
}

/** Rolls back and returns the connection; it is thrown away if even that does not work. */
export async function endAfterFailure(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}

/** Who waits so long for an answer waits for somebody's lock, and holds up who comes behind. */
const LATE_MS = 50;

/**
 * Transactions that follow each other over one connection, each sent before those before it were answered: the database has
 * the next at hand when it ends one, instead of waiting until this process has read its answer. Each stands or falls alone.
 */
export type Line = {
  /**
   * Lends the connection once all of the transactions before it was sent.
   *
   * @param fn calls `allSent` with its COMMIT on the way, and sends nothing after that; nor after it has failed
   */
  inTurn<T>(fn: InTurn<T>): Promise<T>;
};

type InTurn<T> = (client: pg.PoolClient, allSent: () => void) => Promise<T>;

/** A connection while it is lent to a line. */
type Link = {
  client: Promise<pg.PoolClient>;
  /** It is waited for, among others who wait for one. */
  isQueued: boolean;
  /** When those that are not answered yet joined. */
  joinedMs: number[];
  /** All of the last one was sent. */
  sent: Promise<void>;
  /** None of them failed. */
  isSound: boolean;
};

/** @param nowMs of a clock that only goes forward */
export function openLine(pool: pg.Pool, nowMs = () => performance.now()): Line {
  let link: Link | undefined;

  function join(): Link {
    const joined = link !== undefined && isOpen(pool, link, nowMs()) ? link : lent(pool);
    joined.joinedMs.push(nowMs());
    link = joined;
    return joined;
  }

  async function leave(left: Link): Promise<void> {
    left.joinedMs.shift();
    if (left.joinedMs.length > 0) return;
    if (link === left) link = undefined;
    const client = await left.client.catch(() => undefined);
    if (client === undefined) return;
    if (left.isSound) client.release();
    else await endAfterFailure(client);
  }

  return {
    async inTurn(fn) {
      for (;;) {
        const joined = join();
        const before = joined.sent;
        const { promise, resolve: letOn } = Promise.withResolvers<void>();
        joined.sent = promise;
        try {
          const client = await joined.client;
          await before;
          // Where one before it failed, it goes elsewhere: nothing of it was sent.
          if (joined.isSound) return await carryOut(client, fn, letOn);
        } catch (error) {
          joined.isSound = false;
          throw error;
        } finally {
          letOn();
          await leave(joined);
        }
      }
    },
  };
}

/**
 * Whether another may join. A connection goes back where others wait for one, and where a transaction failed: what it left
 * is seen to first.
 */
function isOpen(pool: pg.Pool, { isSound, isQueued, joinedMs }: Link, nowMs: number): boolean {
  const othersWait = pool.waitingCount - pool.idleCount > (isQueued ? 1 : 0);
  const isLate = nowMs - (joinedMs[0] ?? nowMs) > LATE_MS;
  return isSound && !pool.ending && !othersWait && !isLate;
}

function lent(pool: pg.Pool): Link {
  const waiting = pool.waitingCount;
  const client = pool.connect();
  const isQueued = pool.waitingCount > waiting;
  const made: Link = { client, isQueued, joinedMs: [], sent: Promise.resolve(), isSound: true };
  const come = () => {
    made.isQueued = false;
  };
  client.then(come, come);
  return made;
}

async function carryOut<T>(client: pg.PoolClient, fn: InTurn<T>, letOn: () => void): Promise<T> {
  let isSent = false;
  try {
    return await fn(client, () => {
      isSent = true;
      if (!hasNewNames(client)) letOn();
    });
  } catch (error) {
    // It goes before what the next one sends; whether the connection still works is seen when it is given back.
    if (!isSent) client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Whether a statement was sent under a name that the database has not answered to yet. Behind a statement that fails it does
 * not learn the name, and who comes next would rely on it.
 */
function hasNewNames(client: pg.PoolClient): boolean {
  const { connection } = client as unknown as { connection: { submittedNamedStatements: object } };
  for (const _ in connection.submittedNamedStatements) return true;
  return false;
}
