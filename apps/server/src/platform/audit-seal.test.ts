import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { auditSealSource, verifyAudit } from './audit-seal.ts';

describe('the audit chain', () => {
  let platform: TestPlatform;
  let admin: pg.Client;
  beforeEach(async () => {
    platform = await startTestPlatform();
    admin = new pg.Client({ connectionString: platform.database.url });
    await admin.connect();
    await admin.query('set row_security = off');
    for (let change = 0; change < 5; change += 1) await write(change);
    await seal();
    for (let change = 5; change < 8; change += 1) await write(change);
    await seal();
  });
  afterEach(async () => {
    await admin.end();
    await platform.close();
  });

  const write = (change: number) =>
    platform.transactor.command(platform.one, async (ctx) => {
      ctx.audit({
        action: 'thing.change',
        objectKind: 'thing',
        objectId: `thing_${change}`,
        details: { change },
      });
    });
  const seal = () => auditSealSource(platform.transactor).run(platform.one.tenantId, 100);
  const verify = () => platform.transactor.query(platform.one, verifyAudit);

  it('I47 is whole over every sealed row', async () => {
    expect(await verify()).toEqual({ whole: true, seals: 2, rows: 8 });
    expect(await seal()).toBe(0);
  });

  it('I47 shows a row that was changed behind its back', async () => {
    await admin.query(`update audit_log set details = '{"change": 99}' where object_id = 'thing_1'`);
    expect(await verify()).toEqual({ whole: false, brokenSeal: 1 });
  });

  it('I47 shows a row that is missing', async () => {
    await admin.query(`delete from audit_log where object_id = 'thing_6'`);
    expect(await verify()).toEqual({ whole: false, brokenSeal: 2 });
  });

  it('I47 shows a seal that was made anew over changed rows', async () => {
    await admin.query(`update audit_log set actor_id = 'nobody' where object_id = 'thing_0'`);
    await admin.query(`update audit_seals set hash = '\\x00' where number = 1`);
    expect(await verify()).toEqual({ whole: false, brokenSeal: 1 });
  });

  it('I47 can be added to by the server, and never changed', async () => {
    for (const statement of [
      'delete from audit_log',
      `update audit_log set action = 'x'`,
      'delete from audit_seals',
    ]) {
      await expect(
        platform.transactor.command(platform.one, (ctx) => ctx.sql.run(statement)),
      ).rejects.toThrow('permission denied');
    }
  });

  it('seals once when two sealers meet', async () => {
    await write(8);
    await Promise.all([seal(), seal(), seal()]);
    expect(await verify()).toEqual({ whole: true, seals: 3, rows: 9 });
  });
});
