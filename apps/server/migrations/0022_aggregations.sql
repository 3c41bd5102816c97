-- Purpose: more ways to measure, conditions and groupings of meters, sets of different values, more windows of limits.
-- Lock risk: short exclusive locks; no new column has a default that rewrites a table.
set local lock_timeout = '5s';

alter table meters
  drop constraint meters_aggregation_check,
  add constraint meters_aggregation_check check (aggregation in
    ('count', 'sum', 'max', 'level', 'latest', 'unique', 'average', 'weighted_sum', 'percentile')),
  drop constraint meters_level_of_one_unit,
  add constraint meters_level_of_one_unit check (unit_property is null or aggregation not in ('level', 'weighted_sum')),
  -- Conditions, properties to group by, percentile, unit of time and rounding, as the contract writes them; '{}' for none.
  add column terms jsonb not null default '{}' check (jsonb_typeof(terms) = 'object');

alter table usage_rollups
  -- When the last reading of the hour was, for meters of the latest reading: "quantity" is that reading.
  add column latest_at timestamptz check (latest_at >= hour and latest_at < hour + interval '1 hour'),
  -- Every reading times the milliseconds from the start of the hour, added up, for meters that weigh by time.
  add column moment numeric check (moment <> 'NaN');
grant update (latest_at, moment) on usage_rollups to billhook_rt;

-- The different values of an hour, for meters that count each once.
create table usage_values (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamptz not null,
  value text not null check (length(value) between 1 and 200),
  primary key (tenant_id, customer_id, meter_id, hour, value)
);
call app.protect('usage_values');
grant select, insert on usage_values to billhook_rt;

alter table plan_entitlements
  drop constraint plan_entitlements_reset_window_check,
  add constraint plan_entitlements_reset_window_check check (reset_window ~
    '^(billing_period|calendar_month|week|day|hour|never|last_[1-9][0-9]{0,2}_(hours|days))$');
