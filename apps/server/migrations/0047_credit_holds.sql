-- Purpose: credits that are promised to a reservation are out of everyone else's reach until they are used or given back;
-- a customer's own mark below which credits are told to run low.
-- Locks: credit_types and credit_grants take no writes while foreign keys to them are made; the new tables are empty.

create table credit_holds (
  tenant_id integer not null references tenants (id),
  reservation_id uuid not null,
  grant_id uuid not null,
  customer_id uuid not null,
  -- The order in which grants were taken.
  position integer not null check (position >= 0),
  amount numeric(38, 12) not null check (amount > 0),
  -- Its grant was taken back meanwhile: what is not used goes with it.
  is_revoked boolean not null default false,
  primary key (tenant_id, reservation_id, grant_id),
  foreign key (tenant_id, reservation_id) references usage_reservations (tenant_id, id),
  foreign key (tenant_id, grant_id) references credit_grants (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index credit_holds_by_customer on credit_holds (tenant_id, customer_id);
create index credit_holds_by_grant on credit_holds (tenant_id, grant_id);
call app.protect('credit_holds');
grant select, insert, delete, update (amount, is_revoked) on credit_holds to billhook_rt;
call app.let_work_see('credit_holds', 'tenant_id, reservation_id');

create table credit_marks (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  credit_type_id uuid not null,
  low_at numeric(38, 12) not null check (low_at > 0 and low_at < 1e25),
  set_at timestamptz not null,
  primary key (tenant_id, customer_id, credit_type_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, credit_type_id) references credit_types (tenant_id, id)
);
call app.protect('credit_marks');
grant select, insert, delete, update (low_at, set_at) on credit_marks to billhook_rt;
