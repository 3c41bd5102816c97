-- Purpose: one version of a plan has prices in several currencies; a checkout names the coupon of its quote.
-- Lock risk: exclusive locks on plan_versions and checkouts while a column is added; the defaults are constant and
-- rewrite nothing. The unique index of versions is built anew; there are few versions.
set local lock_timeout = '5s';

-- The owner of the tables sees all their rows while it checks and fills them; the policies bind everybody else.
alter table checkouts no force row level security;
alter table coupons no force row level security;

-- A row of plan_versions is a version in one currency: its prices and entitlements hang on it as before. The first one
-- (position 0) is the currency that the plan was made in.
alter table plan_versions
  add column position integer not null default 0 check (position >= 0),
  drop constraint plan_versions_tenant_id_plan_id_version_key,
  add constraint plan_versions_currency unique (tenant_id, plan_id, version, currency),
  add constraint plan_versions_position unique (tenant_id, plan_id, version, position);

alter table checkouts
  add column coupon_id uuid,
  add foreign key (tenant_id, coupon_id) references coupons (tenant_id, id);

alter table checkouts force row level security;
alter table coupons force row level security;
