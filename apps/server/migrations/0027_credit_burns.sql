-- Purpose: usage burns credits: which meters, which events are still to be paid for, what was paid for each, and where
-- what no grant covered is billed.
-- Lock risk: short exclusive locks on meters, credit_costs and credit_consumptions; the unique index of consumptions is
-- built anew under it.
set local lock_timeout = '5s';

-- The owner of the tables sees all their rows while it checks and fills them; the policies bind everybody else.
alter table meters no force row level security;
alter table features no force row level security;
alter table credit_costs no force row level security;
alter table credit_consumptions no force row level security;

-- A feature of the meter costs credits, so its events are marked as they are counted.
alter table meters add column burns_credits boolean not null default false;
update meters m set burns_credits = true
where m.aggregation in ('count', 'sum', 'level')
  and exists (select 1 from features f join credit_costs c on c.tenant_id = f.tenant_id and c.feature_id = f.id
              where f.tenant_id = m.tenant_id and f.meter_id = m.id);
grant update (burns_credits) on meters to billhook_rt;

-- What no grant covers counts on this meter, whose price bills it.
alter table credit_costs
  add column overage_meter_id uuid,
  add check (overage_meter_id is null or beyond = 'allow'),
  add foreign key (tenant_id, overage_meter_id) references meters (tenant_id, id);

-- A use is paid for by an explicit command under a name of the caller's, or by an event of usage; that one may be paid in
-- several parts, where it is amended to more.
alter table credit_consumptions
  add column usage_source text check (length(usage_source) between 1 and 200),
  add column part integer not null default 1 check (part > 0),
  add column beyond text not null default 'allow' check (beyond in ('block', 'allow')),
  -- What corrections of the event took back of it.
  add column corrected numeric(38, 12) not null default 0 check (corrected >= 0 and corrected <= amount),
  add column overage_meter_id uuid,
  add check (usage_source is null or feature_id is not null),
  add foreign key (tenant_id, overage_meter_id) references meters (tenant_id, id),
  drop constraint credit_consumptions_event_once;
create unique index credit_consumptions_event_once on credit_consumptions (tenant_id, customer_id, event_id)
  where usage_source is null;
create unique index credit_consumptions_usage_once
  on credit_consumptions (tenant_id, customer_id, usage_source, event_id, feature_id, part)
  where usage_source is not null;
grant update (corrected) on credit_consumptions to billhook_rt;

alter table meters force row level security;
alter table features force row level security;
alter table credit_costs force row level security;
alter table credit_consumptions force row level security;

-- Events whose credits are to be looked at: written with the event, gone in the transaction that burns them.
create table usage_burn_marks (
  tenant_id integer not null references tenants (id),
  customer_id uuid not null,
  source text not null,
  event_id text not null,
  -- Real time.
  marked_at timestamptz not null,
  primary key (tenant_id, customer_id, source, event_id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
call app.protect('usage_burn_marks');
call app.let_work_see('usage_burn_marks', 'tenant_id');
grant select, insert, delete on usage_burn_marks to billhook_rt;
