import { randomBytes } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { createTransactor, type TransactionRequest, type Transactor } from '../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createTestTenant } from './tenant.ts';

export type TestPlatform = {
  database: TestDatabase;
  transactor: Transactor;
  /** Two tenants that know nothing of each other. */
  one: TransactionRequest;
  other: TransactionRequest;
  woken: string[];
  close(): Promise<void>;
};

/** The platform alone, below HTTP: a database and a transactor on it. */
export async function startTestPlatform(clock: () => Instant = systemClock): Promise<TestPlatform> {
  const database = await createTestDatabase();
  const woken: string[] = [];
  const transactor = createTransactor({
    database,
    clock,
    randomBytes,
    log: silentLog,
    wake: (source) => void woken.push(source),
  });
  const request = async (): Promise<TransactionRequest> => ({
    tenantId: (await createTestTenant(database)).id,
    actor: { kind: 'system', id: 'test' },
    requestId: 'req_test',
  });
  return {
    database,
    transactor,
    one: await request(),
    other: await request(),
    woken,
    close: () => database.close(),
  };
}
