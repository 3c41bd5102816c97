-- Purpose: checkouts (a quote on its way to a subscription) and outgoing mail.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table checkouts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  -- What it is for: a new subscription, an open invoice, or a card alone. A new subscription names its first invoice once it has one.
  purpose text not null check (purpose in ('subscription', 'invoice', 'card')),
  plan_version_id uuid,
  quantity integer not null default 1,
  invoice_id uuid,
  status text not null check (status in ('creating', 'open', 'completed', 'expired')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  provider text not null,
  provider_session_id text,
  url text,
  success_url text not null,
  cancel_url text not null,
  attempt_id uuid,
  subscription_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  completed_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, provider, provider_session_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, attempt_id) references payment_attempts (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
-- An open checkout and an automatic charge never run together for one invoice.
create unique index checkouts_one_open on checkouts (tenant_id, invoice_id) where invoice_id is not null and status in ('creating', 'open');
create index checkouts_by_customer on checkouts (tenant_id, customer_id);
create index checkouts_unfinished on checkouts (tenant_id, expires_at) where status in ('creating', 'open');
call app.protect('checkouts');
call app.let_work_see('checkouts', 'tenant_id, status, expires_at');
grant select, insert, update (status, provider_session_id, url, invoice_id, attempt_id, subscription_id, completed_at, amount_minor) on checkouts to billhook_rt;

create table mails (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  template text not null,
  recipient text not null,
  customer_id uuid,
  -- The fact this mail is about; one mail a fact, template and recipient.
  subject_id text not null,
  -- Ids and plain facts only. A secret link is made by the sender, never stored here.
  facts jsonb not null,
  status text not null check (status in ('queued', 'sent', 'failed')),
  attempts integer not null default 0,
  retry_at timestamptz not null,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, template, recipient, subject_id)
);
create index mails_queued on mails (tenant_id, retry_at) where status = 'queued';
create index mails_by_customer on mails (tenant_id, customer_id);
call app.protect('mails');
call app.let_work_see('mails', 'tenant_id, status, retry_at, lease_until');
grant select, insert, update (status, attempts, retry_at, lease_until, last_error, sent_at) on mails to billhook_rt;
