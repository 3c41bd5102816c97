-- Purpose: what a batch adds to the figures of an hour is written as one row a meter and hour instead of one upsert a customer.
-- Writers of the same customers wait for each other no longer, and what many batches add to a figure is added to it once.
-- Lock risk: none; a table and a view that are new.
set local lock_timeout = '5s';

create table usage_sums (
  tenant_id integer not null,
  id uuid not null,
  meter_id uuid not null,
  hour timestamptz not null,
  -- Three lists of equal length: what the meter read of each of these customers in one batch.
  customer_ids uuid[] not null,
  event_counts bigint[] not null,
  quantities numeric(38, 12)[] not null,
  primary key (tenant_id, id),
  check (cardinality(customer_ids) = cardinality(event_counts) and cardinality(customer_ids) = cardinality(quantities))
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- They live for a second: to press them would cost more than to write them as they are.
alter table usage_sums alter column customer_ids set storage external;
alter table usage_sums alter column event_counts set storage external;
alter table usage_sums alter column quantities set storage external;
-- Nobody asks for rows by these, and the planner shall not think that the table is as it was when somebody counted.
alter table usage_sums alter column customer_ids set statistics 0;
alter table usage_sums alter column event_counts set statistics 0;
alter table usage_sums alter column quantities set statistics 0;
call app.protect('usage_sums');
call app.let_work_see('usage_sums', 'tenant_id');
grant select, insert, delete on usage_sums to billhook_rt;

-- Every hour's figure: what stands in it and what waits to be added, as rows to be added up by who reads them.
create view usage_hours with (security_invoker = true) as
select tenant_id, customer_id, meter_id, hour, event_count, quantity, latest_at, moment from usage_rollups
union all
select s.tenant_id, c.customer_id, s.meter_id, s.hour, c.event_count, c.quantity, null, null
from usage_sums s cross join lateral unnest(s.customer_ids, s.event_counts, s.quantities)
  as c (customer_id, event_count, quantity);
grant select on usage_hours to billhook_rt;
