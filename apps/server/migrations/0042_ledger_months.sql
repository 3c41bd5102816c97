-- Purpose: accounts of what is sold and not yet earned and of what will not be paid; months of the books, which close for
-- good; what holds for the entries of a transaction is checked once a statement instead of by keys once a row.
-- Lock risk: the check of ledger_entries is replaced by a wider one, which scans the table once under an exclusive lock.
set local lock_timeout = '5s';

alter table ledger_entries
  drop constraint ledger_entries_account_check,
  add constraint ledger_entries_account_check
    check (account ~ '^(receivable|tax|credit_liability|prepaid_credits|refunds_payable|deposits|disputed|dispute_losses|revenue|deferred_revenue|refunds|breakage|bad_debt|bad_debt_allowance|fees|fx|rounding|cash:[a-z][a-z0-9_]{0,30})$'),
  -- The statement trigger below looks for both, and nobody but the owner of the tables may delete what they point to.
  drop constraint ledger_entries_tenant_id_fkey,
  drop constraint ledger_entries_tenant_id_transaction_id_fkey,
  drop constraint ledger_entries_tenant_id_customer_id_fkey;

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

-- One query over the new rows stands for all keys and checks of a row: the transaction and the customer exist in the
-- tenant, all entries came in this statement, in the currency of the transaction, balanced, and not into a closed month.
-- Look-ups are by key whatever the plan was made for, since a plan is kept from the first batch on.
create or replace function app.check_ledger_balance() returns trigger language plpgsql as $$
declare broken record;
begin
  select g.transaction_id, g.currency, t.id is null or g.has_stranger as is_unknown,
    t.occurred_at < c.closed_until as is_closed,
    g.entries <> (select count(*) from ledger_entries o where o.tenant_id = g.tenant_id and o.transaction_id = g.transaction_id) as is_late
  into broken
  from (
    select e.tenant_id, e.transaction_id, min(e.currency) as currency, max(e.currency) as other_currency, count(*) as entries,
      sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) as difference,
      bool_or(e.customer_id is not null
        and (select k.id from customers k where k.tenant_id = e.tenant_id and k.id = e.customer_id) is null) as has_stranger
    from new_entries e group by e.tenant_id, e.transaction_id
  ) g
  left join lateral (
    select l.id, l.currency, l.occurred_at from ledger_transactions l
    where l.tenant_id = g.tenant_id and l.id = g.transaction_id offset 0
  ) t on true
  left join lateral (
    select max(m.ends_at) as closed_until from ledger_months m
    where m.tenant_id = g.tenant_id and m.closed_at is not null offset 0
  ) c on true
  where t.id is null or g.has_stranger or g.difference <> 0 or g.entries < 2
    or g.currency <> t.currency or g.other_currency <> t.currency or t.occurred_at < c.closed_until
    or g.entries <> (select count(*) from ledger_entries o where o.tenant_id = g.tenant_id and o.transaction_id = g.transaction_id)
  limit 1;
  if not found then
    return null;
  end if;
  if broken.is_unknown then
    raise exception 'ledger transaction % or a customer of its entries is not there', broken.transaction_id using errcode = '23503';
  elsif broken.is_closed then
    raise exception 'ledger transaction % falls into a closed month', broken.transaction_id using errcode = '23514';
  elsif broken.is_late then
    raise exception 'the entries of a ledger transaction must be inserted by one statement' using errcode = '23514';
  end if;
  raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
end $$;
