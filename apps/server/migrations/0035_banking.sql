-- Purpose: the seller's bank accounts, statements and what is booked from them, payments recorded by hand, payments that
-- are taken back.
-- Lock risk: short exclusive locks on payment_attempts and payments, whose new checks are read over their rows.
set local lock_timeout = '5s';

-- `received`: money that came by itself. It is no way of collecting, so it may stand beside a try that is under way.
alter table payment_attempts drop constraint payment_attempts_purpose_check;
alter table payment_attempts add constraint payment_attempts_purpose_check
  check (purpose in ('invoice', 'checkout', 'refund', 'received'));
alter table payment_attempts drop constraint payment_attempts_status_check;
alter table payment_attempts add constraint payment_attempts_status_check
  check (status in ('created', 'sending', 'requires_action', 'processing', 'unknown', 'succeeded', 'failed', 'canceled', 'reversed'));
-- Taken back by a person: it proved wrong, or the bank returned it.
alter table payments add column reversed_at timestamptz;
grant update (reversed_at) on payments to billhook_rt;

create table bank_accounts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  holder text not null,
  iban text not null check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'),
  bic text,
  bank_name text,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Where figures stand in the CSV files of the bank.
  csv_mapping jsonb,
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index bank_accounts_in_use on bank_accounts (tenant_id, iban, currency) where archived_at is null;
call app.protect('bank_accounts');
grant select, insert, update (csv_mapping, archived_at) on bank_accounts to billhook_rt;

create table bank_statements (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  account_id uuid not null,
  file_name text not null,
  format text not null,
  content_sha256 bytea not null check (length(content_sha256) = 32),
  line_count integer not null check (line_count >= 0),
  new_count integer not null check (new_count between 0 and line_count),
  pending_count integer not null,
  uploaded_at timestamptz not null,
  primary key (tenant_id, id),
  -- A file counts once.
  unique (tenant_id, account_id, content_sha256),
  foreign key (tenant_id, account_id) references bank_accounts (tenant_id, id)
);
call app.protect('bank_statements');
grant select, insert, update (new_count) on bank_statements to billhook_rt;

create table bank_lines (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  statement_id uuid not null,
  account_id uuid not null,
  -- What the movement is known by in every file that has it.
  fact_sha256 bytea not null check (length(fact_sha256) = 32),
  booked_on date not null,
  value_on date,
  amount_minor bigint not null check (amount_minor <> 0 and abs(amount_minor) <= 900000000000000),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  is_reversal boolean not null,
  name text,
  iban text,
  reference text,
  text text not null,
  end_to_end_id text,
  charges_minor bigint not null check (charges_minor >= 0),
  state text not null check (state in ('unmatched', 'proposed', 'matched', 'ignored')),
  customer_id uuid,
  proposal jsonb,
  note text,
  decided_by text,
  decided_at timestamptz,
  created_at timestamptz not null,
  check (state <> 'proposed' or proposal is not null),
  primary key (tenant_id, id),
  unique (tenant_id, account_id, fact_sha256),
  foreign key (tenant_id, statement_id) references bank_statements (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index bank_lines_by_time on bank_lines (tenant_id, booked_on desc, id desc);
create index bank_lines_by_payer on bank_lines (tenant_id, iban) where customer_id is not null;
create index bank_lines_open on bank_lines (tenant_id, booked_on desc, id desc) where state in ('unmatched', 'proposed');
call app.protect('bank_lines');
grant select, insert, update (state, customer_id, proposal, note, decided_by, decided_at) on bank_lines to billhook_rt;

create table received_payments (
  tenant_id integer not null references tenants (id),
  payment_id uuid not null,
  line_id uuid,
  kind text not null check (kind in ('transfer', 'cash', 'cheque', 'other')),
  received_on date not null,
  note text,
  recorded_by text not null,
  recorded_at timestamptz not null,
  reversed_at timestamptz,
  reversed_by text,
  reversal_reason text check ((reversal_reason is null) = (reversed_at is null)),
  check ((kind = 'transfer') = (line_id is not null)),
  primary key (tenant_id, payment_id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  foreign key (tenant_id, line_id) references bank_lines (tenant_id, id)
);
create index received_payments_by_line on received_payments (tenant_id, line_id) where line_id is not null;
call app.protect('received_payments');
grant select, insert, update (reversed_at, reversed_by, reversal_reason) on received_payments to billhook_rt;
