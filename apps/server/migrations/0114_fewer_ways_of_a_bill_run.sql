-- Purpose: a bill run looks up and writes less for each invoice. An invoice names its subscription together with its customer, by
-- one key instead of two, and so never that of another customer; of one that names no subscription the customer is looked for.
-- Accounts on which each invoice posts are not found by an index, which would lead to every second entry. Items and
-- discounts of a subscription are found in the order in which billing reads them. Where no two keys are equal, a page that is
-- full is not searched for equal ones.
-- Lock risk: subscriptions, their items and discounts, and ledger entries cannot be written while their new indexes are made,
-- about a second for a million of each; exclusive lock on invoices for a moment. 0115 reads the invoices under a lock that
-- lets others write.
set local lock_timeout = '5s';

create unique index subscriptions_of_customer on subscriptions (tenant_id, customer_id, id);
drop index subscriptions_by_customer;

create function app.check_invoice_customer() returns trigger language plpgsql as $$
begin
  perform 1 from customers c where c.tenant_id = new.tenant_id and c.id = new.customer_id for key share;
  if not found then
    raise exception 'invoice % names a customer who is not there', new.id
      using errcode = '23503', constraint = 'invoices_customer';
  end if;
  return null;
end $$;

alter table invoices
  drop constraint invoices_tenant_id_customer_id_fkey,
  drop constraint invoices_tenant_id_subscription_id_fkey,
  add constraint invoices_subscription foreign key (tenant_id, customer_id, subscription_id)
    references subscriptions (tenant_id, customer_id, id) not valid;
create trigger invoices_customer after insert or update of tenant_id, customer_id, subscription_id on invoices
  for each row when (new.subscription_id is null) execute function app.check_invoice_customer();

create index ledger_entries_by_rare_account on ledger_entries (tenant_id, account, currency)
  where account <> all (array['receivable', 'revenue']);
drop index ledger_entries_by_account;

create index subscription_items_in_order on subscription_items (tenant_id, subscription_id, active_from, id);
drop index subscription_items_by_subscription;
create index subscription_discounts_in_order on subscription_discounts (tenant_id, subscription_id, redeemed_at, id);
drop index subscription_discounts_by_subscription;

alter index invoice_lines_by_item set (deduplicate_items = off);
alter index invoices_by_customer set (deduplicate_items = off);
alter index invoices_by_time set (deduplicate_items = off);
alter index outbox_by_customer set (deduplicate_items = off);
alter index outbox_by_time set (deduplicate_items = off);
alter index outbox_pending set (deduplicate_items = off);
