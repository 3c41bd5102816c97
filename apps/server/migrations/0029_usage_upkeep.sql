-- Purpose: what becomes of late usage, meter by meter.
-- Lock risk: a short exclusive lock on meters; the new column has no default and rewrites nothing.
set local lock_timeout = '5s';

alter table meters
  -- Null where the setting of the seller holds.
  add column late_usage text check (late_usage in ('quarantine', 'next_invoice', 'correct'));
grant update (late_usage) on meters to billhook_rt;
