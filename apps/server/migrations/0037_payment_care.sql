-- Purpose: reconciliation with providers, the log of inbound webhooks with replay and polling, the block list with what was
-- tried, and the age of secrets.
-- Lock risk: short exclusive locks on provider_events and payment_methods, whose new columns have constant defaults;
-- provider_events are numbered in one pass.
set local lock_timeout = '5s';

-- A name of its own for lists and links; the provider's is its own to choose.
alter table provider_events add column id uuid;
alter table provider_events no force row level security;
update provider_events set id = gen_random_uuid();
alter table provider_events force row level security;
alter table provider_events alter column id set not null;
create unique index provider_events_by_id on provider_events (tenant_id, id);
-- Those headers that the signature rests on, and nothing else.
alter table provider_events add column headers jsonb not null default '{}';
alter table provider_events add column came_by text not null default 'webhook' check (came_by in ('webhook', 'poll'));
-- How often it was delivered; the content of the first counts.
alter table provider_events add column deliveries integer not null default 1 check (deliveries >= 0);
alter table provider_events add column last_received_at timestamptz;
alter table provider_events add column replays integer not null default 0;
-- Kept aside for a reason that stays true however often it is read.
alter table provider_events add column replayable boolean not null default true;
create index provider_events_log on provider_events (tenant_id, received_at desc, id desc);
grant update (deliveries, last_received_at, replays, came_by) on provider_events to billhook_rt;

-- Messages at a known address whose signature is not genuine: counted by day, none is kept.
create table hook_rejections (
  tenant_id integer not null references tenants (id),
  provider text not null,
  day date not null,
  count integer not null check (count > 0),
  last_at timestamptz not null,
  primary key (tenant_id, provider, day)
);
call app.protect('hook_rejections');
grant select, insert, update (count, last_at) on hook_rejections to billhook_rt;

-- When a provider is asked by itself. Polls go by real time, reconciliation by the tenant's.
create table provider_schedules (
  tenant_id integer not null references tenants (id),
  provider text not null,
  poll_at timestamptz,
  -- Events up to here are known.
  polled_until timestamptz,
  poll_cursor text,
  poll_fault text,
  -- Null until somebody asks for the first time, for a sandbox; a live account is reconciled from its first day on.
  reconcile_at timestamptz,
  -- Movements up to here are known; the next run looks back a little further.
  reconciled_until timestamptz,
  reconciled_at timestamptz,
  reconcile_fault text,
  lease_until timestamptz,
  primary key (tenant_id, provider)
);
call app.protect('provider_schedules');
call app.let_work_see('provider_schedules', 'tenant_id, provider, poll_at, reconcile_at');
call app.let_work_see('provider_accounts', 'tenant_id, provider, mode, created_at');
grant select, insert, update on provider_schedules to billhook_rt;

create table provider_transactions (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  provider text not null,
  provider_transaction_id text not null,
  kind text not null check (kind in ('charge', 'charge_failure', 'refund', 'refund_failure', 'dispute', 'dispute_reversal', 'fee', 'payout', 'payout_failure', 'adjustment')),
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null check (net_minor = gross_minor - fee_minor),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  occurred_at timestamptz not null,
  available_at timestamptz,
  -- Every name the provider has for what it is about.
  object_ids text[] not null,
  payout_id text,
  description text,
  state text not null check (state in ('open', 'matched', 'posted', 'empty')),
  reason text,
  detail text,
  ledger_transaction_id uuid,
  seen_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_transaction_id),
  check ((state in ('matched', 'posted')) = (ledger_transaction_id is not null)),
  check ((state = 'open') = (settled_at is null)),
  foreign key (tenant_id, ledger_transaction_id) references ledger_transactions (tenant_id, id)
);
-- Each transaction of our books to one movement at most.
create unique index provider_transactions_one_each on provider_transactions (tenant_id, ledger_transaction_id)
  where ledger_transaction_id is not null;
create index provider_transactions_by_time on provider_transactions (tenant_id, occurred_at desc, id desc);
create index provider_transactions_open on provider_transactions (tenant_id, occurred_at) where state = 'open';
create index provider_transactions_by_payout on provider_transactions (tenant_id, provider, payout_id) where payout_id is not null;
call app.protect('provider_transactions');
grant select, insert, update (state, reason, detail, ledger_transaction_id, settled_at, payout_id, available_at) on provider_transactions to billhook_rt;

create table provider_payouts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  provider text not null,
  provider_payout_id text not null,
  amount_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null,
  created_at timestamptz not null,
  arrives_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_payout_id)
);
create index provider_payouts_by_time on provider_payouts (tenant_id, created_at desc, id desc);
call app.protect('provider_payouts');
grant select, insert, update (status, amount_minor, arrives_at) on provider_payouts to billhook_rt;

create table payment_blocks (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('customer', 'card', 'email', 'email_domain', 'country', 'ip_range')),
  value text not null check (length(value) between 1 and 320),
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (tenant_id, id)
);
create unique index payment_blocks_once on payment_blocks (tenant_id, kind, value) where removed_at is null;
call app.protect('payment_blocks');
grant select, insert, update (removed_at) on payment_blocks to billhook_rt;

-- Each try at paying, by real time.
create table payment_tries (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('page', 'method')),
  address text,
  card_mark text check (card_mark ~ '^[0-9a-f]{64}$'),
  amount_minor bigint,
  currency text check (currency ~ '^[A-Z]{3}$'),
  verdict text not null check (verdict in ('allow', 'flag', 'refuse')),
  reasons jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index payment_tries_by_customer on payment_tries (tenant_id, customer_id, at);
create index payment_tries_by_address on payment_tries (tenant_id, address, at) where address is not null;
create index payment_tries_by_card on payment_tries (tenant_id, card_mark, at) where card_mark is not null;
create index payment_tries_by_time on payment_tries (tenant_id, at desc, id desc);
call app.protect('payment_tries');
grant select, insert on payment_tries to billhook_rt;

create table risk_rules (
  tenant_id integer not null references tenants (id),
  rules jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id)
);
call app.protect('risk_rules');
grant select, insert, update (rules, updated_at) on risk_rules to billhook_rt;

-- Since when a secret is in use: a keyed hash tells whether it is still the same one.
create table secret_marks (
  tenant_id integer not null references tenants (id),
  name text not null check (length(name) between 1 and 60),
  kind text not null check (kind in ('mail', 'twilio', 'stripe', 'paypal', 'whatsapp', 'storage')),
  mark bytea not null,
  since timestamptz not null,
  expires_at timestamptz,
  -- Real time at which staff are told next; null once they were told that it is overdue.
  tell_at timestamptz,
  primary key (tenant_id, name)
);
create index secret_marks_to_tell on secret_marks (tell_at) where tell_at is not null;
call app.protect('secret_marks');
call app.let_work_see('secret_marks', 'tenant_id, tell_at');
grant select, insert, update (kind, mark, since, expires_at, tell_at), delete on secret_marks to billhook_rt;

create table rotation_policies (
  tenant_id integer not null references tenants (id),
  kind text not null check (kind in ('mail', 'twilio', 'stripe', 'paypal', 'whatsapp', 'storage')),
  days integer not null check (days between 1 and 3650),
  updated_at timestamptz not null,
  primary key (tenant_id, kind)
);
call app.protect('rotation_policies');
grant select, insert, update (days, updated_at) on rotation_policies to billhook_rt;
