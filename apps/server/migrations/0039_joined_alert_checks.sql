-- Purpose: who is to be looked at after usage came in is written once a batch, not once a customer: rows that are written
-- and removed again under the same key leave dead ones behind, which every later write has to pass.
-- Lock risk: exclusive lock on usage_alert_checks, which holds the work of seconds.
set local lock_timeout = '5s';

alter table usage_alert_checks no force row level security;
create table usage_checks_before as select tenant_id, customer_id, requested_at from usage_alert_checks;
drop table usage_alert_checks;
create table usage_alert_checks (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  -- Customers whose usage changed in one transaction, each once.
  customer_ids uuid[] not null check (cardinality(customer_ids) > 0),
  requested_at timestamptz not null,
  primary key (tenant_id, id)
);
insert into usage_alert_checks (tenant_id, id, customer_ids, requested_at)
select tenant_id, gen_random_uuid(), array_agg(distinct customer_id), min(requested_at) from usage_checks_before group by tenant_id;
drop table usage_checks_before;
call app.protect('usage_alert_checks');
call app.let_work_see('usage_alert_checks', 'tenant_id, requested_at');
grant select, insert, update, delete on usage_alert_checks to billhook_rt;
