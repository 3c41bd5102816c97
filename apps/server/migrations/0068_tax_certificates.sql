-- Purpose: papers by which customers are free of a tax on some days, who gave and who checked them, and the moment at which
-- people are told that one runs out. The paper of one that was accepted is kept as documents are.
-- Lock risk: short exclusive lock on files; the new check holds for every row, since it only allows more.
set local lock_timeout = '5s';

create table tax_certificates (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  reason text not null check (reason in ('resale', 'government', 'nonprofit', 'education', 'manufacturing', 'agriculture',
    'diplomatic', 'international_organisation', 'armed_forces', 'other')),
  number text check (length(number) between 1 and 100),
  -- Whose tax it frees of; without regions that of the whole country.
  country text not null check (country ~ '^[A-Z]{2}$'),
  regions text[] not null default '{}' check (cardinality(regions) <= 60),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  file_id uuid,
  decision text not null check (decision in ('to_check', 'accepted', 'refused', 'withdrawn')),
  -- Who: kind and id, such as `member:...`.
  given_by text not null check (length(given_by) between 1 and 200),
  given_at timestamptz not null,
  decided_by text check (length(decided_by) between 1 and 200),
  decided_at timestamptz,
  -- Why it was refused or withdrawn.
  why text check (length(why) between 1 and 500),
  -- When people are told next that it runs out; null for never.
  notice_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, file_id) references files (tenant_id, id),
  check ((decision = 'to_check') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check (notice_at is null or decision = 'accepted')
);
create index tax_certificates_of_customer on tax_certificates (tenant_id, customer_id);
create index tax_certificates_due on tax_certificates (tenant_id, notice_at) where notice_at is not null;
call app.protect('tax_certificates');
call app.let_work_see('tax_certificates', 'tenant_id, notice_at');
grant select, insert, update on tax_certificates to billhook_rt;

alter table files drop constraint files_purpose_check;
alter table files add constraint files_purpose_check
  check (purpose in ('invoice_pdf', 'logo', 'upload', 'export', 'dispute_evidence', 'tax_certificate')) not valid;
alter table files validate constraint files_purpose_check;
grant update (purpose) on files to billhook_rt;
