-- Purpose: files that go to the bank with the answer to a dispute.
-- Lock risk: a short exclusive lock on files, whose rows are looked at once; a new table.
set local lock_timeout = '5s';

alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('invoice_pdf', 'logo', 'upload', 'export', 'dispute_evidence'));

-- What was handed in with an answer, one file of a kind. Rows are written with the answer and never changed but for when
-- the provider took them; they go only where the provider refused the answer as a whole.
create table dispute_files (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  dispute_id uuid not null,
  customer_id uuid not null,
  file_id uuid not null,
  kind text not null check (kind in ('receipt', 'customer_communication', 'service_documentation',
    'shipping_documentation', 'customer_signature', 'duplicate_charge_documentation', 'refund_policy',
    'cancellation_policy', 'other')),
  taken_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, dispute_id, kind),
  foreign key (tenant_id, dispute_id) references disputes (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, file_id) references files (tenant_id, id)
);
create index dispute_files_file on dispute_files (tenant_id, file_id);
create index dispute_files_customer on dispute_files (tenant_id, customer_id);
call app.protect('dispute_files');
grant select, insert, update (taken_at), delete on dispute_files to billhook_rt;
