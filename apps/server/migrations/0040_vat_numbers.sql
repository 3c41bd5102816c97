-- Purpose: what the registry of VAT numbers last said about the number of each customer, and when it is asked again.
-- What says where a customer is.
-- Lock risk: none for what exists; new tables.
set local lock_timeout = '5s';

create table customer_vat_numbers (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  -- As it is sent to the registry: prefix and number, without separators.
  number text not null check (number ~ '^[A-Z]{2}[A-Z0-9+*]{2,15}$'),
  -- The last answer for certain; null while there was none.
  is_valid boolean,
  answered_at timestamptz,
  -- The proof of the query, where the registry gave one, and whose number it is, where it says so.
  consultation_number text check (length(consultation_number) between 1 and 100),
  registered_name text check (length(registered_name) between 1 and 500),
  registered_address text check (length(registered_address) between 1 and 1000),
  -- The first of the attempts in a row to which no answer came.
  down_since timestamptz,
  ask_at timestamptz not null,
  primary key (tenant_id, customer_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  check ((is_valid is null) = (answered_at is null))
);
create index customer_vat_numbers_due on customer_vat_numbers (tenant_id, ask_at);
call app.protect('customer_vat_numbers');
call app.let_work_see('customer_vat_numbers', 'tenant_id, ask_at');
grant select, insert, update, delete on customer_vat_numbers to billhook_rt;

-- What says where a customer is, beside its address: one piece of each kind, the newest.
create table customer_location_evidence (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  kind text not null check (kind in ('ip_address', 'payment_method', 'sim_card', 'landline', 'other')),
  country text not null check (country ~ '^[A-Z]{2}$'),
  -- What was seen, such as the address or the first figures of the card, as the seller wrote it down.
  detail text check (length(detail) between 1 and 200),
  seen_at timestamptz not null,
  primary key (tenant_id, customer_id, kind),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
);
call app.protect('customer_location_evidence');
grant select, insert, update, delete on customer_location_evidence to billhook_rt;
