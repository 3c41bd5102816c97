-- Purpose: what a provider of taxes was asked and answered before an invoice is issued, and what it is told afterwards:
-- the sale, and what credit notes and voiding take back of it, each with its attempts.
-- Lock risk: none for what exists; new tables.
set local lock_timeout = '5s';

create table tax_quotes (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  -- Of everything that the tax rests on: the same content is asked about once a day.
  content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  request jsonb not null,
  -- open: no answer yet. refused: the provider cannot answer this, or its answer does not fit.
  status text not null check (status in ('open', 'answered', 'refused')),
  calculation_id text check (length(calculation_id) between 1 and 200),
  answer jsonb,
  -- The last fault, in the provider's words.
  fault text check (length(fault) between 1 and 500),
  failed_count integer not null default 0 check (failed_count >= 0),
  -- When it is asked (again) for an invoice that waits; null where none does.
  ask_at timestamptz,
  asked_at timestamptz,
  -- The invoice that was issued by it: a calculation is used once.
  invoice_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  check ((status = 'answered') = (answer is not null and calculation_id is not null)),
  check (status = 'open' or ask_at is null)
);
create unique index tax_quotes_content on tax_quotes (tenant_id, customer_id, content_sha256) where invoice_id is null;
create index tax_quotes_due on tax_quotes (tenant_id, ask_at) where ask_at is not null;
create index tax_quotes_invoice on tax_quotes (tenant_id, invoice_id) where invoice_id is not null;
call app.protect('tax_quotes');
call app.let_work_see('tax_quotes', 'tenant_id, ask_at');
grant select, insert, update, delete on tax_quotes to billhook_rt;

create table tax_bookings (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  credit_note_id uuid,
  kind text not null check (kind in ('sale', 'note', 'void')),
  calculation_id text not null check (length(calculation_id) between 1 and 200),
  -- What a note takes back, by tax code; empty for a sale and for a void, which takes back what is left.
  lines jsonb not null,
  status text not null check (status in ('due', 'done', 'failed')),
  due_at timestamptz not null,
  -- The provider's name for what was booked.
  transaction_id text check (length(transaction_id) between 1 and 200),
  fault text check (length(fault) between 1 and 500),
  tries integer not null default 0 check (tries >= 0),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id),
  check ((kind = 'note') = (credit_note_id is not null)),
  check ((status = 'done') = (transaction_id is not null))
);
create unique index tax_bookings_once on tax_bookings (tenant_id, invoice_id, kind) where kind <> 'note';
create unique index tax_bookings_note on tax_bookings (tenant_id, credit_note_id) where kind = 'note';
create index tax_bookings_invoice on tax_bookings (tenant_id, invoice_id);
create index tax_bookings_due on tax_bookings (tenant_id, due_at) where status = 'due';
call app.protect('tax_bookings');
call app.let_work_see('tax_bookings', 'tenant_id, status, due_at');
grant select, insert, update on tax_bookings to billhook_rt;

-- Every call that told the provider something: written before it, with what came of it.
create table tax_attempts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  booking_id uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- Null while it is under way, or where the process ended in it; unknown: no answer came.
  outcome text check (outcome in ('done', 'refused', 'busy', 'unknown')),
  fault text check (length(fault) between 1 and 500),
  primary key (tenant_id, id),
  foreign key (tenant_id, booking_id) references tax_bookings (tenant_id, id) on delete cascade,
  check ((outcome is null) = (ended_at is null))
);
create index tax_attempts_booking on tax_attempts (tenant_id, booking_id);
call app.protect('tax_attempts');
grant select, insert, update on tax_attempts to billhook_rt;
