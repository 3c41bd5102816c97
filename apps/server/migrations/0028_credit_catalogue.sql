-- Purpose: credits in the catalogue file, allowances by other intervals than a month, and what refunds take back.
-- Lock risk: short exclusive locks on five small tables; the check of credit_entries is replaced by a wider one, which
-- scans the table once.
set local lock_timeout = '5s';

-- What a type is called and how it behaves may change; what it is counted in may not.
grant update (name, unit, promotions_first, return_days, low_at) on credit_types to billhook_rt;
grant update (name, archived_at) on credit_packs to billhook_rt;

alter table credit_allowances
  add column every text not null default 'month'
    check (every in ('billing_period', 'day', 'week', 'month', 'year', 'once'));
alter table credit_allowances alter column every drop default;

-- By which interval an allowance was granted; null is a month. What is granted once stands beside what comes again.
alter table credit_grants
  add column every text check (every in ('billing_period', 'day', 'week', 'month', 'year', 'once'));

-- Null where nothing lies ahead that would grant more.
alter table credit_allowance_due alter column next_at drop not null;

-- `returned`: given up because what was paid for them was given back.
alter table credit_entries
  drop constraint credit_entries_kind_check,
  add constraint credit_entries_kind_check
    check (kind in ('granted', 'consumed', 'refunded', 'expired', 'revoked', 'rolled_over', 'returned'));

-- What of the credits went back with money that was given back, and what should have but was spent.
alter table credit_purchases
  add column returned_amount numeric(38, 12) not null default 0 check (returned_amount >= 0 and returned_amount < 1e25),
  add column missing_amount numeric(38, 12) not null default 0 check (missing_amount >= 0 and missing_amount < 1e25);
grant update (returned_amount, missing_amount) on credit_purchases to billhook_rt;
