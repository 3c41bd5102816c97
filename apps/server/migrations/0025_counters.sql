-- Purpose: what is used and held of a limit, in one row a window, so that no unit is given out twice; reservations.
-- Lock risk: none, all tables are new.
set local lock_timeout = '5s';

-- Made when units of a window are first asked for, from what was counted until then; usage that comes in later adds to
-- it in its own transaction.
create table usage_counters (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  meter_id uuid not null,
  window_start timestamptz not null,
  window_end timestamptz not null check (window_end > window_start),
  -- A level stays from window to window, so what came before counts too.
  is_level boolean not null,
  used numeric(38, 12) not null check (used > -1e25 and used < 1e25),
  held numeric(38, 12) not null default 0 check (held >= 0 and held < 1e25),
  primary key (tenant_id, customer_id, meter_id, window_start, window_end),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, meter_id) references meters (tenant_id, id)
);
call app.protect('usage_counters');
grant select, insert, delete, update (used, held) on usage_counters to billhook_rt;

create table usage_reservations (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  customer_id uuid not null,
  feature_id uuid not null,
  meter_id uuid not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  -- Chosen by the caller: asking again under the same one gives the same answer.
  key text not null check (length(key) between 1 and 200),
  granted numeric(38, 12) not null check (granted >= 0),
  held numeric(38, 12) not null check (held >= 0 and held <= granted),
  settled numeric(38, 12) not null default 0 check (settled >= 0 and settled + held <= granted),
  on_expiry text not null check (on_expiry in ('release', 'hold')),
  -- Real time, as every lease.
  expires_at timestamptz not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, customer_id, meter_id, window_start, window_end)
    references usage_counters (tenant_id, customer_id, meter_id, window_start, window_end),
  foreign key (tenant_id, feature_id) references features (tenant_id, id)
);
create index usage_reservations_expiring on usage_reservations (expires_at) where held > 0 and on_expiry = 'release';
call app.protect('usage_reservations');
call app.let_work_see('usage_reservations', 'tenant_id, expires_at, held, on_expiry');
grant select, insert, update (held, settled, expires_at) on usage_reservations to billhook_rt;
