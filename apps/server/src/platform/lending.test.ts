import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { untilSomebodyWaits } from '../testing/locks.ts';
import { createPool } from './database.ts';
import { type Line, openLine } from './lending.ts';

const LOCK = 4711;

describe('transactions of one line', () => {
  let database: TestDatabase;
  /** Watches, and holds up who asks for the lock. */
  let other: pg.Client;
  let pool: pg.Pool;
  let line: Line;
  let nowMs: number;
  beforeAll(async () => {
    database = await createTestDatabase();
    other = new pg.Client({ connectionString: database.url });
    await other.connect();
  });
  beforeEach(() => {
    pool = createPool(database.url, 'billhook_rt', 1, true);
    pool.on('error', () => undefined);
    nowMs = 0;
    line = openLine(pool, () => nowMs);
    return async () => {
      await pool.end();
      await other.query('select pg_advisory_unlock_all()');
    };
  });
  afterAll(async () => {
    await other.end();
    await database.close();
  });

  const events: string[] = [];
  beforeEach(() => void events.splice(0));

  /** Keeps what it is called by as a setting of the session, which a transaction that is rolled back takes along. */
  const keeping = (name: string, ...statements: string[]) =>
    line
      .inTurn(async (client, allSent) => {
        const sent = ['begin', ...statements, `set app.kept_${name} = 'yes'`, 'commit'].map((text) =>
          client.query(text),
        );
        allSent();
        events.push(`${name} sent`);
        const outcomes = await Promise.allSettled(sent);
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      })
      .finally(() => events.push(`${name} over`));

  const isKept = async (name: string) => {
    const { rows } = await pool.query(`select current_setting('app.kept_${name}', true) as kept`);
    return rows[0].kept === 'yes';
  };

  const waitForLock = `select pg_advisory_xact_lock(${LOCK})`;

  it('I638 are sent before those before them are answered, over one connection, and stand in their order', async () => {
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const both = [keeping('first', waitForLock), keeping('second')];
    await untilSomebodyWaits(other);
    expect(events).toEqual(['first sent', 'second sent']);
    await other.query('select pg_advisory_unlock_all()');
    await Promise.all(both);
    expect(events).toEqual(['first sent', 'second sent', 'first over', 'second over']);
    expect([await isKept('first'), await isKept('second')]).toEqual([true, true]);
  });

  it('I638 stand or fall each alone: one that the database refuses takes none along', async () => {
    const [refused, behind] = await Promise.allSettled([
      keeping('refused', 'select 1 / 0'),
      keeping('behind'),
    ]);
    expect(String((refused as PromiseRejectedResult).reason)).toContain('division by zero');
    expect(behind.status).toBe('fulfilled');
    expect([await isKept('refused'), await isKept('behind')]).toEqual([false, true]);
  });

  it('I638 stand or fall each alone: one that breaks off before its end is rolled back before the next begins', async () => {
    const brokenOff = line.inTurn(async (client) => {
      client.query('begin').catch(() => undefined);
      await client.query(`set app.kept_broken = 'yes'`);
      throw new Error('we broke it off');
    });
    const [broken, behind] = await Promise.allSettled([brokenOff, keeping('behind')]);
    expect(String((broken as PromiseRejectedResult).reason)).toContain('we broke it off');
    expect(behind.status).toBe('fulfilled');
    expect([await isKept('broken'), await isKept('behind')]).toEqual([false, true]);
  });

  it('I638 let go of the connection where somebody else waits for one', async () => {
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const first = keeping('first', waitForLock);
    await untilSomebodyWaits(other);
    const elsewhere = pool.connect().then((client) => {
      events.push('somebody else');
      client.release();
    });
    const second = keeping('second');
    await other.query('select pg_advisory_unlock_all()');
    await Promise.all([first, elsewhere, second]);
    expect(events.filter((event) => event !== 'first over')).toEqual([
      'first sent',
      'somebody else',
      'second sent',
      'second over',
    ]);
  });

  it('I638 all fail where the connection breaks, and the next gets another', async () => {
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const both = Promise.allSettled([keeping('first', waitForLock), keeping('second')]);
    await untilSomebodyWaits(other);
    await other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await keeping('third');
    expect([await isKept('first'), await isKept('second'), await isKept('third')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('I638 rely on no name of a statement that the database has not learned', async () => {
    const named = (client: pg.PoolClient) => client.query({ name: 'first_use', text: 'select 1' });
    const both = ['select 1 / 0', 'select 1'].map((statement) =>
      line.inTurn(async (client, allSent) => {
        const sent = [client.query('begin'), client.query(statement), named(client), client.query('commit')];
        allSent();
        await Promise.allSettled(sent);
        await Promise.all(sent);
      }),
    );
    const [refused, behind] = await Promise.allSettled(both);
    expect(String((refused as PromiseRejectedResult).reason)).toContain('division by zero');
    expect(behind).toMatchObject({ status: 'fulfilled' });
  });

  it('I638 go over another connection where nothing of them was sent when the one before broke', async () => {
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const first = line.inTurn(async (client) => {
      await client.query(waitForLock);
    });
    const both = Promise.allSettled([first, keeping('second')]);
    await untilSomebodyWaits(other);
    await other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await isKept('second')).toBe(true);
  });

  it('I638 wait like anybody else for a connection that was given back', async () => {
    await keeping('first');
    const borrowed = await pool.connect();
    const second = keeping('second');
    await borrowed.query('select 1');
    expect(events).toEqual(['first sent', 'first over']);
    borrowed.release();
    await second;
  });

  it('I638 do not come behind one that has waited long for its answer', async () => {
    const wide = createPool(database.url, 'billhook_rt', 2, true);
    line = openLine(wide, () => nowMs);
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const first = keeping('first', waitForLock);
    await untilSomebodyWaits(other);
    nowMs = 1_000;
    await keeping('second');
    expect(events).toEqual(['first sent', 'second sent', 'second over']);
    await other.query('select pg_advisory_unlock_all()');
    await first;
    await wide.end();
  });

  it('I638 take nobody more where the pool is ending', async () => {
    await other.query(`select pg_advisory_lock(${LOCK})`);
    const ending = createPool(database.url, 'billhook_rt', 1, true);
    line = openLine(ending);
    const first = keeping('first', waitForLock);
    await untilSomebodyWaits(other);
    const ended = ending.end();
    await expect(keeping('second')).rejects.toThrow('after calling end');
    await other.query('select pg_advisory_unlock_all()');
    await Promise.all([first, ended]);
  });
});
