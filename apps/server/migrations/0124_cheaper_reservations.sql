-- Purpose: a reservation costs fewer index entries and checks. What a counter holds says whether reservations are of it, so that
-- they are found by their customer alone; who waits for their time are deadlines, one for all that were made together, so that settling and
-- releasing change no index.
-- Lock risk: usage_counters and usage_reservations take no writes while what is held is summed up; a short exclusive lock on
-- usage_reservations for columns, constraints and indexes, of which one is built.
set local lock_timeout = '5s';

alter table usage_counters no force row level security;
alter table usage_reservations no force row level security;
lock table usage_counters, usage_reservations in share row exclusive mode;

-- Units of reservations that were removed, because their window was over, stayed held until their counter was removed too. From here on
-- what a counter holds is what its reservations do, so each is made so, whichever way it differs.
update usage_counters c set held = s.held
from (
  select k.tenant_id, k.customer_id, k.meter_id, k.window_start, k.window_end, coalesce(sum(r.held), 0) as held
  from usage_counters k left join usage_reservations r on r.tenant_id = k.tenant_id and r.customer_id = k.customer_id
    and r.meter_id = k.meter_id and r.window_start = k.window_start and r.window_end = k.window_end
  group by 1, 2, 3, 4, 5
) s
where c.tenant_id = s.tenant_id and c.customer_id = s.customer_id and c.meter_id = s.meter_id
  and c.window_start = s.window_start and c.window_end = s.window_end and c.held <> s.held;

-- Reservations whose time is over together.
create table usage_deadlines (
  tenant_id integer not null,
  id uuid not null,
  expires_at timestamptz not null,
  reservation_ids uuid[] not null,
  primary key (tenant_id, id)
);
create index usage_deadlines_over on usage_deadlines (expires_at);
insert into usage_deadlines (tenant_id, id, expires_at, reservation_ids)
select tenant_id, gen_random_uuid(), expires_at, array_agg(id) from usage_reservations
where held > 0 and on_expiry = 'release' group by tenant_id, expires_at;
call app.protect('usage_deadlines');
call app.let_work_see('usage_deadlines', 'tenant_id, expires_at');
-- Who takes one locks it, so that others leave it; nothing of it is ever changed.
grant select, insert, delete, update (expires_at) on usage_deadlines to billhook_rt;

-- What is held for a member or device; null where nobody is named. An update of what is held touches no index of others.
alter table usage_reservations add column held_for_subject numeric(38, 12);
grant update (held_for_subject) on usage_reservations to billhook_rt;
update usage_reservations set held_for_subject = held where subject is not null and held > 0;
drop index usage_reservations_held_for;
create index usage_reservations_held_for
  on usage_reservations (tenant_id, customer_id, feature_id, subject) where held_for_subject > 0;

drop index usage_reservations_expiring;
-- Exports and erasures look for all of a customer.
drop index usage_reservations_by_counter;
create index usage_reservations_by_customer on usage_reservations (tenant_id, customer_id);
-- How long a key may be is held by whoever reads it, and what is held and settled is never less than nothing.
alter table usage_reservations
  drop constraint usage_reservations_granted_check,
  drop constraint usage_reservations_key_check;
-- What becomes of a reservation is written beside it.
alter table usage_reservations set (fillfactor = 50);

alter table usage_counters force row level security;
alter table usage_reservations force row level security;
revoke select (customer_id, meter_id, window_start, on_expiry) on usage_reservations from billhook_work;
grant select (held) on usage_counters to billhook_work;

-- Whoever reserves insists on the features, adds to the counters in the same transaction, and ends it where there is none.
drop trigger usage_reservations_whole on usage_reservations;
drop function app.check_reservations();

-- Reservations that are removed hold nothing any more.
create function app.free_units() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  update usage_counters c set held = c.held - o.held
  from (
    select r.tenant_id, r.customer_id, r.meter_id, r.window_start, r.window_end, sum(r.held) as held
    from old_reservations r where r.held > 0 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  ) o
  where c.tenant_id = o.tenant_id and c.customer_id = o.customer_id and c.meter_id = o.meter_id
    and c.window_start = o.window_start and c.window_end = o.window_end;
  return null;
end $$;
create trigger usage_reservations_free after delete on usage_reservations
  referencing old table as old_reservations for each statement execute function app.free_units();

create or replace function app.check_counters_free() returns trigger language plpgsql as $$
begin
  if exists (select from old_counters o where o.held > 0) then
    raise exception 'a counter holds units'
      using errcode = '23503', constraint = 'usage_counters_free';
  end if;
  return null;
end $$;
