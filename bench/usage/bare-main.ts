import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createJoiner } from '../../apps/server/src/platform/joiner.ts';

/**
 * What the figures are held against: the least that a server can do for a request. No key, no tenant, no validation, no
 * audit. `/nothing` answers at once; `/events` and `/consume` answer after a commit that requests share.
 */
const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 2 });
const MOST_TOGETHER = 1_000;
const COUNTERS = 400;

await pool.query(`
  create table proto_events (tenant_id int, source text, event_id text, time timestamptz, customer text, data jsonb,
    primary key (tenant_id, source, event_id));
  create table proto_rollups (customer text, hour timestamptz, event_count bigint, quantity numeric,
    primary key (customer, hour));
  create table proto_counters (customer text primary key, used bigint not null, most bigint not null);
  insert into proto_counters select 'b' || n, 0, 1000000000000 from generate_series(0, ${COUNTERS - 1}) n`);

type Event = { id: string; source: string; subject: string; time: string; data: { bytes?: number } };

/** Dedupe by the primary key and hourly sums, in one statement and so in one transaction. */
const ADD = `
  with added as (
    insert into proto_events
    select 1, * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::jsonb[])
    on conflict do nothing returning customer, time, data)
  insert into proto_rollups
  select customer, date_trunc('hour', time), count(*), sum((data->>'bytes')::numeric) from added group by 1, 2 order by 1, 2
  on conflict (customer, hour) do update set event_count = proto_rollups.event_count + excluded.event_count,
    quantity = proto_rollups.quantity + excluded.quantity`;

const events = createJoiner<readonly Event[], true>({
  async run(asked) {
    const all = asked.flat().sort((left, right) => (left.id < right.id ? -1 : 1));
    await pool.query({
      name: 'add',
      text: ADD,
      values: [
        all.map(({ source }) => source),
        all.map(({ id }) => id),
        all.map(({ time }) => time),
        all.map(({ subject }) => subject),
        all.map(({ data }) => JSON.stringify(data)),
      ],
    });
    return asked.map(() => true);
  },
  weightOf: (items) => items.length,
  maxWeight: MOST_TOGETHER,
  lanes: 1,
});

/** What each counter is asked for is added up first; what would pass the limit is not taken. */
const TAKE = `
  with asked as (select customer, count(*) as n from unnest($1::text[]) as customer group by 1),
    held as (select c.customer from proto_counters c join asked using (customer) order by 1 for update of c)
  update proto_counters c set used = used + n from asked join held using (customer)
  where c.customer = asked.customer and used + n <= most returning c.customer`;

const taking = createJoiner<string, boolean>({
  async run(customers) {
    const { rows } = await pool.query<{ customer: string }>({
      name: 'take',
      text: TAKE,
      values: [customers],
    });
    const done = new Set(rows.map(({ customer }) => customer));
    return customers.map((customer) => done.has(customer));
  },
  maxWeight: MOST_TOGETHER,
  lanes: 1,
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    answer(request, Buffer.concat(chunks).toString()).then(
      (text) => send(response, 200, text),
      (error: unknown) => send(response, 500, JSON.stringify({ detail: String(error) })),
    );
  });
});

async function answer(request: IncomingMessage, text: string): Promise<string> {
  const body = JSON.parse(text) as Event | Event[] | { customer: string };
  if (request.url === '/events') {
    const list = (Array.isArray(body) ? body : [body]) as Event[];
    await events.ask(list);
    return JSON.stringify({ accepted: list.length });
  }
  if (request.url !== '/consume') return JSON.stringify({ allowed: true });
  const isTaken = await taking.ask((body as { customer: string }).customer);
  return JSON.stringify({ status: isTaken ? 'counted' : 'refused' });
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

type Fastify = {
  post(url: string, handler: () => Promise<unknown>): void;
  listen(at: { port: number; host: string }): Promise<string>;
  addresses(): { port: number }[];
};

// The library belongs to the server's package, not to this folder.
const library = createRequire(new URL('../../apps/server/package.json', import.meta.url));
const app = (library('fastify') as () => Fastify)();
app.post('/nothing', async () => ({ allowed: true }));

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
await app.listen({ port: 0, host: '127.0.0.1' });
const ports = { port: (server.address() as AddressInfo).port, fastifyPort: app.addresses()[0]?.port };
console.log(JSON.stringify(ports));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
