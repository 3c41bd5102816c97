-- Purpose: when an upload began, in real time, so that one that died half-way stops counting against the quota.
-- Lock risk: short exclusive lock on files; the column has no default and rewrites nothing.
set local lock_timeout = '5s';

-- "created_at" is business time, which may stand still for months in a sandbox.
alter table files add column begun_at timestamptz;
create index files_pending on files (tenant_id, begun_at) where state = 'pending';
