-- Purpose: archives of usage may be Parquet beside NDJSON.
-- Lock risk: short exclusive lock on usage_archives; the default is kept in the catalogue, no row is written.
set local lock_timeout = '5s';

alter table usage_archives add column format text not null default 'ndjson' check (format in ('ndjson', 'parquet'));
