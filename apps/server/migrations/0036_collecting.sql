-- Purpose: requests to a second person, and disputes of payments.
-- Lock risk: none for the new tables; the check of ledger_entries is replaced by a wider one, which scans the table once.
set local lock_timeout = '5s';

-- What waits for a second person. Real time throughout: it is about people, not about the business' clock.
create table approvals (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('refund')),
  -- What it is about: for a refund the payment.
  object_id uuid not null,
  customer_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  reason text not null,
  asked_by_kind text not null check (asked_by_kind in ('operator', 'api_key')),
  asked_by text not null,
  -- Who stands behind it: the operator, or whoever made the key.
  person text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  status text not null default 'waiting' check (status in ('waiting', 'approved', 'declined')),
  decided_by text,
  decided_at timestamptz,
  note text,
  -- What came of it: the refund.
  outcome_id uuid,
  primary key (tenant_id, id),
  check ((status = 'waiting') = (decided_by is null)),
  check (status <> 'approved' or (decided_by <> person and outcome_id is not null)),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index approvals_by_object on approvals (tenant_id, kind, object_id);
create index approvals_waiting on approvals (tenant_id, expires_at) where status = 'waiting';
call app.protect('approvals');
grant select, insert, update (status, decided_by, decided_at, note, outcome_id) on approvals to billhook_rt;

-- Payments that a customer's bank asks back, as the provider says they stand.
create table disputes (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  payment_id uuid not null,
  provider text not null,
  provider_object_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  reason text not null,
  status text not null check (status in ('warning', 'needs_response', 'under_review', 'won', 'lost')),
  evidence_due_at timestamptz,
  -- What the books say: taken for it, of that given back, and what is written off.
  withdrawn_minor bigint not null check (withdrawn_minor between 0 and 900000000000000),
  returned_minor bigint not null check (returned_minor between 0 and withdrawn_minor),
  fee_minor bigint not null check (fee_minor between 0 and 900000000000000),
  fee_returned_minor bigint not null check (fee_returned_minor between 0 and fee_minor),
  lost_minor bigint not null check (lost_minor between 0 and withdrawn_minor - returned_minor),
  -- The seller's answer, which can be handed in once: written, on its way, taken by the provider.
  evidence jsonb,
  evidence_state text not null default 'none' check (evidence_state in ('none', 'sending', 'submitted')),
  evidence_by text,
  evidence_at timestamptz,
  -- Business time: when it is looked up next, and when the staff was warned of the deadline.
  look_up_at timestamptz,
  warned_at timestamptz,
  opened_at timestamptz not null,
  closed_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_object_id),
  check ((closed_at is null) = (status not in ('won', 'lost'))),
  check (evidence_state = 'none' or (evidence is not null and evidence_by is not null and evidence_at is not null)),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
create index disputes_by_payment on disputes (tenant_id, payment_id);
create index disputes_looked_up on disputes (look_up_at, tenant_id) where look_up_at is not null;
call app.protect('disputes');
call app.let_work_see('disputes', 'tenant_id, look_up_at, evidence_due_at, warned_at, evidence_state');
grant select, insert, update (amount_minor, reason, status, evidence_due_at, withdrawn_minor, returned_minor, fee_minor, fee_returned_minor, lost_minor, evidence, evidence_state, evidence_by, evidence_at, look_up_at, warned_at, closed_at) on disputes to billhook_rt;

-- Money that a bank holds until a dispute is decided, what is lost by one, and deposits that are held for customers.
alter table ledger_entries
  drop constraint ledger_entries_account_check,
  add constraint ledger_entries_account_check
    check (account ~ '^(receivable|tax|credit_liability|prepaid_credits|refunds_payable|deposits|disputed|dispute_losses|revenue|breakage|fees|rounding|cash:[a-z_]+)$');

-- A second method that is tried when the default fails, and when its owner is told that it runs out.
alter table payment_methods
  add column is_backup boolean not null default false check (not (is_backup and is_default)),
  add column expiry_warn_at timestamptz;
create unique index payment_methods_one_backup on payment_methods (tenant_id, customer_id) where is_backup and removed_at is null;
alter table payment_methods no force row level security;
update payment_methods set expiry_warn_at = make_timestamptz(exp_year, exp_month, 1, 0, 0, 0, 'UTC') + interval '1 month' - interval '30 days'
  where exp_month is not null and removed_at is null;
alter table payment_methods force row level security;
create index payment_methods_expiring on payment_methods (tenant_id, expiry_warn_at) where expiry_warn_at is not null and removed_at is null;
grant select (expiry_warn_at, removed_at) on payment_methods to billhook_work;
grant update (is_backup, expiry_warn_at) on payment_methods to billhook_rt;

-- Keys are checked against the rows that are there, by an owner who need not pass by row-level security.
alter table customers no force row level security;
alter table payments no force row level security;
alter table payment_attempts no force row level security;
alter table payment_methods no force row level security;
alter table checkouts no force row level security;

-- The method that a try is for; null for the default at the time it is sent.
alter table payment_attempts
  add column wanted_method_id uuid,
  add foreign key (tenant_id, wanted_method_id) references payment_methods (tenant_id, id);

-- The receipt of a payment, numbered and frozen at the first asking.
create table receipts (
  tenant_id integer not null references tenants (id),
  payment_id uuid not null,
  customer_id uuid not null,
  number text not null,
  document jsonb not null,
  issued_at timestamptz not null,
  primary key (tenant_id, payment_id),
  unique (tenant_id, number),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('receipts');
grant select, insert on receipts to billhook_rt;

-- Amounts that a customer is asked for beside invoices: money on account, or a deposit that is held.
create table payment_requests (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('payment', 'deposit')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0 and amount_minor <= 900000000000000),
  description text not null check (length(description) between 1 and 200),
  status text not null check (status in ('open', 'paid', 'canceled')),
  -- The payment that paid it, and what of a deposit is still held.
  payment_id uuid,
  held_minor bigint not null default 0 check (held_minor between 0 and 900000000000000),
  created_at timestamptz not null,
  paid_at timestamptz,
  primary key (tenant_id, id),
  check ((status = 'paid') = (payment_id is not null)),
  check (held_minor = 0 or (kind = 'deposit' and status = 'paid')),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, payment_id) references payments (tenant_id, id)
);
create index payment_requests_by_customer on payment_requests (tenant_id, customer_id);
create index payment_requests_by_payment on payment_requests (tenant_id, payment_id) where payment_id is not null;
call app.protect('payment_requests');
grant select, insert, update (status, payment_id, held_minor, paid_at) on payment_requests to billhook_rt;

alter table payment_requests no force row level security;
alter table payment_attempts
  drop constraint payment_attempts_purpose_check,
  add constraint payment_attempts_purpose_check check (purpose in ('invoice', 'checkout', 'refund', 'received', 'request')),
  add column request_id uuid,
  add foreign key (tenant_id, request_id) references payment_requests (tenant_id, id);
create unique index payment_attempts_one_for_request on payment_attempts (tenant_id, request_id)
  where request_id is not null and purpose = 'request' and status in ('created', 'sending', 'requires_action', 'processing', 'unknown');

alter table checkouts
  drop constraint checkouts_purpose_check,
  add constraint checkouts_purpose_check check (purpose in ('subscription', 'invoice', 'card', 'request')),
  add column request_id uuid check ((request_id is not null) = (purpose = 'request')),
  add foreign key (tenant_id, request_id) references payment_requests (tenant_id, id);
create unique index checkouts_one_for_request on checkouts (tenant_id, request_id) where request_id is not null and status in ('creating', 'open');

alter table customers force row level security;
alter table payments force row level security;
alter table payment_attempts force row level security;
alter table payment_methods force row level security;
alter table checkouts force row level security;
alter table payment_requests force row level security;
