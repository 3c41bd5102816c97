-- Purpose: how often a message of a provider was read while what it is about was not known yet, apart from faults.
-- Lock risk: short exclusive lock on provider_events; no row is read or written.
set local lock_timeout = '5s';

-- Among its attempts.
alter table provider_events add column waits integer not null default 0;
grant update (waits) on provider_events to billhook_rt;
