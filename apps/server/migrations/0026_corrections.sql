-- Purpose: usage that is put right afterwards: voided, amended, filled in late; what that changes on invoices; streams of
-- events with a receipt; archives of old usage, and the digests that issued lines are proved by.
-- Lock risk: exclusive lock on usage_events while its keys are built anew; short ones elsewhere.
set local lock_timeout = '5s';

-- An event that was amended has several contents under one id. The last one counts; the others stay as they came.
alter table usage_events
  add column revision integer not null default 1 check (revision > 0),
  drop constraint usage_events_pkey,
  add primary key (tenant_id, source, event_id, time, revision);
alter table usage_event_ids add column revision integer not null default 1 check (revision > 0);
grant update (meter_ids, quantities), delete on usage_events to billhook_rt;
grant update (time, revision), delete on usage_event_ids to billhook_rt;
grant delete on usage_rollups, usage_subject_rollups, usage_values to billhook_rt;
create index usage_events_late on usage_events (tenant_id, customer_id, time) where occurred_at is not null;

-- Orders what an event counts for against the lines that rest on it; both are written under the customer's lock.
create sequence usage_marks;
grant usage on sequence usage_marks to billhook_rt;

-- Every time an event came to count for something else, and what it counted for before. Nothing here ever changes.
create table usage_corrections (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('void', 'amend', 'backfill', 'late')),
  source text not null,
  event_id text not null,
  time timestamptz not null,
  revision integer not null,
  -- The revision that takes its place, where there is one.
  next_revision integer,
  customer_id uuid not null,
  -- Empty where it did not count at all.
  meter_ids uuid[] not null check (cardinality(meter_ids) = cardinality(quantities)),
  quantities numeric(38, 12)[] not null,
  content_hash bytea not null,
  reason text not null check (length(reason) <= 500),
  actor_kind text not null,
  actor_id text not null,
  corrected_at timestamptz not null,
  mark bigint not null default nextval('usage_marks'),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index usage_corrections_by_event on usage_corrections (tenant_id, source, event_id, mark);
create index usage_corrections_by_customer on usage_corrections (tenant_id, customer_id, time);
call app.protect('usage_corrections');
grant select, insert, delete on usage_corrections to billhook_rt;

-- Billed moments whose usage changed and whose invoices are to be looked at; taken by a worker.
create table usage_recounts (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  meter_id uuid not null,
  at timestamptz not null,
  -- By the clock of the business. Later where a period that is billed in parts has to end first.
  due_at timestamptz not null,
  primary key (tenant_id, customer_id, meter_id, at)
);
call app.protect('usage_recounts');
call app.let_work_see('usage_recounts', 'tenant_id, due_at');
grant select, insert, delete, update (due_at) on usage_recounts to billhook_rt;

-- What an issued usage line rests on, so that an archive can prove it.
create table usage_line_readings (
  tenant_id integer not null references tenants (id),
  invoice_id uuid not null,
  line_key text not null,
  customer_id uuid not null,
  meter_id uuid not null,
  period_start timestamptz not null,
  period_end timestamptz not null,
  event_count bigint not null,
  digest text not null,
  mark bigint not null default nextval('usage_marks'),
  primary key (tenant_id, invoice_id, line_key),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index usage_line_readings_by_time on usage_line_readings (tenant_id, period_end, period_start);
call app.protect('usage_line_readings');
grant select, insert on usage_line_readings to billhook_rt;

-- Differences between what a billed period came to and what it comes to now, and where they stand.
create table usage_adjustments (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid not null,
  item_id uuid not null,
  billing_start timestamptz not null,
  quantity_before numeric(38, 12) not null,
  quantity_after numeric(38, 12) not null,
  -- Before discounts and tax; less than 0 where it was given back.
  gross_delta_minor bigint not null,
  credit_note_id uuid,
  charge_id uuid,
  made_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, charge_id) references subscription_charges (tenant_id, id)
);
create index usage_adjustments_by_subscription on usage_adjustments (tenant_id, subscription_id);
create index usage_adjustments_by_period on usage_adjustments (tenant_id, item_id, billing_start);
call app.protect('usage_adjustments');
grant select, insert on usage_adjustments to billhook_rt;

-- How a quarantined event was dealt with. The content that it conflicts with is found by its id.
alter table usage_quarantine
  add column resolution text check (resolution in ('counted', 'discarded')),
  add column resolved_by text,
  add column discard_reason text check (length(discard_reason) <= 500);
grant update (resolution, resolved_by, discard_reason) on usage_quarantine to billhook_rt;

-- A stream of events: how many of its lines were taken, and what became of them.
create table usage_streams (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  lines_taken bigint not null default 0 check (lines_taken >= 0),
  accepted bigint not null default 0,
  duplicate bigint not null default 0,
  quarantined bigint not null default 0,
  rejected bigint not null default 0,
  -- The first lines that did not become usage.
  faults jsonb not null default '[]',
  opened_at timestamptz not null,
  taken_at timestamptz,
  primary key (tenant_id, id)
);
call app.protect('usage_streams');
grant select, insert, update (lines_taken, accepted, duplicate, quarantined, rejected, faults, taken_at)
  on usage_streams to billhook_rt;

-- Months of a tenant's usage that were written to files, in parts of a bounded size.
create table usage_archives (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  part integer not null check (part > 0),
  is_last boolean not null,
  event_count bigint not null,
  line_count bigint not null,
  byte_size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  made_at timestamptz not null,
  removed_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, starts_at, part)
);
call app.protect('usage_archives');
grant select, insert, update (removed_at) on usage_archives to billhook_rt;

-- Up to when the events of a tenant are in archives and not in the database any more; and up to when nothing is added
-- or corrected any more, which comes first, so that an archive is whole.
create table usage_retentions (
  tenant_id integer not null references tenants (id),
  archived_until timestamptz not null,
  closed_until timestamptz not null,
  primary key (tenant_id)
);
call app.protect('usage_retentions');
call app.let_work_see('usage_retentions', 'tenant_id, archived_until');
grant select, insert, update (archived_until, closed_until) on usage_retentions to billhook_rt;
