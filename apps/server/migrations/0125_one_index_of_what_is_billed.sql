-- Purpose: each line of a bill run is entered into one index less, and that was the one with the longest keys. That a fact is billed
-- once, and what was billed of an item so far, are asked of the same rows: a key begins with its item, so among lines of a
-- subscription, an item and a period the digest of the key tells whether it is there. All entries of a transaction name the same
-- customer, so the first of them leads to the others.
-- Lock risk: lines and entries can be neither read nor written while their new indexes are made, about three seconds for a million
-- lines. They are locked at once, so that nobody who holds one of them waits for the other.
set local lock_timeout = '5s';
lock table invoice_lines, ledger_entries in access exclusive mode;

create unique index invoice_lines_once
  on invoice_lines (tenant_id, subscription_id, item_id, period_start, hashtextextended(key, 0)) nulls not distinct
  where voided_at is null;
-- No condition is ever about the digest.
alter index invoice_lines_once alter column 5 set statistics 0;
drop index invoice_lines_key_once;
drop index invoice_lines_by_item;

drop index ledger_entries_by_customer;
create index ledger_entries_by_customer on ledger_entries (tenant_id, customer_id) where position = 1;
