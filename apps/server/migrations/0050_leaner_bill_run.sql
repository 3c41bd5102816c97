-- Purpose: a bill run writes less, and what is checked of the lines and entries of a statement costs the same however many
-- invoices a seller has. The look-ups of 0042 and 0045 were turned into tables of everything that a seller has, or went by an
-- index that holds no id where the plan was made while the table was small: each batch of a run then read all items, all
-- invoices and all transactions.
-- Lock risk: two short exclusive locks for what the catalogue says of a column; no row is read or written.
set local lock_timeout = '5s';

-- How a line came about stands in the frozen document and is read from there. Lines of before, and those of Stripe, whose
-- documents have no explanation, keep it beside.
alter table invoice_lines alter column explanation drop not null;

-- Pressing a document of 10 kB together was a quarter of all that the database did in a run. It is written as it is, and takes
-- about what its explanations took on the lines.
alter table invoices alter column canonical set storage external;

-- A look-up by key asks for the first id between the one that is looked for and itself. It is a query for one row, so it is
-- run once for each line and never becomes a table of all rows; and since nothing may be sorted, only the primary key can
-- answer it, whatever the plan was made for. Said as an equality, the order would be nothing to ask for.

-- One query over the new lines: the invoice, the subscription and its item or charge, and the price are there; who computes
-- the subscription bills it; no service period of an item is billed twice, on lines that count. Periods of an item do not
-- overlap so far, so of those that begin before a new one ends only the last can reach beyond its beginning. What lines have
-- in common is looked up once.
-- The customers are locked first, so that no two transactions look past each other; billing has the lock already.
create or replace function app.check_invoice_lines() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare broken record;
begin
  perform 1 from (
    select distinct l.tenant_id, l.invoice_id from new_lines l
  ) d, lateral (
    select i.customer_id from invoices i where i.tenant_id = d.tenant_id
      and i.id between d.invoice_id and d.invoice_id order by i.id limit 1
  ) i, lateral (
    select c.id from customers c where c.tenant_id = d.tenant_id
      and c.id between i.customer_id and i.customer_id order by c.id limit 1
    for no key update
  ) c;
  select f.* into broken from (
    select l.key, 'lost' as fault from (
      select min(n.key) as key, n.tenant_id, n.invoice_id, n.subscription_id, n.kind = 'mirrored' as is_mirrored
      from new_lines n group by n.tenant_id, n.invoice_id, n.subscription_id, n.kind = 'mirrored'
    ) l
    where (select i.id from invoices i where i.tenant_id = l.tenant_id
      and i.id between l.invoice_id and l.invoice_id order by i.id limit 1)
        is null
      or (select (s.billing_authority = 'stripe') = l.is_mirrored
        from subscriptions s where s.tenant_id = l.tenant_id
          and s.id between l.subscription_id and l.subscription_id order by s.id limit 1) is not true
    union all
    select l.key, 'lost' from (
      select min(n.key) as key, n.tenant_id, n.price_id from new_lines n where n.price_id is not null
      group by n.tenant_id, n.price_id
    ) l
    where (select p.id from prices p where p.tenant_id = l.tenant_id
      and p.id between l.price_id and l.price_id order by p.id limit 1)
      is null
    union all
    select l.key, 'lost' from new_lines l where l.item_id is not null
      and (select i.subscription_id from subscription_items i
        where i.tenant_id = l.tenant_id
          and i.id between l.item_id and l.item_id order by i.id limit 1) is distinct from l.subscription_id
    union all
    select l.key, 'lost' from new_lines l where l.charge_id is not null
      and (select k.subscription_id from subscription_charges k
        where k.tenant_id = l.tenant_id
          and k.id between l.charge_id and l.charge_id order by k.id limit 1) is distinct from l.subscription_id
    union all
    select l.key, 'twice' from new_lines l
    where l.item_id is not null and l.period_end > l.period_start and l.voided_at is null and (
      select o.period_end from invoice_lines o
      where o.tenant_id = l.tenant_id and o.subscription_id = l.subscription_id and o.period_start < l.period_end
        and o.period_end > o.period_start and o.item_id = l.item_id and o.kind = l.kind and o.voided_at is null
        and o.id <> l.id
      order by o.period_start desc limit 1) > l.period_start
  ) f
  limit 1;
  if not found then
    return null;
  end if;
  if broken.fault = 'lost' and not exists (
    select from new_lines l, subscriptions s where l.key = broken.key and s.tenant_id = l.tenant_id
      and s.id = l.subscription_id and (s.billing_authority = 'stripe') <> (l.kind = 'mirrored')
  ) then
    raise exception 'line % names an invoice, a subscription, an item, a charge or a price that is not there', broken.key
      using errcode = '23503', constraint = 'invoice_lines_whole';
  elsif broken.fault = 'lost' then
    raise exception 'a line is billed by whoever computes its subscription' using errcode = '23514';
  end if;
  raise exception 'line % bills a service period again', broken.key
    using errcode = '23P01', constraint = 'invoice_lines_period_once';
end $$;

-- As in 0042, looked up in the same way.
create or replace function app.check_ledger_balance() returns trigger language plpgsql
set enable_sort = off as $$
declare broken record;
begin
  with books as materialized (
    select b.tenant_id, app.open_books(b.tenant_id) as closed_until from (select distinct tenant_id from new_entries) b
  ), facts as (
    select e.tenant_id, e.transaction_id, min(e.currency) as currency, max(e.currency) as other_currency, count(*) as entries,
      min(e.position) as first_position, max(e.position) as last_position,
      sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) as difference
    from new_entries e group by e.tenant_id, e.transaction_id
  )
  select f.transaction_id, f.currency, t.id is null as is_unknown, t.occurred_at < b.closed_until as is_closed,
    f.first_position <> 1 or f.last_position <> f.entries as is_late
  into broken
  from facts f join books b on b.tenant_id = f.tenant_id
  left join lateral (
    select l.id, l.currency, l.occurred_at from ledger_transactions l
    where l.tenant_id = f.tenant_id and l.id between f.transaction_id and f.transaction_id order by l.id limit 1
  ) t on true
  where t.id is null or f.difference <> 0 or f.entries < 2 or f.currency <> t.currency or f.other_currency <> t.currency
    or t.occurred_at < b.closed_until or f.first_position <> 1 or f.last_position <> f.entries
  limit 1;
  if found then
    if broken.is_unknown then
      raise exception 'ledger transaction % is not there', broken.transaction_id using errcode = '23503';
    elsif broken.is_closed then
      raise exception 'ledger transaction % falls into a closed month', broken.transaction_id using errcode = '23514';
    elsif broken.is_late then
      raise exception 'the entries of a ledger transaction must be inserted by one statement' using errcode = '23514';
    end if;
    raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
  end if;
  select c.customer_id into broken
  from (select distinct tenant_id, customer_id from new_entries where customer_id is not null) c
  where (select k.id from customers k where k.tenant_id = c.tenant_id
    and k.id between c.customer_id and c.customer_id order by k.id limit 1)
    is null
  limit 1;
  if found then
    raise exception 'customer % of a ledger entry is not there', broken.customer_id using errcode = '23503';
  end if;
  return null;
end $$;
