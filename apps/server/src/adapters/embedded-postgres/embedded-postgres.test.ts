import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { processArguments } from './process-identity.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts';

const isRoot = process.getuid?.() === 0;
const running: EmbeddedPostgres[] = [];
const servers: ChildProcess[] = [];
let base: string;
let dataRoot: string;
let said: string[];

beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-embedded-'));
  fs.chmodSync(base, 0o755);
  dataRoot = path.join(base, 'data');
  said = [];
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
  // The folders go with that of the whole run: file systems make files slowly while many are being removed.
  await Promise.all(running.splice(0).map((database) => database.stop()));
});

async function start(root = dataRoot): Promise<EmbeddedPostgres> {
  const hear = (_: object, text: string) => void said.push(text);
  const log = { info: hear, warn: hear, error: hear };
  const database = await startEmbeddedPostgres({ dataRoot: root, log, fsync: false });
  running.push(database);
  return database;
}

async function query(adminUrl: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A server in a process of its own that only runs the database, so that it can be killed the hard way. */
async function startInOtherProcess(): Promise<{ child: ChildProcess; adminUrl: string; postmaster: number }> {
  const source = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('./start.ts', import.meta.url).href)});
    const log = { info() {}, warn() {}, error() {} };
    const database = await startEmbeddedPostgres({ dataRoot: ${JSON.stringify(dataRoot)}, log });
    process.stdout.write(JSON.stringify({ adminUrl: database.adminUrl, postmaster: database.pids[0] }) + '\\n');
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: new URL('.', import.meta.url),
  });
  servers.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { adminUrl: string; postmaster: number }) };
}

async function killHard(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => processArguments(pid).length === 0);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('The condition was not met within ten seconds.');
    await sleep(20);
  }
}

describe('a database folder', () => {
  test('is made at the first start, and keeps its data and its password over a restart', async () => {
    const first = await start();
    await query(first.adminUrl, 'create table kept (n int); insert into kept values (7)');
    await first.stop();
    const second = await start();
    expect(await query(second.adminUrl, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(new URL(second.adminUrl).password).toBe(new URL(first.adminUrl).password);
  });

  test('has an encoding, an order and a time zone that do not depend on the machine', async () => {
    const { adminUrl } = await start();
    const [row] = await query(
      adminUrl,
      `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
              upper('ä') as upper, 'Z' < 'a' as by_bytes`,
    );
    expect(row).toEqual({ encoding: 'UTF8', zone: 'UTC', upper: 'Ä', by_bytes: true });
  });

  test('is closed: no login without the password, which only this account can read', async () => {
    const { adminUrl } = await start();
    const wrong = new URL(adminUrl);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect(fs.statSync(path.join(dataRoot, 'postgres.password')).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.join(dataRoot, 'postgres')).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(dataRoot).filter((name) => name.startsWith('initial-password'))).toEqual([]);
  });

  test('left half-made by a killed first start is made again', async () => {
    fs.mkdirSync(path.join(dataRoot, 'postgres'), { recursive: true });
    fs.writeFileSync(path.join(dataRoot, 'postgres', 'PG_VERSION'), '18\n');
    fs.writeFileSync(path.join(dataRoot, 'postgres.unfinished'), '');
    const { adminUrl } = await start();
    expect(await query(adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(fs.existsSync(path.join(dataRoot, 'postgres.unfinished'))).toBe(false);
  });

  test('of another PostgreSQL version is refused with one sentence and left alone', async () => {
    fs.mkdirSync(path.join(dataRoot, 'postgres'), { recursive: true });
    fs.writeFileSync(path.join(dataRoot, 'postgres', 'PG_VERSION'), '14\n');
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 14, and this one is 18/);
    expect(fs.readFileSync(path.join(dataRoot, 'postgres', 'PG_VERSION'), 'utf8')).toBe('14\n');
  });

  test('that is a file, or lies below one, is refused with one sentence', async () => {
    fs.writeFileSync(dataRoot, '');
    await expect(start()).rejects.toThrow(/is not a folder; move it away/);
    await expect(start(path.join(dataRoot, 'below'))).rejects.toThrow(/is not a folder; move it away/);
  });
});

describe('after a hard end', () => {
  test('of server and database, everything that was committed is there again', async () => {
    const other = await startInOtherProcess();
    await query(other.adminUrl, 'create table kept (n int); insert into kept values (42)');
    await killHard(other.postmaster);
    await killHard(other.child.pid ?? 0);
    const database = await start();
    expect(await query(database.adminUrl, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  test('of the server alone, the next start gets the database whether or not the old one still runs', async () => {
    const other = await startInOtherProcess();
    await query(other.adminUrl, 'create table kept (n int); insert into kept values (43)');
    await killHard(other.child.pid ?? 0);
    const database = await start();
    expect(await query(database.adminUrl, 'select n from kept')).toEqual([{ n: 43 }]);
    expect(database.pids[0]).not.toBe(other.postmaster);
  });

  test('an orphan that nobody told to stop is taken over', async () => {
    const database = await start();
    await query(database.adminUrl, 'create table kept (n int); insert into kept values (44)');
    // What a dead server leaves where the kernel cannot stop its database: a running one, and no living lock.
    fs.rmSync(path.join(dataRoot, 'postgres.lock'));
    const next = await start();
    expect(said).toContain('Stopped the database that a dead server had left running');
    expect(await query(next.adminUrl, 'select n from kept')).toEqual([{ n: 44 }]);
  });

  test('a process number that now belongs to a stranger neither blocks the start nor harms the stranger', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['600']);
    servers.push(stranger);
    const pidFile = path.join(dataRoot, 'postgres', 'postmaster.pid');
    fs.writeFileSync(pidFile, `${stranger.pid}\n${path.join(dataRoot, 'postgres')}\n`, { mode: 0o600 });
    if (isRoot) {
      const { uid, gid } = fs.statSync(path.join(dataRoot, 'postgres'));
      fs.chownSync(pidFile, uid, gid);
    }
    const database = await start();
    expect(await query(database.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  });

  test('a lock of a dead process is taken over', async () => {
    const other = await startInOtherProcess();
    await killHard(other.child.pid ?? 0);
    expect(fs.existsSync(path.join(dataRoot, 'postgres.lock'))).toBe(true);
    await start();
  });
});

describe('while it runs', () => {
  test('a second server on the same folder is refused with one sentence, and the first goes on', async () => {
    const other = await startInOtherProcess();
    await expect(start()).rejects.toThrow(
      /^Another server \(process \d+\) is already running on .*; stop it, or name/,
    );
    expect(await query(other.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('two servers on two folders do not meet', async () => {
    const [one, two] = await Promise.all([start(path.join(base, 'one')), start(path.join(base, 'two'))]);
    expect(one.port).not.toBe(two.port);
  });

  test('an unexpected end of the database is told to the server', async () => {
    const told = new Promise<string>((resolve) => {
      void startEmbeddedPostgres({ dataRoot, log: silentLog, fsync: false, onUnexpectedEnd: resolve }).then(
        (database) => {
          running.push(database);
          process.kill(database.pids[0] ?? 0, 'SIGKILL');
        },
      );
    });
    expect(await told).toMatch(/^The embedded PostgreSQL ended unexpectedly/);
  });

  test('stopping twice is the same as stopping once', async () => {
    const database = await start();
    await Promise.all([database.stop(), database.stop()]);
    expect(fs.existsSync(path.join(dataRoot, 'postgres.lock'))).toBe(false);
  });
});

describe.runIf(isRoot)('run by root', () => {
  test('the database runs as another account', async () => {
    const { pids } = await start();
    expect(fs.statSync(`/proc/${pids[0]}`).uid).not.toBe(0);
  });

  test('in a folder that other accounts cannot enter, the data go elsewhere and the log says where', async () => {
    fs.chmodSync(base, 0o700);
    const first = await start();
    expect(first.folder).toMatch(/^\/var\/lib\/billhook\/[0-9a-f]{16}\/postgres$/);
    expect(said.join('\n')).toContain(`The database is kept in ${first.folder}, because`);
    await query(first.adminUrl, 'create table kept (n int); insert into kept values (9)');
    await first.stop();
    const second = await start();
    expect(await query(second.adminUrl, 'select n from kept')).toEqual([{ n: 9 }]);
    await second.stop();
    fs.rmSync(path.dirname(second.folder), { recursive: true });
  });
});
