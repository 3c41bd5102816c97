-- Purpose: numbers that customers may be texted at, and text messages with what became of each.
-- Lock risk: none, the tables are new.

create table customer_phones (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  -- E.164.
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  -- When its owner agreed to be texted, and who says so.
  consent_at timestamptz,
  consent_by text,
  -- When its owner said stop; cleared when they agree anew.
  opted_out_at timestamptz,
  -- Why the network will never deliver to it.
  fault text check (length(fault) between 1 and 200),
  updated_at timestamptz not null,
  primary key (tenant_id, customer_id),
  check ((consent_at is null) = (consent_by is null)),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index customer_phones_by_number on customer_phones (tenant_id, number);
call app.protect('customer_phones');
grant select, insert, update, delete on customer_phones to billhook_rt;

create table text_messages (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  template text not null,
  -- The fact this text is about; one text a fact and template.
  subject_id text not null,
  facts jsonb not null,
  -- Null until it is sent: what is said, and where, is decided then.
  recipient text,
  body text,
  parts integer check (parts > 0),
  -- sending: handed over, no word yet. unknown: whether it was taken is looked up. dropped: not sent, for the reason.
  status text not null check (status in ('queued', 'sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed', 'dropped')),
  reason text,
  error_code integer,
  provider_id text,
  attempts integer not null default 0 check (attempts >= 0),
  -- In the time of the tenant, whose quiet hours count.
  due_at timestamptz not null,
  -- In real time.
  lease_until timestamptz,
  created_at timestamptz not null,
  sent_at timestamptz,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, template, subject_id),
  check (status in ('queued', 'dropped') or (recipient is not null and body is not null)),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index text_messages_due on text_messages (tenant_id, due_at) where status in ('queued', 'sending', 'unknown');
create index text_messages_by_customer on text_messages (tenant_id, customer_id, id);
call app.protect('text_messages');
call app.let_work_see('text_messages', 'tenant_id, status, due_at, lease_until');
grant select, insert, delete, update (status, reason, error_code, provider_id, recipient, body, parts, attempts, due_at, lease_until, sent_at, changed_at) on text_messages to billhook_rt;
