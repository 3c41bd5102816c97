-- Purpose: pauses, everything that lies ahead on one schedule, add-ons, one-off charges, coupons and discounts; lines
-- with what they cost before discounts.
-- Lock risk: exclusive locks on subscriptions, items, plans and lines while columns are added and dropped; the new ones
-- have constant defaults and rewrite nothing, but lines get their gross amounts in one update.
set local lock_timeout = '5s';

-- The owner of the tables sees all their rows while it checks and fills them; the policies bind everybody else.
alter table plans no force row level security;
alter table subscription_items no force row level security;
alter table invoice_lines no force row level security;

alter table prices
  drop constraint prices_model_check,
  add constraint prices_model_check check (
    model in (
      'flat', 'per_unit', 'graduated', 'volume', 'stair_step', 'package', 'percentage', 'graduated_percentage', 'matrix',
      'dynamic', 'dynamic_multiplier', 'block_tiers', 'capacity_tiers', 'prorated_graduated', 'commitment'
    )
  );

-- An add-on is a plan that is taken beside another.
alter table plans
  add column kind text not null default 'plan' check (kind in ('plan', 'add_on', 'one_off')),
  -- The plans that an add-on is offered with; empty means all.
  add column offered_with uuid[] not null default '{}';
grant update (offered_with) on plans to billhook_rt;

alter table subscriptions
  drop constraint subscriptions_status_check,
  add constraint subscriptions_status_check
    check (status in ('scheduled', 'trialing', 'active', 'past_due', 'paused', 'canceled')),
  add column trial_end text not null default 'convert'
    check (trial_end in ('convert', 'cancel', 'cancel_without_payment_method')),
  -- A day of the month chosen apart from the anchor.
  add column billing_day integer check (billing_day between 1 and 31),
  -- Everything that lies ahead, in order of time: changes, phases, seats, pauses, ends.
  add column schedule jsonb not null default '[]',
  add column pauses jsonb not null default '[]',
  drop column cancel_at,
  drop column scheduled_at,
  drop column scheduled_plan_version_id,
  drop column scheduled_seats,
  drop column scheduled_item_ids;
grant update (schedule, pauses) on subscriptions to billhook_rt;

alter table subscription_items
  -- The add-on that brought the item; null for the plan itself.
  add column add_on_id uuid,
  -- Model and terms as agreed for this subscription alone.
  add column override jsonb,
  add foreign key (tenant_id, add_on_id) references plans (tenant_id, id);

create table coupons (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  key text not null check (key ~ '^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$'),
  name text not null,
  -- A percentage, or an amount a period in each currency; for how long; for which plans and prices.
  value jsonb not null,
  duration jsonb not null,
  scope jsonb not null,
  max_redemptions integer check (max_redemptions > 0),
  max_per_customer integer check (max_per_customer > 0),
  redemptions integer not null default 0 check (redemptions >= 0 and (max_redemptions is null or redemptions <= max_redemptions)),
  redeem_by timestamptz,
  stack_order integer not null default 0,
  stackable boolean not null default true,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
call app.protect('coupons');
grant select, insert, update (name, redemptions, redeem_by, max_redemptions, archived_at, updated_at) on coupons to billhook_rt;

create table subscription_discounts (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  customer_id uuid not null,
  coupon_id uuid not null,
  -- The coupon as it was when it was given, and the periods that it is counted in.
  coupon jsonb not null,
  periods jsonb,
  redeemed_at timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, coupon_id) references coupons (tenant_id, id)
);
create index subscription_discounts_by_subscription on subscription_discounts (tenant_id, subscription_id);
create index subscription_discounts_by_coupon on subscription_discounts (tenant_id, coupon_id, customer_id);
call app.protect('subscription_discounts');
grant select, insert, update (periods, starts_at, ends_at) on subscription_discounts to billhook_rt;

create table subscription_charges (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  subscription_id uuid not null,
  -- Null for an amount that was named by hand.
  price_id uuid,
  price jsonb not null,
  add_on_id uuid,
  description text not null,
  quantity bigint not null check (quantity between 1 and 1000000),
  charged_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id),
  foreign key (tenant_id, price_id) references prices (tenant_id, id),
  foreign key (tenant_id, add_on_id) references plans (tenant_id, id)
);
create index subscription_charges_by_subscription on subscription_charges (tenant_id, subscription_id, charged_at);
call app.protect('subscription_charges');
grant select, insert on subscription_charges to billhook_rt;

alter table subscription_charges no force row level security;
alter table invoice_lines
  drop constraint invoice_lines_kind_check,
  add constraint invoice_lines_kind_check
    check (kind in ('recurring', 'usage', 'proration_credit', 'one_off', 'true_up', 'spend_cap')),
  -- A one-off charge belongs to no item, and one that was named by hand to no price.
  alter column item_id drop not null,
  alter column price_id drop not null,
  add constraint invoice_lines_item check (kind = 'one_off' or (item_id is not null and price_id is not null)),
  add column charge_id uuid,
  add column gross_minor bigint,
  add column discounts jsonb not null default '[]',
  -- What credit notes took back of the amount.
  add column credited_minor bigint not null default 0 check (credited_minor >= 0),
  add column billing_start timestamptz,
  add column billing_end timestamptz,
  add foreign key (tenant_id, charge_id) references subscription_charges (tenant_id, id);
update invoice_lines set
  gross_minor = amount_minor,
  billing_start = (explanation->'billing_period'->>'start')::timestamptz,
  billing_end = (explanation->'billing_period'->>'end')::timestamptz;
alter table invoice_lines
  alter column gross_minor set not null,
  alter column billing_start set not null,
  alter column billing_end set not null;
grant update (credited_minor) on invoice_lines to billhook_rt;

alter table plans force row level security;
alter table subscription_items force row level security;
alter table invoice_lines force row level security;
alter table subscription_charges force row level security;
