-- Purpose: a customer has a credit balance in every currency that it is billed in.
-- Lock risk: exclusive lock on customers while columns are added and dropped; balances above zero are copied in one update.
set local lock_timeout = '5s';

-- The owner of the tables sees all their rows while it fills them; the policies bind everybody else.
alter table customers no force row level security;

-- What we owe the customer, in minor units by currency: the ledger's credit liability, kept ready. It lies in the row of
-- the customer, so that whoever locks the customer sees it as it stands.
alter table customers
  add column credit_balances jsonb not null default '{}' check (
    jsonb_typeof(credit_balances) = 'object'
    and not jsonb_path_exists(credit_balances, '$.* ? (@.type() != "number" || @ < 0 || @ > 900000000000000)')
  );
update customers set credit_balances = jsonb_build_object(currency, credit_balance_minor) where credit_balance_minor > 0;
alter table customers drop column credit_balance_minor;
grant update (credit_balances) on customers to billhook_rt;

alter table customers force row level security;
