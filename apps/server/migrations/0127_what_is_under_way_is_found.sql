-- Purpose: payments that wait for their customer are looked for twice a second with all others under way, and no index had
-- them, so that every look read all payments of all sellers.
-- Lock risk: payment_attempts takes no writes while an index of what is under way is built, which is little.
set local lock_timeout = '5s';

create index payment_attempts_under_way on payment_attempts (tenant_id)
  where status in ('sending', 'unknown', 'processing', 'requires_action');
drop index payment_attempts_unsettled;
