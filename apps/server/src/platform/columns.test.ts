import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import {
  countColumn,
  decimalColumn,
  hexColumn,
  jsonColumn,
  textColumn,
  timeColumn,
  uuidBytes,
  uuidColumn,
  uuidTextAt,
  wholeColumn,
} from './columns.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.close();
});

async function read(type: string, column: Buffer): Promise<(string | null)[]> {
  const { rows } = await client.query<{ value: string | null }>(
    `select value::text from unnest($1::${type}[]) with ordinality as c (value, position) order by position`,
    [column],
  );
  return rows.map(({ value }) => value);
}

test('a column in binary form is read by PostgreSQL as the same values in text form are', async () => {
  await client.query('set timezone to utc');
  const texts = ['', 'a', 'ä€😀', '"\\{,}', null, 'x'.repeat(300)];
  expect(await read('text', textColumn(texts))).toEqual(texts);
  expect(await read('jsonb', jsonColumn(['{}', '{"a":"é\\n"}']))).toEqual(['{}', '{"a": "é\\n"}']);
  expect(await read('bytea', hexColumn(['00ff', '']))).toEqual(['\\x00ff', '\\x']);
  const ids = ['01890a5d-ac96-774b-bcce-b302099a8057', null, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  expect(await read('uuid', uuidColumn(ids))).toEqual(ids);
  const times = ['1970-01-01T00:00:00.001Z', '1999-12-31T23:59:59.999Z', '2099-12-31T23:59:59.999Z'];
  const instants = times.map((text) => instant(Date.parse(text)));
  expect(await read('timestamptz', timeColumn([...instants, null]))).toEqual([
    '1970-01-01 00:00:00.001+00',
    '1999-12-31 23:59:59.999+00',
    '2099-12-31 23:59:59.999+00',
    null,
  ]);
  expect(await read('bigint', countColumn([0n, 1n, -1n, 2n ** 40n + 7n]))).toEqual([
    '0',
    '1',
    '-1',
    '1099511627783',
  ]);
  for (const column of [textColumn([]), uuidColumn([]), timeColumn([]), decimalColumn([])])
    expect(column.readInt32BE(0)).toBe(0);
  expect(await read('text', textColumn([]))).toEqual([]);
});

test('a decimal in binary form is exact to twelve places, whatever its size and sign', async () => {
  const scaled = [
    0n,
    1n,
    -1n,
    10n ** 12n,
    5n * 10n ** 11n,
    -(10n ** 38n - 1n),
    10n ** 38n - 1n,
    123_450_000_000_006n,
  ];
  // A sum over time may be larger than any quantity.
  scaled.push(10n ** 50n + 3n);
  const seen = await read('numeric', decimalColumn([...scaled.map(decimal12FromScaled), null]));
  expect(seen.at(-1)).toBe(null);
  expect(seen.slice(0, -1).map((text) => BigInt(String(text).replace('.', '')))).toEqual(scaled);
});

test('small wholes and ids as bytes are the same values as large wholes and ids as texts', async () => {
  const wholes = [0, 1, 255, 256, 2_147_483_647];
  expect(await read('bigint', wholeColumn(Int32Array.from(wholes)))).toEqual(wholes.map(String));
  expect(await read('bigint', wholeColumn(new Int32Array(0)))).toEqual([]);
  const ids = ['0190c3a4-0000-7000-8000-00000000002a', 'fedcba98-7654-4321-8fed-cba987654321'];
  expect(ids.map((_, index) => uuidTextAt(uuidBytes(ids), index * 16))).toEqual(ids);
});
