-- Purpose: a subscription that new lines name is looked up once and not twice: who its customer is, who is locked, and who computes
-- it, which nobody who writes lines may change. Its items are looked up once for all lines of a statement.
-- Lock risk: none; a function is replaced.
set local lock_timeout = '5s';

create or replace function app.check_invoice_lines() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare broken record;
begin
  select l.key, 'lost' as fault into broken from (
    select min(n.key) as key, n.tenant_id, n.subscription_id, n.kind = 'mirrored' as is_mirrored
    from new_lines n group by n.tenant_id, n.subscription_id, n.kind = 'mirrored'
  ) l left join lateral (
    select s.customer_id, s.billing_authority from subscriptions s where s.tenant_id = l.tenant_id
      and s.id between l.subscription_id and l.subscription_id order by s.id limit 1
  ) s on true left join lateral (
    select c.id from customers c where c.tenant_id = l.tenant_id
      and c.id between s.customer_id and s.customer_id order by c.id limit 1
    for no key update
  ) c on true
  where (s.billing_authority = 'stripe') is distinct from l.is_mirrored or c.id is null;
  if not found then
    select f.* into broken from (
      select l.key, 'lost' as fault from (
        select min(n.key) as key, n.tenant_id, n.subscription_id, array_agg(n.item_id) as items
        from new_lines n where n.item_id is not null group by n.tenant_id, n.subscription_id
      ) l
      where not l.items <@ array(select i.id from subscription_items i
        where i.tenant_id = l.tenant_id and i.id = any (l.items)
          and i.subscription_id is not distinct from l.subscription_id)
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
  end if;
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
