-- Purpose: credit notes with numbers of their own; invoices know what was credited and what they take the place of.
-- Lock risk: short exclusive lock on invoices and lines while columns are added; defaults are constant.
set local lock_timeout = '5s';

-- The owner of the tables sees all their rows while it checks and fills them; the policies bind everybody else.
alter table invoices no force row level security;

alter table invoices
  add column credited_minor bigint not null default 0 check (credited_minor between 0 and greatest(total_minor, 0)),
  -- The part of it that was still due and is not any more. It is in credit_paid_minor as well.
  add column note_reduced_minor bigint not null default 0 check (note_reduced_minor between 0 and credited_minor),
  add column replaces_invoice_id uuid,
  add foreign key (tenant_id, replaces_invoice_id) references invoices (tenant_id, id),
  add constraint invoices_note_reduced check (note_reduced_minor <= credit_paid_minor);
grant update (credited_minor, note_reduced_minor) on invoices to billhook_rt;

-- What is taken back of a line has the sign of the line, and is never more than it.
alter table invoice_lines
  drop constraint invoice_lines_credited_minor_check,
  add constraint invoice_lines_credited
    check (credited_minor between least(amount_minor, 0) and greatest(amount_minor, 0));

create table credit_notes (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  series text not null,
  year integer not null,
  sequence bigint not null check (sequence > 0),
  number text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor between 1 and 900000000000000),
  reduced_minor bigint not null check (reduced_minor >= 0),
  granted_minor bigint not null check (granted_minor >= 0),
  -- What of the credit was sent back to the payment method at once.
  refunded_minor bigint not null check (refunded_minor between 0 and granted_minor),
  taxes jsonb not null,
  reason text not null,
  seller jsonb not null,
  buyer jsonb not null,
  issued_at timestamptz not null,
  -- The frozen document: canonical JSON at issue and its SHA-256.
  canonical text not null,
  content_sha256 bytea not null check (length(content_sha256) = 32),
  pdf_file_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, series, year, sequence),
  unique (tenant_id, number),
  check (net_minor + tax_minor = total_minor),
  check (reduced_minor + granted_minor = total_minor),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, pdf_file_id) references files (tenant_id, id)
);
create index credit_notes_by_invoice on credit_notes (tenant_id, invoice_id);
create index credit_notes_by_customer on credit_notes (tenant_id, customer_id, issued_at desc);
create index credit_notes_by_time on credit_notes (tenant_id, issued_at desc, id desc);
call app.protect('credit_notes');
grant select, insert, update (pdf_file_id) on credit_notes to billhook_rt;

create table credit_note_lines (
  tenant_id integer not null references tenants (id),
  credit_note_id uuid not null,
  -- That of the line on the invoice.
  position integer not null check (position > 0),
  -- Null for an allowance or a charge of the document as a whole.
  line_id uuid,
  key text,
  description text not null,
  credit_minor bigint not null,
  discount_minor bigint not null,
  amount_minor bigint not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  primary key (tenant_id, credit_note_id, position),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id),
  foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id)
);
call app.protect('credit_note_lines');
grant select, insert on credit_note_lines to billhook_rt;

-- Credit that notes made of a payment goes back to its method as well as what came in beyond what was due.
alter table payments
  drop constraint payments_check2,
  add constraint payments_credit_returned check (credit_returned_minor between 0 and amount_minor);

alter table invoices force row level security;
