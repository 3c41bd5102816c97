-- Purpose: meters of the highest reading and of a level, and meters that tell units apart.
-- Lock risk: short exclusive lock on meters, a small table; the new column has no default and rewrites nothing.
set local lock_timeout = '5s';

alter table meters
  drop constraint meters_aggregation_check,
  add constraint meters_aggregation_check check (aggregation in ('count', 'sum', 'max', 'level')),
  -- The member of an event's data that names the unit that is measured.
  add column unit_property text check (length(unit_property) between 1 and 200),
  add constraint meters_level_of_one_unit check (unit_property is null or aggregation <> 'level');
