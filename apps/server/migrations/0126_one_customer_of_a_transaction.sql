-- Purpose: the first entry of a transaction leads to the others of its customer, so all of them name the same one. Entries for another
-- customer are held against the rules of a whole transaction by themselves, and break the one that positions begin with 1.
-- Lock risk: none; a function is replaced.
set local lock_timeout = '5s';

create or replace function app.check_ledger_balance() returns trigger language plpgsql
set enable_sort = off as $$
declare broken record;
begin
  with books as materialized (
    select b.tenant_id, app.open_books(b.tenant_id) as closed_until from (select distinct tenant_id from new_entries) b
  ), facts as (
    select e.tenant_id, e.transaction_id, min(e.currency) as currency, max(e.currency) as other_currency, count(*) as entries,
      min(e.position) as first_position, max(e.position) as last_position,
      sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) as difference
    from new_entries e group by e.tenant_id, e.transaction_id, e.customer_id
  )
  select f.transaction_id, f.currency, t.id is null as is_unknown, t.occurred_at < b.closed_until as is_closed,
    f.first_position <> 1 or f.last_position <> f.entries as is_late
  into broken
  from facts f join books b on b.tenant_id = f.tenant_id
  left join lateral (
    select l.id, l.currency, l.occurred_at from ledger_transactions l
    where l.tenant_id = f.tenant_id and l.id between f.transaction_id and f.transaction_id order by l.id limit 1
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
      raise exception 'the entries of a ledger transaction must be inserted by one statement, for one customer' using errcode = '23514';
    end if;
    raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
  end if;
  select c.customer_id into broken
  from (select distinct tenant_id, customer_id from new_entries where customer_id is not null) c
  where (select k.id from customers k where k.tenant_id = c.tenant_id
    and k.id between c.customer_id and c.customer_id order by k.id limit 1)
    is null
  limit 1;
  if found then
    raise exception 'customer % of a ledger entry is not there', broken.customer_id using errcode = '23503';
  end if;
  return null;
end $$;
