-- Purpose: a checkout says with which kind of method it was completed; a customer may pay by transfer alone.
-- Lock risk: short exclusive locks on checkouts and customers while a column is added; the default is constant.
set local lock_timeout = '5s';

alter table checkouts add column method_kind text check (method_kind in ('card', 'sepa_debit', 'paypal'));
grant update (method_kind) on checkouts to billhook_rt;

-- Nothing is charged by itself, whatever methods there are.
alter table customers add column pays_by_transfer boolean not null default false;
grant update (pays_by_transfer) on customers to billhook_rt;
