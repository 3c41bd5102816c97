import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/start.ts';
import { silentLog } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';

/** The migrated database that every test's own is a copy of. */
export const TEMPLATE = 'template_app';

export type ThrowAwayCluster = {
  /** The administrator's URL of the template. Nobody can connect to it, so that it can be copied at any time. */
  templateUrl: string;
  /** Stops the cluster and deletes its folder. */
  discard(): Promise<void>;
};

/**
 * A PostgreSQL of its own for one run of tests or one generator, with a migrated template inside. It forgets
 * everything at the end, so it need not write anything to disk safely.
 */
export async function startThrowAwayCluster(
  options: { isTemplateOpen?: boolean } = {},
): Promise<ThrowAwayCluster> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-test-'));
  // The account that PostgreSQL runs as under root must be able to enter.
  fs.chmodSync(folder, 0o755);
  const cluster = await startEmbeddedPostgres({ dataRoot: folder, log: silentLog, fsync: false });
  async function discard(): Promise<void> {
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(cluster.folder, { recursive: true, force: true });
  }
  try {
    const templateUrl = databaseUrl(cluster.adminUrl, TEMPLATE);
    await asAdmin(cluster.adminUrl, `create database ${TEMPLATE}`);
    await migrate({ adminUrl: templateUrl, log: silentLog });
    if (!options.isTemplateOpen)
      await asAdmin(cluster.adminUrl, `alter database ${TEMPLATE} allow_connections false`);
    return { templateUrl, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** The same server and login, another database. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs one statement as the administrator, on a connection of its own. */
export async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
