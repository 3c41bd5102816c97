-- Purpose: what says where a customer is is kept as a list: from where each piece came, when it was first and last seen, and when
-- another one of its kind took its place. Before, only the newest of each kind was kept.
-- Lock risk: exclusive lock on customer_location_evidence while its rows are given ids; they are at most five a customer.
set local lock_timeout = '5s';

-- The owner of the table sees all its rows while it fills them; the policies bind everybody else.
alter table customer_location_evidence no force row level security;
alter table customer_location_evidence
  add column id uuid not null default gen_random_uuid(),
  add column source text not null default 'seller' check (source in ('seller', 'provider', 'visit')),
  add column first_seen_at timestamptz,
  add column replaced_at timestamptz;
-- The owner of the tables sees all their rows while it checks and fills them; the policies bind everybody else.
alter table customer_location_evidence no force row level security;
update customer_location_evidence set first_seen_at = seen_at,
  source = case kind when 'payment_method' then 'provider' else 'seller' end;
alter table customer_location_evidence force row level security;
alter table customer_location_evidence
  alter column id drop default,
  alter column source drop default,
  alter column first_seen_at set not null,
  drop constraint customer_location_evidence_pkey,
  add primary key (tenant_id, id);
alter table customer_location_evidence force row level security;
create unique index customer_location_evidence_newest on customer_location_evidence (tenant_id, customer_id, kind)
  where replaced_at is null;
create index customer_location_evidence_of_customer on customer_location_evidence (tenant_id, customer_id);
