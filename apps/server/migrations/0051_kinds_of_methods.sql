-- Purpose: a checkout says with which kind of method it was completed.
-- Lock risk: a short exclusive lock on checkouts while a column is added; it has no default.

alter table checkouts add column method_kind text check (method_kind in ('card', 'sepa_debit', 'paypal'));
grant update (method_kind) on checkouts to billhook_rt;
