import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import { currencyCode } from '@billhook/core/money/currency';
import { instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCustomer, type BillingWorld, balances, createBillingWorld } from '../../testing/billing.ts';
import { addMonth, closeMonths, holdBooks, listMonths, post, trialBalance } from './api.ts';
import { entriesOf, listTransactions } from './repo.ts';

let world: BillingWorld;
let customerId: string;

beforeAll(async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  customerId = (await addCustomer(world, { name: 'Ada' })).id;
});
afterAll(() => world.close());

const SOURCE = '0190a000-0000-7000-8000-00000000000';

function fact(source: string, debitMinor: bigint, creditMinor: bigint): LedgerTransaction {
  return {
    sourceType: 'invoice',
    sourceId: `${SOURCE}${source}`,
    kind: 'invoice_issued',
    customerId,
    currency: currencyCode('EUR'),
    occurredAt: instant(Date.parse('2026-03-01T00:00:00Z')),
    entries: [
      { account: 'receivable', side: 'debit', amountMinor: debitMinor },
      { account: 'revenue', side: 'credit', amountMinor: creditMinor },
    ],
  };
}

test('I25 many facts are posted by two statements, and the trial balance is zero', async () => {
  await world.command((ctx) => post(ctx, [fact('1', 100n, 100n), fact('2', 250n, 250n)]));
  expect(await balances(world)).toEqual({ receivable: 350n, revenue: -350n });
  expect(await world.query(trialBalance)).toMatchObject([
    { account: 'receivable', debitMinor: 350n, creditMinor: 0n },
    { account: 'revenue', debitMinor: 0n, creditMinor: 350n },
  ]);
});

test('I30 a fact that was posted before is refused by the database, and nothing of its batch stands', async () => {
  const again = world.command((ctx) => post(ctx, [fact('3', 1n, 1n), fact('1', 100n, 100n)]));
  await expect(again).rejects.toMatchObject({ code: '23505' });
  expect(await balances(world)).toEqual({ receivable: 350n, revenue: -350n });
});

test('I24 the database refuses a transaction that does not balance, also inside a batch that does as a whole', async () => {
  const crooked = world.command((ctx) => post(ctx, [fact('4', 10n, 11n), fact('5', 11n, 10n)]));
  await expect(crooked).rejects.toMatchObject({ code: '23514' });
});

test('I633 the entries of a transaction name one customer, and whoever asks for a customer gets all of them', async () => {
  const other = (await addCustomer(world, { name: 'Grace' })).id;
  const ofNobody = { ...fact('e', 70n, 70n), customerId: null };
  await world.command((ctx) => post(ctx, [{ ...fact('f', 30n, 30n), customerId: other }, ofNobody]));
  const ask = (id: string) =>
    world.query(async (ctx) => {
      const filter = { account: null, customerId: id, sourceId: null, after: null, limit: 10 };
      const found = await listTransactions(ctx, filter);
      return entriesOf(
        ctx,
        found.map((one) => one.id),
      );
    });
  const [id, ...more] = [...new Set((await ask(other)).map(({ transactionId }) => transactionId))];
  expect(more).toEqual([]);
  expect((await ask(other)).map((entry) => [entry.account, entry.customerId])).toEqual([
    ['receivable', other],
    ['revenue', other],
  ]);
  expect((await ask(customerId)).map(({ transactionId }) => transactionId)).not.toContain(id);
  const mixed = world.command(async (ctx) => {
    const transaction = ctx.newId();
    await ctx.sql.run(
      `insert into ledger_transactions (tenant_id, id, source_kind, source_id, posting, currency, occurred_at, recorded_at)
       values ($1, $2, 'invoice', $2, 'invoice_issued', 'EUR', now(), now())`,
      [ctx.tenant.id, transaction],
    );
    await ctx.sql.run(
      `insert into ledger_entries (tenant_id, transaction_id, position, account, side, amount_minor, currency, customer_id)
       values ($1, $2, 1, 'receivable', 'debit', 5, 'EUR', $3), ($1, $2, 2, 'revenue', 'credit', 5, 'EUR', $3),
         ($1, $2, 3, 'receivable', 'debit', 5, 'EUR', $4), ($1, $2, 4, 'revenue', 'credit', 5, 'EUR', $4)`,
      [ctx.tenant.id, transaction, customerId, other],
    );
  });
  await expect(mixed).rejects.toMatchObject({ code: '23514' });
});

test('I26 the runtime role can neither change nor delete what is posted', async () => {
  for (const statement of [
    'update ledger_entries set amount_minor = 1 where tenant_id = $1',
    'delete from ledger_entries where tenant_id = $1',
    'update ledger_transactions set currency = currency where tenant_id = $1',
    'delete from ledger_transactions where tenant_id = $1',
  ]) {
    const tried = world.command((ctx) => ctx.sql.run(statement, [ctx.tenant.id]));
    await expect(tried).rejects.toMatchObject({ code: '42501' });
  }
});

test('I334 what happened in a closed month is booked in the first open one, by whatever way, and none is reopened', async () => {
  await world.command(async (ctx) => {
    for (const [month, next] of [
      ['2026-01', '2026-02-01'],
      ['2026-02', '2026-03-01'],
    ] as const) {
      await addMonth(ctx, month, instant(Date.parse(`${next}T00:00:00Z`)));
    }
    await closeMonths(ctx, '2026-01', 'ada');
  });
  const late = { ...fact('6', 5n, 5n), occurredAt: instant(Date.parse('2026-01-20T00:00:00Z')) };
  const open = { ...fact('7', 5n, 5n), occurredAt: instant(Date.parse('2026-02-20T00:00:00Z')) };
  await world.command((ctx) => post(ctx, [late, open]));
  const [first, second] = await world.admin(
    'select occurred_at from ledger_transactions where source_id = any ($1) order by source_id',
    [[late.sourceId, open.sourceId]],
  );
  expect([first, second]).toEqual([
    { occurred_at: new Date('2026-02-01T00:00:00Z') },
    { occurred_at: new Date('2026-02-20T00:00:00Z') },
  ]);
  const reopened = world.admin(
    'update ledger_months set closed_at = null, closed_by = null where closed_at is not null',
  );
  await expect(reopened).rejects.toMatchObject({ code: '23514' });
  expect((await world.query(listMonths)).map(({ closedBy }) => closedBy)).toEqual([null, 'ada']);
});

describe('I338 a month is closed while something is posted into it', () => {
  const at = (text: string) => instant(Date.parse(text));
  const postedAt = async (source: string) => {
    const rows = await world.admin('select occurred_at as at from ledger_transactions where source_id = $1', [
      `${SOURCE}${source}`,
    ]);
    return rows.map((row) => (row.at as Date).toISOString());
  };
  const posts = (source: string, day: string, then: () => Promise<void> = async () => undefined) =>
    world.command(async (ctx) => {
      await post(ctx, [{ ...fact(source, 5n, 5n), occurredAt: at(day) }]);
      await then();
    });
  const closes = (month: string, end: string, then: () => Promise<void> = async () => undefined) =>
    world.command(async (ctx) => {
      await holdBooks(ctx);
      await addMonth(ctx, month, at(end));
      await closeMonths(ctx, month, 'ada');
      await then();
    });
  const closedAt = async (month: string) =>
    (await world.query(listMonths)).find((row) => row.month === month)?.closedAt ?? null;

  test('who posts first stays in the month, and it closes after', async () => {
    let closing: Promise<unknown> | undefined;
    await posts('a', '2026-02-10T00:00:00Z', async () => {
      closing = closes('2026-02', '2026-03-01T00:00:00Z');
      await world.untilWaiting();
      expect(await closedAt('2026-02')).toBeNull();
    });
    await closing;
    expect(await postedAt('a')).toEqual(['2026-02-10T00:00:00.000Z']);
    expect(await closedAt('2026-02')).not.toBeNull();
  });

  test('who posts while it is being closed is booked in the first open month', async () => {
    let posting: Promise<unknown> | undefined;
    await closes('2026-03', '2026-04-01T00:00:00Z', async () => {
      posting = posts('b', '2026-03-10T00:00:00Z');
      await world.untilWaiting();
    });
    await posting;
    expect(await postedAt('b')).toEqual(['2026-04-01T00:00:00.000Z']);
    expect(await world.query(trialBalance)).toMatchObject([
      { account: 'receivable' },
      { account: 'revenue' },
    ]);
  });
});

test('I335 a transaction of no tenant is refused, also to who may write for any', async () => {
  const strange = world.admin(
    `insert into ledger_transactions (tenant_id, id, source_kind, source_id, posting, currency, occurred_at, recorded_at)
     values (999999, gen_random_uuid(), 'invoice', gen_random_uuid(), 'invoice_issued', 'EUR', now(), now())`,
  );
  await expect(strange).rejects.toMatchObject({ code: '23503' });
});

describe('I335 one check of the statement stands for keys of each row: the database refuses', () => {
  const insert = (rows: string, day: string) =>
    world.command(async (ctx) => {
      await post(ctx, [fact('8', 7n, 7n)]);
      const [{ id } = { id: '' }] = await ctx.sql.rows<{ id: string }>(
        'select id from ledger_transactions where tenant_id = $1 and source_id = $2',
        [ctx.tenant.id, `${SOURCE}8`],
      );
      const own = ctx.newId();
      await ctx.sql.run(
        `insert into ledger_transactions (tenant_id, id, source_kind, source_id, posting, currency, occurred_at, recorded_at)
         values ($1, $2, 'invoice', $2, 'invoice_issued', 'EUR', $3, now())`,
        [ctx.tenant.id, own, day],
      );
      const values = rows.replaceAll('OWN', `'${own}'`).replaceAll('POSTED', `'${id}'`);
      await ctx.sql.run(
        `insert into ledger_entries (tenant_id, transaction_id, position, account, side, amount_minor, currency, customer_id)
         select $1, * from (values ${values}) v (t, p, a, s, m, c, k)`,
        [ctx.tenant.id],
      );
    });
  const cases: [string, string, string][] = [
    [
      'entries of no transaction',
      `(gen_random_uuid(), 1, 'receivable', 'debit', 5, 'EUR', null::uuid)`,
      '23503',
    ],
    [
      'a customer that is not there, or of another tenant',
      `(OWN::uuid, 1, 'receivable', 'debit', 5, 'EUR', '${SOURCE}9'::uuid), (OWN::uuid, 2, 'revenue', 'credit', 5, 'EUR', '${SOURCE}9')`,
      '23503',
    ],
    [
      'entries in another currency than that of the transaction',
      `(OWN::uuid, 1, 'receivable', 'debit', 5, 'USD', null::uuid), (OWN::uuid, 2, 'revenue', 'credit', 5, 'USD', null)`,
      '23514',
    ],
    [
      'entries in two currencies',
      `(OWN::uuid, 1, 'receivable', 'debit', 5, 'EUR', null::uuid), (OWN::uuid, 2, 'revenue', 'credit', 5, 'USD', null)`,
      '23514',
    ],
    ['a single entry', `(OWN::uuid, 1, 'receivable', 'debit', 5, 'EUR', null::uuid)`, '23514'],
    [
      'entries beside those that came before',
      `(POSTED::uuid, 8, 'receivable', 'debit', 5, 'EUR', null::uuid), (POSTED::uuid, 9, 'revenue', 'credit', 5, 'EUR', null)`,
      '23514',
    ],
    [
      'entries that are not numbered from the first',
      `(OWN::uuid, 2, 'receivable', 'debit', 5, 'EUR', null::uuid), (OWN::uuid, 3, 'revenue', 'credit', 5, 'EUR', null)`,
      '23514',
    ],
    [
      'a closed month',
      `(OWN::uuid, 1, 'receivable', 'debit', 5, 'EUR', null::uuid), (OWN::uuid, 2, 'revenue', 'credit', 5, 'EUR', null)`,
      '23514',
    ],
    [
      'an account that is not on the chart',
      `(OWN::uuid, 1, 'receivable', 'debit', 5, 'EUR', null::uuid), (OWN::uuid, 2, 'pocket', 'credit', 5, 'EUR', null)`,
      '23514',
    ],
  ];
  test.each(cases)('%s', async (name, rows, code) => {
    const day = name === 'a closed month' ? '2026-01-20' : '2026-05-05';
    await expect(insert(rows, day)).rejects.toMatchObject({ code });
  });
});
