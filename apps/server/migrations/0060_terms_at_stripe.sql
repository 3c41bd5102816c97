-- Purpose: credit notes that Stripe issues; discounts and paused collection of subscriptions that Stripe computes.
-- Lock risk: short exclusive locks on credit_notes and stripe_links; the checks read each row once.
set local lock_timeout = '5s';

alter table stripe_links
  drop constraint stripe_links_kind_check,
  add constraint stripe_links_kind_check
    check (kind in ('product', 'price', 'meter', 'subscription', 'invoice', 'credit_note'));

-- The owner of the table sees all its rows while it checks them; the policies bind everybody else.
alter table credit_notes no force row level security;
alter table credit_notes
  add column authority text not null default 'billhook' check (authority in ('billhook', 'stripe')),
  -- What was given back beside the provider; a part of what was refunded.
  add column outside_minor bigint not null default 0,
  add column voided_at timestamptz,
  alter column series drop not null,
  alter column year drop not null,
  alter column sequence drop not null,
  add constraint credit_notes_numbered check (
    (series is null) = (authority = 'stripe') and (year is null) = (series is null) and (sequence is null) = (series is null)),
  add constraint credit_notes_outside check (outside_minor between 0 and refunded_minor),
  -- One of ours is never taken back.
  add constraint credit_notes_voided check (authority = 'stripe' or voided_at is null);
alter table credit_notes force row level security;
grant update (voided_at) on credit_notes to billhook_rt;

-- What Stripe says of a subscription that has no place among our own terms.
create table stripe_terms (
  tenant_id integer not null references tenants (id),
  subscription_id uuid not null,
  discounts jsonb not null check (jsonb_typeof(discounts) = 'array'),
  -- While collecting is paused: what becomes of invoices meanwhile, and until when; null for until somebody resumes it.
  paused_behaviour text check (paused_behaviour in ('keep_as_draft', 'mark_uncollectible', 'void')),
  resumes_at timestamptz check (paused_behaviour is not null or resumes_at is null),
  updated_at timestamptz not null,
  primary key (tenant_id, subscription_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
create index stripe_terms_discounts on stripe_terms using gin (discounts jsonb_path_ops);
call app.protect('stripe_terms');
grant select, insert, update (discounts, paused_behaviour, resumes_at, updated_at) on stripe_terms to billhook_rt;
