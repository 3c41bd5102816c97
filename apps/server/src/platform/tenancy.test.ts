import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

describe('row-level security', () => {
  let platform: TestPlatform;
  let tables: string[];
  beforeAll(async () => {
    platform = await startTestPlatform();
    const { rows } = await platform.database.runtime.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
       where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relrowsecurity
         and not c.relispartition order by 1`,
    );
    tables = rows.map((row) => row.name);
    await platform.transactor.command(platform.one, async (ctx) => {
      ctx.audit({ action: 'a', objectKind: 'b', objectId: 'c', details: {} });
      ctx.emit({ type: 'customer.created', objectId: ctx.newId(), payload: {} });
    });
  });
  afterAll(() => platform.close());

  it('I44 reads no row of any tenant table while no tenant is set', async () => {
    expect(tables.length).toBeGreaterThan(25);
    const seen: string[] = [];
    for (const table of tables) {
      const { rows } = await platform.database.runtime.query(`select 1 from ${table} limit 1`);
      if (rows.length > 0) seen.push(table);
    }
    expect(seen).toEqual([]);
  });

  it('I44 writes no row while no tenant is set', async () => {
    const written = platform.database.runtime.query(
      `insert into audit_seals (tenant_id, number, row_count, previous_hash, hash, sealed_at) values ($1, 1, 1, '', '', now())`,
      [platform.one.tenantId],
    );
    await expect(written).rejects.toThrow('row-level security');
  });

  it('I42 shows a tenant nothing of another, and refuses to write a row for another', async () => {
    const counts = await platform.transactor.query(platform.other, (ctx) =>
      ctx.sql.row<{ audit: number; outbox: number }>(
        'select (select count(*)::int from audit_log) as audit, (select count(*)::int from outbox) as outbox',
      ),
    );
    expect(counts).toEqual({ audit: 0, outbox: 0 });
    const written = platform.transactor.command(platform.other, (ctx) =>
      ctx.sql.run(
        `insert into audit_seals (tenant_id, number, row_count, previous_hash, hash, sealed_at) values ($1, 1, 1, '', '', now())`,
        [platform.one.tenantId],
      ),
    );
    await expect(written).rejects.toThrow('row-level security');
  });

  it('I42 leaves no tenant behind on a connection, after success and after failure', async () => {
    await platform.transactor.command(platform.one, async () => undefined);
    await platform.transactor
      .command(platform.one, (ctx) => ctx.sql.run('select 1 / 0'))
      .catch(() => undefined);
    const { rows } = await platform.database.runtime.query<{ tenant: number | null }>(
      'select app.tenant() as tenant',
    );
    expect(rows).toEqual([{ tenant: null }]);
  });

  it('I42 runs as roles that cannot pass by it and own nothing', async () => {
    for (const pool of [platform.database.runtime, platform.database.work]) {
      const { rows } = await pool.query<{ able: boolean; owned: number }>(
        `select rolsuper or rolbypassrls or rolcreaterole as able, (select count(*)::int from pg_class where relowner = r.oid) as owned
         from pg_roles r where rolname = current_user`,
      );
      expect(rows).toEqual([{ able: false, owned: 0 }]);
    }
  });

  it('I42 lets the work role see which tenants have work, and change nothing', async () => {
    const due = await platform.transactor.work((sql) =>
      sql.rows('select tenant_id from outbox where dispatched_at is null'),
    );
    expect(due.length).toBeGreaterThan(0);
    await expect(platform.transactor.work((sql) => sql.rows('select payload from outbox'))).rejects.toThrow(
      'permission denied',
    );
    await expect(
      platform.transactor.work((sql) => sql.run('update outbox set dispatched_at = now()')),
    ).rejects.toThrow('permission denied');
  });
});
