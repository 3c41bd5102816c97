import { randomUUID } from 'node:crypto';
import pg from 'pg';

const BATCH = 500;
const INVOICES = 20_000;
const LINES = 5;
const CONNECTIONS = 2;

/**
 * What the same machine does at most: two connections that take what is due in turn, work out five lines for each, and
 * write invoices and lines, and when each is due next, by one statement a table. The tables are the least that holds an invoice:
 * keys by uuid, one number once, one invoice of a subscription and period, lines of an invoice. Invoices a second.
 */
export async function bareLoop(url: string): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    await clients[0]?.query(`
      create table due (id uuid primary key, amount bigint not null, next_at timestamptz not null);
      create index due_at on due (next_at, id);
      create table bare_invoices (id uuid primary key, due_id uuid not null, period_start timestamptz not null,
        number bigint not null unique, total bigint not null, tax bigint not null, unique (due_id, period_start));
      create table bare_lines (id uuid primary key, invoice_id uuid not null references bare_invoices, position integer not null,
        amount bigint not null, tax bigint not null);
      create index bare_lines_of_invoice on bare_lines (invoice_id);
      create sequence bare_numbers;
      insert into due select gen_random_uuid(), 1000 + n % 997, '2026-02-01' from generate_series(1, ${INVOICES}) n;
      analyze due`);
    const begin = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        while ((await oneBatch(client)) > 0);
      }),
    );
    return INVOICES / ((performance.now() - begin) / 1000);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function oneBatch(client: pg.Client): Promise<number> {
  await client.query('begin');
  const { rows } = await client.query<{ id: string; amount: string }>(
    `select id, amount from due where next_at <= '2026-02-01' order by next_at, id limit ${BATCH} for update skip locked`,
  );
  const invoices = rows.map(({ id, amount }) => {
    const lines = Array.from({ length: LINES }, (_, index) => {
      const minor = BigInt(amount) * BigInt(index + 1);
      return { minor, tax: (minor * 19n + 50n) / 100n };
    });
    const total = lines.reduce((sum, { minor }) => sum + minor, 0n);
    return { id: randomUUID(), dueId: id, lines, total, tax: lines.reduce((sum, { tax }) => sum + tax, 0n) };
  });
  await client.query({
    name: 'invoices',
    text: `insert into bare_invoices select i.id, i.due_id, '2026-02-01', nextval('bare_numbers'), i.total, i.tax
      from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as i (id, due_id, total, tax)`,
    values: [
      invoices.map(({ id }) => id),
      rows.map(({ id }) => id),
      invoices.map(({ total }) => total),
      invoices.map(({ tax }) => tax),
    ],
  });
  const lines = invoices.flatMap(({ id, lines: own }) =>
    own.map((line, index) => ({ id, position: index + 1, ...line })),
  );
  await client.query({
    name: 'lines',
    text: 'insert into bare_lines select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bigint[], $5::bigint[])',
    values: [
      lines.map(() => randomUUID()),
      lines.map(({ id }) => id),
      lines.map(({ position }) => position),
      lines.map(({ minor }) => minor),
      lines.map(({ tax }) => tax),
    ],
  });
  await client.query({
    name: 'next',
    text: `update due set next_at = '2026-03-01' where id = any ($1::uuid[])`,
    values: [rows.map(({ id }) => id)],
  });
  await client.query('commit');
  return rows.length;
}
