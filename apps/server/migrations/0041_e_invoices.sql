-- Purpose: what e-invoices need of a customer, the files of e-invoices as they were first made, and who got which document.
-- Lock risk: short exclusive lock on customers, whose new column has a constant default; the tables are new.
set local lock_timeout = '5s';

-- The wished format, legal name, register id, electronic address and references of the buyer.
alter table customers add column e_invoice jsonb not null default '{}' check (jsonb_typeof(e_invoice) = 'object');
grant update (e_invoice) on customers to billhook_rt;

-- A document as a file for machines: made once, at the first asking, and the same ever after.
create table e_invoices (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  invoice_id uuid,
  credit_note_id uuid,
  profile text not null check (profile in ('factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis')),
  content text not null,
  sha256 bytea not null check (length(sha256) = 32),
  made_at timestamptz not null,
  primary key (tenant_id, id),
  check (num_nonnulls(invoice_id, credit_note_id) = 1),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id)
);
create unique index e_invoices_of_invoice on e_invoices (tenant_id, invoice_id, profile) where invoice_id is not null;
create unique index e_invoices_of_note on e_invoices (tenant_id, credit_note_id, profile) where credit_note_id is not null;
call app.protect('e_invoices');
grant select, insert on e_invoices to billhook_rt;

-- How a document reached its reader: one row for each way, form and recipient, counted.
create table document_deliveries (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  invoice_id uuid,
  credit_note_id uuid,
  channel text not null check (channel in ('mail', 'download', 'peppol')),
  format text not null check (format in ('pdf', 'factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis')),
  recipient text not null check (length(recipient) between 1 and 400),
  -- By Peppol: queued, then sent to the access point, then accepted or refused. Else done.
  status text not null check (status in ('queued', 'sent', 'accepted', 'refused', 'done')),
  -- What the access point calls it.
  reference text,
  detail text,
  times integer not null default 1 check (times > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- In real time; null once nothing is to be done.
  retry_at timestamptz,
  lease_until timestamptz,
  attempts integer not null default 0,
  primary key (tenant_id, id),
  check (num_nonnulls(invoice_id, credit_note_id) = 1),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, credit_note_id) references credit_notes (tenant_id, id)
);
create unique index document_deliveries_of_invoice
  on document_deliveries (tenant_id, invoice_id, channel, format, recipient) where invoice_id is not null;
create unique index document_deliveries_of_note
  on document_deliveries (tenant_id, credit_note_id, channel, format, recipient) where credit_note_id is not null;
create index document_deliveries_due on document_deliveries (tenant_id, retry_at) where retry_at is not null;
call app.protect('document_deliveries');
call app.let_work_see('document_deliveries', 'tenant_id, retry_at, lease_until');
grant select, insert, update (status, reference, detail, times, last_at, retry_at, lease_until, attempts)
  on document_deliveries to billhook_rt;
