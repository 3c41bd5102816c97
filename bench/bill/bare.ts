import pg from 'pg';

const BATCH = 500;
const ROWS = 20_000;
const LINES = 5;

/**
 * What the same machine does at most: one connection that takes the rows in turn, works out five lines for each, and
 * writes them and a document by one statement a table. Rows a second.
 */
export async function bareLoop(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      create table due (id bigint primary key, amount bigint not null, next_at timestamptz not null);
      create index due_at on due (next_at, id);
      create table documents (id bigint primary key, number bigint not null, total bigint not null, tax bigint not null);
      create table document_lines (document bigint, position integer, amount bigint, tax bigint, primary key (document, position));
      insert into due select n, 1000 + n % 997, '2026-02-01' from generate_series(1, ${ROWS}) n;
      analyze due`);
    const begin = performance.now();
    for (let number = 0; number < ROWS; number += BATCH) await oneBatch(client, number);
    return ROWS / ((performance.now() - begin) / 1000);
  } finally {
    await client.end();
  }
}

async function oneBatch(client: pg.Client, number: number): Promise<void> {
  await client.query('begin');
  const { rows } = await client.query<{ id: string; amount: string }>(
    `select id, amount from due where next_at <= '2026-02-01' order by next_at, id limit ${BATCH} for update skip locked`,
  );
  const ids = rows.map(({ id }) => id);
  const lines = rows.flatMap(({ id, amount }) =>
    Array.from({ length: LINES }, (_, index) => {
      const minor = BigInt(amount) * BigInt(index + 1);
      return { id, position: index + 1, minor, tax: (minor * 19n + 50n) / 100n };
    }),
  );
  await client.query(
    'insert into document_lines select * from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[])',
    [
      lines.map(({ id }) => id),
      lines.map(({ position }) => position),
      lines.map(({ minor }) => minor),
      lines.map(({ tax }) => tax),
    ],
  );
  await client.query(
    `insert into documents select d.id, $2 + row_number() over (order by d.id), d.total, d.tax
     from unnest($1::bigint[], $3::bigint[], $4::bigint[]) as d (id, total, tax)`,
    [
      ids,
      number,
      rows.map(({ amount }) => BigInt(amount) * 15n),
      rows.map((_, index) =>
        lines.slice(index * LINES, (index + 1) * LINES).reduce((sum, { tax }) => sum + tax, 0n),
      ),
    ],
  );
  await client.query(`update due set next_at = '2026-03-01' where id = any ($1::bigint[])`, [ids]);
  await client.query('commit');
}
