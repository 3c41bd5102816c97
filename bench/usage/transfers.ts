import { randomBytes, randomUUID } from 'node:crypto';
import { currencyCode } from '@billhook/core/money/currency';
import { instant } from '@billhook/core/time/instant';
import { post } from '../../apps/server/src/modules/ledger/api.ts';
import { systemClock } from '../../apps/server/src/platform/clock.ts';
import { openDatabase } from '../../apps/server/src/platform/database.ts';
import { silentLog } from '../../apps/server/src/platform/log.ts';
import { createTransactor } from '../../apps/server/src/platform/transaction.ts';
import type { Proof } from './figures.ts';
import type { Ground } from './ground.ts';
import { equal } from './proofs.ts';
import { repeated } from './raw.ts';
import type { Taken } from './rounds.ts';
import { wholeNumber } from './stage.ts';

/** Transfers in one call, and how many calls are under way at once. */
const BATCH = 1_000;
const WRITERS = 2;

export type Posted = Taken & { proofs: Proof[] };

/** The books of the server, written by the module's own set-wise post in this process. */
export async function openBooks(ground: Ground) {
  const { stage, shop } = ground;
  const database = openDatabase(stage.loginUrl, { runtime: WRITERS, work: 1 });
  const transactor = createTransactor({ database, clock: systemClock, randomBytes, log: silentLog });
  const tenantId = Number(await wholeNumber(stage.admin, 'select id from tenants order by id limit 1'));
  const request = { tenantId, actor: { kind: 'system', id: 'bench' } as const, requestId: null };
  const currency = currencyCode('EUR');
  const occurredAt = instant(Date.now());

  const transferOf = (index: number) => ({
    sourceType: 'payment' as const,
    sourceId: transactor.newId(),
    kind: 'payment_succeeded' as const,
    customerId: shop.rowIds[index % shop.rowIds.length] as string,
    currency,
    occurredAt,
    entries: [
      { account: 'cash:bench' as const, side: 'debit' as const, amountMinor: 100n },
      { account: 'receivable' as const, side: 'credit' as const, amountMinor: 100n },
    ],
  });

  async function postFor(seconds: number): Promise<Posted> {
    const before = await booksOf(ground);
    const begin = performance.now();
    let done = 0;
    const writer = async () => {
      while (performance.now() - begin < seconds * 1000) {
        const transfers = Array.from({ length: BATCH }, (_, index) => transferOf(index));
        await transactor.command(request, (ctx) => post(ctx, transfers));
        done += BATCH;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    const value = done / ((performance.now() - begin) / 1000);
    const after = await booksOf(ground);
    const all = BigInt(done);
    return {
      value,
      work: done,
      proofs: [
        equal('every transfer is in the books once', after.transfers - before.transfers, all),
        equal('their debits add up', after.debit - before.debit, all * 100n),
        equal('all debits are all credits', after.debit, after.credit),
      ],
    };
  }
  return { postFor, close: () => database.close() };
}

async function booksOf({ stage: { admin } }: Ground) {
  const side = (name: string) =>
    wholeNumber(admin, 'select sum(amount_minor) from ledger_entries where side = $1', [name]);
  return {
    transfers: await wholeNumber(admin, 'select count(*) from ledger_transactions'),
    debit: await side('debit'),
    credit: await side('credit'),
  };
}

const PREPARE = `create table if not exists raw_transfers (id uuid primary key, source_kind text not null,
    source_id uuid not null, posting text not null, currency text not null, occurred_at timestamptz not null);
    create table if not exists raw_entries (transfer_id uuid not null, position smallint not null, account text not null,
      side text not null, amount_minor bigint not null, currency text not null, customer_id uuid,
      primary key (transfer_id, position));
    truncate raw_transfers, raw_entries`;

/** The same rows into two bare tables with their primary keys, as many in a transaction. */
export async function insertTransfers(ground: Ground, seconds: number): Promise<Taken> {
  const customers = ground.shop.rowIds;
  const now = new Date().toISOString();
  const list = <T>(length: number, make: (index: number) => T) =>
    Array.from({ length }, (_, index) => make(index));
  const value = await repeated(
    ground.stage.bareUrl,
    { connections: WRITERS, seconds, prepare: PREPARE },
    async (client) => {
      const ids = list(BATCH, () => randomUUID());
      await client.query('begin');
      await client.query({
        name: 'transfers',
        text: `insert into raw_transfers select t.id, 'payment', t.source, 'payment_succeeded', 'EUR', $3
          from unnest($1::uuid[], $2::uuid[]) as t (id, source)`,
        values: [ids, ids, now],
      });
      await client.query({
        name: 'entries',
        text: `insert into raw_entries select e.id, e.position, e.account, e.side, e.amount, 'EUR', e.customer
          from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::bigint[], $6::uuid[])
            as e (id, position, account, side, amount, customer)`,
        values: [
          list(BATCH * 2, (index) => ids[index >> 1]),
          list(BATCH * 2, (index) => (index & 1) + 1),
          list(BATCH * 2, (index) => (index & 1 ? 'receivable' : 'cash:bench')),
          list(BATCH * 2, (index) => (index & 1 ? 'credit' : 'debit')),
          list(BATCH * 2, () => 100),
          list(BATCH * 2, (index) => customers[(index >> 1) % customers.length]),
        ],
      });
      await client.query('commit');
      return BATCH;
    },
  );
  return { value };
}
