-- Purpose: an event is found by its customer and time, also from its id. Two keys of an event become one, and what comes in
-- at the same time lies together: the key by id alone was written at random places of an index as large as the table.
-- Lock risk: exclusive lock on usage_events and usage_event_ids while the key is built anew and customers are filled in.
set local lock_timeout = '5s';

-- Null where the event has gone into an archive.
alter table usage_event_ids add column customer_id uuid;
alter table usage_event_ids no force row level security;
alter table usage_events no force row level security;
update usage_event_ids i set customer_id = e.customer_id from usage_events e
where e.tenant_id = i.tenant_id and e.source = i.source and e.event_id = i.event_id and e.time = i.time
  and e.revision = i.revision;
alter table usage_event_ids force row level security;
alter table usage_events force row level security;
grant update (customer_id) on usage_event_ids to billhook_rt;

alter table usage_events drop constraint usage_events_pkey;
drop index usage_events_by_customer;
alter table usage_events add primary key (tenant_id, customer_id, time, source, event_id, revision);

-- Rows that are written again and again leave room beside them, so that their indexes need not be told.
alter table usage_rollups set (fillfactor = 60);
alter table usage_counters set (fillfactor = 60);
