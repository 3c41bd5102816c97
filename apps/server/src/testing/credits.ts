import type { Client } from 'pg';
import { expect } from 'vitest';

/** Kept balances with what is promised of them, conservation and the books, over everything that happened in a database. */
export async function expectSoundCredits(admin: Client): Promise<void> {
  const { rows: wrong } = await admin.query(`
    select g.id from credit_grants g left join lateral (
      select coalesce(sum(case when kind in ('granted', 'refunded') then amount else -amount end), 0)
          - (select coalesce(sum(h.amount), 0) from credit_holds h where h.tenant_id = g.tenant_id and h.grant_id = g.id)
          as left_amount,
        coalesce(sum(amount) filter (where kind = 'granted'), 0) as granted
      from credit_entries e where e.tenant_id = g.tenant_id and e.grant_id = g.id) e on true
    where e.left_amount <> g.left_amount or e.granted <> g.amount`);
  expect(wrong).toEqual([]);
  const { rows: owed } = await admin.query(`
    select (select coalesce(sum(paid_minor - earned_minor), 0) from credit_grants)::text as grants,
      (select coalesce(sum(case side when 'credit' then amount_minor else -amount_minor end), 0)
       from ledger_entries where account = 'prepaid_credits')::text as books`);
  expect(owed[0]?.books).toBe(owed[0]?.grants);
  const { rows: unnamed } = await admin.query(`
    select c.id from credit_consumptions c where c.amount - c.overage <> (
      select coalesce(sum(amount), 0) from credit_entries e
      where e.tenant_id = c.tenant_id and e.consumption_id = c.id and e.kind = 'consumed')`);
  expect(unnamed).toEqual([]);
  const { rows: books } = await admin.query(
    `select account, sum(case side when 'debit' then amount_minor else -amount_minor end)::text as balance
     from ledger_entries group by account`,
  );
  expect(books.reduce((sum: bigint, { balance }) => sum + BigInt(balance), 0n)).toBe(0n);
  const { rows: beyond } = await admin.query(`
    select p.id from credit_purchases p join credit_grants g
      on g.tenant_id = p.tenant_id and g.fact = 'purchase:' || p.id
    where p.returned_amount + p.missing_amount > g.amount or p.returned_amount <> (
      select coalesce(sum(case when kind = 'returned' then amount when kind = 'refunded' and consumption_id is null
        then -amount else 0 end), 0) from credit_entries e where e.tenant_id = g.tenant_id and e.grant_id = g.id)`);
  expect(beyond).toEqual([]);
}
