import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import { currencyCode } from '@billhook/core/money/currency';
import { instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCustomer, type BillingWorld, balances, createBillingWorld } from '../../testing/billing.ts';
import { post, trialBalance } from './api.ts';

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
