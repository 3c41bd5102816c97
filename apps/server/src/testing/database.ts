import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../platform/database.ts';
import { asAdmin, databaseUrl, TEMPLATE } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by tests/global-setup.ts: the administrator's URL of the migrated template. */
    templateUrl: string;
  }
}

export type TestDatabase = Database & {
  name: string;
  /** What a server would get as DATABASE_URL. The login is the administrator's; sessions act as runtime roles. */
  url: string;
};

/**
 * A migrated, empty database of this test's own, copied from the template in about 25 ms. It is never dropped:
 * the whole cluster is thrown away after the run. `close()` ends its pools.
 */
export async function createTestDatabase(sizes?: { runtime: number; work: number }): Promise<TestDatabase> {
  const { name, url } = await cloneTemplate();
  return { name, url, ...openDatabase(url, sizes) };
}

/** The same without pools, for tests that start a server of their own on the URL. */
export async function cloneTemplate(): Promise<{ name: string; url: string }> {
  const templateUrl = inject('templateUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(
    databaseUrl(templateUrl, 'template1'),
    `create database ${name} template ${TEMPLATE} strategy file_copy`,
  );
  return { name, url: databaseUrl(templateUrl, name) };
}
