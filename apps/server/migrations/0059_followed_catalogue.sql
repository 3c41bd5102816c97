-- Purpose: products at Stripe are looked up like subscriptions and invoices, so that the last look counts.
-- Lock risk: a short exclusive lock on stripe_look_ups; the check reads each row once.
set local lock_timeout = '5s';

alter table stripe_look_ups
  drop constraint stripe_look_ups_kind_check,
  add constraint stripe_look_ups_kind_check check (kind in ('subscription', 'invoice', 'product'));
