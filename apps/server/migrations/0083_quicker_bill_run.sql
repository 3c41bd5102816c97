-- Purpose: the lines of a statement are checked for less, and before their invoices are written: those wait for numbers, and
-- whoever has taken numbers keeps others waiting. What the index by subscription is asked for, the last period of an item
-- before another, it now finds without looking at other items.
-- Lock risk: the lines cannot be written while their new index is made, about two seconds for a million of them.
set local lock_timeout = '5s';

create index invoice_lines_by_item on invoice_lines (tenant_id, subscription_id, item_id, period_start)
  where voided_at is null;
drop index invoice_lines_by_subscription;

-- Invoices that lines name which this transaction has written, until it ends: nobody ever sees a row.
create table awaited_invoices (
  tenant_id integer not null,
  id uuid not null,
  invoice_ids uuid[] not null,
  primary key (tenant_id, id)
);
call app.protect('awaited_invoices');
grant select, insert, delete on awaited_invoices to billhook_rt;

-- One query over the new lines: the subscription and its item or charge, and the price are there; who computes the
-- subscription bills it; no service period of an item is billed twice, on lines that count. Periods of an item do not overlap
-- so far, so of those that begin before a new one ends only the last can reach beyond its beginning. What lines have in common
-- is looked up once. That items are of the subscription is asked in words that no index answers: a subscription may have had
-- many. The invoices are awaited.
-- The customers are locked first, so that no two transactions look past each other; billing has the lock already.
create or replace function app.check_invoice_lines() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare broken record;
begin
  perform 1 from (
    select distinct l.tenant_id, l.subscription_id from new_lines l
  ) d, lateral (
    select s.customer_id from subscriptions s where s.tenant_id = d.tenant_id
      and s.id between d.subscription_id and d.subscription_id order by s.id limit 1
  ) s, lateral (
    select c.id from customers c where c.tenant_id = d.tenant_id
      and c.id between s.customer_id and s.customer_id order by c.id limit 1
    for no key update
  ) c;
  select f.* into broken from (
    select l.key, 'lost' as fault from (
      select min(n.key) as key, n.tenant_id, n.invoice_id, n.subscription_id, n.kind = 'mirrored' as is_mirrored,
        array_agg(n.item_id) filter (where n.item_id is not null) as items
      from new_lines n group by n.tenant_id, n.invoice_id, n.subscription_id, n.kind = 'mirrored'
    ) l
    where (select (s.billing_authority = 'stripe') = l.is_mirrored
        from subscriptions s where s.tenant_id = l.tenant_id
          and s.id between l.subscription_id and l.subscription_id order by s.id limit 1) is not true
      or not coalesce(l.items <@ array(select i.id from subscription_items i
        where i.tenant_id = l.tenant_id and i.id = any (l.items)
          and i.subscription_id is not distinct from l.subscription_id), true)
    union all
    select l.key, 'lost' from (
      select min(n.key) as key, n.tenant_id, n.price_id from new_lines n where n.price_id is not null
      group by n.tenant_id, n.price_id
    ) l
    where (select p.id from prices p where p.tenant_id = l.tenant_id
      and p.id between l.price_id and l.price_id order by p.id limit 1)
      is null
    union all
    select l.key, 'lost' from new_lines l where l.charge_id is not null
      and (select k.subscription_id from subscription_charges k
        where k.tenant_id = l.tenant_id
          and k.id between l.charge_id and l.charge_id order by k.id limit 1) is distinct from l.subscription_id
    union all
    select l.key, 'twice' from new_lines l
    where l.item_id is not null and l.period_end > l.period_start and l.voided_at is null and (
      select o.period_end from invoice_lines o
      where o.tenant_id = l.tenant_id and o.subscription_id = l.subscription_id and o.item_id = l.item_id
        and o.kind = l.kind and o.period_start < l.period_end
        and o.period_end > o.period_start and o.voided_at is null
        and o.id <> l.id
      order by o.period_start desc limit 1) > l.period_start
  ) f
  limit 1;
  if not found then
    insert into awaited_invoices (tenant_id, id, invoice_ids)
    select d.tenant_id, gen_random_uuid(), array_agg(d.invoice_id)
    from (select distinct l.tenant_id, l.invoice_id from new_lines l) d group by d.tenant_id;
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

-- The invoices of all lines of a statement are looked for together, when the transaction ends.
create function app.check_awaited_invoices() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare lost uuid;
begin
  select a.id into lost from unnest(new.invoice_ids) a (id)
  where (select i.id from invoices i where i.tenant_id = new.tenant_id
    and i.id between a.id and a.id order by i.id limit 1) is null
  limit 1;
  if found then
    raise exception 'lines name the invoice %, which is not there', lost
      using errcode = '23503', constraint = 'invoice_lines_whole';
  end if;
  delete from awaited_invoices w where w.tenant_id = new.tenant_id and w.id = new.id;
  return null;
end $$;

create constraint trigger awaited_invoices_came after insert on awaited_invoices
  deferrable initially deferred for each row execute function app.check_awaited_invoices();
