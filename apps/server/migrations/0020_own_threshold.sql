-- Purpose: a subscription may have a threshold of its own at which its usage is billed inside the period.
-- Lock risk: short exclusive lock on subscriptions; the new columns have constant defaults and rewrite nothing.
set local lock_timeout = '5s';

alter table subscriptions
  -- Whose word holds: the seller's setting, or the amount here, where null is never.
  add column threshold_source text not null default 'seller' check (threshold_source in ('seller', 'subscription')),
  add column threshold_minor bigint check (threshold_minor > 0),
  add constraint subscriptions_own_threshold check (threshold_source = 'subscription' or threshold_minor is null);
grant update (threshold_source, threshold_minor) on subscriptions to billhook_rt;
