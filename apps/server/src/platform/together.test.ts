import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { textColumn, uuidColumn } from './columns.ts';
import { markOf, sumOfMarks } from './row-marks.ts';
import { insistOn, type Part, writeTogether } from './together.ts';

/** A table of the transaction's own, as every tenant table has a tenant and an id. */
const TABLE =
  'create temporary table shelves (tenant_id integer, id uuid primary key, name text) on commit drop';

const IDS = ['0197a000-0000-7000-8000-000000000001', '0197a000-0000-7000-8000-000000000002'] as const;

const added = (name: string, ids: readonly string[], names: readonly string[]): Part => ({
  name,
  text: 'insert into shelves select $1, unnest(@1::uuid[]), unnest(@2::text[])',
  values: [uuidColumn(ids), textColumn(names)],
});

describe('statements that are sent together', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  it('I634 write what each would write alone, and answer with the rows of the last', async () => {
    const [first, second] = IDS;
    const rows = await platform.transactor.command(platform.one, async (ctx) => {
      await ctx.sql.run(TABLE);
      const names = textColumn(['upper', 'lower']);
      await writeTogether(ctx, [added('added', [first], ['one']), added('also', [second], ['two'])]);
      return writeTogether<{ name: string; called: string }>(ctx, [
        {
          name: 'renamed',
          text: `update shelves s set name = k.name from unnest(@1::uuid[], @2::text[]) as k (id, name)
            where s.tenant_id = $1 and s.id = k.id returning s.name`,
          values: [uuidColumn(IDS), names],
        },
        {
          name: 'told',
          text: 'select name, called from renamed join unnest(@1::text[]) as called on called = name order by name desc',
          values: [names],
        },
      ]);
    });
    expect(rows).toEqual([
      { name: 'upper', called: 'upper' },
      { name: 'lower', called: 'lower' },
    ]);
  });

  it('I634 stand or fall together: where one cannot be carried out nothing of the others stands', async () => {
    const written = platform.transactor.command(platform.one, async (ctx) => {
      await ctx.sql.run(TABLE);
      await writeTogether(ctx, [added('added', [IDS[0]], ['one']), added('also', [IDS[0]], ['two'])]);
    });
    await expect(written).rejects.toMatchObject({ code: '23505' });
  });

  it('I634 are one text for one combination, also where two of them share a column and others do not', async () => {
    const counted = (columns: readonly [Buffer, Buffer]) =>
      platform.transactor.command(platform.one, (ctx) =>
        writeTogether<{ one: bigint; other: bigint }>(ctx, [
          { name: 'one', text: 'select count(*) from unnest(@1::text[])', values: [columns[0]] },
          {
            name: 'both',
            text: `select (select count from one) as one, (select count(*) from unnest(@1::text[])) as other
              where $1::integer > 0`,
            values: [columns[1]],
          },
        ]),
      );
    const shared = textColumn(['a', 'b']);
    expect(await counted([shared, shared])).toEqual([{ one: 2n, other: 2n }]);
    expect(await counted([shared, textColumn(['c'])])).toEqual([{ one: 2n, other: 1n }]);
    expect(await counted([textColumn([]), shared])).toEqual([{ one: 0n, other: 2n }]);
  });

  it('I634 insist on each in its order, and the transaction ends with the first that does not hold', async () => {
    const insist = (...held: readonly string[]) =>
      platform.transactor.command(platform.one, (ctx) =>
        insistOn(ctx, [
          undefined,
          ...held.map((said, at) => ({
            name: `part_${at}`,
            text: `$1::integer > 0 and @1::text = 'yes'`,
            values: [said],
          })),
        ]),
      );
    await insist('yes', 'yes');
    await expect(insist('yes', 'no', 'never')).rejects.toThrow('not as it was seen: part_1');
    await platform.transactor.command(platform.one, (ctx) => insistOn(ctx, [undefined]));
  });

  it('I635 the mark of rows changes with every row that is written, added or removed, and adds up', async () => {
    const [first, second] = IDS;
    await platform.transactor.command(platform.one, async (ctx) => {
      await ctx.sql.run('create table if not exists pg_temp.kept (id uuid primary key, name text)');
    });
    const marks: string[] = [];
    const look = async (change: string) => {
      const sum = await platform.transactor.command(platform.one, async (ctx) => {
        if (change !== '') await ctx.sql.run(change);
        const text = `select coalesce(sum(${markOf('kept')}), 0) as sum, coalesce(array_agg(${markOf('kept')}::text), '{}') as each from kept`;
        const row = await ctx.sql.row<{ sum: string; each: string[] }>(text);
        expect(row?.sum).toBe(sumOfMarks((row?.each ?? []).map(BigInt)));
        return row?.sum ?? '';
      });
      marks.push(sum);
    };
    await look('');
    await look(`insert into kept values ('${first}', 'a')`);
    await look('');
    await look(`insert into kept values ('${second}', 'b')`);
    await look(`update kept set name = 'a' where id = '${first}'`);
    await look(`delete from kept where id = '${first}'`);
    const [none, one, same, two, written, removed] = marks;
    expect(none).toBe('0');
    expect(same).toBe(one);
    expect(new Set([none, one, two, written, removed]).size).toBe(5);
  });
});
