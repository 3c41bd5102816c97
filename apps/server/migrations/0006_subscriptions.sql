-- Purpose: subscriptions and their items (what is in force from when to when).
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table subscriptions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  status text not null check (status in ('scheduled', 'trialing', 'active', 'past_due', 'canceled')),
  billing_authority text not null default 'billhook' check (billing_authority in ('billhook', 'stripe')),
  collection text not null check (collection in ('automatic', 'manual')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  started_at timestamptz not null,
  anchor_at timestamptz not null,
  trial_end_at timestamptz,
  -- The period that runs now, of the plan's main cadence.
  current_period_start timestamptz not null,
  current_period_end timestamptz not null check (current_period_end > current_period_start),
  -- When billing must look at it next; null once nothing more is due.
  next_bill_at timestamptz,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  scheduled_plan_version_id uuid,
  scheduled_quantity integer,
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, scheduled_plan_version_id) references plan_versions (tenant_id, id)
);
create index subscriptions_due on subscriptions (next_bill_at, tenant_id) where next_bill_at is not null;
create index subscriptions_due_by_tenant on subscriptions (tenant_id, next_bill_at) where next_bill_at is not null;
create index subscriptions_by_customer on subscriptions (tenant_id, customer_id);
create index subscriptions_by_creation on subscriptions (tenant_id, created_at desc, id desc);
call app.protect('subscriptions');
call app.let_work_see('subscriptions', 'tenant_id, next_bill_at');
grant select, insert, update (status, current_period_start, current_period_end, next_bill_at, anchor_at, trial_end_at, cancel_at, canceled_at, ended_at, scheduled_plan_version_id, scheduled_quantity, collection, metadata, updated_at) on subscriptions to billhook_rt;

create table subscription_items (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  plan_version_id uuid not null,
  quantity integer not null check (quantity between 1 and 1000000),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id)
);
create index subscription_items_by_subscription on subscription_items (tenant_id, subscription_id, starts_at);
create index subscription_items_by_version on subscription_items (tenant_id, plan_version_id);
call app.protect('subscription_items');
grant select, insert, update (ends_at, quantity) on subscription_items to billhook_rt;
