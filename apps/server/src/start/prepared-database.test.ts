import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FindPrepared } from '../adapters/embedded-postgres/copy-cluster.ts';
import { silentLog } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';
import { temporaryFolder } from '../testing/main-process.ts';
import { startEmbedded } from './embedded.ts';
import { findPrepared, prepareDatabase } from './prepared-database.ts';

type Embedded = Awaited<ReturnType<typeof startEmbedded>>;

const running: Embedded[] = [];
let prepared: string;

beforeAll(async () => {
  const home = temporaryFolder();
  // The account that PostgreSQL runs as under root must be able to enter.
  fs.chmodSync(home, 0o755);
  prepared = path.join(home, 'prepared');
  await prepareDatabase(prepared, silentLog);
});
afterAll(() => Promise.all(running.map(({ stop }) => stop())));

async function start(find: FindPrepared): Promise<Embedded & { dataFolder: string }> {
  const dataFolder = temporaryFolder();
  fs.chmodSync(dataFolder, 0o755);
  const database = await startEmbedded({
    dataFolder,
    password: 'a password for the login',
    prepared: find,
    log: silentLog,
    say: () => undefined,
    onBegun: () => undefined,
    onUnexpectedEnd: () => undefined,
  });
  running.push(database);
  return { ...database, dataFolder };
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('databases that are copied from a prepared one are up to date, keep what is written, and open to nobody else', async () => {
  const note = await findPrepared(prepared);
  const [one, other] = [await start(() => findPrepared(prepared)), await start(() => findPrepared(prepared))];
  expect(await migrate({ ...one, log: silentLog })).toEqual({ applied: [] });
  await ask(one.adminUrl, 'create table kept as select 1 as written');
  expect(await ask(one.adminUrl, 'select written from kept')).toEqual([{ written: 1 }]);
  expect(await ask(other.adminUrl, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
  expect(await ask(other.url, 'select current_user as login')).toEqual([{ login: other.loginUser }]);
  expect(one.adminUrl).not.toBe(other.adminUrl);
  for (const password of [note?.password ?? '', new URL(other.adminUrl).password]) {
    const url = new URL(one.adminUrl);
    url.password = password;
    await expect(ask(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  }
  for (const { dataFolder } of [one, other])
    expect(fs.existsSync(path.join(dataFolder, 'postgres.unfinished'))).toBe(false);
});

test('one that was made from other tables is not taken, and one that cannot be read is done without', async () => {
  const file = path.join(prepared, 'made-from.json');
  const note = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, note.replace(/"madeFrom":"../, '"madeFrom":"__'));
  expect(await findPrepared(prepared)).toBeUndefined();
  fs.writeFileSync(file, note);
  const gone = await start(async () => ({ folder: path.join(prepared, 'gone'), password: 'any' }));
  expect((await migrate({ ...gone, log: silentLog })).applied).not.toEqual([]);
});
