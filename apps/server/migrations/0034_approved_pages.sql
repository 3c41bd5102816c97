-- Purpose: pages of providers that wait for us once the customer has agreed.
-- Lock risk: a short exclusive lock on checkouts while columns are added; the default is constant.
set local lock_timeout = '5s';

-- When we began to take what the customer agreed to. From then on the page cannot just be closed: it is paid, or it is
-- known that it was not.
alter table checkouts add column settling_at timestamptz;
-- How often the provider has said that nothing was taken: only then the next call has a key of its own.
alter table checkouts add column settle_refusals integer not null default 0 check (settle_refusals >= 0);
grant update (settling_at, settle_refusals, expires_at) on checkouts to billhook_rt;
