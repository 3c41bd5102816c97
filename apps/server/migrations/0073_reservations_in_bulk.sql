-- Purpose: reservations that many make at once. What they point to is checked once a statement instead of by three keys once a
-- row, which cost more than writing the rows.
-- Lock risk: constraints are dropped and triggers made under short exclusive locks; no row is read.
set local lock_timeout = '5s';

-- Nobody but the owner of the tables may delete a feature, and a tenant's rows are written only in a transaction that has
-- loaded the tenant.
alter table usage_reservations
  drop constraint usage_reservations_tenant_id_fkey,
  drop constraint usage_reservations_tenant_id_feature_id_fkey,
  drop constraint usage_reservations_tenant_id_customer_id_meter_id_window_s_fkey;

-- Look-ups are by key whatever the plan was made for, since a plan is kept from the first batch on.
create function app.check_reservations() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare broken uuid;
begin
  select n.id into broken from new_reservations n
    left join lateral (select 1 as found from features f
      where f.tenant_id = n.tenant_id and f.id = n.feature_id offset 0) f on true
    left join lateral (select 1 as found from usage_counters c
      where c.tenant_id = n.tenant_id and c.customer_id = n.customer_id and c.meter_id = n.meter_id
        and c.window_start = n.window_start and c.window_end = n.window_end offset 0) c on true
  where f.found is null or c.found is null
  limit 1;
  if found then
    raise exception 'reservation % names a feature or a counter that is not there', broken
      using errcode = '23503', constraint = 'usage_reservations_whole';
  end if;
  return null;
end $$;
create trigger usage_reservations_whole after insert on usage_reservations
  referencing new table as new_reservations for each statement execute function app.check_reservations();

-- Whoever reserves holds the lock of the counter, and so does whoever deletes it, so neither overlooks the other.
create function app.check_counters_free() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if exists (select from old_counters o
    cross join lateral (select 1 from usage_reservations r
      where r.tenant_id = o.tenant_id and r.customer_id = o.customer_id and r.meter_id = o.meter_id
        and r.window_start = o.window_start and r.window_end = o.window_end limit 1) r) then
    raise exception 'a counter has reservations'
      using errcode = '23503', constraint = 'usage_counters_free';
  end if;
  return null;
end $$;
create trigger usage_counters_free after delete on usage_counters
  referencing old table as old_counters for each statement execute function app.check_counters_free();
