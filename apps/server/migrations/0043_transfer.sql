-- Purpose: exports as jobs with their parts, and what the tax adviser's program needs.
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
