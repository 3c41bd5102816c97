-- Purpose: a STOP of text messages is kept with the number, so that it holds for whoever has or gets it.
-- Lock risk: a short exclusive lock on customer_phones, whose rows are read once.
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
call app.protect('text_stops');
grant select, insert, delete on text_stops to billhook_rt;

insert into text_stops (tenant_id, number, stopped_at)
  select tenant_id, number, min(opted_out_at) from customer_phones where opted_out_at is not null
  group by tenant_id, number;
alter table customer_phones drop column opted_out_at;
