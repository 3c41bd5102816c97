import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { textColumn } from './columns.ts';
import type { OutboxEvent } from './context.ts';

/**
 * What changed, and whose it is: customers by row id, or everybody's of the tenant.
 * `rights`: what they may do, after a change of subscription, agreement or catalogue. `standing`: what of it is used,
 * held or paid by credits; callers with copies of rights do not hear of it. `keys`: which keys open the tenant.
 */
export type News = { tenantId: number; about: NewsKind; customers: readonly string[] | 'all' };
export type NewsKind = 'rights' | 'standing' | 'keys';

/** `missed`: the connection was lost for a while, and nobody knows what was told meanwhile. */
export type Hear = (news: News | 'missed') => void;

export type NewsDesk = {
  /** Tells this process at once and the others within milliseconds. A hint after the commit, never the only way. */
  tell(news: News): void;
  /** @returns ends the hearing */
  hear(hear: Hear): () => void;
  /** Whether news of other processes arrive now. Without them no copy of what they may change is to be kept. */
  isHearing(): boolean;
  end(): Promise<void>;
};

const CHANNEL = 'billhook_news';
const RETRY_MS = 200;
/** A notification carries less than 8,000 bytes. */
const CUSTOMERS_AT_ONCE = 150;
/** Usage comes in bursts: what of it happens within this time is told together. */
const STANDING_EVERY_MS = 10;
/** Where so many customers used something at once, more of them do so in a moment, and one message for all costs less. */
const MANY_CUSTOMERS = 50;
const STANDING_OF_MANY_EVERY_MS = 25;
/** Of more customers than this the whole tenant is named, so that a burst never becomes a storm of messages. */
const MOST_NAMED = 600;

const TELL = 'select pg_notify($1, message) from unnest($2::text[]) as message';

type Message = { from: string; tenant: number; about: NewsKind; customers: readonly string[] | 'all' };

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
  // One statement, and so one commit, whatever it takes to name all.
  const send = (messages: readonly Message[]) => {
    const values = [CHANNEL, textColumn(messages.map((message) => JSON.stringify(message)))];
    telling.query({ name: 'news.tell', text: TELL, values }).catch(() => undefined);
  };
  const told = createGatherer(processId, send);

  let loop: Promise<void> | undefined;
  let isHearing = false;
  const heardBy = (message: News | 'missed') => {
    if (message === 'missed') isHearing = true;
    toldBy(message);
  };
  const listen = async () => {
    while (!ending.signal.aborted) {
      const client = await listening.connect().catch(() => undefined);
      if (client !== undefined) await listenUntilLost(client, processId, ending.signal, heardBy);
      isHearing = false;
      if (!ending.signal.aborted) await delay(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  };

  return {
    tell(news) {
      toldBy(news);
      told.add(news);
    },
    hear(hear) {
      hearers.add(hear);
      // A process that keeps no copies needs no session for this.
      loop ??= listen();
      return () => void hearers.delete(hear);
    },
    isHearing: () => isHearing,
    async end() {
      ending.abort();
      told.end();
      await loop;
      await listening.end();
    },
  };
}

/** Gathers what is told in one turn, or of usage within a few milliseconds, into few messages. */
function createGatherer(processId: string, send: (messages: readonly Message[]) => void) {
  const waiting = { rights: new Map(), standing: new Map(), keys: new Map() } as Record<
    NewsKind,
    Map<number, Set<string> | 'all'>
  >;
  let timer: NodeJS.Timeout | undefined;
  let restMs = STANDING_EVERY_MS;

  function flush(about: NewsKind): void {
    const now = waiting[about];
    waiting[about] = new Map();
    send(
      [...now].flatMap(([tenant, customers]) =>
        partsOf(customers).map((part) => ({ from: processId, tenant, about, customers: part })),
      ),
    );
  }

  function flushStanding(): void {
    timer = undefined;
    const isMany = [...waiting.standing.values()].some((all) => all === 'all' || all.size >= MANY_CUSTOMERS);
    restMs = isMany ? STANDING_OF_MANY_EVERY_MS : STANDING_EVERY_MS;
    flush('standing');
  }

  return {
    add({ tenantId, about, customers }: News): void {
      const all = waiting[about];
      if (all.size === 0) {
        if (about === 'standing') timer = setTimeout(flushStanding, restMs);
        else setImmediate(flush, about);
      }
      const before = all.get(tenantId);
      if (customers === 'all' || before === 'all') all.set(tenantId, 'all');
      else if (before === undefined) all.set(tenantId, new Set(customers));
      else for (const customer of customers) before.add(customer);
    },
    end: () => clearTimeout(timer),
  };
}

function partsOf(customers: ReadonlySet<string> | 'all'): (readonly string[] | 'all')[] {
  if (customers === 'all' || customers.size > MOST_NAMED) return ['all'];
  const all = [...customers];
  return Array.from({ length: Math.ceil(all.length / CUSTOMERS_AT_ONCE) }, (_, part) =>
    all.slice(part * CUSTOMERS_AT_ONCE, (part + 1) * CUSTOMERS_AT_ONCE),
  );
}

async function listenUntilLost(
  client: pg.PoolClient,
  processId: string,
  ending: AbortSignal,
  heardBy: Hear,
): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve());
    client.once('end', () => resolve());
    ending.addEventListener('abort', () => resolve(), { once: true });
    if (ending.aborted) resolve();
  });
  const own = `{"from":${JSON.stringify(processId)},`;
  client.on('notification', ({ payload }) => {
    // What this process told itself it heard at once; it is not even read again.
    const message = payload?.startsWith(own) ? undefined : readMessage(payload);
    if (message !== undefined)
      heardBy({ tenantId: message.tenant, about: message.about, customers: message.customers });
  });
  try {
    await client.query(`listen ${CHANNEL}`);
    // What was told before this moment was not heard, also at the very first time.
    heardBy('missed');
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
function rightsOf(tenantId: number, events: readonly OutboxEvent[]): News | undefined {
  if (events.some(({ type, customerId }) => customerId === undefined && CATALOGUE.test(type)))
    return { tenantId, about: 'rights', customers: 'all' };
  const telling = events.filter(({ type }) => !NO_RIGHTS.test(type));
  const customers = [...new Set(telling.flatMap(({ customerId }) => customerId ?? []))];
  return customers.length === 0 ? undefined : { tenantId, about: 'rights', customers };
}

/** What one transaction has to tell once it is committed. */
export function createNewsBag(tenantId: number) {
  const outdated = new Map<NewsKind, Set<string> | 'all'>();
  return {
    outdate(customers: readonly string[] | 'all', about: NewsKind = 'standing'): void {
      const before = outdated.get(about);
      if (customers === 'all' || before === 'all') outdated.set(about, 'all');
      else outdated.set(about, new Set([...(before ?? []), ...customers]));
    },
    news(events: readonly OutboxEvent[]): News[] {
      const rights = events.length === 0 ? undefined : rightsOf(tenantId, events);
      const others = [...outdated].map(([about, customers]): News => {
        return { tenantId, about, customers: customers === 'all' ? 'all' : [...customers] };
      });
      return rights === undefined ? others : [rights, ...others];
    },
  };
}
