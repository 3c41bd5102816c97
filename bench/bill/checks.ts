import type pg from 'pg';
import { DUE_AT, LINES_AN_INVOICE } from './shop.ts';

/** What must be true of every run, whatever its speed. */
export type Proof = { name: string; isTrue: boolean; seen: string };

/** Looks at what the run left behind: `count` invoices for each seller. */
export async function proofsOf(
  admin: pg.Pool,
  tenants: readonly number[],
  count: number,
  kinds: number,
): Promise<Proof[]> {
  const all = count * tenants.length;
  const is = async (name: string, wanted: number, statement: string): Promise<Proof> => {
    const { rows } = await admin.query<{ n: string }>(statement, [tenants, DUE_AT]);
    const seen = Number(rows[0]?.n);
    return { name, isTrue: seen === wanted, seen: `${seen} of ${wanted}` };
  };
  const issued = 'invoices i where i.tenant_id = any ($1::integer[]) and i.issued_at >= $2::timestamptz';
  const their = `from ${issued}`;
  return [
    await is(
      'everybody has an invoice',
      all,
      `select count(distinct (i.tenant_id, i.customer_id)) as n ${their}`,
    ),
    await is('and only one', all, `select count(*) as n ${their}`),
    await is(
      'numbers follow those before without a gap',
      tenants.length,
      `select count(*) as n from (select 1 ${their} group by i.tenant_id
         having count(*) = max(sequence) - min(sequence) + 1 and min(sequence) = ${count} + 2) t`,
    ),
    await is(
      'each has its lines, taxed, with what the discount took',
      all * LINES_AN_INVOICE,
      `select count(*) as n from invoice_lines l join invoices i on l.tenant_id = i.tenant_id and l.invoice_id = i.id
         where i.tenant_id = any ($1::integer[]) and i.issued_at >= $2::timestamptz and l.tax_minor <> 0
           and (l.discounts <> '[]' or l.kind = 'proration_credit')`,
    ),
    await is(
      'each kind costs its own, and all of a kind the same',
      Math.min(kinds, count),
      `select count(distinct (i.subtotal_minor, i.tax_minor, i.total_minor)) as n ${their}`,
    ),
    await is(
      'each is posted, balanced, at its total',
      all,
      `select count(*) as n from (
         select t.id from ledger_transactions t
         join invoices i on i.tenant_id = t.tenant_id and i.id = t.source_id
         join ledger_entries e on e.tenant_id = t.tenant_id and e.transaction_id = t.id
         where t.tenant_id = any ($1::integer[]) and i.issued_at >= $2::timestamptz group by t.id, i.total_minor
         having sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) = 0
           and sum(e.amount_minor) filter (where e.side = 'debit' and e.account = 'receivable') = i.total_minor) t`,
    ),
    await is(
      'each is told in the outbox',
      all,
      `select count(*) as n from outbox o where o.tenant_id = any ($1::integer[]) and o.type = 'invoice.issued'
         and o.occurred_at >= $2::timestamptz`,
    ),
    await is(
      'everybody is due again in a month',
      all,
      `select count(*) as n from subscriptions s where s.tenant_id = any ($1::integer[])
         and s.next_bill_at = $2::timestamptz + interval '1 month'`,
    ),
  ];
}
