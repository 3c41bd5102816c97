-- Purpose: a plan that is made before statistics of the counters are known took this index for the key, because tenant and end
-- of the window looked as good as all five columns, and read every counter of the seller for each that was changed. With a
-- condition that only the upkeep states nobody else can take it.
-- Lock risk: usage_counters takes no writes while the index is built.
set local lock_timeout = '5s';

drop index usage_counters_over;
create index usage_counters_over on usage_counters (tenant_id, window_end) where window_end < 'infinity';
