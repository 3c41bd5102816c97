import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Log } from './log.ts';
import { StartError } from './start-error.ts';

const FOLDER = path.join(fileURLToPath(new URL('../../migrations/', import.meta.url)));

// One number for all processes that might migrate the same database at the same time.
const MIGRATION_LOCK = 7_240_119;

type Migration = { name: string; sql: string; checksum: string };

export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(FOLDER, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function prepare(client: pg.Client): Promise<Map<string, string>> {
  const version = await client.query<{ server_version_num: string }>('show server_version_num');
  const number = Number(version.rows[0]?.server_version_num ?? 0);
  if (number < 150_000) {
    throw new StartError(
      `PostgreSQL ${Math.floor(number / 10_000)} is too old: Billhook needs 15 or later. Point DATABASE_URL at a newer server.`,
    );
  }
  await client.query(`create table if not exists migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const rows = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migrations',
  );
  return new Map(rows.rows.map((row) => [row.name, row.checksum]));
}

function explain(error: unknown, name: string): StartError {
  const reason = error instanceof Error ? error.message : String(error);
  if (/permission denied|must be superuser|must be owner|no schema has been selected/i.test(reason)) {
    return new StartError(
      `The database user may not do what ${name} needs (${reason}). Set DATABASE_ADMIN_URL to a user with CREATEROLE that owns the database.`,
    );
  }
  return new StartError(
    `The migration ${name} failed and was rolled back: ${reason}. The database is as it was before; restore the release that ran before or fix the cause and start again.`,
  );
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    // FORCE row-level security hides rows from the owner too; an error is better than an update of nothing.
    await client.query('set local row_security = off');
    await client.query(migration.sql);
    await client.query('insert into migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw explain(error, migration.name);
  }
}

/** @throws StartError if the file is not what it was when it was applied. */
function isPending(migration: Migration, done: ReadonlyMap<string, string>): boolean {
  const before = done.get(migration.name);
  if (before === undefined || before === migration.checksum) return before === undefined;
  throw new StartError(
    `The migration ${migration.name} was changed after it was applied. Restore the file; put the change in a new one.`,
  );
}

/** Lets the login user of DATABASE_URL act as the two runtime roles, when it is not the admin itself. */
async function grantRoles(client: pg.Client, loginUser: string): Promise<void> {
  const role = pg.escapeIdentifier(loginUser);
  const known = await client.query(
    `select 1 from pg_roles r where r.rolname = $1
       and pg_has_role($1, 'billhook_rt', 'member') and pg_has_role($1, 'billhook_work', 'member')`,
    [loginUser],
  );
  if (known.rowCount) return;
  await client.query(`grant billhook_rt, billhook_work to ${role}`);
}

/** A server that takes the connection and stays silent must not hold the start up: ten seconds, or what the address asks for. */
function patienceMs(url: string): number {
  const seconds = Number(new URL(url).searchParams.get('connect_timeout') ?? 10);
  return seconds > 0 ? seconds * 1000 : 10_000;
}

/**
 * Brings the database to the newest schema: forward only, each file in its own transaction, guarded by an
 * advisory lock and by the checksum of what was applied before.
 * @throws StartError with one plain sentence that says what to do.
 */
export async function migrate(options: {
  adminUrl: string;
  loginUser?: string;
  log: Log;
}): Promise<{ applied: string[] }> {
  const client = new pg.Client({
    connectionString: options.adminUrl,
    application_name: 'billhook-migrate',
    connectionTimeoutMillis: patienceMs(options.adminUrl),
  });
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(
      `Cannot reach the database (${error instanceof Error ? error.message : String(error)}). Check DATABASE_URL and that the server runs.`,
    );
  }
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await prepare(client).catch((error: unknown) => {
      throw error instanceof StartError ? error : explain(error, 'the list of migrations');
    });
    const pending = (await readMigrations()).filter((migration) => isPending(migration, done));
    // Loaded only when there is something to migrate, and while the database is at work.
    const jobs = pending.length === 0 ? undefined : import('graphile-worker');
    for (const migration of pending) {
      // The disk writes in order: once the last commit is safe, those before it are.
      if (pending.length > 1)
        await client.query(`set synchronous_commit = ${migration === pending.at(-1) ? 'on' : 'off'}`);
      await applyOne(client, migration);
    }
    if (jobs !== undefined) await migrateJobs(await jobs, options.adminUrl, client);
    await grantRoles(client, options.loginUser ?? new URL(options.adminUrl).username);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

/** graphile-worker keeps its own schema; the runtime role may add and run jobs in it. */
async function migrateJobs(
  { runMigrations }: typeof import('graphile-worker'),
  adminUrl: string,
  client: pg.Client,
): Promise<void> {
  await runMigrations({ connectionString: adminUrl });
  await client.query(`
    grant usage on schema graphile_worker to billhook_rt;
    grant select, insert, update, delete on all tables in schema graphile_worker to billhook_rt;
    grant usage, select on all sequences in schema graphile_worker to billhook_rt;
    grant execute on all functions in schema graphile_worker to billhook_rt`);
}
