-- Purpose: the mark of an event holds the digest of its content, so that an event that was sent before is known by one look at
-- its mark. What else counts for the customer at that moment, which may be thousands of events, is not looked through.
-- Lock risk: exclusive lock on usage_event_ids while all of it is written anew beside usage_events.
set local lock_timeout = '5s';

alter table usage_event_ids add column content_hash bytea not null default '';
alter table usage_event_ids no force row level security;
alter table usage_events no force row level security;
update usage_event_ids i set content_hash = e.content_hash from usage_events e
where e.tenant_id = i.tenant_id and e.customer_id = i.customer_id and e.time = i.time and e.source = i.source
  and e.event_id = i.event_id and e.revision = i.revision;
alter table usage_event_ids force row level security;
alter table usage_events force row level security;
alter table usage_event_ids alter column content_hash drop default;
grant update (content_hash) on usage_event_ids to billhook_rt;

alter table usage_event_ids
  drop constraint usage_event_ids_pkey,
  add constraint usage_event_ids_pkey primary key (tenant_id, event_id, source);

alter table usage_events alter column quantities type numeric[];
