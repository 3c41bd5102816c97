-- Purpose: some cases are open only as long as what they tell of goes on. Each time it happens again they stand for longer,
-- and one that was not renewed closes by itself.
-- Lock risk: none that keeps anybody from reading for long; cases are few.
set local lock_timeout = '5s';

alter table cases add column stands_until timestamptz;
create index cases_passing on cases (stands_until) where closed_at is null and stands_until is not null;
grant update (stands_until) on cases to billhook_rt;
grant select (stands_until) on cases to billhook_work;
