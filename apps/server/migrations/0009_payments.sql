-- Purpose: provider accounts, payment methods, attempts, payments, refunds, inbound provider events.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table provider_accounts (
  tenant_id integer not null references tenants (id),
  provider text not null check (provider in ('stripe')),
  mode text not null check (mode in ('sandbox', 'test', 'live')),
  -- Encrypted with the master key; bound to tenant and column.
  secret_key_cipher bytea not null,
  webhook_secret_cipher bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, provider)
);
call app.protect('provider_accounts');
grant select, insert, update on provider_accounts to billhook_rt;

-- Read before a tenant is known, therefore outside row-level security: the random part of a hook address.
create table hook_endpoints (
  token_hash bytea primary key,
  tenant_id integer not null references tenants (id),
  provider text not null,
  created_at timestamptz not null
);
grant select, insert, delete on hook_endpoints to billhook_rt;

create table provider_customers (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  provider text not null,
  provider_customer_id text not null,
  created_at timestamptz not null,
  primary key (tenant_id, customer_id, provider),
  unique (tenant_id, provider, provider_customer_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('provider_customers');
grant select, insert on provider_customers to billhook_rt;

create table payment_methods (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  provider text not null,
  provider_method_id text not null,
  kind text not null check (kind in ('card')),
  brand text not null,
  last4 text not null check (last4 ~ '^[0-9]{4}$'),
  exp_month integer not null check (exp_month between 1 and 12),
  exp_year integer not null,
  is_default boolean not null,
  removed_at timestamptz,
  -- Wall time at which a removed card is to be taken from the customer at the provider (again); null once it is done.
  detach_at timestamptz check (detach_at is null or removed_at is not null),
  detach_attempts integer not null default 0,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_method_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index payment_methods_one_default on payment_methods (tenant_id, customer_id) where is_default and removed_at is null;
create index payment_methods_to_detach on payment_methods (tenant_id, detach_at) where detach_at is not null;
call app.protect('payment_methods');
call app.let_work_see('payment_methods', 'tenant_id, detach_at');
grant select, insert, update (is_default, removed_at, detach_at, detach_attempts) on payment_methods to billhook_rt;

create table payment_attempts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  purpose text not null check (purpose in ('invoice', 'checkout', 'refund')),
  payment_id uuid,
  provider text not null,
  payment_method_id uuid,
  idempotency_key text not null,
  status text not null check (status in ('created', 'sending', 'requires_action', 'processing', 'unknown', 'succeeded', 'failed', 'canceled')),
  attempt_number integer not null check (attempt_number > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  provider_object_id text,
  failure_code text,
  failure_message text,
  -- Business time at which it is to be sent.
  due_at timestamptz not null,
  -- Wall time: the lease of the sender, which process holds it, and when the provider was last called.
  lease_until timestamptz,
  lease_owner bigint,
  sent_at timestamptz,
  -- Business time: the next look-up of an unknown outcome.
  look_up_at timestamptz,
  look_up_count integer not null default 0,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, idempotency_key),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, payment_method_id) references payment_methods (tenant_id, id)
);
-- At most one open way to collect an invoice.
create unique index payment_attempts_one_open on payment_attempts (tenant_id, invoice_id)
  where invoice_id is not null and purpose = 'invoice' and status in ('created', 'sending', 'requires_action', 'processing', 'unknown');
create index payment_attempts_due on payment_attempts (due_at, tenant_id) where status = 'created';
create index payment_attempts_unsettled on payment_attempts (tenant_id) where status in ('sending', 'unknown', 'processing');
create index payment_attempts_by_object on payment_attempts (tenant_id, provider, provider_object_id);
create index payment_attempts_by_invoice on payment_attempts (tenant_id, invoice_id);
call app.protect('payment_attempts');
call app.let_work_see('payment_attempts', 'tenant_id, status, due_at, lease_until, lease_owner, look_up_at');
grant select, insert, update (status, provider_object_id, payment_method_id, failure_code, failure_message, due_at, lease_until, lease_owner, sent_at, look_up_at, look_up_count, finished_at, payment_id) on payment_attempts to billhook_rt;

create table payments (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  attempt_id uuid not null,
  provider text not null,
  provider_object_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  fee_minor bigint not null default 0 check (fee_minor >= 0),
  -- The part that was more than was due and became customer credit.
  credited_minor bigint not null default 0 check (credited_minor between 0 and amount_minor),
  -- Refunds that succeeded, wait or are unknown.
  refunded_minor bigint not null default 0 check (refunded_minor between 0 and amount_minor),
  -- The part of these refunds that was taken back out of the credit.
  credit_returned_minor bigint not null default 0 check (credit_returned_minor between 0 and credited_minor),
  succeeded_at timestamptz not null,
  check (refunded_minor - credit_returned_minor between 0 and amount_minor - credited_minor),
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_object_id),
  unique (tenant_id, attempt_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, attempt_id) references payment_attempts (tenant_id, id)
);
create index payments_by_time on payments (tenant_id, succeeded_at desc, id desc);
create index payments_by_customer on payments (tenant_id, customer_id);
create index payments_by_invoice on payments (tenant_id, invoice_id);
call app.protect('payments');
grant select, insert, update (invoice_id, refunded_minor, credit_returned_minor) on payments to billhook_rt;

create table refunds (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  payment_id uuid not null,
  -- Null for one that was made at the provider itself.
  attempt_id uuid,
  status text not null check (status in ('pending', 'unknown', 'succeeded', 'failed')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  -- The part that is taken back out of the customer's credit.
  credit_minor bigint not null default 0 check (credit_minor between 0 and amount_minor),
  reason text not null,
  provider_object_id text,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  foreign key (tenant_id, attempt_id) references payment_attempts (tenant_id, id)
);
create index refunds_by_payment on refunds (tenant_id, payment_id);
create unique index refunds_by_object on refunds (tenant_id, provider_object_id) where provider_object_id is not null;
call app.protect('refunds');
grant select, insert, update (status, provider_object_id, finished_at) on refunds to billhook_rt;

-- Stored whole before we answer the provider; understood afterwards.
create table provider_events (
  tenant_id integer not null references tenants (id),
  provider text not null,
  provider_event_id text not null,
  type text not null,
  body bytea not null,
  received_at timestamptz not null,
  state text not null check (state in ('stored', 'done', 'ignored', 'quarantined')),
  attempts integer not null default 0,
  -- Wall time at which it is taken (again); while a process works on it, the end of that process' lease.
  retry_at timestamptz not null,
  lease_owner bigint,
  detail text,
  processed_at timestamptz,
  primary key (tenant_id, provider, provider_event_id)
);
create index provider_events_stored on provider_events (tenant_id, retry_at) where state = 'stored';
call app.protect('provider_events');
call app.let_work_see('provider_events', 'tenant_id, state, retry_at, lease_owner');
grant select, insert, update (state, attempts, retry_at, lease_owner, detail, processed_at) on provider_events to billhook_rt;
