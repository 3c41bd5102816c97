-- Purpose: documents of erased customers are taken away when the years of the law are over.
-- Lock risk: short exclusive locks on invoices, credit_notes and erasures; defaults are kept in the catalogue, no row is written.
set local lock_timeout = '5s';

-- When what is personal was taken out of a document; its number and amounts stay, as the books rest on them.
alter table invoices add column taken_away_at timestamptz;
alter table credit_notes add column taken_away_at timestamptz;

-- What was frozen is changed for one reason alone.
create function app.check_taken_away() returns trigger language plpgsql as $$
begin
  if old.taken_away_at is not null or new.taken_away_at is null or not exists (
    select from customers c where c.tenant_id = new.tenant_id and c.id = new.customer_id and c.erased_at is not null)
  then
    raise exception 'a frozen document of a customer is never changed' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger invoices_stay_frozen before update of buyer, canonical, raise_reason on invoices
  for each row execute function app.check_taken_away();
create trigger credit_notes_stay_frozen before update of buyer, canonical, reason on credit_notes
  for each row execute function app.check_taken_away();

alter table erasures
  -- By the seller's clock: when documents of it are to be looked at next; infinity where none is left.
  add column retention_at timestamptz not null default '-infinity',
  add column documents_taken integer not null default 0 check (documents_taken >= 0);
create index erasures_retention on erasures (tenant_id, retention_at) where state in ('swept', 'done');

grant update (buyer, canonical, raise_reason, taken_away_at) on invoices to billhook_rt;
grant update (buyer, canonical, reason, taken_away_at) on credit_notes to billhook_rt;
grant delete on e_invoices, receipts, customer_documents to billhook_rt;
grant update (retention_at, documents_taken) on erasures to billhook_rt;
grant select (state, retention_at) on erasures to billhook_work;
