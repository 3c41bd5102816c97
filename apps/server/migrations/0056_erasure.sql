-- Purpose: customers can be erased, unless they are on legal hold; what is personal can be taken out of the tables in
-- which it stands.
-- Lock risk: one column is added without a default; the tables are new.
set local lock_timeout = '5s';

alter table customers add erased_at timestamptz;
grant update (erased_at) on customers to billhook_rt;

create table privacy_settings (
  tenant_id integer not null references tenants (id),
  default_years integer not null check (default_years between 0 and 100),
  -- Years by country of the seller.
  countries jsonb not null check (jsonb_typeof(countries) = 'object'),
  needs_second_person boolean not null,
  updated_at timestamptz not null,
  primary key (tenant_id)
);
call app.protect('privacy_settings');
grant select, insert, update (default_years, countries, needs_second_person, updated_at) on privacy_settings to billhook_rt;

create table legal_holds (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  reason text not null check (length(reason) between 1 and 500),
  placed_by text not null,
  placed_at timestamptz not null,
  released_by text,
  released_at timestamptz,
  release_reason text check (length(release_reason) between 1 and 500),
  check ((released_at is null) = (released_by is null) and (released_at is null) = (release_reason is null)),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index legal_holds_one on legal_holds (tenant_id, customer_id) where released_at is null;
call app.protect('legal_holds');
grant select, insert, update (released_by, released_at, release_reason) on legal_holds to billhook_rt;

create table erasures (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  state text not null check (state in ('waiting', 'queued', 'running', 'swept', 'done', 'canceled')),
  reason text not null check (length(reason) between 1 and 500),
  asked_by text not null,
  -- Who is behind the one that asked: whoever made the key.
  person text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  -- By what messages of outside are known to be about the customer; emptied when the erasure is done.
  marks text[] not null default '{}',
  step integer not null default 0 check (step >= 0),
  rows_total bigint not null default 0 check (rows_total >= 0),
  rows_done bigint not null default 0 check (rows_done >= 0),
  kept_until date,
  -- Wall time at which the next piece is due; null where nothing is.
  next_at timestamptz,
  attempts integer not null default 0,
  fault text,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create unique index erasures_one on erasures (tenant_id, customer_id) where state <> 'canceled';
create index erasures_due on erasures (tenant_id, next_at) where next_at is not null;
call app.protect('erasures');
call app.let_work_see('erasures', 'tenant_id, next_at');
grant select, insert, update (state, decided_by, decided_at, marks, step, rows_total, rows_done, kept_until, next_at, attempts,
  fault, finished_at) on erasures to billhook_rt;

grant delete on mails, member_invitations, provider_customers, payment_tries, usage_quarantine, usage_warnings, stripe_links
  to billhook_rt;
grant update (payload) on outbox to billhook_rt;
grant update (recipient) on document_deliveries to billhook_rt;
grant update (detail, facts) on cases to billhook_rt;
grant update (success_url, cancel_url) on checkouts to billhook_rt;
grant update (provider_method_id) on payment_methods to billhook_rt;
grant update (body, headers, replayable) on provider_events to billhook_rt;
grant update (reason) on entitlement_grants, entitlement_overrides to billhook_rt;
grant update (name) on files to billhook_rt;
grant update (external_id) on import_lines to billhook_rt;
