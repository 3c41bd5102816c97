-- Purpose: a refund that its provider had sent may come back days later.
-- Lock risk: short exclusive lock on refunds; no row is read. 0080 reads them under a lock that lets others write.
set local lock_timeout = '5s';

alter table refunds
  -- When it came back; finished_at stays the day on which it was made.
  add column returned_at timestamptz,
  drop constraint refunds_status_check,
  add constraint refunds_status_check check (status in ('pending', 'unknown', 'succeeded', 'failed', 'returned')) not valid,
  add constraint refunds_returned check ((status = 'returned') = (returned_at is not null)) not valid;
grant update (returned_at) on refunds to billhook_rt;
