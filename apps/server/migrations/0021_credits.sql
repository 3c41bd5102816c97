-- Purpose: credits: what they are counted in and cost, grants with their ledger, purchases and automatic reload.
-- Lock risk: short exclusive lock on ledger_entries while the check of its accounts is replaced; it is not re-validated
-- by a scan that blocks writers for long, since the new check admits everything that the old one did.
set local lock_timeout = '5s';

create table credit_types (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null,
  name text not null check (length(name) between 1 and 200),
  -- What one of them is called, such as `credits`.
  unit text not null check (length(unit) between 1 and 40),
  -- With a currency they are money, and amounts of them are in its minor units.
  currency text check (currency ~ '^[A-Z]{3}$'),
  -- Of grants that expire together, what was given for nothing is spent first.
  promotions_first boolean not null,
  -- What returns to a grant whose time is over lives for so many days anew; null means that it is lost.
  return_days integer check (return_days between 1 and 3650),
  -- Falling below it is told; null for never.
  low_at numeric(38, 12) check (low_at > 0 and low_at < 1e25),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
call app.protect('credit_types');
grant select, insert on credit_types to billhook_rt;

-- What a unit of a feature costs from an instant on. Versions are only ever added.
create table credit_costs (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  feature_id uuid not null,
  credit_type_id uuid not null,
  per_unit numeric(38, 12) not null check (per_unit >= 0 and per_unit < 1e25),
  beyond text not null check (beyond in ('block', 'allow')),
  effective_at timestamptz not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, feature_id, effective_at),
  foreign key (tenant_id, feature_id) references features (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id)
);
call app.protect('credit_costs');
grant select, insert on credit_costs to billhook_rt;

-- What may be bought.
create table credit_packs (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null,
  name text not null check (length(name) between 1 and 200),
  credit_type_id uuid not null,
  amount numeric(38, 12) not null check (amount > 0 and amount < 1e25),
  price_minor bigint not null check (price_minor between 1 and 900000000000000),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  expires_after_days integer check (expires_after_days between 1 and 36500),
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id)
);
call app.protect('credit_packs');
grant select, insert, update (archived_at) on credit_packs to billhook_rt;

-- What a plan grants each month of a subscription, from an instant on. Versions are only ever added; zero ends it.
create table credit_allowances (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  credit_type_id uuid not null,
  amount numeric(38, 12) not null check (amount >= 0 and amount < 1e25),
  priority integer not null check (priority between 0 and 100),
  rollover_max numeric(38, 12) check (rollover_max > 0 and rollover_max < 1e25),
  -- How many period ends a credit may survive; zero for none, null for every one.
  rollover_periods integer check (rollover_periods between 0 and 1200),
  effective_at timestamptz not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, plan_id, credit_type_id, effective_at),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id)
);
call app.protect('credit_allowances');
grant select, insert on credit_allowances to billhook_rt;

create table credit_grants (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  source text not null check (source in ('allowance', 'purchase', 'promotion', 'adjustment', 'rollover')),
  amount numeric(38, 12) not null check (amount > 0 and amount < 1e25),
  -- What the entries leave of it, kept ready under the lock of the customer.
  left_amount numeric(38, 12) not null check (left_amount >= 0 and left_amount <= amount),
  priority integer not null check (priority between 0 and 100),
  effective_at timestamptz not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  -- Null for everything.
  feature_ids uuid[],
  subscription_id uuid,
  -- Whose plan granted it, for allowances and what is carried on of them.
  origin_subscription_id uuid,
  rollover jsonb,
  rolled_periods integer not null check (rolled_periods >= 0),
  from_grant_id uuid,
  reason text not null,
  -- The fact that it was granted for, so that it is granted once.
  fact text not null,
  -- What was paid for it without tax, and what of that is earned.
  paid_minor bigint not null check (paid_minor between 0 and 900000000000000),
  earned_minor bigint not null check (earned_minor between 0 and paid_minor),
  paid_currency text check (paid_currency ~ '^[A-Z]{3}$'),
  primary key (tenant_id, id),
  constraint credit_grants_fact_once unique (tenant_id, fact),
  check (expires_at > effective_at),
  check (paid_minor = 0 or paid_currency is not null),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, origin_subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, from_grant_id) references credit_grants (tenant_id, id)
);
create index credit_grants_held on credit_grants (tenant_id, customer_id) where left_amount > 0;
create index credit_grants_expiring on credit_grants (tenant_id, expires_at) where left_amount > 0 and expires_at is not null;
create index credit_grants_by_origin on credit_grants (tenant_id, origin_subscription_id, effective_at)
  where source = 'allowance';
call app.protect('credit_grants');
grant select, insert, update (left_amount, earned_minor) on credit_grants to billhook_rt;
call app.let_work_see('credit_grants', 'tenant_id, expires_at, left_amount');

create table credit_consumptions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  -- The caller's name for it: the same one is spent once.
  event_id text not null check (length(event_id) between 1 and 200),
  feature_id uuid,
  subscription_id uuid,
  quantity numeric(38, 12) check (quantity >= 0 and quantity < 1e25),
  amount numeric(38, 12) not null check (amount >= 0 and amount < 1e25),
  -- What no grant covered, and what of it was given back.
  overage numeric(38, 12) not null check (overage between 0 and amount),
  overage_refunded numeric(38, 12) not null default 0 check (overage_refunded between 0 and overage),
  consumed_at timestamptz not null,
  primary key (tenant_id, id),
  constraint credit_consumptions_event_once unique (tenant_id, customer_id, event_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
call app.protect('credit_consumptions');
grant select, insert, update (overage_refunded) on credit_consumptions to billhook_rt;

-- The ledger underneath: rows are added and never changed.
create table credit_entries (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  grant_id uuid not null,
  kind text not null check (kind in ('granted', 'consumed', 'refunded', 'expired', 'revoked', 'rolled_over')),
  amount numeric(38, 12) not null check (amount > 0 and amount < 1e25),
  occurred_at timestamptz not null,
  consumption_id uuid,
  reason text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, grant_id) references credit_grants (tenant_id, id),
  foreign key (tenant_id, consumption_id) references credit_consumptions (tenant_id, id)
);
create index credit_entries_by_customer on credit_entries (tenant_id, customer_id, id desc);
create index credit_entries_by_grant on credit_entries (tenant_id, grant_id);
create index credit_entries_by_consumption on credit_entries (tenant_id, consumption_id) where consumption_id is not null;
call app.protect('credit_entries');
grant select, insert on credit_entries to billhook_rt;

create table credit_purchases (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  pack_id uuid not null,
  -- The line that charges it and the invoice that it stands on.
  charge_id uuid not null,
  invoice_id uuid not null,
  price_minor bigint not null check (price_minor > 0),
  is_reload boolean not null,
  status text not null check (status in ('pending', 'paid', 'failed')),
  -- When it is looked at next; null once it is settled.
  check_at timestamptz check ((check_at is null) = (status <> 'pending')),
  -- How often its payment had failed when it was looked at last.
  seen_failures integer not null default 0,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, charge_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, pack_id) references credit_packs (tenant_id, id),
  foreign key (tenant_id, charge_id) references subscription_charges (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create index credit_purchases_due on credit_purchases (tenant_id, check_at) where check_at is not null;
create index credit_purchases_by_customer on credit_purchases (tenant_id, customer_id, created_at desc);
create index credit_purchases_by_invoice on credit_purchases (tenant_id, invoice_id);
call app.protect('credit_purchases');
grant select, insert, update (status, check_at, settled_at, seen_failures) on credit_purchases to billhook_rt;
call app.let_work_see('credit_purchases', 'tenant_id, check_at');

-- What a customer agreed to: below the threshold, a pack is bought.
create table credit_reloads (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  credit_type_id uuid not null,
  enabled boolean not null,
  threshold numeric(38, 12) not null check (threshold > 0 and threshold < 1e25),
  pack_id uuid not null,
  monthly_maximum_minor bigint check (monthly_maximum_minor > 0),
  failure_count integer not null check (failure_count >= 0),
  suspended_at timestamptz,
  -- When the balance is looked at next; null until it changes.
  check_at timestamptz,
  updated_at timestamptz not null,
  primary key (tenant_id, customer_id, credit_type_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id),
  foreign key (tenant_id, pack_id) references credit_packs (tenant_id, id)
);
create index credit_reloads_due on credit_reloads (tenant_id, check_at) where check_at is not null;
call app.protect('credit_reloads');
grant select, insert, update (enabled, threshold, pack_id, monthly_maximum_minor, failure_count, suspended_at, check_at, updated_at)
  on credit_reloads to billhook_rt;
call app.let_work_see('credit_reloads', 'tenant_id, check_at');

-- When the allowances of a subscription are looked at next.
create table credit_allowance_due (
  tenant_id integer not null references tenants (id),
  subscription_id uuid not null,
  customer_id uuid not null,
  next_at timestamptz not null,
  -- How the subscription stood when it was looked at last; null before that.
  seen_status text,
  seen_plan_id uuid,
  primary key (tenant_id, subscription_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index credit_allowance_due_by_time on credit_allowance_due (tenant_id, next_at);
call app.protect('credit_allowance_due');
grant select, insert, update (next_at, seen_status, seen_plan_id), delete on credit_allowance_due to billhook_rt;
call app.let_work_see('credit_allowance_due', 'tenant_id, next_at');

-- Purchased credits are owed until they are used up; what expires or is taken back is breakage.
alter table ledger_entries
  drop constraint ledger_entries_account_check,
  add constraint ledger_entries_account_check
    check (account ~ '^(receivable|tax|credit_liability|prepaid_credits|refunds_payable|revenue|breakage|fees|rounding|cash:[a-z_]+)$');
