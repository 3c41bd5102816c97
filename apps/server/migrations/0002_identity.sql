-- Purpose: operators (global, kept by better-auth in their own schema), their roles, invitations; API keys.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create schema if not exists auth;
grant usage on schema auth to billhook_rt;

-- The four tables that better-auth keeps for operators. Outside row-level security: operators are global.
create table auth."user" (
  id text primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create table auth.session (
  id text primary key,
  "userId" text not null references auth."user" (id) on delete cascade,
  token text not null unique,
  "expiresAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index session_by_user on auth.session ("userId");
create table auth.account (
  id text primary key,
  "userId" text not null references auth."user" (id) on delete cascade,
  "accountId" text not null,
  "providerId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  "idToken" text,
  password text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index account_by_user on auth.account ("userId");
create table auth.verification (
  id text primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_by_identifier on auth.verification (identifier);
grant select, insert, update, delete on auth."user", auth.session, auth.account, auth.verification to billhook_rt;

create table operator_roles (
  organization_id integer not null references organizations (id),
  operator_id text not null references auth."user" (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'finance', 'support', 'developer', 'viewer')),
  created_at timestamptz not null,
  primary key (organization_id, operator_id)
);
create table operator_invitations (
  id uuid primary key,
  organization_id integer not null references organizations (id),
  email text not null,
  role text not null check (role in ('admin', 'finance', 'support', 'developer', 'viewer')),
  token_hash bytea not null unique,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
grant select, insert, update, delete on operator_roles to billhook_rt;
grant select, insert, update (accepted_at, revoked_at) on operator_invitations to billhook_rt;

create table api_keys (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  kind text not null check (kind in ('secret', 'publishable')),
  name text not null check (length(name) between 1 and 100),
  scopes text[] not null,
  prefix text not null,
  last4 text not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, id)
);
call app.protect('api_keys');
grant select, insert, update (name, revoked_at, last_used_at) on api_keys to billhook_rt;

-- Read before a tenant is known, therefore outside row-level security: a hash and where it leads.
create table api_key_lookup (
  key_hash bytea primary key,
  tenant_id integer not null,
  api_key_id uuid not null,
  foreign key (tenant_id, api_key_id) references api_keys (tenant_id, id)
);
grant select, insert, delete on api_key_lookup to billhook_rt;
