-- Purpose: file metadata; the double-entry ledger, balanced by the database itself.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table files (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  purpose text not null check (purpose in ('invoice_pdf', 'logo', 'upload', 'export')),
  customer_id uuid,
  name text not null check (length(name) between 1 and 255),
  content_type text not null,
  byte_size bigint not null check (byte_size between 0 and 10737418240),
  sha256 bytea not null check (length(sha256) = 32),
  storage_key text not null,
  state text not null check (state in ('pending', 'clean', 'deleted')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, storage_key),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('files');
grant select, insert, update (state) on files to billhook_rt;

create table ledger_transactions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  -- One business fact posts once.
  source_kind text not null,
  source_id uuid not null,
  posting text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, source_kind, source_id, posting)
);
create table ledger_entries (
  tenant_id integer not null references tenants (id),
  transaction_id uuid not null,
  position smallint not null,
  account text not null check (account ~ '^(receivable|tax|credit_liability|refunds_payable|revenue|fees|rounding|cash:[a-z_]+)$'),
  side text not null check (side in ('debit', 'credit')),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  customer_id uuid,
  primary key (tenant_id, transaction_id, position),
  foreign key (tenant_id, transaction_id) references ledger_transactions (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index ledger_entries_by_account on ledger_entries (tenant_id, account, currency);
create index ledger_entries_by_customer on ledger_entries (tenant_id, customer_id);
call app.protect('ledger_transactions');
call app.protect('ledger_entries');
grant select, insert on ledger_transactions, ledger_entries to billhook_rt;

-- All entries of a transaction come in one statement, so the check runs once a statement over its new rows.
create function app.check_ledger_balance() returns trigger language plpgsql as $$
declare broken record;
begin
  select e.transaction_id, e.currency into broken
  from new_entries e
  join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
  group by e.tenant_id, e.transaction_id, e.currency, t.currency
  having sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) <> 0
      or count(*) < 2 or e.currency <> t.currency
  limit 1;
  if found then
    raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
  end if;
  if exists (
    select 1 from new_entries n
    join ledger_entries o on o.tenant_id = n.tenant_id and o.transaction_id = n.transaction_id
    group by n.tenant_id, n.transaction_id
    having count(distinct o.position) > count(distinct n.position)
  ) then
    raise exception 'the entries of a ledger transaction must be inserted by one statement' using errcode = '23514';
  end if;
  return null;
end $$;
create trigger ledger_entries_balance after insert on ledger_entries
  referencing new table as new_entries for each statement execute function app.check_ledger_balance();
