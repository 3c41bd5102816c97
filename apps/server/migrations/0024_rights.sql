-- Purpose: where rights come from: typed configuration values, soft limits, limits of each member or device with a pool,
-- overrides and time-boxed grants, rules for reduced service, and hourly sums by member or device.
-- Lock risk: short exclusive locks on features, plan_entitlements, subscriptions and usage_warnings; new columns have
-- constant defaults and rewrite nothing. The unique index of usage_warnings is built anew.
set local lock_timeout = '5s';

alter table features
  add column value_type text check (value_type in ('number', 'text', 'list')),
  -- The member of an event's data that names the member or device whose usage it is.
  add column subject_property text check (length(subject_property) between 1 and 200),
  add column when_in_grace text not null default 'keep' check (when_in_grace in ('keep', 'limit', 'block')),
  add column when_past_due text not null default 'keep' check (when_past_due in ('keep', 'limit', 'block')),
  add column when_paused text not null default 'block' check (when_paused in ('keep', 'limit', 'block')),
  add column reduced_limit numeric(38, 12) check (reduced_limit >= 0 and reduced_limit < 1e25),
  add constraint features_value_type check (value_type is null or kind = 'configuration'),
  add constraint features_subject check (subject_property is null or kind = 'metered'),
  add constraint features_reduced check (
    (reduced_limit is not null) = ('limit' in (when_in_grace, when_past_due, when_paused))
    and (reduced_limit is null or kind = 'metered'));
grant update (when_in_grace, when_past_due, when_paused, reduced_limit) on features to billhook_rt;

alter table plan_entitlements
  add column soft_limit boolean not null default false,
  add column pool_limit numeric(38, 12) check (pool_limit >= 0 and pool_limit < 1e25),
  add constraint plan_entitlements_soft check (not (soft_limit and overage_allowed));

-- Since when payments are past due: the days of grace are counted from it. A pause does not begin them anew.
alter table subscriptions add column past_due_since timestamptz;
grant update (past_due_since) on subscriptions to billhook_rt;

-- The member or device that a warning is about; empty for the customer as a whole.
alter table usage_warnings
  add column subject text not null default '',
  drop constraint usage_warnings_tenant_id_customer_id_feature_id_window_star_key,
  add constraint usage_warnings_once unique (tenant_id, customer_id, feature_id, subject, window_start, percent, limit_quantity);

-- What each member or device used in an hour, of features that are counted for each. Written with usage_rollups.
create table usage_subject_rollups (
  tenant_id integer not null,
  customer_id uuid not null,
  feature_id uuid not null,
  subject text not null check (length(subject) between 1 and 200),
  hour timestamptz not null,
  event_count bigint not null,
  quantity numeric(38, 12) not null check (quantity > -1e25 and quantity < 1e25),
  primary key (tenant_id, customer_id, feature_id, subject, hour)
);
create index usage_subject_rollups_by_hour on usage_subject_rollups (tenant_id, customer_id, feature_id, hour);
call app.protect('usage_subject_rollups');
grant select, insert, update (event_count, quantity) on usage_subject_rollups to billhook_rt;

-- A lasting agreement about one right of a customer, or of one of its subscriptions. Another one ends the one before.
create table entitlement_overrides (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  -- Null for all subscriptions of the customer.
  subscription_id uuid,
  feature_id uuid not null,
  -- What it changes, as on the wire.
  change jsonb not null,
  reason text not null check (length(reason) between 1 and 500),
  actor_kind text not null,
  actor_id text not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  removed_reason text check ((removed_reason is null) = (removed_at is null)),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
create unique index entitlement_overrides_customer on entitlement_overrides (tenant_id, customer_id, feature_id)
  where removed_at is null and subscription_id is null;
create unique index entitlement_overrides_subscription on entitlement_overrides (tenant_id, subscription_id, feature_id)
  where removed_at is null and subscription_id is not null;
create index entitlement_overrides_history on entitlement_overrides (tenant_id, customer_id, created_at);
call app.protect('entitlement_overrides');
grant select, insert, update (removed_at, removed_reason) on entitlement_overrides to billhook_rt;

-- A right that is given for a time, over what is there.
create table entitlement_grants (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  feature_id uuid not null,
  change jsonb not null,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  reason text not null check (length(reason) between 1 and 500),
  actor_kind text not null,
  actor_id text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  revoked_reason text check ((revoked_reason is null) = (revoked_at is null)),
  -- The next instant at which it begins or ends, until that was told; null once nothing lies ahead.
  next_news_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
create index entitlement_grants_by_customer on entitlement_grants (tenant_id, customer_id, until_at);
create index entitlement_grants_news on entitlement_grants (tenant_id, next_news_at) where next_news_at is not null;
call app.protect('entitlement_grants');
call app.let_work_see('entitlement_grants', 'tenant_id, next_news_at');
grant select, insert, update (revoked_at, revoked_reason, next_news_at) on entitlement_grants to billhook_rt;
