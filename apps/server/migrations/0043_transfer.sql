-- Purpose: exports as jobs with their parts, what the tax adviser's program needs, imports with a report of
-- each line.
-- Lock risk: none; the tables are new.
set local lock_timeout = '5s';

create table exports (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('invoices', 'invoice_lines', 'payments', 'ledger', 'journal', 'datev', 'customer')),
  format text not null check (format in ('csv', 'parquet', 'extf', 'zip')),
  -- First and last day in the seller's zone, and what else is chosen.
  from_on date,
  to_on date check (to_on >= from_on),
  currency text check (currency ~ '^[A-Z]{3}$'),
  customer_id uuid,
  -- Rows with an id up to this one are in it, so that what is written meanwhile is not.
  until_id uuid not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'canceled', 'expired')),
  rows_total bigint check (rows_total >= 0),
  rows_done bigint not null default 0 check (rows_done >= 0),
  part_count integer not null default 0 check (part_count >= 0),
  byte_size bigint not null default 0 check (byte_size >= 0),
  -- Where the next part goes on: what was read last, and what the writer of the format keeps between parts.
  cursor jsonb,
  busy_ms bigint not null default 0,
  claims integer not null default 0,
  lease_until timestamptz,
  fault text,
  created_by text not null,
  created_at timestamptz not null,
  requested_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz,
  check ((kind = 'customer') = (format = 'zip')),
  check ((kind = 'datev') = (format = 'extf')),
  check ((kind = 'customer') <= (customer_id is not null)),
  check ((state = 'failed') = (fault is not null)),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index exports_open on exports (tenant_id, id) where state in ('queued', 'running');
create index exports_kept on exports (tenant_id, expires_at) where state in ('done', 'failed', 'canceled');
call app.protect('exports');
call app.let_work_see('exports', 'tenant_id, state, lease_until, expires_at');
grant select, insert, update (state, rows_total, rows_done, part_count, byte_size, cursor, busy_ms, claims, lease_until,
  fault, finished_at, expires_at) on exports to billhook_rt;

create table export_parts (
  tenant_id integer not null references tenants (id),
  export_id uuid not null,
  part integer not null check (part > 0),
  storage_key text not null,
  byte_size bigint not null check (byte_size >= 0),
  sha256 bytea not null check (length(sha256) = 32),
  -- What the end of the file says of this part.
  footer bytea,
  primary key (tenant_id, export_id, part),
  foreign key (tenant_id, export_id) references exports (tenant_id, id)
);
call app.protect('export_parts');
grant select, insert, delete on export_parts to billhook_rt;

create table accounting_settings (
  tenant_id integer not null references tenants (id),
  datev jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id)
);
call app.protect('accounting_settings');
grant select, insert, update (datev, updated_at) on accounting_settings to billhook_rt;

create table imports (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('customers', 'subscriptions')),
  file_name text not null,
  storage_key text not null,
  delimiter text not null check (length(delimiter) = 1),
  -- Which column of the file each field is read from.
  mapping jsonb not null,
  state text not null check (state in ('checking', 'checked', 'running', 'done', 'failed', 'canceled')),
  rows_total integer not null check (rows_total >= 0),
  rows_done integer not null default 0,
  counts jsonb not null default '{}',
  busy_ms bigint not null default 0,
  lease_until timestamptz,
  fault text,
  created_by text not null,
  created_at timestamptz not null,
  requested_at timestamptz not null,
  finished_at timestamptz,
  check (rows_done between 0 and rows_total),
  check ((state = 'failed') = (fault is not null)),
  primary key (tenant_id, id)
);
create index imports_open on imports (tenant_id, id) where state in ('checking', 'running');
call app.protect('imports');
call app.let_work_see('imports', 'tenant_id, state, lease_until');
grant select, insert, update (state, rows_done, counts, busy_ms, lease_until, fault, finished_at) on imports to billhook_rt;

create table import_lines (
  tenant_id integer not null references tenants (id),
  import_id uuid not null,
  -- Its place among the rows, and the line of the file on which it begins.
  position integer not null check (position > 0),
  line integer not null check (line > 0),
  external_id text,
  -- What the dry run says would be done, and what was done.
  judged text not null check (judged in ('create', 'change', 'same', 'refuse')),
  outcome text check (outcome in ('create', 'change', 'same', 'refuse')),
  object_id uuid,
  fields jsonb not null default '[]',
  reasons jsonb not null default '[]',
  primary key (tenant_id, import_id, position),
  foreign key (tenant_id, import_id) references imports (tenant_id, id)
);
call app.protect('import_lines');
grant select, insert, update (outcome, object_id, fields, reasons) on import_lines to billhook_rt;

create table imported_subscriptions (
  tenant_id integer not null references tenants (id),
  external_id text not null check (length(external_id) between 1 and 200),
  subscription_id uuid not null,
  imported_at timestamptz not null,
  primary key (tenant_id, external_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
call app.protect('imported_subscriptions');
grant select, insert on imported_subscriptions to billhook_rt;
