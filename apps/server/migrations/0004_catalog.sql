-- Purpose: meters, features, plans with immutable versions, prices, entitlements.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table meters (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null check (key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'),
  name text not null,
  event_type text not null check (length(event_type) between 1 and 200),
  aggregation text not null check (aggregation in ('count', 'sum')),
  value_property text check ((aggregation = 'count') = (value_property is null)),
  unit text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create index meters_by_event_type on meters (tenant_id, event_type);
call app.protect('meters');
grant select, insert, update (name, unit, archived_at) on meters to billhook_rt;

create table features (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null check (key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'),
  name text not null,
  description text not null default '',
  kind text not null check (kind in ('boolean', 'configuration', 'metered')),
  meter_id uuid check ((kind = 'metered') = (meter_id is not null)),
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, meter_id) references meters (tenant_id, id)
);
call app.protect('features');
grant select, insert, update (name, description, archived_at) on features to billhook_rt;

create table plans (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null check (key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'),
  name text not null,
  description text not null default '',
  -- Variants of one offer (monthly, yearly) share a family; rank is the seller's order for up and down.
  family text not null,
  rank integer not null,
  public boolean not null default true,
  highlights jsonb not null default '[]',
  latest_version integer not null check (latest_version > 0),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
call app.protect('plans');
grant select, insert, update (name, description, family, rank, public, highlights, latest_version, archived_at, updated_at) on plans to billhook_rt;

-- A published version never changes: the runtime role may insert and read, nothing else.
create table plan_versions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  plan_id uuid not null,
  version integer not null check (version > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  trial_days integer not null check (trial_days between 0 and 730),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, plan_id, version),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id)
);
create table prices (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  plan_version_id uuid not null,
  position integer not null,
  key text not null,
  name text not null,
  model text not null check (model in ('flat', 'per_unit', 'graduated')),
  config jsonb not null,
  quantity_kind text not null check (quantity_kind in ('fixed', 'seats', 'meter')),
  meter_id uuid check ((quantity_kind = 'meter') = (meter_id is not null)),
  timing text not null check (timing in ('in_advance', 'in_arrears')),
  interval_unit text not null check (interval_unit in ('day', 'week', 'month', 'quarter', 'half_year', 'year')),
  interval_count integer not null check (interval_count between 1 and 60),
  -- Which of the seller's tax rates applies; 'standard' unless the seller distinguishes.
  tax_code text not null default 'standard',
  primary key (tenant_id, id),
  unique (tenant_id, plan_version_id, key),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id),
  foreign key (tenant_id, meter_id) references meters (tenant_id, id)
);
create table plan_entitlements (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  plan_version_id uuid not null,
  feature_id uuid not null,
  -- boolean: true; configuration: any JSON scalar or list; metered: null here, the columns below say it.
  value jsonb,
  limit_quantity numeric(38, 12) check (limit_quantity >= 0 and limit_quantity < 1e25),
  unlimited boolean not null default false,
  overage_allowed boolean not null default false,
  reset_window text check (reset_window in ('billing_period', 'calendar_month', 'day', 'never')),
  warn_at_percent integer[] not null default '{}',
  primary key (tenant_id, id),
  unique (tenant_id, plan_version_id, feature_id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
call app.protect('plan_versions');
call app.protect('prices');
call app.protect('plan_entitlements');
grant select, insert on plan_versions, prices, plan_entitlements to billhook_rt;
