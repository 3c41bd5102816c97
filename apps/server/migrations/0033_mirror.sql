-- Purpose: Stripe as the source of truth: what stands for what, look-ups, changes asked of Stripe, usage reported to it;
-- invoices that Stripe computed; the database refuses to bill or collect here what Stripe computes.
-- Lock risk: short exclusive locks on subscriptions, invoices and their lines; the checks read each row once.
set local lock_timeout = '5s';

-- Which object at Stripe stands for which row here: one for one, in both directions.
create table stripe_links (
  tenant_id integer not null references tenants (id),
  kind text not null check (kind in ('product', 'price', 'meter', 'subscription', 'invoice')),
  stripe_id text not null check (length(stripe_id) between 1 and 255),
  object_id uuid not null,
  -- What Stripe calls events of a meter.
  event_name text check ((kind = 'meter') = (event_name is not null)),
  -- What was the same on both sides when they were last compared.
  digest text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, kind, stripe_id),
  unique (tenant_id, kind, object_id)
);
call app.protect('stripe_links');
grant select, insert, update (digest, updated_at) on stripe_links to billhook_rt;

-- One row an object that is looked up. A look takes a ticket before it asks; an answer counts only if none that was asked
-- for later has been applied.
create table stripe_look_ups (
  tenant_id integer not null references tenants (id),
  kind text not null check (kind in ('subscription', 'invoice')),
  stripe_id text not null check (length(stripe_id) between 1 and 255),
  asked bigint not null check (asked > 0),
  applied bigint not null default 0 check (applied >= 0),
  -- `waiting`: it cannot be mirrored as it is, and says why. `foreign`: it is about nobody here.
  state text not null check (state in ('asked', 'mirrored', 'waiting', 'foreign')),
  reason text,
  looked_at timestamptz not null,
  primary key (tenant_id, kind, stripe_id)
);
create index stripe_look_ups_waiting on stripe_look_ups (tenant_id) where state = 'waiting';
call app.protect('stripe_look_ups');
grant select, insert, update (asked, applied, state, reason, looked_at) on stripe_look_ups to billhook_rt;

-- A change that somebody asked for here and Stripe makes.
create table stripe_changes (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  kind text not null check (kind in ('plan', 'quantity', 'cancel', 'keep')),
  wanted jsonb not null,
  status text not null check (status in ('created', 'sent', 'confirmed', 'refused')),
  failure text,
  attempts integer not null default 0,
  -- Wall time at which it is to be sent (again), or the end of the sender's lease.
  send_at timestamptz not null,
  lease_owner bigint,
  created_at timestamptz not null,
  finished_at timestamptz check ((finished_at is not null) = (status in ('confirmed', 'refused'))),
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
create unique index stripe_changes_one_open on stripe_changes (tenant_id, subscription_id) where status in ('created', 'sent');
create index stripe_changes_to_send on stripe_changes (tenant_id, send_at) where status = 'created';
call app.protect('stripe_changes');
call app.let_work_see('stripe_changes', 'tenant_id, status, send_at, lease_owner');
grant select, insert, update (status, failure, attempts, send_at, lease_owner, finished_at) on stripe_changes to billhook_rt;

-- What Stripe was told of an hour of usage. The row is there before Stripe is told, and its name makes it count once.
create table stripe_meter_reports (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamptz not null,
  revision integer not null check (revision > 0),
  identifier text not null check (length(identifier) between 1 and 100),
  quantity numeric(38, 12) not null check (quantity > 0 and quantity < 1e25),
  status text not null check (status in ('created', 'sent', 'canceling', 'canceled', 'failed')),
  failure text,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, customer_id, meter_id, hour, revision),
  unique (tenant_id, identifier),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, meter_id) references meters (tenant_id, id)
);
create index stripe_meter_reports_unsent on stripe_meter_reports (tenant_id) where status in ('created', 'canceling');
call app.protect('stripe_meter_reports');
grant select, insert, update (status, failure, sent_at) on stripe_meter_reports to billhook_rt;

-- Up to when usage was looked through.
create table stripe_meter_marks (
  tenant_id integer not null references tenants (id),
  looked_until timestamptz not null,
  primary key (tenant_id)
);
call app.protect('stripe_meter_marks');
call app.let_work_see('stripe_meter_marks', 'tenant_id, looked_until');
grant select, insert, update (looked_until) on stripe_meter_marks to billhook_rt;

-- The owner of the tables sees all their rows while it checks them; the policies bind everybody else.
alter table subscriptions no force row level security;
alter table invoices no force row level security;
alter table invoice_lines no force row level security;

-- Billing never becomes due for what Stripe computes.
alter table subscriptions
  add constraint subscriptions_due_here check (billing_authority = 'billhook' or next_bill_at is null);

alter table invoices
  add column authority text not null default 'billhook' check (authority in ('billhook', 'stripe')),
  -- Where the customer sees and pays an invoice that Stripe computed.
  add column hosted_url text check (authority = 'stripe' or hosted_url is null),
  drop constraint invoices_check,
  drop constraint invoices_check1,
  drop constraint invoices_check2,
  add constraint invoices_numbered check (
    (series is null) = (status = 'skipped' or authority = 'stripe')
    and (year is null) = (series is null) and (sequence is null) = (series is null) and sequence > 0 is not false);
grant update (hosted_url) on invoices to billhook_rt;

alter table invoice_lines
  drop constraint invoice_lines_kind_check,
  add constraint invoice_lines_kind_check
    check (kind in ('recurring', 'usage', 'proration_credit', 'one_off', 'true_up', 'spend_cap', 'mirrored')),
  drop constraint invoice_lines_item,
  -- A line that Stripe computed rests on no item of ours.
  add constraint invoice_lines_item check (
    case kind when 'one_off' then true when 'mirrored' then item_id is null and charge_id is null
    else item_id is not null and price_id is not null end);

alter table subscriptions force row level security;
alter table invoices force row level security;
alter table invoice_lines force row level security;

-- What Stripe computes is not billed here as well: its lines are mirrored ones, and the others are never its own.
create function app.refuse_lines_of_stripe() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from new_lines l
    join subscriptions s on s.tenant_id = l.tenant_id and s.id = l.subscription_id
    where (s.billing_authority = 'stripe') <> (l.kind = 'mirrored')
  ) then
    raise exception 'a line is billed by whoever computes its subscription' using errcode = '23514';
  end if;
  return null;
end $$;
create trigger invoice_lines_authority after insert on invoice_lines
  referencing new table as new_lines for each statement execute function app.refuse_lines_of_stripe();

-- Nor is it collected here: of an invoice that Stripe computed only what became of Stripe's own tries is written down.
create function app.refuse_collecting_for_stripe() returns trigger language plpgsql as $$
begin
  if exists (select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.authority = 'stripe') then
    raise exception 'an invoice that Stripe computed is collected by Stripe' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger payment_attempts_authority before insert or update on payment_attempts
  for each row when (new.invoice_id is not null and new.purpose = 'invoice' and new.status in ('created', 'sending'))
  execute function app.refuse_collecting_for_stripe();
create trigger checkouts_authority before insert on checkouts
  for each row when (new.invoice_id is not null)
  execute function app.refuse_collecting_for_stripe();

-- A page of Stripe that starts a subscription there.
alter table checkouts
  add column authority text not null default 'billhook' check (authority in ('billhook', 'stripe'));
