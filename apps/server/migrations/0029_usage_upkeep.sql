-- Purpose: what becomes of late usage, meter by meter; old counters and reservations are removed.
-- Lock risk: a short exclusive lock on meters, whose new column has no default and rewrites nothing; usage_counters and
-- usage_reservations take no writes while their indexes are built.
set local lock_timeout = '5s';

alter table meters
  -- Null where the setting of the seller holds.
  add column late_usage text check (late_usage in ('quarantine', 'next_invoice', 'correct'));
grant update (late_usage) on meters to billhook_rt;

-- Windows that are over and reservations that ended are removed after a while. What is held is looked up by its window.
create index usage_counters_over on usage_counters (tenant_id, window_end);
create index usage_reservations_by_counter
  on usage_reservations (tenant_id, customer_id, meter_id, window_start, window_end);
call app.let_work_see('usage_counters', 'tenant_id, customer_id, meter_id, window_start, window_end');
grant select (id, customer_id, meter_id, window_start, window_end) on usage_reservations to billhook_work;
grant delete on usage_reservations to billhook_rt;

-- Units are held for a member or device, too, and what the events of a reservation say beside their quantity.
alter table usage_reservations
  add column subject text check (length(subject) between 1 and 200),
  add column data jsonb not null default '{}';
create index usage_reservations_held_for
  on usage_reservations (tenant_id, customer_id, feature_id, subject) where held > 0 and subject is not null;
