-- Purpose: accounts at several providers, methods that are no cards, what the provider says of risk.
-- Lock risk: short exclusive locks on provider_accounts, payment_methods and payment_attempts; checks are read anew over
-- payment_methods, which has a few rows a customer.
set local lock_timeout = '5s';

-- Any provider may be added by a connector; the name is checked against those that are there.
alter table provider_accounts drop constraint provider_accounts_provider_check;
alter table provider_accounts add constraint provider_accounts_provider_check check (provider ~ '^[a-z][a-z0-9_]{1,39}$');
-- What identifies the account and is no secret, such as a client id.
alter table provider_accounts add column public_id text check (length(public_id) between 1 and 255);
alter table provider_accounts add column method_kinds text[] not null default '{card}'
  check (method_kinds <@ '{card,sepa_debit,paypal}' and cardinality(method_kinds) > 0);
-- The one that new checkouts go to.
alter table provider_accounts add column is_default boolean not null default false;
alter table provider_accounts no force row level security;
update provider_accounts set is_default = true;
alter table provider_accounts force row level security;
create unique index provider_accounts_one_default on provider_accounts (tenant_id) where is_default;

alter table payment_methods drop constraint payment_methods_kind_check;
alter table payment_methods add constraint payment_methods_kind_check check (kind in ('card', 'sepa_debit', 'paypal'));
alter table payment_methods alter column brand drop not null;
alter table payment_methods alter column last4 drop not null;
alter table payment_methods alter column exp_month drop not null;
alter table payment_methods alter column exp_year drop not null;
alter table payment_methods add constraint payment_methods_card_is_whole check (
  kind <> 'card' or (brand is not null and last4 is not null and exp_month is not null and exp_year is not null));
alter table payment_methods add column wallet text;
-- What people know it by where there is no brand: the bank, or the address of a PayPal account.
alter table payment_methods add column label text;
-- The same for the same card or bank account, whoever brings it.
alter table payment_methods add column fingerprint text;
alter table payment_methods add column country text check (country ~ '^[A-Z]{2}$');
alter table payment_methods add column mandate_reference text;
alter table payment_methods add column mandate_url text;
-- Banks replace cards, and providers tell.
grant update (brand, last4, exp_month, exp_year, wallet, label, fingerprint, country, mandate_reference, mandate_url) on payment_methods to billhook_rt;

-- Who is asked is known when a try is sent: the provider of the method that is the default then.
grant update (provider) on payment_attempts to billhook_rt;
alter table payment_attempts add column provider_charge_id text;
alter table payment_attempts add column risk_level text check (risk_level in ('normal', 'elevated', 'highest'));
alter table payment_attempts add column risk_outcome text;
grant update (provider_charge_id, risk_level, risk_outcome) on payment_attempts to billhook_rt;
