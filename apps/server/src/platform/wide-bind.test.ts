import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { textColumn } from './columns.ts';
import { isWide, writeBind } from './wide-bind.ts';

let database: TestDatabase;
let narrow: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  narrow = new pg.Client({ connectionString: database.url });
  await narrow.connect();
});
afterAll(async () => {
  await narrow.end();
  await database.close();
});

/** A connection that binds everything in pieces. */
async function wideClient(): Promise<{ client: pg.Client; wide: () => number }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { connection } = client as unknown as {
    connection: { stream: NodeJS.WritableStream; bind(bind: Parameters<typeof writeBind>[1]): void };
  };
  let wide = 0;
  connection.bind = (bind) => {
    wide += isWide(bind) ? 1 : 0;
    writeBind(connection.stream as never, bind);
  };
  return { client, wide: () => wide };
}

const STATEMENT = `select $1::text as word, $2::integer as number, $3::text as none, cardinality($4::text[])::integer as many,
  md5(array_to_string($4::text[], ',', '-')) as digest, $5::text[] as few, $6::boolean as is, md5($7::bytea) as bytes,
  array_to_string($8::text[], ',') as small`;

test('I589 values that go over the wire in pieces arrive as those that the driver writes', async () => {
  const { client, wide } = await wideClient();
  try {
    const long = Array.from({ length: 900 }, (_, index) => (index % 7 === 0 ? null : `${index} ä€😀 "\\{,}`));
    const cases = [
      [
        'ä€😀',
        42,
        null,
        textColumn(long),
        ['a', 'b "c"'],
        true,
        Buffer.alloc(5_000, 7),
        textColumn(['x', 'y']),
      ],
      ['', -1, undefined, textColumn([]), [], false, Buffer.alloc(0), textColumn(['z'])],
      ['x'.repeat(70_000), 0, null, textColumn(['one']), [], true, Buffer.alloc(2_048, 1), textColumn(long)],
    ];
    for (const name of [undefined, 'a statement that is kept'])
      for (const values of cases) {
        const expected = await narrow.query({ text: STATEMENT, values });
        const seen = await client.query({ text: STATEMENT, values, ...(name === undefined ? {} : { name }) });
        expect(seen.rows).toEqual(expected.rows);
      }
    expect(wide()).toBe(4);
  } finally {
    await client.end();
  }
});

test('I589 what cannot be written is found before anything is sent', async () => {
  const { client } = await wideClient();
  try {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const values = [Buffer.alloc(5_000), cyclic];
    await expect(client.query({ text: 'select md5($1::bytea), $2::jsonb', values })).rejects.toThrow();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await client.end();
  }
});
