-- Purpose: what rests on features and meters no longer reads all of them to see that none has changed: whoever changes one
-- writes the row of the tenant too, which every transaction looks at as it begins. And a group of usage events is held against
-- fewer rules that its writer cannot break: the database reads the text of each such rule again for every statement.
-- Lock risk: short exclusive locks; nothing is read or rewritten.
set local lock_timeout = '5s';

alter table tenants add column words_version bigint not null default 0;
grant update (words_version) on tenants to billhook_rt;

create function app.note_words() returns trigger language plpgsql as $$
begin
  update tenants set words_version = words_version + 1 where id in (select tenant_id from written);
  return null;
end $$;

create trigger features_added after insert on features referencing new table as written
  for each statement execute function app.note_words();
create trigger features_changed after update on features referencing new table as written
  for each statement execute function app.note_words();
create trigger features_removed after delete on features referencing old table as written
  for each statement execute function app.note_words();
create trigger meters_added after insert on meters referencing new table as written
  for each statement execute function app.note_words();
create trigger meters_changed after update on meters referencing new table as written
  for each statement execute function app.note_words();
create trigger meters_removed after delete on meters referencing old table as written
  for each statement execute function app.note_words();

-- Revisions begin at one and are counted up. A look at the limits of nobody is no look, and of which tenant it is its policy holds.
alter table usage_event_ids drop constraint usage_event_ids_revision_check;
alter table usage_events drop constraint usage_events_revision_check;
alter table usage_alert_checks
  drop constraint usage_alert_checks_customer_ids_check,
  drop constraint usage_alert_checks_tenant_id_fkey;
