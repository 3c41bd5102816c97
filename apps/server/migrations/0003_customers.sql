-- Purpose: customers, their members, and the tables that better-auth keeps for members of one tenant.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

create table customers (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  external_id text check (length(external_id) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  email text check (length(email) <= 320),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  country text check (country ~ '^[A-Z]{2}$'),
  address jsonb not null default '{}',
  tax_id text,
  tax_exempt boolean not null default false,
  locale text not null default 'en',
  metadata jsonb not null default '{}',
  -- What we owe the customer: overpayment, credit of a downgrade. The ledger's credit liability, kept ready.
  credit_balance_minor bigint not null default 0 check (credit_balance_minor between 0 and 900000000000000),
  parked_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, external_id)
);
create index customers_by_email on customers (tenant_id, email);
create index customers_by_creation on customers (tenant_id, created_at desc, id desc);
call app.protect('customers');
grant select, insert, update (external_id, name, email, currency, time_zone, country, address, tax_id, tax_exempt, locale, metadata, credit_balance_minor, parked_at, updated_at) on customers to billhook_rt;

-- better-auth knows no tenants: the column fills itself, and row-level security does the rest.
create table member_user (
  tenant_id integer not null default app.tenant() references tenants (id),
  id text not null,
  name text not null,
  email text not null,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email)
);
create table member_session (
  tenant_id integer not null default app.tenant(),
  id text not null,
  "userId" text not null,
  token text not null,
  "expiresAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, token),
  foreign key (tenant_id, "userId") references member_user (tenant_id, id) on delete cascade
);
create table member_account (
  tenant_id integer not null default app.tenant(),
  id text not null,
  "userId" text not null,
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
  "updatedAt" timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, "userId") references member_user (tenant_id, id) on delete cascade
);
create index member_account_by_user on member_account (tenant_id, "userId");
create table member_verification (
  tenant_id integer not null default app.tenant() references tenants (id),
  id text not null,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index member_verification_by_identifier on member_verification (tenant_id, identifier);
call app.protect('member_user');
call app.protect('member_session');
call app.protect('member_account');
call app.protect('member_verification');
grant select, insert, update, delete on member_user, member_session, member_account, member_verification to billhook_rt;

create table members (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  user_id text not null,
  role text not null check (role in ('owner', 'admin', 'manager', 'employee')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, customer_id, user_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, user_id) references member_user (tenant_id, id)
);
create index members_by_user on members (tenant_id, user_id);
create table member_invitations (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'manager', 'employee')),
  token_hash bytea not null,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('members');
call app.protect('member_invitations');
grant select, insert, update (role), delete on members to billhook_rt;
grant select, insert, update (accepted_at, revoked_at) on member_invitations to billhook_rt;
