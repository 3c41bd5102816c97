-- Purpose: a customer may have terms of payment of its own.
-- Lock risk: short exclusive lock on customers; the column has no default and rewrites nothing, its check reads the
-- table once.
set local lock_timeout = '5s';

-- Null follows the setting of the tenant.
alter table customers add column payment_terms_days integer check (payment_terms_days between 0 and 365);
grant update (payment_terms_days) on customers to billhook_rt;
