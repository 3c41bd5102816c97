import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';

/** What the driver and the database do without any of our code, in a bare database of the same cluster. */
const WRITERS = 2;
const SINGLES = 16;
const TOGETHER = 100;

type Plan = {
  connections: number;
  seconds: number;
  /** Statements that come first and leave empty tables. */
  prepare: string;
};

/** Does something on several connections to the bare database again and again; what was done a second. */
export async function repeated(
  url: string,
  { connections, seconds, prepare }: Plan,
  once: (client: pg.Client) => Promise<number>,
): Promise<number> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    await clients[0]?.query(prepare);
    const begin = performance.now();
    const counts = await Promise.all(
      clients.map(async (client) => {
        let done = 0;
        while (performance.now() - begin < seconds * 1000) done += await once(client);
        return done;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - begin) / 1000);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const EVENTS = `create table if not exists raw_events (tenant_id integer not null, source text not null,
    event_id text not null, time timestamptz not null, type text not null, customer_id uuid not null, data jsonb not null,
    content_hash bytea not null, quantity numeric(38,12) not null, received_at timestamptz not null,
    primary key (tenant_id, source, event_id));
  truncate raw_events`;

const COUNTERS = `create table if not exists raw_counters (id int primary key, used bigint not null, most bigint not null);
  truncate raw_counters;
  insert into raw_counters select n, 0, 1000000000000 from generate_series(0, 399) n`;

/** Usage events by the set into a table with a primary key and nothing else; events a second. */
export async function insertEvents(
  url: string,
  facts: { batch: number; seconds: number; time: string; customerIds: readonly string[] },
): Promise<number> {
  const { batch, seconds, time, customerIds } = facts;
  const hash = randomBytes(32);
  const list = <T>(make: (index: number) => T) => Array.from({ length: batch }, (_, index) => make(index));
  return repeated(url, { connections: WRITERS, seconds, prepare: EVENTS }, async (client) => {
    const bytes = Math.floor(performance.now()) % 1000;
    await client.query({
      name: 'insert',
      text: `insert into raw_events select 1, 'bench', e.id, e.time, 'call', e.customer_id, e.data, e.hash, e.n, now()
        from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::jsonb[], $5::bytea[], $6::numeric[])
          as e (id, time, customer_id, data, hash, n)`,
      values: [
        list(() => randomUUID()),
        list(() => time),
        list((index) => customerIds[(bytes + index) % customerIds.length]),
        list(() => `{"bytes":${bytes},"region":"eu-west-1"}`),
        list(() => hash),
        list(() => bytes),
      ],
    });
    return batch;
  });
}

/** Conditional updates of counters, one a statement; a second. With one key all meet on one row. */
export async function updateCounters(url: string, seconds: number, keys: number): Promise<number> {
  let at = 0;
  return repeated(url, { connections: SINGLES, seconds, prepare: COUNTERS }, async (client) => {
    at += 1;
    const { rowCount } = await client.query({
      name: 'take',
      text: 'update raw_counters set used = used + 1 where id = $1 and used + 1 <= most returning used',
      values: [at % keys],
    });
    return rowCount ?? 0;
  });
}

/** The same with a hundred takes a statement, added up for each counter; takes a second. */
export async function updateCountersTogether(url: string, seconds: number, keys: number): Promise<number> {
  let at = 0;
  return repeated(url, { connections: WRITERS, seconds, prepare: COUNTERS }, async (client) => {
    const ids = Array.from({ length: TOGETHER }, () => {
      at += 1;
      return at % keys;
    });
    await client.query({
      name: 'take-together',
      text: `with asked as (select id, count(*) as n from unnest($1::int[]) as id group by 1),
          held as (select c.id from raw_counters c join asked using (id) order by 1 for update of c)
        update raw_counters c set used = used + n from asked join held using (id)
        where c.id = asked.id and used + n <= most`,
      values: [ids],
    });
    return TOGETHER;
  });
}
