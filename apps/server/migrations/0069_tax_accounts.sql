-- Purpose: tax is booked on accounts by country, region and rate. What was booked before is moved there by a correction, on the
-- day on which it is made, so that closed months stay as they are; for each currency it is noted here and made by a job.
-- Lock risk: exclusive lock on ledger_entries while the check is changed; the new one holds for every row, since it only allows
-- more, and is validated under a lock that lets reading and posting go on.
set local lock_timeout = '5s';

-- The owner of the table sees all its rows while it looks at them; the policies bind everybody else.
alter table ledger_entries no force row level security;
alter table ledger_entries drop constraint ledger_entries_account_check;
alter table ledger_entries add constraint ledger_entries_account_check check (
  account in ('receivable', 'revenue', 'tax', 'credit_liability', 'fees', 'prepaid_credits', 'refunds_payable', 'deposits',
    'disputed', 'dispute_losses', 'deferred_revenue', 'refunds', 'breakage', 'bad_debt', 'bad_debt_allowance', 'fx', 'rounding')
  or account ~ '^cash:[a-z][a-z0-9_]{0,30}$'
  or account ~ '^tax:[A-Z]{2}(-[A-Z0-9]{1,6})?:[0-9]{1,3}(\.[0-9]{1,12})?$') not valid;
alter table ledger_entries validate constraint ledger_entries_account_check;

create table ledger_corrections (
  tenant_id integer not null references tenants (id),
  -- The source of the posting.
  id uuid not null,
  kind text not null check (kind = 'tax_by_place'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- What was recorded until then is corrected; what came later is booked by place.
  noted_at timestamptz not null,
  done_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, kind, currency)
);
create index ledger_corrections_open on ledger_corrections (tenant_id) where done_at is null;

insert into ledger_corrections (tenant_id, id, kind, currency, noted_at)
select tenant_id, gen_random_uuid(), 'tax_by_place', currency, now()
from (select distinct tenant_id, currency from ledger_entries where account = 'tax') e;
alter table ledger_entries force row level security;
call app.protect('ledger_corrections');
call app.let_work_see('ledger_corrections', 'tenant_id, done_at');
grant select, update (done_at) on ledger_corrections to billhook_rt;
