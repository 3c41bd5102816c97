-- Purpose: a debit note is a document among the invoices that raises what one of them claimed, with a series of its own.
-- Lock risk: a short exclusive lock on invoices; the columns are empty, so no row is written. The index is over no row.
set local lock_timeout = '5s';

-- The owner of the table sees all its rows while it checks the new key; the policies bind everybody else.
alter table invoices no force row level security;
alter table invoices
  -- The invoice that a debit note raises, and why; both null on an invoice.
  add column raises_invoice_id uuid,
  add column raise_reason text,
  add foreign key (tenant_id, raises_invoice_id) references invoices (tenant_id, id),
  add constraint invoices_raises check ((raises_invoice_id is null) = (raise_reason is null) and raises_invoice_id <> id);
alter table invoices force row level security;

create index invoices_raising on invoices (tenant_id, raises_invoice_id) where raises_invoice_id is not null;
