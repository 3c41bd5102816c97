-- Purpose: credits that many spend at once. What entries and consumptions point to is checked once a statement instead of by
-- keys once a row, which cost more than writing the rows; what is left of a grant is no part of an index any more.
-- Lock risk: credit_grants is written anew under an exclusive lock, one row a grant; constraints are dropped under short ones.
set local lock_timeout = '5s';

-- Indexes named the amount that is left, so each spending entered its grant into all of them again. Whether anything is left
-- changes once.
alter table credit_grants add column has_left boolean not null generated always as (left_amount > 0) stored;
drop index credit_grants_expiring;
drop index credit_grants_held;
create index credit_grants_expiring on credit_grants (tenant_id, expires_at) where has_left and expires_at is not null;
create index credit_grants_held on credit_grants (tenant_id, customer_id) where has_left;
alter table credit_grants set (fillfactor = 70);
revoke select (left_amount) on credit_grants from billhook_work;
grant select (has_left) on credit_grants to billhook_work;

-- Nobody but the owner of the tables may delete what these point to, and a tenant's rows are written only in a transaction
-- that has loaded the tenant.
alter table credit_consumptions
  drop constraint credit_consumptions_tenant_id_fkey,
  drop constraint credit_consumptions_tenant_id_customer_id_fkey,
  drop constraint credit_consumptions_tenant_id_credit_type_id_fkey,
  drop constraint credit_consumptions_tenant_id_feature_id_fkey,
  drop constraint credit_consumptions_tenant_id_subscription_id_fkey,
  drop constraint credit_consumptions_tenant_id_overage_meter_id_fkey;
alter table credit_entries
  drop constraint credit_entries_tenant_id_fkey,
  drop constraint credit_entries_tenant_id_customer_id_fkey,
  drop constraint credit_entries_tenant_id_grant_id_fkey,
  drop constraint credit_entries_tenant_id_consumption_id_fkey;

-- Look-ups are by key whatever the plan was made for, since a plan is kept from the first batch on.
create function app.check_credit_consumptions() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare broken uuid;
begin
  select n.id into broken from new_consumptions n
    left join lateral (select 1 as found from customers c
      where c.tenant_id = n.tenant_id and c.id = n.customer_id offset 0) c on true
    left join lateral (select 1 as found from credit_types t
      where t.tenant_id = n.tenant_id and t.id = n.credit_type_id offset 0) t on true
    left join lateral (select 1 as found from features f
      where f.tenant_id = n.tenant_id and f.id = n.feature_id offset 0) f on true
    left join lateral (select 1 as found from subscriptions s
      where s.tenant_id = n.tenant_id and s.id = n.subscription_id and s.customer_id = n.customer_id offset 0) s on true
    left join lateral (select 1 as found from meters m
      where m.tenant_id = n.tenant_id and m.id = n.overage_meter_id offset 0) m on true
  where c.found is null or t.found is null
    or n.feature_id is not null and f.found is null
    or n.subscription_id is not null and s.found is null
    or n.overage_meter_id is not null and m.found is null
  limit 1;
  if found then
    raise exception 'consumption % names a customer, a type, a feature, a subscription or a meter that is not there', broken
      using errcode = '23503', constraint = 'credit_consumptions_whole';
  end if;
  return null;
end $$;
create trigger credit_consumptions_whole after insert on credit_consumptions
  referencing new table as new_consumptions for each statement execute function app.check_credit_consumptions();

-- The grant and the consumption are there, and of the customer whom the entry names.
create function app.check_credit_entries() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare broken uuid;
begin
  select n.id into broken from new_entries n
    left join lateral (select 1 as found from credit_grants g
      where g.tenant_id = n.tenant_id and g.id = n.grant_id and g.customer_id = n.customer_id offset 0) g on true
    left join lateral (select 1 as found from credit_consumptions c
      where c.tenant_id = n.tenant_id and c.id = n.consumption_id and c.customer_id = n.customer_id offset 0) c on true
  where g.found is null or n.consumption_id is not null and c.found is null
  limit 1;
  if found then
    raise exception 'entry % names a grant or a consumption that its customer does not have', broken
      using errcode = '23503', constraint = 'credit_entries_whole';
  end if;
  return null;
end $$;
create trigger credit_entries_whole after insert on credit_entries
  referencing new table as new_entries for each statement execute function app.check_credit_entries();
