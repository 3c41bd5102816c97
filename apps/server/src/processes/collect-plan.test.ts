import { expect, test } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { type Sql, sqlOn } from '../platform/sql.ts';
import { startTestPlatform } from '../testing/platform.ts';
import { collectSource } from './collect-invoice.ts';

test('I636 the look for payments that are due reads those that are under way, and not all that ever were', async () => {
  const { database, transactor, close } = await startTestPlatform();
  const client = await database.work.connect();
  try {
    await client.query('begin');
    // As in a table that is too large to be read whole.
    await client.query('set local enable_seqscan = off');
    const sql = sqlOn(client);
    const plans: string[] = [];
    const explaining: Sql = {
      ...sql,
      async rows<T>(text: string, values?: readonly unknown[]) {
        const lines = await sql.rows<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
        plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
        return [] as T[];
      },
    };
    const source = collectSource({ transactor, providers: { all: [] } as never, log: silentLog });
    await source.tenantsDue(explaining, transactor.wallNow());
    expect(plans).toHaveLength(1);
    expect(plans[0]).toContain('payment_attempts_under_way');
    expect(plans[0]).not.toContain('Seq Scan on payment_attempts');
    await client.query('rollback');
  } finally {
    client.release();
    await close();
  }
});
