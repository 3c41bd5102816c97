-- Purpose: requests to a second person.
-- Lock risk: none, the table is new.
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
