-- Purpose: subscriptions and their items (one price over one stretch of time).
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table subscriptions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  plan_id uuid not null,
  plan_version_id uuid not null,
  status text not null check (status in ('scheduled', 'trialing', 'active', 'past_due', 'canceled')),
  billing_authority text not null default 'billhook' check (billing_authority in ('billhook', 'stripe')),
  collection text not null check (collection in ('automatic', 'manual')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  seats bigint not null check (seats between 1 and 1000000),
  started_at timestamptz not null,
  -- The end of the trial, also after it has passed.
  trial_end_at timestamptz,
  -- When the customer was told that the trial will end.
  trial_announced_at timestamptz,
  -- The date that periods are laid out from. Periods are computed from it and never stored.
  anchor_at timestamptz not null,
  -- When billing must look at it next; null once nothing more is due.
  next_bill_at timestamptz,
  cancel_at timestamptz,
  ended_at timestamptz check ((ended_at is not null) = (status = 'canceled')),
  -- What a change at the end of the period will start: its time, version, seats and the ids of its items.
  scheduled_at timestamptz,
  scheduled_plan_version_id uuid check ((scheduled_plan_version_id is null) = (scheduled_at is null)),
  scheduled_seats bigint check ((scheduled_seats is null) = (scheduled_at is null)),
  scheduled_item_ids uuid[] check ((scheduled_item_ids is null) = (scheduled_at is null)),
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id),
  foreign key (tenant_id, scheduled_plan_version_id) references plan_versions (tenant_id, id)
);
create index subscriptions_due on subscriptions (next_bill_at, tenant_id) where next_bill_at is not null;
create index subscriptions_due_by_tenant on subscriptions (tenant_id, next_bill_at) where next_bill_at is not null;
create index subscriptions_in_trial on subscriptions (tenant_id, trial_end_at) where status = 'trialing' and trial_announced_at is null;
create index subscriptions_by_customer on subscriptions (tenant_id, customer_id);
create index subscriptions_by_creation on subscriptions (tenant_id, created_at desc, id desc);
call app.protect('subscriptions');
call app.let_work_see('subscriptions', 'tenant_id, next_bill_at, status, trial_end_at, trial_announced_at');
grant select, insert, update (status, plan_id, plan_version_id, seats, next_bill_at, anchor_at, trial_end_at, trial_announced_at, cancel_at, ended_at, scheduled_at, scheduled_plan_version_id, scheduled_seats, scheduled_item_ids, collection, metadata, updated_at) on subscriptions to billhook_rt;

-- An item is never edited, only ended: a change of plan or seats ends items and starts others.
create table subscription_items (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  plan_version_id uuid not null,
  price_id uuid not null,
  quantity bigint not null check (quantity between 1 and 1000000),
  anchor_at timestamptz not null,
  active_from timestamptz not null,
  active_to timestamptz check (active_to >= active_from),
  -- Whether what was charged in advance for the time after active_to is credited.
  credit_unused boolean not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id),
  foreign key (tenant_id, price_id) references prices (tenant_id, id)
);
create index subscription_items_by_subscription on subscription_items (tenant_id, subscription_id, active_from);
create index subscription_items_by_price on subscription_items (tenant_id, price_id);
call app.protect('subscription_items');
grant select, insert, update (active_to, credit_unused) on subscription_items to billhook_rt;
