-- Purpose: invoices in bulk. What holds for lines is checked once a statement instead of by keys and an exclusion once a
-- row, which cost more than writing the rows; large runs of billing are remembered, so that their progress can be shown.
-- Lock risk: constraints and an index are dropped, each under a short exclusive lock.
set local lock_timeout = '5s';

-- Nobody but the owner of the tables may delete what these point to, and a tenant's rows are written only in a transaction
-- that has loaded the tenant.
alter table invoice_lines
  drop constraint invoice_lines_period_once,
  drop constraint invoice_lines_tenant_id_fkey,
  drop constraint invoice_lines_tenant_id_invoice_id_fkey,
  drop constraint invoice_lines_tenant_id_item_id_fkey,
  drop constraint invoice_lines_tenant_id_charge_id_fkey,
  drop constraint invoice_lines_tenant_id_price_id_fkey;
alter table invoices drop constraint invoices_tenant_id_fkey;
alter table ledger_transactions drop constraint if exists ledger_transactions_tenant_id_fkey;
alter table outbox drop constraint outbox_tenant_id_fkey;
alter table audit_log drop constraint audit_log_tenant_id_fkey;

-- One query over the new lines: the invoice, the subscription and its item or charge, and the price are there; who computes
-- the subscription bills it; no service period of an item is billed twice, on lines that count. Periods of an item do not
-- overlap so far, so only the one that began last before a new one can reach into it, beside those that begin inside it.
-- The customers are locked first, so that no two transactions look past each other; billing has the lock already.
-- Look-ups are by key whatever the plan was made for, since a plan is kept from the first batch on.
create function app.check_invoice_lines() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare broken record;
begin
  perform 1 from (
    select distinct on (l.tenant_id, l.invoice_id) l.tenant_id, i.customer_id
    from new_lines l, lateral (
      select i.customer_id from invoices i where i.tenant_id = l.tenant_id and i.id = l.invoice_id offset 0
    ) i
  ) d, lateral (
    select c.id from customers c where c.tenant_id = d.tenant_id and c.id = d.customer_id for no key update
  ) c;
  select f.* into broken from (
    select l.key,
      not exists (select from invoices i where i.tenant_id = l.tenant_id and i.id = l.invoice_id)
        or s.billing_authority is null
        or l.item_id is not null and not exists (select from subscription_items i
          where i.tenant_id = l.tenant_id and i.id = l.item_id and i.subscription_id = l.subscription_id)
        or l.charge_id is not null and not exists (select from subscription_charges k
          where k.tenant_id = l.tenant_id and k.id = l.charge_id and k.subscription_id = l.subscription_id)
        or l.price_id is not null and not exists (select from prices p
          where p.tenant_id = l.tenant_id and p.id = l.price_id) as is_lost,
      (s.billing_authority = 'stripe') <> (l.kind = 'mirrored') as is_foreign,
      l.item_id is not null and l.period_end > l.period_start and l.voided_at is null and (
        exists (select from invoice_lines o
          where o.tenant_id = l.tenant_id and o.subscription_id = l.subscription_id
            and o.period_start >= l.period_start and o.period_start < l.period_end and o.period_end > o.period_start
            and o.item_id = l.item_id and o.kind = l.kind and o.voided_at is null and o.id <> l.id)
        or (select o.period_end from invoice_lines o
          where o.tenant_id = l.tenant_id and o.subscription_id = l.subscription_id
            and o.period_start < l.period_start and o.period_end > o.period_start
            and o.item_id = l.item_id and o.kind = l.kind and o.voided_at is null
          order by o.period_start desc limit 1) > l.period_start) as is_twice
    from new_lines l left join lateral (
      select s.billing_authority from subscriptions s where s.tenant_id = l.tenant_id and s.id = l.subscription_id offset 0
    ) s on true
  ) f
  where f.is_lost or f.is_foreign or f.is_twice
  limit 1;
  if not found then
    return null;
  end if;
  if broken.is_lost then
    raise exception 'line % names an invoice, a subscription, an item, a charge or a price that is not there', broken.key
      using errcode = '23503', constraint = 'invoice_lines_whole';
  elsif broken.is_foreign then
    raise exception 'a line is billed by whoever computes its subscription' using errcode = '23514';
  end if;
  raise exception 'line % bills a service period again', broken.key
    using errcode = '23P01', constraint = 'invoice_lines_period_once';
end $$;
drop trigger invoice_lines_authority on invoice_lines;
drop function app.refuse_lines_of_stripe();
create trigger invoice_lines_whole after insert on invoice_lines
  referencing new table as new_lines for each statement execute function app.check_invoice_lines();

create function app.keep_line_voided() returns trigger language plpgsql as $$
begin
  raise exception 'line % was voided and stays so', old.key using errcode = '23514';
end $$;
create trigger invoice_lines_stay_voided before update on invoice_lines
  for each row when (old.voided_at is not null and new.voided_at is null) execute function app.keep_line_voided();

-- A claim goes on where the last one ended, in the order of this index.
drop index subscriptions_due_by_tenant;
create index subscriptions_due_by_tenant on subscriptions (tenant_id, next_bill_at, id) where next_bill_at is not null;

-- A run of billing in which more is due than one transaction takes. It is over when nobody is due any more.
create table bill_runs (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  -- Business time up to which is billed, and real time of the run itself.
  billed_up_to timestamptz not null,
  started_at timestamptz not null,
  due_customers bigint not null check (due_customers > 0),
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create unique index bill_runs_one_open on bill_runs (tenant_id) where ended_at is null;
call app.protect('bill_runs');
grant select, insert, update (due_customers, ended_at) on bill_runs to billhook_rt;

-- What each transaction of a run did: rows of their own, so that workers beside each other never wait for one.
create table bill_run_batches (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  run_id uuid not null,
  customers bigint not null,
  invoices bigint not null,
  parked bigint not null,
  committed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, run_id) references bill_runs (tenant_id, id)
);
create index bill_run_batches_by_run on bill_run_batches (tenant_id, run_id);
call app.protect('bill_run_batches');
grant select, insert on bill_run_batches to billhook_rt;
