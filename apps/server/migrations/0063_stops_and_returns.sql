-- Purpose: a STOP of text messages is kept with the number, so that it holds for whoever has or gets it; credits whose price
-- was given back while they were promised go back once the promise ends.
-- Lock risk: short exclusive locks on customer_phones, whose rows are read once, and on credit_purchases.
set local lock_timeout = '5s';

-- A number whose owner said stop. It names no customer and stays when one is erased: the stop is the owner's, who may be
-- a customer again.
create table text_stops (
  tenant_id integer not null references tenants (id),
  -- E.164.
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  stopped_at timestamptz not null,
  primary key (tenant_id, number)
);

-- The owner of the tables sees all their rows while it moves them; the policies bind everybody else.
alter table customer_phones no force row level security;
insert into text_stops (tenant_id, number, stopped_at)
  select tenant_id, number, min(opted_out_at) from customer_phones where opted_out_at is not null
  group by tenant_id, number;
alter table customer_phones drop column opted_out_at;
alter table customer_phones force row level security;
call app.protect('text_stops');
grant select, insert, delete on text_stops to billhook_rt;

alter table credit_purchases
  -- When staff are to be told that more of these credits was used than is paid for; null where nothing is to be told.
  add column shortfall_at timestamptz;
create index credit_purchases_shortfall on credit_purchases (tenant_id, shortfall_at) where shortfall_at is not null;
grant update (shortfall_at) on credit_purchases to billhook_rt;
grant select (shortfall_at) on credit_purchases to billhook_work;
