-- Purpose: documents that are no invoices: pro-forma, statement of account, dunning letter.
-- Lock risk: none, the table is new.
set local lock_timeout = '5s';

-- Documents beside the books: nothing of them is posted.
create table customer_documents (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('pro_forma', 'statement', 'dunning_letter')),
  -- Of a letter: how many came before it for what it asks for, and one more.
  level smallint check (level between 1 and 3),
  series text not null,
  year integer not null,
  sequence bigint not null check (sequence > 0),
  number text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor bigint not null check (abs(total_minor) <= 900000000000000),
  issued_at timestamptz not null,
  -- The frozen document: canonical JSON at issue and its SHA-256.
  canonical text not null,
  content_sha256 bytea not null check (length(content_sha256) = 32),
  pdf_file_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, series, year, sequence),
  unique (tenant_id, number),
  check ((level is null) = (kind <> 'dunning_letter')),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, pdf_file_id) references files (tenant_id, id)
);
create index customer_documents_by_customer on customer_documents (tenant_id, customer_id, issued_at desc);
create index customer_documents_by_time on customer_documents (tenant_id, issued_at desc, id desc);
call app.protect('customer_documents');
grant select, insert, update (pdf_file_id) on customer_documents to billhook_rt;
