import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilSomebodyWaits } from '../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import type { CommandCtx } from './context.ts';

const event = (ctx: CommandCtx) => ({
  type: 'customer.created',
  objectId: ctx.newId(),
  payload: { amount_minor: 12n },
});
const entry = { action: 'customer.create', objectKind: 'customer', objectId: 'cus_1', details: {} };

describe('a command', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  const count = (table: string) =>
    platform.transactor.query(platform.one, async (ctx) => {
      const row = await ctx.sql.row<{ n: number }>(
        `select count(*)::int as n from ${table} where tenant_id = $1`,
        [ctx.tenant.id],
      );
      return row?.n ?? 0;
    });

  it('I47 keeps outbox and audit rows with its effect, in the order they were given', async () => {
    const afterwards: string[] = [];
    await platform.transactor.command(platform.one, async (ctx) => {
      ctx.emit(event(ctx), { ...event(ctx), type: 'customer.updated' });
      ctx.audit(entry);
      ctx.afterCommit(() => void afterwards.push('ran'));
      expect(afterwards).toEqual([]);
    });
    const rows = await platform.transactor.query(platform.one, (ctx) =>
      ctx.sql.rows<{ type: string; payload: unknown }>(
        'select type, payload from outbox where tenant_id = $1 order by seq',
        [ctx.tenant.id],
      ),
    );
    expect(rows).toEqual([
      { type: 'customer.created', payload: { amount_minor: '12' } },
      { type: 'customer.updated', payload: { amount_minor: '12' } },
    ]);
    expect(await count('audit_log')).toBe(1);
    expect(afterwards).toEqual(['ran']);
    expect(platform.woken).toEqual(['outbox', 'audit-seal']);
  });

  it('I47 leaves nothing of a command that failed', async () => {
    const before = [await count('outbox'), await count('audit_log')];
    const failed = platform.transactor.command(platform.one, async (ctx) => {
      ctx.emit(event(ctx));
      ctx.audit(entry);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect([await count('outbox'), await count('audit_log')]).toEqual(before);
  });

  it('runs again after a lost race, from its beginning', async () => {
    let tries = 0;
    const before = await count('outbox');
    const result = await platform.transactor.command(platform.one, async (ctx) => {
      tries += 1;
      ctx.emit(event(ctx));
      if (tries < 3) await ctx.sql.run("do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
      return tries;
    });
    expect(result).toBe(3);
    expect(await count('outbox')).toBe(before + 1);
  });

  it('does not run again for any other failure', async () => {
    let tries = 0;
    const failed = platform.transactor.command(platform.one, async (ctx) => {
      tries += 1;
      await ctx.sql.run('select 1 / 0');
    });
    await expect(failed).rejects.toThrow('division by zero');
    expect(tries).toBe(1);
  });

  it('does not report success when an error inside it was swallowed', async () => {
    const swallowed = platform.transactor.command(platform.one, async (ctx) => {
      await ctx.sql.run('select 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('ended with ROLLBACK');
  });

  it('makes ids that sort in the order they were made', async () => {
    const ids = Array.from({ length: 5_000 }, () => platform.transactor.newId());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('I638 of what was sent behind a transaction that the database ended with its connection the outcome is unknown', async () => {
    const { transactor, database, one } = platform;
    // The tenant is known from now on.
    await transactor.command(one, async () => undefined);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('select pg_advisory_lock(4712)');
    const line = transactor.openLine();
    const begun: string[] = [];
    const at = (statement: string) =>
      transactor.commandAtOnce(
        one,
        async (ctx) => {
          begun.push(statement);
          ctx.unawaited(ctx.sql.run(statement));
          return {};
        },
        line,
      );
    // Names that are sent for the first time are waited for.
    await at('select 1');
    const both = Promise.allSettled([at('select pg_advisory_xact_lock(4712)'), at('select 2')]);
    await untilSomebodyWaits(holder);
    expect(begun).toEqual(['select 1', 'select pg_advisory_xact_lock(4712)', 'select 2']);
    await holder.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    const reasons = (await both).map((outcome) => (outcome as PromiseRejectedResult).reason);
    await holder.end();
    // The first was told that it was ended; nobody was told what became of the second.
    expect(reasons.map((reason) => (reason as { code?: string }).code ?? reason.name)).toEqual([
      '57P01',
      'OutcomeUnknown',
    ]);
  });

  it('I638 sends nothing after its end, where the connection may be somebody else’s', async () => {
    const { transactor, one } = platform;
    await transactor.command(one, async () => undefined);
    const { ctx } = (await transactor.commandAtOnce(one, async (open) => ({ ctx: open }))) ?? {};
    await expect(async () => ctx?.sql.run('select 1')).rejects.toThrow('after the end of its transaction');
  });

  it('reads without being able to write', async () => {
    const written = platform.transactor.query(platform.one, (ctx) =>
      ctx.sql.run('delete from idempotency_keys where tenant_id = $1', [ctx.tenant.id]),
    );
    await expect(written).rejects.toThrow('read-only transaction');
  });
});
