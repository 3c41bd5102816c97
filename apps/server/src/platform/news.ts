import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { OutboxEvent } from './context.ts';

/** Whose rights changed: customers by row id, or everybody's of the tenant, after a change of the catalogue. */
export type News = { tenantId: number; customers: readonly string[] | 'all' };

/** `missed`: the connection was lost for a while, and nobody knows what was told meanwhile. */
export type Hear = (news: News | 'missed') => void;

export type NewsDesk = {
  /** Tells this process at once and the others within milliseconds. A hint after the commit, never the only way. */
  tell(news: News): void;
  /** @returns ends the hearing */
  hear(hear: Hear): () => void;
  end(): Promise<void>;
};

const CHANNEL = 'billhook_news';
const RETRY_MS = 200;
/** A notification carries less than 8,000 bytes. */
const CUSTOMERS_AT_ONCE = 150;

type Message = { from: string; tenant: number; customers: readonly string[] | 'all' };

/**
 * News of changed rights between the processes of an installation, by LISTEN and NOTIFY of PostgreSQL. It is told after
 * the commit and outside of it: a notification inside a writing transaction would make all commits wait in line.
 *
 * @param listening a pool of one session; @param telling where single statements are sent
 */
export function openNews(listening: pg.Pool, telling: pg.Pool, processId: string): NewsDesk {
  const hearers = new Set<Hear>();
  const ending = new AbortController();
  const toldBy = (message: News | 'missed') => {
    for (const hear of hearers) hear(message);
  };
  let waiting = new Map<number, Set<string> | 'all'>();

  function flush(): void {
    const now = waiting;
    waiting = new Map();
    for (const [tenant, customers] of now) {
      for (const part of partsOf(customers)) {
        const message: Message = { from: processId, tenant, customers: part };
        telling.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(message)]).catch(() => undefined);
      }
    }
  }

  let loop: Promise<void> | undefined;
  const listen = async () => {
    while (!ending.signal.aborted) {
      const client = await listening.connect().catch(() => undefined);
      if (client !== undefined) await listenUntilLost(client, processId, ending.signal, toldBy);
      if (!ending.signal.aborted) await delay(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  };

  return {
    tell(news) {
      toldBy(news);
      if (waiting.size === 0) setImmediate(flush);
      const before = waiting.get(news.tenantId);
      if (news.customers === 'all' || before === 'all') waiting.set(news.tenantId, 'all');
      else waiting.set(news.tenantId, new Set([...(before ?? []), ...news.customers]));
    },
    hear(hear) {
      hearers.add(hear);
      // A process that keeps no copies needs no session for this.
      loop ??= listen();
      return () => void hearers.delete(hear);
    },
    async end() {
      ending.abort();
      await loop;
      await listening.end();
    },
  };
}

function partsOf(customers: ReadonlySet<string> | 'all'): (readonly string[] | 'all')[] {
  if (customers === 'all') return ['all'];
  const all = [...customers];
  return Array.from({ length: Math.ceil(all.length / CUSTOMERS_AT_ONCE) }, (_, part) =>
    all.slice(part * CUSTOMERS_AT_ONCE, (part + 1) * CUSTOMERS_AT_ONCE),
  );
}

async function listenUntilLost(
  client: pg.PoolClient,
  processId: string,
  ending: AbortSignal,
  toldBy: Hear,
): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve());
    client.once('end', () => resolve());
    ending.addEventListener('abort', () => resolve(), { once: true });
    if (ending.aborted) resolve();
  });
  client.on('notification', ({ payload }) => {
    const message = readMessage(payload);
    if (message !== undefined && message.from !== processId)
      toldBy({ tenantId: message.tenant, customers: message.customers });
  });
  try {
    await client.query(`listen ${CHANNEL}`);
    // What was told before this moment was not heard, also at the very first time.
    toldBy('missed');
    await lost;
  } catch {
    // The session was lost before it heard anything.
  }
  client.release(true);
}

function readMessage(payload: string | undefined): Message | undefined {
  try {
    return JSON.parse(payload ?? '') as Message;
  } catch {
    return undefined;
  }
}

const CATALOGUE = /^(?:plan|feature|meter|add_on|tenant)\./;
/** Facts about money and documents change nobody's rights by themselves; what follows from them has a fact of its own. */
const NO_RIGHTS =
  /^(?:invoice|credit_note|payment|payment_method|refund|checkout|case|mail)\.|^customer\.created$/;

/** Whose rights the facts of one transaction may have changed; undefined if nobody's. */
export function newsOf(tenantId: number, events: readonly OutboxEvent[]): News | undefined {
  if (events.some(({ type, customerId }) => customerId === undefined && CATALOGUE.test(type)))
    return { tenantId, customers: 'all' };
  const telling = events.filter(({ type }) => !NO_RIGHTS.test(type));
  const customers = [...new Set(telling.flatMap(({ customerId }) => customerId ?? []))];
  return customers.length === 0 ? undefined : { tenantId, customers };
}
