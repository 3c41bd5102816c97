import pg from 'pg';
import type { FindPrepared } from '../adapters/embedded-postgres/copy-cluster.ts';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/start.ts';
import type { Log } from '../platform/log.ts';

/** The login of the server in the embedded database. It owns nothing and acts as the runtime roles only. */
const LOGIN = 'billhook_app';

export type EmbeddedOptions = {
  dataFolder: string;
  password: string;
  /** What a new database is copied from. */
  prepared?: FindPrepared | undefined;
  /** Off only for what is thrown away or written to the disk otherwise. */
  fsync?: boolean;
  log: Log;
  say(text: string): void;
  /** Called once, when the database comes up in processes of its own. */
  onBegun(): void;
  onUnexpectedEnd(sentence: string): void;
};

/** Starts the embedded PostgreSQL and makes the login that the server uses in it. */
export async function startEmbedded(options: EmbeddedOptions) {
  const database = await startEmbeddedPostgres({
    dataRoot: options.dataFolder,
    prepared: options.prepared,
    fsync: options.fsync ?? true,
    log: options.log,
    onProgress: options.say,
    onBegun: options.onBegun,
    onUnexpectedEnd: options.onUnexpectedEnd,
  });
  try {
    await ensureLogin(database.adminUrl, options.password);
  } catch (error) {
    await database.stop();
    throw error;
  }
  const url = new URL(database.adminUrl);
  url.username = LOGIN;
  url.password = options.password;
  const { adminUrl, folder } = database;
  return { url: url.href, adminUrl, loginUser: LOGIN, folder, stop: () => database.stop() };
}

async function ensureLogin(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const known = await client.query('select 1 from pg_roles where rolname = $1', [LOGIN]);
    const verb = known.rowCount ? 'alter' : 'create';
    await client.query(
      `${verb} role ${LOGIN} login noinherit nosuperuser nobypassrls password ${pg.escapeLiteral(password)}`,
    );
  } finally {
    await client.end();
  }
}
