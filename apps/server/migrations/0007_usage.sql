-- Purpose: usage events (partitioned by time), hourly rollups, quarantine, warnings.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table usage_events (
  tenant_id integer not null,
  source text not null check (length(source) between 1 and 200),
  event_id text not null check (length(event_id) between 1 and 200),
  time timestamptz not null,
  type text not null,
  customer_id uuid not null,
  data jsonb not null,
  content_hash bytea not null,
  -- What the event counted for when it came in: meters, and the reading of each. Later meters do not change it.
  meter_ids uuid[] not null check (cardinality(meter_ids) = cardinality(quantities)),
  quantities numeric(38, 12)[] not null,
  received_at timestamptz not null,
  primary key (tenant_id, source, event_id, time)
) partition by range (time);
create index usage_events_by_customer on usage_events (tenant_id, customer_id, time);
-- Months around now get partitions of their own at every start; all other times go here.
create table usage_events_rest partition of usage_events default;
call app.protect('usage_events');
call app.protect('usage_events_rest');
grant select, insert on usage_events to billhook_rt;

-- One event under a source and id, whatever its time: a partitioned table can only have keys that name the time.
-- Written by the statement that writes the event.
create table usage_event_ids (
  tenant_id integer not null,
  source text not null,
  event_id text not null,
  time timestamptz not null,
  primary key (tenant_id, source, event_id)
);
call app.protect('usage_event_ids');
grant select, insert on usage_event_ids to billhook_rt;

create table usage_rollups (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamptz not null,
  event_count bigint not null,
  quantity numeric(38, 12) not null check (quantity > -1e25 and quantity < 1e25),
  primary key (tenant_id, customer_id, meter_id, hour)
);
call app.protect('usage_rollups');
grant select, insert, update (event_count, quantity) on usage_rollups to billhook_rt;

-- Up to when the usage of a customer's meter stands on an invoice. Usage before it is late and never changes that invoice.
create table usage_closings (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  meter_id uuid not null,
  closed_until timestamptz not null,
  primary key (tenant_id, customer_id, meter_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, meter_id) references meters (tenant_id, id)
);
call app.protect('usage_closings');
grant select, insert, update (closed_until) on usage_closings to billhook_rt;

create table usage_quarantine (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  source text not null,
  event_id text not null,
  time timestamptz not null,
  type text not null,
  subject text not null,
  data jsonb not null,
  content_hash bytea not null,
  reason text not null check (reason in ('unknown_customer', 'unknown_meter', 'late', 'id_conflict', 'bad_value')),
  received_at timestamptz not null,
  resolved_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, source, event_id, time, content_hash)
);
create index usage_quarantine_open on usage_quarantine (tenant_id, received_at desc) where resolved_at is null;
call app.protect('usage_quarantine');
grant select, insert, update (resolved_at) on usage_quarantine to billhook_rt;

-- Customers whose usage changed since the limits were last looked at; one row each, taken by a worker.
create table usage_alert_checks (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  requested_at timestamptz not null,
  primary key (tenant_id, customer_id)
);
call app.protect('usage_alert_checks');
call app.let_work_see('usage_alert_checks', 'tenant_id, requested_at');
grant select, insert, update, delete on usage_alert_checks to billhook_rt;

create table usage_warnings (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  feature_id uuid not null,
  window_start timestamptz not null,
  percent integer not null check (percent between 1 and 1000),
  used numeric(38, 12) not null,
  limit_quantity numeric(38, 12) not null,
  occurred_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, customer_id, feature_id, window_start, percent, limit_quantity),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('usage_warnings');
grant select, insert on usage_warnings to billhook_rt;
