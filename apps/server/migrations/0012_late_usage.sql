-- Purpose: usage that came after its bill counts from the moment it is assigned; its own time stays known.
-- Lock risk: short exclusive lock on usage_events; the column has no default and rewrites nothing.
set local lock_timeout = '5s';

-- Null where an event counts at its own time, which is nearly always; else the time it happened, and "time" says when it counts.
alter table usage_events add column occurred_at timestamptz check (occurred_at < time);
