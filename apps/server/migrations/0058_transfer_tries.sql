-- Purpose: exports and imports that fail at every try end after a few; files that were uploaded for imports are removed after
-- their time.
-- Lock risk: short exclusive locks on exports and imports; the defaults are kept in the catalogue, no row is written.
set local lock_timeout = '5s';

-- How often it was begun since the last piece that was kept.
alter table exports add column tries integer not null default 0 check (tries >= 0);
alter table imports
  add column tries integer not null default 0 check (tries >= 0),
  -- When the uploaded file is removed; null where it is gone.
  add column file_until timestamptz default now() + interval '30 days';
alter table imports alter column file_until drop default;
create index imports_files on imports (tenant_id, file_until) where file_until is not null;

grant select (file_until) on imports to billhook_work;
grant update (tries) on exports to billhook_rt;
grant update (tries, file_until) on imports to billhook_rt;
