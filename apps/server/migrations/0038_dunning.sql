-- Purpose: dunning by campaigns with versions, runs and steps; access as a state of its own beside the state of billing;
-- methods that must never be charged again.
-- Lock risk: short exclusive locks on subscriptions and payment_methods; new columns have constant defaults.
set local lock_timeout = '5s';

-- What the subscription gives access to, apart from how it is billed.
alter table subscriptions
  add column access text not null default 'full' check (access in ('full', 'grace', 'limited', 'suspended', 'ended'));
grant update (access) on subscriptions to billhook_rt;

-- The code after which a method is never charged again; null while it may be.
alter table payment_methods add column blocked_code text check (length(blocked_code) between 1 and 200);
grant update (blocked_code) on payment_methods to billhook_rt;
create index payment_attempts_by_method on payment_attempts (tenant_id, payment_method_id, sent_at)
  where payment_method_id is not null;

-- How access of a subscription moved, and why.
create table access_moves (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid not null,
  from_state text not null check (from_state in ('full', 'grace', 'limited', 'suspended', 'ended')),
  to_state text not null check (to_state in ('full', 'grace', 'limited', 'suspended', 'ended') and to_state <> from_state),
  -- What is unpaid; null where nothing is any more.
  invoice_id uuid,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create index access_moves_by_customer on access_moves (tenant_id, customer_id, at);
call app.protect('access_moves');
grant select, insert on access_moves to billhook_rt;

-- The features that stay while access to a plan is limited. Of a plan without any, each feature's own rule holds.
create table plan_limited_features (
  tenant_id integer not null references tenants (id),
  plan_id uuid not null,
  feature_id uuid not null,
  primary key (tenant_id, plan_id, feature_id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
call app.protect('plan_limited_features');
grant select, insert, delete on plan_limited_features to billhook_rt;

create table dunning_campaigns (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('charge', 'terms')),
  -- The first that fits is taken, by rank.
  rank integer not null check (rank between 0 and 1000),
  segment jsonb not null,
  -- What is being written; null where nothing differs from what was published.
  draft jsonb,
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
call app.protect('dunning_campaigns');
grant select, insert, update (name, rank, segment, draft, archived_at) on dunning_campaigns to billhook_rt;

-- A published version never changes: nobody may.
create table dunning_campaign_versions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  campaign_id uuid not null,
  number integer not null check (number > 0),
  definition jsonb not null,
  published_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, campaign_id, number),
  foreign key (tenant_id, campaign_id) references dunning_campaigns (tenant_id, id)
);
call app.protect('dunning_campaign_versions');
grant select, insert on dunning_campaign_versions to billhook_rt;

-- What is done about one unpaid invoice.
create table dunning_runs (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  subscription_ids uuid[] not null,
  -- The version that it keeps; null where nothing was published, and what held then stands in `plain`.
  version_id uuid,
  plain jsonb check ((plain is null) = (version_id is not null)),
  status text not null check (status in ('active', 'paused', 'recovered', 'exhausted', 'stopped', 'closed')),
  stage text not null check (stage in ('full', 'grace', 'limited', 'suspended')),
  first_failure_kind text not null,
  failure_kind text not null,
  failure_code text,
  kind_since timestamptz not null,
  -- The first failure, or the due date of an invoice that is paid by transfer.
  anchor_at timestamptz not null,
  last_failure_at timestamptz,
  paused_at timestamptz check ((paused_at is not null) = (status = 'paused')),
  paused_ms bigint not null default 0 check (paused_ms >= 0),
  -- The step that the planned try belongs to.
  retry_step text,
  -- When the next step that is no try falls due; null where none does, or where it waits for a payment under way.
  next_at timestamptz,
  currency text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  recovered_minor bigint not null default 0 check (recovered_minor >= 0),
  recovered_by text check (recovered_by in ('retry', 'change_method', 'customer', 'credit')),
  recovered_step text,
  started_at timestamptz not null,
  ended_at timestamptz check ((ended_at is null) = (status in ('active', 'paused'))),
  primary key (tenant_id, id),
  unique (tenant_id, invoice_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, version_id) references dunning_campaign_versions (tenant_id, id)
);
create index dunning_runs_due on dunning_runs (tenant_id, next_at) where status = 'active' and next_at is not null;
create index dunning_runs_by_customer on dunning_runs (tenant_id, customer_id, started_at);
call app.protect('dunning_runs');
call app.let_work_see('dunning_runs', 'tenant_id, status, next_at');
grant select, insert, update (status, stage, failure_kind, failure_code, kind_since, last_failure_at, paused_at, paused_ms,
  retry_step, next_at, recovered_minor, recovered_by, recovered_step, ended_at) on dunning_runs to billhook_rt;

-- What became of each step, once.
create table dunning_steps (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  run_id uuid not null,
  step_key text not null check (length(step_key) between 1 and 60),
  action text not null,
  outcome text not null check (outcome in ('taken', 'failed', 'succeeded', 'skipped')),
  -- Why it was skipped, or the code of the failure.
  reason text check (length(reason) between 1 and 500),
  actor_kind text not null,
  actor_id text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, run_id, step_key),
  foreign key (tenant_id, run_id) references dunning_runs (tenant_id, id)
);
call app.protect('dunning_steps');
grant select, insert on dunning_steps to billhook_rt;
