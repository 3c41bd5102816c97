-- Purpose: accounts of what is sold and not yet earned and of what will not be paid; months of the books, which close for
-- good; what holds for the entries of a transaction is checked once a statement instead of by keys once a row.
-- Lock risk: the check of ledger_entries is replaced by a wider one, which scans the table once under an exclusive lock.
set local lock_timeout = '5s';

alter table ledger_entries
  drop constraint ledger_entries_account_check,
  add constraint ledger_entries_account_check
    check (account in ('receivable', 'revenue', 'tax', 'credit_liability', 'fees', 'prepaid_credits', 'refunds_payable',
        'deposits', 'disputed', 'dispute_losses', 'deferred_revenue', 'refunds', 'breakage', 'bad_debt', 'bad_debt_allowance',
        'fx', 'rounding')
      or account ~ '^cash:[a-z][a-z0-9_]{0,30}$'),
  -- It is that of the transaction, which is checked.
  drop constraint ledger_entries_currency_check,
  -- The statement trigger below looks for both, and nobody but the owner of the tables may delete what they point to.
  drop constraint ledger_entries_tenant_id_fkey,
  drop constraint ledger_entries_tenant_id_transaction_id_fkey,
  drop constraint ledger_entries_tenant_id_customer_id_fkey;

-- By what the fact is about first: that is how postings are looked for, and it differs in the first comparison.
alter table ledger_transactions
  drop constraint ledger_transactions_tenant_id_fkey,
  drop constraint ledger_transactions_tenant_id_source_kind_source_id_posting_key,
  add unique (tenant_id, source_id, source_kind, posting);

-- A month of the seller's calendar that is over, with the books brought to its end.
create table ledger_months (
  tenant_id integer not null references tenants (id),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  -- Where the month after it begins, in the seller's time zone.
  ends_at timestamptz not null,
  recognised_at timestamptz not null,
  closed_at timestamptz,
  closed_by text check ((closed_by is null) = (closed_at is null)),
  primary key (tenant_id, month)
);
create index ledger_months_by_end on ledger_months (tenant_id, ends_at);
call app.protect('ledger_months');
call app.let_work_see('ledger_months', 'tenant_id, ends_at');
grant select, insert, update (closed_at, closed_by) on ledger_months to billhook_rt;

create table ledger_month_ends (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  month text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  deferred_minor bigint not null,
  doubtful_minor bigint not null,
  primary key (tenant_id, id),
  unique (tenant_id, month, currency),
  foreign key (tenant_id, month) references ledger_months (tenant_id, month)
);
call app.protect('ledger_month_ends');
grant select, insert on ledger_month_ends to billhook_rt;

create function app.keep_month_closed() returns trigger language plpgsql as $$
begin
  raise exception 'month % is closed and stays so', old.month using errcode = '23514';
end $$;
create trigger ledger_months_stay_closed before update on ledger_months
  for each row when (old.closed_at is not null) execute function app.keep_month_closed();

-- Where the first open month begins; null while none is closed. Whoever posts asks here and keeps every month as it is
-- until the end of their transaction: closing takes the same lock alone. Its own query sees what was closed meanwhile.
create function app.open_books(tenant integer) returns timestamptz language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(7240122, tenant);
  return (select max(m.ends_at) from ledger_months m where m.tenant_id = tenant and m.closed_at is not null);
end $$;

-- One check of the new rows stands for all keys and checks of a row: the transaction and the customer exist in the tenant,
-- all entries came in this statement (they are numbered from 1, and the primary key lets no number come twice), in the
-- currency of the transaction, balanced, and not into a closed month.
-- Look-ups are by key whatever the plan was made for, since a plan is kept from the first batch on.
create or replace function app.check_ledger_balance() returns trigger language plpgsql as $$
declare broken record;
begin
  with books as materialized (
    select b.tenant_id, app.open_books(b.tenant_id) as closed_until from (select distinct tenant_id from new_entries) b
  ), facts as (
    select e.tenant_id, e.transaction_id, min(e.currency) as currency, max(e.currency) as other_currency, count(*) as entries,
      min(e.position) as first_position, max(e.position) as last_position,
      sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) as difference
    from new_entries e group by e.tenant_id, e.transaction_id
  )
  select f.transaction_id, f.currency, t.id is null as is_unknown, t.occurred_at < b.closed_until as is_closed,
    f.first_position <> 1 or f.last_position <> f.entries as is_late
  into broken
  from facts f join books b on b.tenant_id = f.tenant_id
  left join lateral (
    select l.id, l.currency, l.occurred_at from ledger_transactions l
    where l.tenant_id = f.tenant_id and l.id = f.transaction_id offset 0
  ) t on true
  where t.id is null or f.difference <> 0 or f.entries < 2 or f.currency <> t.currency or f.other_currency <> t.currency
    or t.occurred_at < b.closed_until or f.first_position <> 1 or f.last_position <> f.entries
  limit 1;
  if found then
    if broken.is_unknown then
      raise exception 'ledger transaction % is not there', broken.transaction_id using errcode = '23503';
    elsif broken.is_closed then
      raise exception 'ledger transaction % falls into a closed month', broken.transaction_id using errcode = '23514';
    elsif broken.is_late then
      raise exception 'the entries of a ledger transaction must be inserted by one statement' using errcode = '23514';
    end if;
    raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
  end if;
  select c.customer_id into broken
  from (select distinct tenant_id, customer_id from new_entries where customer_id is not null) c
  where (select k.id from customers k where k.tenant_id = c.tenant_id and k.id = c.customer_id) is null
  limit 1;
  if found then
    raise exception 'customer % of a ledger entry is not there', broken.customer_id using errcode = '23503';
  end if;
  return null;
end $$;

create function app.check_ledger_tenants() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct tenant_id from new_transactions) n
    where (select t.id from tenants t where t.id = n.tenant_id) is null
  ) then
    raise exception 'the tenant of a ledger transaction is not there' using errcode = '23503';
  end if;
  return null;
end $$;
create trigger ledger_transactions_tenants after insert on ledger_transactions
  referencing new table as new_transactions for each statement execute function app.check_ledger_tenants();
