-- Purpose: each renewal enters its subscription into every index again. That of who is due among all sellers answers nothing
-- that the one by seller does not.
-- Lock risk: one short exclusive lock on subscriptions.
set local lock_timeout = '5s';

drop index subscriptions_due;
