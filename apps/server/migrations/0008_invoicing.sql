-- Purpose: invoices with gapless numbers, lines with their explanation, parked cases.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table number_series (
  tenant_id integer not null references tenants (id),
  series text not null,
  year integer not null,
  last_number bigint not null check (last_number > 0),
  last_issued_at timestamptz not null,
  primary key (tenant_id, series, year)
);
call app.protect('number_series');
grant select, insert, update (last_number, last_issued_at) on number_series to billhook_rt;

create table invoices (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  -- A skipped one holds lines that add up to nothing: they count as billed, and there is no document.
  status text not null check (status in ('open', 'paid', 'void', 'uncollectible', 'skipped')),
  collection text not null check (collection in ('automatic', 'manual')),
  series text check ((series is null) = (status = 'skipped')),
  year integer check ((year is null) = (status = 'skipped')),
  sequence bigint check (sequence > 0 and (sequence is null) = (status = 'skipped')),
  number text check ((number is null) = (status = 'skipped')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  subtotal_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (abs(total_minor) <= 900000000000000),
  tax_mode text not null check (tax_mode in ('exclusive', 'inclusive')),
  credit_applied_minor bigint not null check (credit_applied_minor between 0 and greatest(total_minor, 0)),
  -- What a negative total gave the customer as credit.
  credit_granted_minor bigint not null check (credit_granted_minor = greatest(-total_minor, 0)),
  paid_minor bigint not null default 0 check (paid_minor >= 0),
  -- Paid by credit that was granted after the issue.
  credit_paid_minor bigint not null default 0 check (credit_paid_minor >= 0),
  refunded_minor bigint not null default 0 check (refunded_minor between 0 and paid_minor),
  due_minor bigint generated always as (total_minor + credit_granted_minor - credit_applied_minor - paid_minor - credit_paid_minor) stored check (due_minor >= 0),
  -- How often collecting has failed, and when it is tried again by itself.
  failure_count integer not null default 0,
  retry_at timestamptz,
  taxes jsonb not null,
  seller jsonb not null,
  buyer jsonb not null,
  issued_at timestamptz not null,
  due_at timestamptz not null,
  paid_at timestamptz,
  voided_at timestamptz,
  -- The frozen document: canonical JSON at issue and its SHA-256.
  canonical text not null,
  content_sha256 bytea not null check (length(content_sha256) = 32),
  pdf_file_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, series, year, sequence),
  unique (tenant_id, number),
  check (subtotal_minor + tax_minor = total_minor),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, pdf_file_id) references files (tenant_id, id)
);
create index invoices_by_customer on invoices (tenant_id, customer_id, issued_at desc);
create index invoices_by_time on invoices (tenant_id, issued_at desc, id desc);
create index invoices_open on invoices (tenant_id, due_at) where status = 'open';
call app.protect('invoices');
grant select, insert, update (status, paid_minor, credit_paid_minor, refunded_minor, failure_count, retry_at, paid_at, voided_at, pdf_file_id) on invoices to billhook_rt;

create table invoice_lines (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  invoice_id uuid not null,
  position integer not null,
  -- The name of the fact that is billed: the same fact has the same key in every run.
  key text not null,
  kind text not null check (kind in ('recurring', 'usage', 'proration_credit')),
  description text not null,
  subscription_id uuid not null,
  item_id uuid not null,
  price_id uuid not null,
  plan_version_id uuid not null,
  meter_id uuid,
  quantity numeric(38, 12) not null check (quantity > -1e25 and quantity < 1e25),
  unit text not null,
  amount_minor bigint not null check (abs(amount_minor) <= 900000000000000),
  net_minor bigint not null,
  tax_minor bigint not null,
  tax_rate_id text,
  tax_code text not null,
  currency text not null,
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end >= period_start),
  -- When it could be billed, up to when its quantity was known, and when it may be collected.
  billable_at timestamptz not null,
  quantity_cutoff_at timestamptz not null,
  collect_at timestamptz not null,
  explanation jsonb not null,
  voided_at timestamptz,
  -- Its invoice is void, and the period is not billed again: the line goes on counting as billed.
  waived_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, invoice_id, position),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, item_id) references subscription_items (tenant_id, id),
  foreign key (tenant_id, price_id) references prices (tenant_id, id),
  -- No service period is invoiced twice.
  constraint invoice_lines_period_once exclude using gist (
    tenant_id with =, item_id with =, kind with =, tstzrange(period_start, period_end) with &&
  ) where (voided_at is null)
);
create unique index invoice_lines_key_once on invoice_lines (tenant_id, key) where voided_at is null;
create index invoice_lines_by_subscription on invoice_lines (tenant_id, subscription_id, period_start);
call app.protect('invoice_lines');
grant select, insert, update (voided_at, waived_at) on invoice_lines to billhook_rt;

create table cases (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null,
  customer_id uuid,
  subject_id uuid,
  detail text not null,
  facts jsonb not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index cases_open_once on cases (tenant_id, kind, subject_id) where closed_at is null;
call app.protect('cases');
grant select, insert, update (closed_at) on cases to billhook_rt;
