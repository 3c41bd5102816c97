-- Purpose: a customer may have one invoice for all that falls due in a day or a month of the calendar.
-- Lock risk: short exclusive lock on customers; the column has no default and rewrites nothing, its check reads the
-- table once.
set local lock_timeout = '5s';

-- Null follows the setting of the tenant.
alter table customers add column invoice_consolidation text check (invoice_consolidation in ('as_due', 'day', 'month'));
grant update (invoice_consolidation) on customers to billhook_rt;
