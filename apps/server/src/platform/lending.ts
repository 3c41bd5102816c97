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
  inTurn<T>(fn: (client: pg.PoolClient, allSent: () => void) => Promise<T>): Promise<T>;
};

/** A connection while it is lent to a line. */
type Link = {
  client: Promise<pg.PoolClient>;
  /** It is still waited for, among others or alone. */
  isComing: boolean;
  /** Transactions that are not answered yet. */
  underWay: number;
  /** All of the last one was sent. */
  sent: Promise<void>;
  /** None of them failed. */
  isSound: boolean;
};

export function openLine(pool: pg.Pool): Line {
  let link: Link | undefined;

  /** A connection goes back where others wait for one, and where a transaction failed: what it left is seen to first. */
  function join(): Link {
    const joined = link?.isSound && !othersWait(link) ? link : lent();
    joined.underWay += 1;
    link = joined;
    return joined;
  }

  const othersWait = ({ isComing }: Link) => pool.waitingCount > (isComing ? 1 : 0);

  function lent(): Link {
    const client = pool.connect();
    const made = { client, isComing: true, underWay: 0, sent: Promise.resolve(), isSound: true };
    const come = () => {
      made.isComing = false;
    };
    client.then(come, come);
    return made;
  }

  async function leave(left: Link): Promise<void> {
    left.underWay -= 1;
    if (left.underWay > 0) return;
    if (link === left) link = undefined;
    const client = await left.client.catch(() => undefined);
    if (client === undefined) return;
    if (left.isSound) client.release();
    else await endAfterFailure(client);
  }

  return {
    async inTurn(fn) {
      const joined = join();
      const before = joined.sent;
      let isSent = false;
      const { promise, resolve } = Promise.withResolvers<void>();
      joined.sent = promise;
      const allSent = () => {
        isSent = true;
        resolve();
      };
      let client: pg.PoolClient | undefined;
      try {
        client = await joined.client;
        await before;
        return await fn(client, allSent);
      } catch (error) {
        joined.isSound = false;
        // It goes before what the next one sends; whether the connection still works is seen when it is given back.
        if (!isSent) client?.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        resolve();
        await leave(joined);
      }
    },
  };
}
