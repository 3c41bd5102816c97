import { encodeTypeId } from '@billhook/core/kernel/typeid';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilSomebodyWaits } from '../../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { openIngest, UPLOADS_NOW, upload, uploadSeller } from '../../testing/uploads.ts';
import { createApiKey } from '../identity/commands/api-keys.ts';
import { joinIngest } from './commands/join-ingest.ts';
import { listQuarantine } from './queries/quarantine.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

async function world() {
  const seller = await uploadSeller(platform);
  /** A process of its own, which remembers nothing of what others took. */
  const openProcess = () => seller.sends(joinIngest(platform.transactor));
  const total = async () => (await seller.figures()).slice(1);
  return { ...seller, openProcess, total };
}

test('I566 what came to another process before is a repetition or another event, and its neighbours count once', async () => {
  const here = await world();
  const [first, second] = [here.openProcess(), here.openProcess()];
  expect(await first(upload('1'), upload('2'))).toEqual(['accepted', 'accepted']);
  expect(await second(upload('3'))).toEqual(['accepted']);
  const mixed = [
    upload('1'),
    upload('4'),
    upload('2', { data: { bytes: 11 } }),
    upload('2', { time: UPLOADS_NOW }),
  ];
  const verdicts = ['duplicate duplicate', 'accepted', 'quarantined id_conflict', 'quarantined id_conflict'];
  expect(await second(...mixed)).toEqual(verdicts);
  verdicts[1] = 'duplicate duplicate';
  expect(await second(...mixed)).toEqual(verdicts);
  expect(await first(...mixed, upload('5'))).toEqual([...verdicts, 'accepted']);
  expect(await here.total()).toEqual([5, 50]);
});

test('I566 of two contents under one new id the first counts and the other is kept apart, with their neighbours in one batch', async () => {
  const here = await world();
  const send = here.openProcess();
  expect(await send(upload('1'))).toEqual(['accepted']);
  const batch = [
    upload('2'),
    upload('3', { data: { bytes: 11 } }),
    upload('2', { data: { bytes: 12 } }),
    upload('3'),
  ];
  const verdicts = ['accepted', 'accepted', 'quarantined id_conflict', 'quarantined id_conflict'];
  expect(await send(...batch, upload('4'))).toEqual([...verdicts, 'accepted']);
  expect(await here.total()).toEqual([4, 41]);
});

test('I566 who waits for an id holds no figure that another one needs before it commits', async () => {
  const here = await world();
  const send = here.openProcess();
  expect(await send(upload('1'))).toEqual(['accepted']);
  const admin = new pg.Client({ connectionString: platform.database.url });
  await admin.connect();
  let sent: Promise<string[]> | undefined;
  await here.run(async (ctx) => {
    await ctx.sql.run(
      `insert into usage_event_ids (tenant_id, source, event_id, time, customer_id, content_hash)
       select tenant_id, source, '2', time, customer_id, content_hash from usage_event_ids where tenant_id = $1`,
      [ctx.tenant.id],
    );
    sent = send(upload('2'));
    await untilSomebodyWaits(admin);
    // Shorter than it takes to notice that two wait for each other.
    await ctx.sql.run(`set local lock_timeout = '400ms'`);
    await ctx.sql.run('update usage_rollups set quantity = quantity where tenant_id = $1', [ctx.tenant.id]);
  });
  await admin.end();
  expect(await sent).toEqual(['duplicate duplicate']);
  expect(await here.total()).toEqual([1, 10]);
});

test('I566 processes that send the same events at the same time, each in its own order, have each counted once', async () => {
  const here = await world();
  const processes = Array.from({ length: 4 }, () => here.openProcess());
  for (let round = 0; round < 10; round += 1) {
    const all = Array.from({ length: 20 }, (_, index) => upload(`${round}-${index}`));
    const answers = await Promise.all(
      processes.map((send, turn) =>
        send(...all.slice(turn * 5), ...all.slice(0, turn * 5), upload(`${round}/${turn}`)),
      ),
    );
    const statuses = answers.flat();
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(24);
    expect(statuses.filter((status) => status === 'duplicate duplicate')).toHaveLength(60);
  }
  expect(await here.total()).toEqual([240, 2400]);
});

test('I566 an event that waited in quarantine and comes again is counted, and waits no longer', async () => {
  const here = await world();
  const send = here.openProcess();
  const late = upload('1', { subject: 'newcomer' });
  expect(await send(late)).toEqual(['quarantined unknown_customer']);
  await here.addCustomer('newcomer');
  expect(await send(late)).toEqual(['accepted']);
  const open = await here.run((ctx) =>
    listQuarantine(ctx, { limit: 10, after: undefined, status: 'waiting' }),
  );
  expect(open).toEqual([]);
  expect(await here.total()).toEqual([1, 10]);
});

test('I566 a request whose events are all faulty is told so, whatever was seen of its key and its tenant before', async () => {
  const here = await world();
  const join = joinIngest(platform.transactor);
  expect((await join(here.request, [upload('1')])).counts.accepted).toBe(1);
  const { row } = await here.run((ctx) => createApiKey(ctx, { name: 'camera' }));
  const actor = { kind: 'api_key', id: encodeTypeId('key', row.id) } as const;
  expect((await join({ ...here.request, actor, isKeyRecalled: true }, [{ id: '1' }])).counts.rejected).toBe(
    1,
  );
});

test('I566 events under the id of a customer are foreseen as those under its name, also both in one batch', async () => {
  const here = await world();
  const other = await here.addCustomer('other: 5');
  const { join, counts } = openIngest(platform.transactor);
  const id = encodeTypeId('cus', other.id);
  let serial = 0;
  const send = async (...subjects: readonly string[]) => {
    const events = subjects.map((subject) => {
      serial += 1;
      return upload(`${serial}`, { subject });
    });
    return (await join(here.request, events)).results.map(({ status }) => status);
  };
  const all = [id, 'acme', 'other: 5'];
  const accepted = ['accepted', 'accepted', 'accepted'];
  expect(await send(...all)).toEqual(accepted);
  expect(counts.tries).toBe(0);
  expect(await send(...all)).toEqual(accepted);
  expect(await send(id, id)).toEqual(['accepted', 'accepted']);
  expect(counts.tries).toBe(2);
  await here.run((ctx) =>
    ctx.sql.run(`update customers set external_id = 'else' where tenant_id = $1 and id = $2`, [
      ctx.tenant.id,
      other.id,
    ]),
  );
  expect(await send(...all)).toEqual(['accepted', 'accepted', 'quarantined']);
  expect(await send(id)).toEqual(['accepted']);
  expect(await here.total()).toEqual([11, 110]);
});

test('I566 names that would read as one list are told apart', async () => {
  const here = await world();
  const odd = ['acme6:sec', 'second'];
  for (const name of odd) await here.addCustomer(name);
  const { join, counts } = openIngest(platform.transactor);
  let serial = 0;
  const send = async () => {
    const events = odd.map((subject) => {
      serial += 1;
      return upload(`${serial}`, { subject });
    });
    return (await join(here.request, events)).results.map(({ status }) => status);
  };
  await send();
  expect(await send()).toEqual(['accepted', 'accepted']);
  expect(counts.tries).toBe(1);
  const rename = (from: string, to: string) =>
    here.run((ctx) =>
      ctx.sql.run('update customers set external_id = $3 where tenant_id = $1 and external_id = $2', [
        ctx.tenant.id,
        from,
        to,
      ]),
    );
  await rename('acme', 'before');
  await rename('acme6:sec', 'acme');
  await rename('second', '6:secsecond');
  expect(await send()).toEqual(['quarantined', 'quarantined']);
});

test('I566 a name that stands for nobody any more is not foreseen again', async () => {
  const here = await world();
  const { join, counts } = openIngest(platform.transactor);
  let serial = 0;
  const send = async () => {
    serial += 1;
    const { results } = await join(here.request, [upload(`${serial}`)]);
    return results[0]?.status;
  };
  expect([await send(), await send(), counts.tries]).toEqual(['accepted', 'accepted', 1]);
  await here.run((ctx) =>
    ctx.sql.run(`update customers set external_id = 'acme-before' where tenant_id = $1`, [ctx.tenant.id]),
  );
  for (let turn = 0; turn < 8; turn += 1) expect(await send()).toBe('quarantined');
  expect(counts.tries).toBe(2);
});
