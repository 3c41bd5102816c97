import type pg from 'pg';

/** What an account holds of each customer, and what the rows say that it is about. */
const ofCustomers = (account: string, normal: 'debit' | 'credit', facts: string) => `
  select '${account}' as account, currency, customer_id, b.minor as books, f.minor as facts from (
    select currency, customer_id, sum(case side when '${normal}' then amount_minor else -amount_minor end) as minor
    from ledger_entries where account = '${account}' group by 1, 2
  ) b full join (
    select currency, customer_id, sum(minor) as minor from (${facts}) r (currency, customer_id, minor) group by 1, 2
  ) f using (currency, customer_id)
  where coalesce(b.minor, 0) <> coalesce(f.minor, 0)`;

const UNBALANCED = `
  select currency, sum(case side when 'debit' then amount_minor else -amount_minor end) as off_by
  from ledger_entries group by 1 having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0`;

/** What was written off is still receivable; the allowance stands against it. */
const RECEIVABLE = ofCustomers(
  'receivable',
  'debit',
  `select currency, customer_id, due_minor from invoices where status in ('open', 'uncollectible')`,
);
const CREDIT = ofCustomers(
  'credit_liability',
  'credit',
  `select b.key, c.id, b.value::bigint from customers c cross join lateral jsonb_each_text(c.credit_balances) b`,
);
const PAYABLE = ofCustomers(
  'refunds_payable',
  'credit',
  `select r.currency, p.customer_id, r.credit_minor from refunds r
   join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id where r.status in ('pending', 'unknown')`,
);
const DEPOSITS = ofCustomers(
  'deposits',
  'credit',
  'select currency, customer_id, held_minor from payment_requests',
);
const DISPUTED = ofCustomers(
  'disputed',
  'debit',
  'select currency, customer_id, withdrawn_minor - returned_minor - lost_minor from disputes',
);
const PREPAID = ofCustomers(
  'prepaid_credits',
  'credit',
  'select paid_currency, customer_id, paid_minor - earned_minor from credit_grants where paid_minor <> 0',
);

const INVOICES = `
  select i.number, i.status, i.total_minor, i.paid_minor, i.credited_minor, i.refunded_minor, l.total, p.paid, r.refunded, n.credited
  from invoices i
  cross join lateral (
    select coalesce(sum(net_minor + tax_minor), 0) as total from invoice_lines l
    where l.tenant_id = i.tenant_id and l.invoice_id = i.id
  ) l
  cross join lateral (
    select coalesce(sum(amount_minor - credited_minor), 0) as paid
    from payments p where p.tenant_id = i.tenant_id and p.invoice_id = i.id and p.reversed_at is null
  ) p
  cross join lateral (
    select coalesce(sum(r.amount_minor - r.credit_minor), 0) as refunded from payments p
    join refunds r on r.tenant_id = p.tenant_id and r.payment_id = p.id and r.status = 'succeeded'
    where p.tenant_id = i.tenant_id and p.invoice_id = i.id
  ) r
  cross join lateral (
    select coalesce(sum(total_minor), 0) as credited from credit_notes n
    where n.tenant_id = i.tenant_id and n.invoice_id = i.id and n.voided_at is null
  ) n
  where i.total_minor <> l.total or i.total_minor <> i.subtotal_minor + i.tax_minor or i.paid_minor <> p.paid
    or i.refunded_minor <> r.refunded or i.credited_minor <> n.credited
    or (i.status = 'open' and i.due_minor <= 0) or (i.status = 'paid' and i.due_minor <> 0) or i.due_minor < 0`;

const NOTES = `
  select n.number, n.total_minor, n.net_minor, n.tax_minor, n.reduced_minor, n.granted_minor, n.refunded_minor, l.net, l.tax
  from credit_notes n
  cross join lateral (
    select coalesce(sum(net_minor), 0) as net, coalesce(sum(tax_minor), 0) as tax from credit_note_lines l
    where l.tenant_id = n.tenant_id and l.credit_note_id = n.id
  ) l
  where n.net_minor <> l.net or n.tax_minor <> l.tax or n.total_minor <> n.net_minor + n.tax_minor
    or n.total_minor <> n.reduced_minor + n.granted_minor + n.outside_minor or n.refunded_minor > n.granted_minor`;

const PAYMENTS = `
  select p.id, p.refunded_minor, p.credit_returned_minor, r.refunded, r.of_credit from payments p
  cross join lateral (
    select coalesce(sum(amount_minor), 0) as refunded, coalesce(sum(credit_minor), 0) as of_credit from refunds r
    where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.status not in ('failed', 'returned')
  ) r
  where p.refunded_minor <> r.refunded or p.credit_returned_minor <> r.of_credit`;

/** Every number from the first to the last that was given, each once. */
const NUMBERS = `
  select series, year, count(*), max(sequence), s.last_number from (
    select tenant_id, series, year, sequence from invoices where sequence is not null
    union all select tenant_id, series, year, sequence from credit_notes where sequence is not null
  ) n full join number_series s using (tenant_id, series, year)
  where sequence is not null or series in (select series from invoices)
  group by series, year, s.last_number
  having count(*) <> count(distinct sequence) or min(sequence) <> 1 or count(*) <> max(sequence)
    or s.last_number is distinct from max(sequence)`;

/** Stretches of one item that stand on two invoices and of which neither was given back. */
const BILLED_TWICE = `
  select a.id, b.id as again, a.key, a.period_start, a.period_end, b.period_start as again_start, b.period_end as again_end
  from invoice_lines a
  join invoice_lines b on b.tenant_id = a.tenant_id and b.item_id = a.item_id and b.price_id = a.price_id
    and b.kind = a.kind and b.id > a.id
    and b.period_start < a.period_end and a.period_start < b.period_end
  where a.kind = 'recurring' and a.voided_at is null and b.voided_at is null
    and not exists (
      select from invoice_lines c where c.tenant_id = a.tenant_id and c.item_id = a.item_id
        and c.kind = 'proration_credit' and c.voided_at is null
        and c.period_start <= greatest(a.period_start, b.period_start)
        and c.period_end >= least(a.period_end, b.period_end)
    )`;

const LEFT_BEHIND = `
  select 'customer' as what, name as which from customers where parked_at is not null
  union all select 'case', kind || ': ' || detail from cases
    where kind in ('billing.parked', 'provider_event.failed', 'provider.mismatch', 'payment.unknown') and closed_at is null
  union all select 'outbox', type from outbox where dispatched_at is null
  union all select 'provider event', type || ' ' || coalesce(detail, '') from provider_events
    where state not in ('done', 'ignored')`;

const LAWS = {
  trialBalance: UNBALANCED,
  receivable: RECEIVABLE,
  credit: CREDIT,
  payable: PAYABLE,
  deposits: DEPOSITS,
  disputed: DISPUTED,
  prepaid: PREPAID,
  invoices: INVOICES,
  notes: NOTES,
  payments: PAYMENTS,
  numbers: NUMBERS,
  billedTwice: BILLED_TWICE,
};

/** What does not add up in the books of a database; empty where all does, at any moment. */
export async function unsoundBooks(client: pg.Client): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const [law, query] of Object.entries(LAWS)) {
    found.push(...(await client.query(query)).rows.map((row) => ({ law, ...row })));
  }
  return found;
}

/** What should have been done by now and was not, where all due work was. */
export async function leftBehind(client: pg.Client): Promise<unknown[]> {
  return (await client.query(LEFT_BEHIND)).rows;
}

/** What is deferred still, by currency. */
export async function deferredRevenue(client: pg.Client): Promise<unknown[]> {
  const { rows } = await client.query(`
    select currency, sum(case side when 'credit' then amount_minor else -amount_minor end)::text as deferred
    from ledger_entries where account = 'deferred_revenue' group by 1
    having sum(case side when 'credit' then amount_minor else -amount_minor end) <> 0`);
  return rows;
}
