import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBillhook } from '@billhook/sdk/operator';
import pg from 'pg';
import { stackMemory } from '../memory.ts';
import { emptyFolder, freePort, isReady, remove, start, stop, until, whileRunning } from '../server.ts';
import { poster } from './load.ts';

/** A server as `npm start` begins it, in processes of its own. */
export type Served = {
  port: number;
  /** The process that answers. */
  pid: number;
  /** What npm started; the answering process lies below it. */
  child: ChildProcess;
};

/** The real server on its own database, with somebody who may look into it and a bare database beside. */
export type Stage = Served & {
  folder: string;
  apiKey: string;
  billhook: ReturnType<typeof createBillhook>;
  postmaster: number;
  /** The administrator in the server's database; its statements are no part of a load. */
  admin: pg.Pool;
  adminUrl: string;
  /** Connections to an empty database of the same cluster, for what is held against. */
  bareUrl: string;
  /** A further process on the same database, which serves the API alone. */
  another(): Promise<Served & { stop(): Promise<void> }>;
  /** The address under which the server itself works in the database: a login that may only be the runtime roles. */
  loginUrl: string;
  /** Calls a server of this database and gives the body of the answer. @throws Error with the words of a refusal */
  call(method: string, path: string, body?: unknown, port?: number): Promise<Body>;
  /** Makes requests of this tenant as they go over the wire. */
  poster(path: string): (body: string) => string;
  close(): Promise<void>;
};

/** JSON of any shape. */
export type Body = { [member: string]: unknown };

const PASSWORD = 'postgres.password';

export async function openStage(): Promise<Stage> {
  const folder = emptyFolder();
  const children: ChildProcess[] = [];
  const folders = [folder];
  const pools: pg.Pool[] = [];
  const close = async () => {
    for (const pool of pools) await pool.end();
    for (const child of children.reverse()) await stop(child);
    for (const each of folders) remove(each);
  };
  try {
    const served = await serve(children, folder, {});
    const { apiKey } = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
      apiKey: string;
    };
    const [pid, , , port] = readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const password = readFileSync(path.join(folder, PASSWORD), 'utf8').trim();
    const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/billhook`;
    const admin = new pg.Pool({ connectionString: adminUrl, max: 2 });
    // An interrupted run ends the database under it.
    admin.on('error', () => undefined);
    pools.push(admin);
    await refuseUnsafe(admin);
    await admin.query('create database bare');
    return {
      ...served,
      folder,
      apiKey,
      billhook: createBillhook({ baseUrl: `http://127.0.0.1:${served.port}`, apiKey }),
      postmaster: Number(pid),
      admin,
      adminUrl,
      bareUrl: adminUrl.replace(/billhook$/, 'bare'),
      loginUrl: loginOf(folder, adminUrl),
      another: () => serveBeside(children, folders, folder, adminUrl),
      call: (method, url, body, to = served.port) => call(to, apiKey, method, url, body),
      poster: (url) => poster(url, { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(
  children: ChildProcess[],
  folder: string,
  environment: Record<string, string>,
): Promise<Served> {
  const port = await freePort();
  const child = start(folder, port, ['--no-demo'], environment);
  children.push(child);
  await whileRunning(
    child,
    until(() => isReady(port)),
  );
  const answering = child.pid === undefined ? undefined : stackMemory(child.pid)?.api.pid;
  return { port, pid: answering ?? child.pid ?? 0, child };
}

/** It has the secrets of the first, or it could not know the keys that the first gave out. */
async function serveBeside(
  children: ChildProcess[],
  folders: string[],
  first: string,
  adminUrl: string,
): Promise<Served & { stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'billhook-bench-'));
  folders.push(folder);
  chmodSync(folder, 0o755);
  mkdirSync(path.join(folder, 'secrets'), { mode: 0o700 });
  cpSync(path.join(first, 'secrets'), path.join(folder, 'secrets'), { recursive: true });
  const login = loginOf(folder, adminUrl);
  const environment = { DATABASE_URL: login, DATABASE_ADMIN_URL: adminUrl, ROLE: 'api' };
  const served = await serve(children, folder, environment);
  return { ...served, stop: () => stop(served.child) };
}

function loginOf(folder: string, adminUrl: string): string {
  const url = new URL(adminUrl);
  url.username = 'billhook_app';
  url.password = readFileSync(path.join(folder, 'secrets', 'database-password'), 'utf8').trim();
  return url.href;
}

async function call(port: number, apiKey: string, method: string, url: string, body: unknown): Promise<Body> {
  const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${text}`);
  return JSON.parse(text) as Body;
}

/** What the database says of itself: the settings that are not those it was built with, and how it writes. */
export async function settingsOf(admin: pg.Pool): Promise<string[]> {
  const { rows } = await admin.query<{ name: string; setting: string }>(
    `select name, current_setting(name) as setting from pg_settings
     where name in ('server_version', 'fsync', 'full_page_writes', 'synchronous_commit', 'wal_sync_method',
         'checkpoint_timeout', 'work_mem', 'wal_compression', 'commit_delay', 'autovacuum')
       or (source = 'command line' and name not in ('data_directory', 'config_file', 'hba_file', 'ident_file', 'port',
         'listen_addresses', 'unix_socket_directories', 'log_min_messages', 'log_min_error_statement',
         'log_error_verbosity'))
     order by name = 'server_version' desc, name`,
  );
  return rows.map(({ name, setting }) => `${name} = ${setting}`);
}

/** What is fast because it may be lost is no figure of ours. */
async function refuseUnsafe(admin: pg.Pool): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select name from pg_settings
     where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting <> 'on'`,
  );
  if (rows.length > 0) throw new Error(`${rows.map(({ name }) => name).join(', ')} must be on`);
}

/** How many transactions have written so far: each takes one number, also one that was rolled back. */
export async function writtenTransactions(admin: pg.Pool): Promise<number> {
  const { rows } = await admin.query<{ next: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
  );
  return Number(rows[0]?.next);
}

/** A figure of one row and column, as a whole number. */
export async function wholeNumber(
  admin: pg.Pool,
  statement: string,
  values: unknown[] = [],
): Promise<bigint> {
  const { rows } = await admin.query<Record<string, unknown>>(statement, values);
  const [value] = Object.values(rows[0] ?? {});
  return BigInt(String(value ?? 0).replace(/\.0+$/, ''));
}
