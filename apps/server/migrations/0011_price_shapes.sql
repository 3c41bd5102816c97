-- Purpose: all pricing models; how the periods of a price lie, how parts of them are charged, what applies to a whole one.
-- Lock risk: short exclusive lock on prices, a small table; the new columns have constant defaults and rewrite nothing.
set local lock_timeout = '5s';

alter table prices
  drop constraint prices_model_check,
  add constraint prices_model_check check (
    model in (
      'flat', 'per_unit', 'graduated', 'volume', 'stair_step', 'package', 'percentage', 'graduated_percentage', 'matrix',
      'dynamic', 'dynamic_multiplier', 'block_tiers', 'capacity_tiers', 'prorated_graduated'
    )
  ),
  drop constraint prices_interval_count_check,
  -- As many as core allows, such as 90 days.
  add constraint prices_interval_count_check check (interval_count between 1 and 366),
  -- Where periods begin: at the subscription's anchor or at boundaries of the calendar.
  add column alignment text not null default 'anniversary' check (alignment in ('anniversary', 'calendar')),
  -- How a part of a period is charged.
  add column proration text not null default 'second' check (proration in ('second', 'day', 'none')),
  -- Included units, minimum, maximum, conversion and discount of a whole period, in the form they have on the wire.
  add column terms jsonb not null default '{}';
