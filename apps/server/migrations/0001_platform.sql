-- Purpose: the ground every module stands on: roles, tenants and their clocks, outbox, audit, idempotency.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create extension if not exists btree_gist;
create schema if not exists app;

-- The runtime role owns nothing and sees one tenant at a time. The work role finds which tenants have due
-- work, through a few columns only. Neither can log in by itself nor is a member of the other.
do $$
begin
  if not exists (select from pg_roles where rolname = 'billhook_rt') then
    create role billhook_rt nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'billhook_work') then
    create role billhook_work nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
  end if;
end $$;

revoke all on schema public from public;
grant usage on schema app to billhook_rt, billhook_work;
grant usage on schema public to billhook_rt, billhook_work;

-- Closed when no tenant is set: an unset or empty setting gives null, and null matches no row.
create function app.tenant() returns integer language sql stable parallel safe
  return nullif(current_setting('app.tenant', true), '')::integer;

-- Puts a tenant table under FORCE row-level security with the one policy that all of them share.
create procedure app.protect(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_rows on %s to billhook_rt using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()))', target);
end $$;

-- Whether the process that a lease names still runs: its session holds the advisory lock under its number. Null for none.
create function app.process_lives(process bigint) returns boolean language sql stable strict as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.classid::bigint = ((process >> 32) & 4294967295) and l.objid::bigint = (process & 4294967295))
$$;

-- Lets the work role read a few columns of every tenant, to find due work. It can change nothing.
create procedure app.let_work_see(target regclass, columns text) language plpgsql as $$
begin
  execute format('create policy work_sees on %s for select to billhook_work using (true)', target);
  execute format('grant select (%s) on %s to billhook_work', columns, target);
end $$;

create table organizations (
  id integer generated always as identity primary key,
  public_id uuid not null unique,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null
);

create table tenants (
  id integer generated always as identity primary key,
  public_id uuid not null unique,
  organization_id integer not null references organizations (id),
  slug text not null unique check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('live', 'sandbox')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  settings jsonb not null default '{}',
  -- A frozen clock stands still at this instant; null follows real time. Only a sandbox can be frozen.
  frozen_at timestamptz check (frozen_at is null or kind = 'sandbox'),
  -- While the clock is being moved, only the mover does due work of this tenant.
  advancing_to timestamptz,
  advance_progress jsonb,
  created_at timestamptz not null
);
grant select on organizations, tenants to billhook_rt, billhook_work;
grant insert on organizations, tenants to billhook_rt;
grant update (name, currency, time_zone, settings, frozen_at, advancing_to, advance_progress) on tenants to billhook_rt;

create table outbox (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  seq bigint generated always as identity,
  type text not null,
  object_id uuid not null,
  customer_id uuid,
  payload jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  dispatched_at timestamptz,
  primary key (tenant_id, id)
);
create index outbox_pending on outbox (tenant_id, seq) where dispatched_at is null;
create index outbox_by_time on outbox (tenant_id, occurred_at desc, seq desc);
create index outbox_by_customer on outbox (tenant_id, customer_id, seq desc) where customer_id is not null;
call app.protect('outbox');
call app.let_work_see('outbox', 'tenant_id, seq, dispatched_at');
grant select, insert, update (dispatched_at) on outbox to billhook_rt;

create table audit_log (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  seq bigint generated always as identity,
  actor_kind text not null check (actor_kind in ('operator', 'api_key', 'member', 'system')),
  actor_id text not null,
  action text not null,
  object_kind text not null,
  object_id text not null,
  request_id text,
  details jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  seal_number integer,
  primary key (tenant_id, id)
);
create index audit_unsealed on audit_log (tenant_id, seq) where seal_number is null;
create index audit_by_object on audit_log (tenant_id, object_id, seq desc);
call app.protect('audit_log');
call app.let_work_see('audit_log', 'tenant_id, seq, seal_number');
grant select, insert, update (seal_number) on audit_log to billhook_rt;

create table audit_seals (
  tenant_id integer not null references tenants (id),
  number integer not null check (number > 0),
  row_count integer not null check (row_count > 0),
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, number)
);
call app.protect('audit_seals');
grant select, insert on audit_seals to billhook_rt;

create table idempotency_keys (
  tenant_id integer not null references tenants (id),
  principal text not null,
  key text not null check (length(key) between 1 and 255),
  operation text not null,
  request_hash bytea not null,
  status integer not null,
  body text not null,
  content_type text not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, principal, key)
);
create index idempotency_by_age on idempotency_keys (tenant_id, recorded_at);
call app.protect('idempotency_keys');
-- An operation that calls the outside reserves its key first (status 0) and keeps the answer when it is known.
grant select, insert, delete, update (status, body, content_type) on idempotency_keys to billhook_rt;
