-- Printed from the database that the migrations make. Do not edit: run npm run gen.

create extension btree_gist;

CREATE OR REPLACE FUNCTION app.check_awaited_invoices()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare lost uuid;
begin
  select a.id into lost from unnest(new.invoice_ids) a (id)
  where (select i.id from invoices i where i.tenant_id = new.tenant_id
    and i.id between a.id and a.id order by i.id limit 1) is null
  limit 1;
  if found then
    raise exception 'lines name the invoice %, which is not there', lost
      using errcode = '23503', constraint = 'invoice_lines_whole';
  end if;
  delete from awaited_invoices w where w.tenant_id = new.tenant_id and w.id = new.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_counters_free()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from old_counters o where o.held > 0) then
    raise exception 'a counter holds units'
      using errcode = '23503', constraint = 'usage_counters_free';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_credit_consumptions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare broken uuid;
begin
  select n.id into broken from new_consumptions n
    left join lateral (select 1 as found from customers c
      where c.tenant_id = n.tenant_id and c.id = n.customer_id offset 0) c on true
    left join lateral (select 1 as found from credit_types t
      where t.tenant_id = n.tenant_id and t.id = n.credit_type_id offset 0) t on true
    left join lateral (select 1 as found from features f
      where f.tenant_id = n.tenant_id and f.id = n.feature_id offset 0) f on true
    left join lateral (select 1 as found from subscriptions s
      where s.tenant_id = n.tenant_id and s.id = n.subscription_id and s.customer_id = n.customer_id offset 0) s on true
    left join lateral (select 1 as found from meters m
      where m.tenant_id = n.tenant_id and m.id = n.overage_meter_id offset 0) m on true
  where c.found is null or t.found is null
    or n.feature_id is not null and f.found is null
    or n.subscription_id is not null and s.found is null
    or n.overage_meter_id is not null and m.found is null
  limit 1;
  if found then
    raise exception 'consumption % names a customer, a type, a feature, a subscription or a meter that is not there', broken
      using errcode = '23503', constraint = 'credit_consumptions_whole';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_credit_entries()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare broken uuid;
begin
  select n.id into broken from new_entries n
    left join lateral (select 1 as found from credit_grants g
      where g.tenant_id = n.tenant_id and g.id = n.grant_id and g.customer_id = n.customer_id offset 0) g on true
    left join lateral (select 1 as found from credit_consumptions c
      where c.tenant_id = n.tenant_id and c.id = n.consumption_id and c.customer_id = n.customer_id offset 0) c on true
  where g.found is null or n.consumption_id is not null and c.found is null
  limit 1;
  if found then
    raise exception 'entry % names a grant or a consumption that its customer does not have', broken
      using errcode = '23503', constraint = 'credit_entries_whole';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_invoice_customer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from customers c where c.tenant_id = new.tenant_id and c.id = new.customer_id for key share;
  if not found then
    raise exception 'invoice % names a customer who is not there', new.id
      using errcode = '23503', constraint = 'invoices_customer';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_invoice_lines()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare broken record;
begin
  select l.key, 'lost' as fault into broken from (
    select min(n.key) as key, n.tenant_id, n.subscription_id, n.kind = 'mirrored' as is_mirrored
    from new_lines n group by n.tenant_id, n.subscription_id, n.kind = 'mirrored'
  ) l left join lateral (
    select s.customer_id, s.billing_authority from subscriptions s where s.tenant_id = l.tenant_id
      and s.id between l.subscription_id and l.subscription_id order by s.id limit 1
  ) s on true left join lateral (
    select c.id from customers c where c.tenant_id = l.tenant_id
      and c.id between s.customer_id and s.customer_id order by c.id limit 1
    for no key update
  ) c on true
  where (s.billing_authority = 'stripe') is distinct from l.is_mirrored or c.id is null;
  if not found then
    select f.* into broken from (
      select l.key, 'lost' as fault from (
        select min(n.key) as key, n.tenant_id, n.subscription_id, array_agg(n.item_id) as items
        from new_lines n where n.item_id is not null group by n.tenant_id, n.subscription_id
      ) l
      where not l.items <@ array(select i.id from subscription_items i
        where i.tenant_id = l.tenant_id and i.id = any (l.items)
          and i.subscription_id is not distinct from l.subscription_id)
      union all
      select l.key, 'lost' from (
        select min(n.key) as key, n.tenant_id, n.price_id from new_lines n where n.price_id is not null
        group by n.tenant_id, n.price_id
      ) l
      where (select p.id from prices p where p.tenant_id = l.tenant_id
        and p.id between l.price_id and l.price_id order by p.id limit 1)
        is null
      union all
      select l.key, 'lost' from new_lines l where l.charge_id is not null
        and (select k.subscription_id from subscription_charges k
          where k.tenant_id = l.tenant_id
            and k.id between l.charge_id and l.charge_id order by k.id limit 1) is distinct from l.subscription_id
      union all
      select l.key, 'twice' from new_lines l
      where l.item_id is not null and l.period_end > l.period_start and l.voided_at is null and (
        select o.period_end from invoice_lines o
        where o.tenant_id = l.tenant_id and o.subscription_id = l.subscription_id and o.item_id = l.item_id
          and o.kind = l.kind and o.period_start < l.period_end
          and o.period_end > o.period_start and o.voided_at is null
          and o.id <> l.id
        order by o.period_start desc limit 1) > l.period_start
    ) f
    limit 1;
  end if;
  if not found then
    insert into awaited_invoices (tenant_id, id, invoice_ids)
    select d.tenant_id, gen_random_uuid(), array_agg(d.invoice_id)
    from (select distinct l.tenant_id, l.invoice_id from new_lines l) d group by d.tenant_id;
    return null;
  end if;
  if broken.fault = 'lost' and not exists (
    select from new_lines l, subscriptions s where l.key = broken.key and s.tenant_id = l.tenant_id
      and s.id = l.subscription_id and (s.billing_authority = 'stripe') <> (l.kind = 'mirrored')
  ) then
    raise exception 'line % names an invoice, a subscription, an item, a charge or a price that is not there', broken.key
      using errcode = '23503', constraint = 'invoice_lines_whole';
  elsif broken.fault = 'lost' then
    raise exception 'a line is billed by whoever computes its subscription' using errcode = '23514';
  end if;
  raise exception 'line % bills a service period again', broken.key
    using errcode = '23P01', constraint = 'invoice_lines_period_once';
end $function$;

CREATE OR REPLACE FUNCTION app.check_ledger_balance()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_sort TO 'off'
AS $function$
declare broken record;
begin
  with books as materialized (
    select b.tenant_id, app.open_books(b.tenant_id) as closed_until from (select distinct tenant_id from new_entries) b
  ), facts as (
    select e.tenant_id, e.transaction_id, min(e.currency) as currency, max(e.currency) as other_currency, count(*) as entries,
      min(e.position) as first_position, max(e.position) as last_position,
      sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end) as difference
    from new_entries e group by e.tenant_id, e.transaction_id, e.customer_id
  )
  select f.transaction_id, f.currency, t.id is null as is_unknown, t.occurred_at < b.closed_until as is_closed,
    f.first_position <> 1 or f.last_position <> f.entries as is_late
  into broken
  from facts f join books b on b.tenant_id = f.tenant_id
  left join lateral (
    select l.id, l.currency, l.occurred_at from ledger_transactions l
    where l.tenant_id = f.tenant_id and l.id between f.transaction_id and f.transaction_id order by l.id limit 1
  ) t on true
  where t.id is null or f.difference <> 0 or f.entries < 2 or f.currency <> t.currency or f.other_currency <> t.currency
    or t.occurred_at < b.closed_until or f.first_position <> 1 or f.last_position <> f.entries
  limit 1;
  if found then
    if broken.is_unknown then
      raise exception 'ledger transaction % is not there', broken.transaction_id using errcode = '23503';
    elsif broken.is_closed then
      raise exception 'ledger transaction % falls into a closed month', broken.transaction_id using errcode = '23514';
    elsif broken.is_late then
      raise exception 'the entries of a ledger transaction must be inserted by one statement, for one customer' using errcode = '23514';
    end if;
    raise exception 'ledger transaction % does not balance in %', broken.transaction_id, broken.currency using errcode = '23514';
  end if;
  select c.customer_id into broken
  from (select distinct tenant_id, customer_id from new_entries where customer_id is not null) c
  where (select k.id from customers k where k.tenant_id = c.tenant_id
    and k.id between c.customer_id and c.customer_id order by k.id limit 1)
    is null
  limit 1;
  if found then
    raise exception 'customer % of a ledger entry is not there', broken.customer_id using errcode = '23503';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_ledger_tenants()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from (select distinct tenant_id from new_transactions) n
    where (select t.id from tenants t where t.id = n.tenant_id) is null
  ) then
    raise exception 'the tenant of a ledger transaction is not there' using errcode = '23503';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.check_line_taken_away()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare taken boolean;
begin
  if tg_table_name = 'invoice_lines' then
    taken := exists (select from invoices i
      where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.taken_away_at is not null);
  else
    taken := exists (select from credit_notes n
      where n.tenant_id = new.tenant_id and n.id = new.credit_note_id and n.taken_away_at is not null);
  end if;
  if not taken then
    raise exception 'a line of a frozen document is never changed' using errcode = '23514';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.check_taken_away()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.taken_away_at is not null or new.taken_away_at is null or not exists (
    select from customers c where c.tenant_id = new.tenant_id and c.id = new.customer_id and c.erased_at is not null)
  then
    raise exception 'a frozen document of a customer is never changed' using errcode = '23514';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.document_text(parts text[], places integer[], names uuid[], number text, buyer text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg((x.part || COALESCE(CASE x.place WHEN '-2'::integer THEN document_text.number WHEN '-3'::integer THEN document_text.buyer ELSE ((document_text.names)[x.place])::text END, ''::text)), ''::text ORDER BY x.at) AS string_agg FROM UNNEST(document_text.parts, document_text.places) WITH ORDINALITY x(part, place, at));

CREATE OR REPLACE FUNCTION app.forget_marks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from provider_event_marks where tenant_id = new.tenant_id and event_id = new.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.free_units()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
begin
  update usage_counters c set held = c.held - o.held
  from (
    select r.tenant_id, r.customer_id, r.meter_id, r.window_start, r.window_end, sum(r.held) as held
    from old_reservations r where r.held > 0 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  ) o
  where c.tenant_id = o.tenant_id and c.customer_id = o.customer_id and c.meter_id = o.meter_id
    and c.window_start = o.window_start and c.window_end = o.window_end;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.frozen_text(i invoices)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN COALESCE((i).canonical, (SELECT app.document_text(p.parts, p.places, (frozen_text.i).pattern_names, (frozen_text.i).number, (frozen_text.i).pattern_buyer) AS document_text FROM document_patterns p WHERE ((p.tenant_id = (frozen_text.i).tenant_id) AND (p.id = (frozen_text.i).pattern_id))), CASE WHEN ((i).pattern_id IS NOT NULL) THEN app.lose_pattern((i).pattern_id) ELSE NULL::text END);

CREATE OR REPLACE FUNCTION app.insist(holds boolean, what text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if holds is not true then
    raise exception 'not as it was seen: %', what using errcode = 'BH001';
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION app.keep_line_voided()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'line % was voided and stays so', old.key using errcode = '23514';
end $function$;

CREATE OR REPLACE FUNCTION app.keep_month_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'month % is closed and stays so', old.month using errcode = '23514';
end $function$;

CREATE OR REPLACE FUNCTION app.keep_patterns()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the pattern of frozen documents is never changed' using errcode = '23514';
end $function$;

CREATE OR REPLACE PROCEDURE app.let_work_see(IN target regclass, IN columns text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('create policy work_sees on %s for select to billhook_work using (true)', target);
  execute format('grant select (%s) on %s to billhook_work', columns, target);
end $procedure$;

CREATE OR REPLACE FUNCTION app.lose_pattern(pattern uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the pattern % of a frozen document is not there', pattern using errcode = 'XX001';
end $function$;

CREATE OR REPLACE FUNCTION app.marks_sought(texts text[])
 RETURNS bytea[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ARRAY(SELECT SUBSTRING(sha256(convert_to(btrim(said.said, '"'::text), 'UTF8'::name)) FROM 1 FOR 16) AS "substring" FROM unnest(marks_sought.texts) said(said));

CREATE OR REPLACE FUNCTION app.note_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update tenants set words_version = words_version + 1 where id in (select tenant_id from written);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.open_books(tenant integer)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock_shared(7240122, tenant);
  return (select max(m.ends_at) from ledger_months m where m.tenant_id = tenant and m.closed_at is not null);
end $function$;

CREATE OR REPLACE FUNCTION app.process_lives(process bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE STRICT
AS $function$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.classid::bigint = ((process >> 32) & 4294967295) and l.objid::bigint = (process & 4294967295))
$function$;

CREATE OR REPLACE PROCEDURE app.protect(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_rows on %s to billhook_rt using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()))', target);
end $procedure$;

CREATE OR REPLACE FUNCTION app.refuse_collecting_for_stripe()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.authority = 'stripe') then
    raise exception 'an invoice that Stripe computed is collected by Stripe' using errcode = '23514';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.tenant()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer;

create table auth.account (
  id text not null,
  "userId" text not null,
  "accountId" text not null,
  "providerId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  "idToken" text,
  password text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX account_by_user ON auth.account USING btree ("userId");
grant delete, insert, select, update on auth.account to billhook_rt;

create table auth.session (
  id text not null,
  "userId" text not null,
  token text not null,
  "expiresAt" timestamp with time zone not null,
  "ipAddress" text,
  "userAgent" text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint session_token_key UNIQUE (token),
  constraint session_pkey PRIMARY KEY (id),
  constraint "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX session_by_user ON auth.session USING btree ("userId");
grant delete, insert, select, update on auth.session to billhook_rt;

create table auth."user" (
  id text not null,
  name text not null,
  email text not null,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint user_email_key UNIQUE (email),
  constraint user_pkey PRIMARY KEY (id)
);
grant delete, insert, select, update on auth."user" to billhook_rt;

create table auth.verification (
  id text not null,
  identifier text not null,
  value text not null,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint verification_pkey PRIMARY KEY (id)
);
CREATE INDEX verification_by_identifier ON auth.verification USING btree (identifier);
grant delete, insert, select, update on auth.verification to billhook_rt;

create table public.access_moves (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid not null,
  from_state text not null,
  to_state text not null,
  invoice_id uuid,
  at timestamp with time zone not null,
  constraint access_moves_pkey PRIMARY KEY (tenant_id, id),
  constraint access_moves_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint access_moves_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint access_moves_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint access_moves_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint access_moves_check CHECK (((to_state = ANY (ARRAY['full'::text, 'grace'::text, 'limited'::text, 'suspended'::text, 'ended'::text])) AND (to_state <> from_state))),
  constraint access_moves_from_state_check CHECK ((from_state = ANY (ARRAY['full'::text, 'grace'::text, 'limited'::text, 'suspended'::text, 'ended'::text])))
);
CREATE INDEX access_moves_by_customer ON public.access_moves USING btree (tenant_id, customer_id, at);
alter table public.access_moves enable row level security;
alter table public.access_moves force row level security;
create policy tenant_rows on access_moves to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on access_moves to billhook_rt;

create table public.accounting_settings (
  tenant_id integer not null,
  datev jsonb not null,
  updated_at timestamp with time zone not null,
  constraint accounting_settings_pkey PRIMARY KEY (tenant_id),
  constraint accounting_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.accounting_settings enable row level security;
alter table public.accounting_settings force row level security;
create policy tenant_rows on accounting_settings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (datev, updated_at) on accounting_settings to billhook_rt;

create table public.api_key_lookup (
  key_hash bytea not null,
  tenant_id integer not null,
  api_key_id uuid not null,
  constraint api_key_lookup_pkey PRIMARY KEY (key_hash),
  constraint api_key_lookup_tenant_id_api_key_id_fkey FOREIGN KEY (tenant_id, api_key_id) REFERENCES api_keys(tenant_id, id)
);
grant delete, insert, select on api_key_lookup to billhook_rt;

create table public.api_keys (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  name text not null,
  scopes text[] not null,
  prefix text not null,
  last4 text not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (tenant_id, id),
  constraint api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint api_keys_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'publishable'::text]))),
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
create policy tenant_rows on api_keys to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, revoked_at, last_used_at) on api_keys to billhook_rt;

create table public.approvals (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  object_id uuid not null,
  customer_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  reason text not null,
  asked_by_kind text not null,
  asked_by text not null,
  person text not null,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  status text default 'waiting'::text not null,
  decided_by text,
  decided_at timestamp with time zone,
  note text,
  outcome_id uuid,
  by_transfer boolean default false not null,
  constraint approvals_pkey PRIMARY KEY (tenant_id, id),
  constraint approvals_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint approvals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint approvals_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint approvals_asked_by_kind_check CHECK ((asked_by_kind = ANY (ARRAY['operator'::text, 'api_key'::text]))),
  constraint approvals_check CHECK (((status = 'waiting'::text) = (decided_by IS NULL))),
  constraint approvals_check1 CHECK (((status <> 'approved'::text) OR ((decided_by <> person) AND (outcome_id IS NOT NULL)))),
  constraint approvals_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint approvals_kind_check CHECK ((kind = 'refund'::text)),
  constraint approvals_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'approved'::text, 'declined'::text])))
);
CREATE INDEX approvals_by_object ON public.approvals USING btree (tenant_id, kind, object_id);
CREATE INDEX approvals_waiting ON public.approvals USING btree (tenant_id, expires_at) WHERE (status = 'waiting'::text);
alter table public.approvals enable row level security;
alter table public.approvals force row level security;
create policy tenant_rows on approvals to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (status, decided_by, decided_at, note, outcome_id) on approvals to billhook_rt;

create table public.asked_refund_accounts (
  tenant_id integer not null,
  approval_id uuid not null,
  customer_id uuid not null,
  holder text not null,
  iban text not null,
  given_at timestamp with time zone not null,
  constraint asked_refund_accounts_pkey PRIMARY KEY (tenant_id, approval_id),
  constraint asked_refund_accounts_tenant_id_approval_id_fkey FOREIGN KEY (tenant_id, approval_id) REFERENCES approvals(tenant_id, id),
  constraint asked_refund_accounts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint asked_refund_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint asked_refund_accounts_holder_check CHECK (((length(holder) >= 1) AND (length(holder) <= 70))),
  constraint asked_refund_accounts_iban_check CHECK ((iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'::text))
);
CREATE INDEX asked_refund_accounts_by_customer ON public.asked_refund_accounts USING btree (tenant_id, customer_id);
alter table public.asked_refund_accounts enable row level security;
alter table public.asked_refund_accounts force row level security;
create policy tenant_rows on asked_refund_accounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on asked_refund_accounts to billhook_rt;

create table public.audit_log (
  tenant_id integer not null,
  id uuid not null,
  seq bigint generated always as identity not null,
  actor_kind text not null,
  actor_id text not null,
  action text not null,
  object_kind text not null,
  object_id text not null,
  request_id text,
  details jsonb not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  seal_number integer,
  constraint audit_log_pkey PRIMARY KEY (tenant_id, id),
  constraint audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['operator'::text, 'api_key'::text, 'member'::text, 'system'::text])))
);
alter table audit_log alter column details set statistics 0;
CREATE INDEX audit_by_object ON public.audit_log USING btree (tenant_id, object_id, seq DESC);
CREATE INDEX audit_unsealed ON public.audit_log USING btree (tenant_id, seq) WHERE (seal_number IS NULL);
alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
create policy tenant_rows on audit_log to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on audit_log for select to billhook_work using (true);
grant insert, select, update (seal_number) on audit_log to billhook_rt;
grant select (tenant_id, seq, seal_number) on audit_log to billhook_work;

create table public.audit_seals (
  tenant_id integer not null,
  number integer not null,
  row_count integer not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamp with time zone not null,
  constraint audit_seals_pkey PRIMARY KEY (tenant_id, number),
  constraint audit_seals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint audit_seals_number_check CHECK ((number > 0)),
  constraint audit_seals_row_count_check CHECK ((row_count > 0))
);
alter table public.audit_seals enable row level security;
alter table public.audit_seals force row level security;
create policy tenant_rows on audit_seals to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on audit_seals to billhook_rt;

create table public.awaited_invoices (
  tenant_id integer not null,
  id uuid not null,
  invoice_ids uuid[] not null,
  constraint awaited_invoices_came TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint awaited_invoices_pkey PRIMARY KEY (tenant_id, id)
);
CREATE CONSTRAINT TRIGGER awaited_invoices_came AFTER INSERT ON public.awaited_invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.check_awaited_invoices();
alter table public.awaited_invoices enable row level security;
alter table public.awaited_invoices force row level security;
create policy tenant_rows on awaited_invoices to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on awaited_invoices to billhook_rt;

create table public.bank_accounts (
  tenant_id integer not null,
  id uuid not null,
  holder text not null,
  iban text not null,
  bic text,
  bank_name text,
  currency text not null,
  csv_mapping jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint bank_accounts_pkey PRIMARY KEY (tenant_id, id),
  constraint bank_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint bank_accounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint bank_accounts_iban_check CHECK ((iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'::text))
);
CREATE UNIQUE INDEX bank_accounts_in_use ON public.bank_accounts USING btree (tenant_id, iban, currency) WHERE (archived_at IS NULL);
alter table public.bank_accounts enable row level security;
alter table public.bank_accounts force row level security;
create policy tenant_rows on bank_accounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (csv_mapping, archived_at) on bank_accounts to billhook_rt;

create table public.bank_lines (
  tenant_id integer not null,
  id uuid not null,
  statement_id uuid not null,
  account_id uuid not null,
  fact_sha256 bytea not null,
  booked_on date not null,
  value_on date,
  amount_minor bigint not null,
  currency text not null,
  is_reversal boolean not null,
  name text,
  iban text,
  reference text,
  text text not null,
  end_to_end_id text,
  charges_minor bigint not null,
  state text not null,
  customer_id uuid,
  proposal jsonb,
  note text,
  decided_by text,
  decided_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint bank_lines_tenant_id_account_id_fact_sha256_key UNIQUE (tenant_id, account_id, fact_sha256),
  constraint bank_lines_pkey PRIMARY KEY (tenant_id, id),
  constraint bank_lines_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint bank_lines_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint bank_lines_tenant_id_statement_id_fkey FOREIGN KEY (tenant_id, statement_id) REFERENCES bank_statements(tenant_id, id),
  constraint bank_lines_amount_minor_check CHECK (((amount_minor <> 0) AND (abs(amount_minor) <= '900000000000000'::bigint))),
  constraint bank_lines_charges_minor_check CHECK ((charges_minor >= 0)),
  constraint bank_lines_check CHECK (((state <> 'proposed'::text) OR (proposal IS NOT NULL))),
  constraint bank_lines_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint bank_lines_fact_sha256_check CHECK ((length(fact_sha256) = 32)),
  constraint bank_lines_state_check CHECK ((state = ANY (ARRAY['unmatched'::text, 'proposed'::text, 'matched'::text, 'ignored'::text])))
);
CREATE INDEX bank_lines_by_payer ON public.bank_lines USING btree (tenant_id, iban) WHERE (customer_id IS NOT NULL);
CREATE INDEX bank_lines_by_time ON public.bank_lines USING btree (tenant_id, booked_on DESC, id DESC);
CREATE INDEX bank_lines_open ON public.bank_lines USING btree (tenant_id, booked_on DESC, id DESC) WHERE (state = ANY (ARRAY['unmatched'::text, 'proposed'::text]));
alter table public.bank_lines enable row level security;
alter table public.bank_lines force row level security;
create policy tenant_rows on bank_lines to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (state, customer_id, proposal, note, decided_by, decided_at) on bank_lines to billhook_rt;

create table public.bank_statements (
  tenant_id integer not null,
  id uuid not null,
  account_id uuid not null,
  file_name text not null,
  format text not null,
  content_sha256 bytea not null,
  line_count integer not null,
  new_count integer not null,
  pending_count integer not null,
  uploaded_at timestamp with time zone not null,
  constraint bank_statements_tenant_id_account_id_content_sha256_key UNIQUE (tenant_id, account_id, content_sha256),
  constraint bank_statements_pkey PRIMARY KEY (tenant_id, id),
  constraint bank_statements_tenant_id_account_id_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES bank_accounts(tenant_id, id),
  constraint bank_statements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint bank_statements_check CHECK (((new_count >= 0) AND (new_count <= line_count))),
  constraint bank_statements_content_sha256_check CHECK ((length(content_sha256) = 32)),
  constraint bank_statements_line_count_check CHECK ((line_count >= 0))
);
alter table public.bank_statements enable row level security;
alter table public.bank_statements force row level security;
create policy tenant_rows on bank_statements to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (new_count) on bank_statements to billhook_rt;

create table public.bill_run_batches (
  tenant_id integer not null,
  id uuid not null,
  run_id uuid not null,
  customers bigint not null,
  invoices bigint not null,
  parked bigint not null,
  committed_at timestamp with time zone not null,
  constraint bill_run_batches_pkey PRIMARY KEY (tenant_id, id),
  constraint bill_run_batches_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint bill_run_batches_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES bill_runs(tenant_id, id)
);
CREATE INDEX bill_run_batches_by_run ON public.bill_run_batches USING btree (tenant_id, run_id);
alter table public.bill_run_batches enable row level security;
alter table public.bill_run_batches force row level security;
create policy tenant_rows on bill_run_batches to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on bill_run_batches to billhook_rt;

create table public.bill_runs (
  tenant_id integer not null,
  id uuid not null,
  billed_up_to timestamp with time zone not null,
  started_at timestamp with time zone not null,
  due_customers bigint not null,
  ended_at timestamp with time zone,
  constraint bill_runs_pkey PRIMARY KEY (tenant_id, id),
  constraint bill_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint bill_runs_due_customers_check CHECK ((due_customers > 0))
);
CREATE UNIQUE INDEX bill_runs_one_open ON public.bill_runs USING btree (tenant_id) WHERE (ended_at IS NULL);
alter table public.bill_runs enable row level security;
alter table public.bill_runs force row level security;
create policy tenant_rows on bill_runs to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (due_customers, ended_at) on bill_runs to billhook_rt;

create table public.cases (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  customer_id uuid,
  subject_id uuid,
  detail text not null,
  facts jsonb not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  told_at timestamp with time zone,
  stands_until timestamp with time zone,
  constraint cases_pkey PRIMARY KEY (tenant_id, id),
  constraint cases_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint cases_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE UNIQUE INDEX cases_open_once ON public.cases USING btree (tenant_id, kind, subject_id) WHERE (closed_at IS NULL);
CREATE INDEX cases_passing ON public.cases USING btree (stands_until) WHERE ((closed_at IS NULL) AND (stands_until IS NOT NULL));
CREATE INDEX cases_untold ON public.cases USING btree (tenant_id, opened_at) WHERE ((kind ~~ 'reconciliation.%'::text) AND (closed_at IS NULL) AND (told_at IS NULL));
alter table public.cases enable row level security;
alter table public.cases force row level security;
create policy tenant_rows on cases to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on cases for select to billhook_work using (true);
grant insert, select, update (detail, facts, closed_at, told_at, stands_until) on cases to billhook_rt;
grant select (tenant_id, kind, opened_at, closed_at, told_at, stands_until) on cases to billhook_work;

create table public.certificate_looks (
  tenant_id integer not null,
  look_at timestamp with time zone not null,
  constraint certificate_looks_pkey PRIMARY KEY (tenant_id),
  constraint certificate_looks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.certificate_looks enable row level security;
alter table public.certificate_looks force row level security;
create policy tenant_rows on certificate_looks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on certificate_looks for select to billhook_work using (true);
grant delete, insert, select, update (look_at) on certificate_looks to billhook_rt;
grant select (tenant_id, look_at) on certificate_looks to billhook_work;

create table public.checkouts (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  purpose text not null,
  plan_version_id uuid,
  quantity integer default 1 not null,
  invoice_id uuid,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  provider text not null,
  provider_session_id text,
  url text,
  success_url text not null,
  cancel_url text not null,
  attempt_id uuid,
  subscription_id uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  coupon_id uuid,
  authority text default 'billhook'::text not null,
  settling_at timestamp with time zone,
  settle_refusals integer default 0 not null,
  request_id uuid,
  method_kind text,
  constraint checkouts_tenant_id_provider_provider_session_id_key UNIQUE (tenant_id, provider, provider_session_id),
  constraint checkouts_pkey PRIMARY KEY (tenant_id, id),
  constraint checkouts_tenant_id_attempt_id_fkey FOREIGN KEY (tenant_id, attempt_id) REFERENCES payment_attempts(tenant_id, id),
  constraint checkouts_tenant_id_coupon_id_fkey FOREIGN KEY (tenant_id, coupon_id) REFERENCES coupons(tenant_id, id),
  constraint checkouts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint checkouts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint checkouts_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint checkouts_tenant_id_plan_version_id_fkey FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plan_versions(tenant_id, id),
  constraint checkouts_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES payment_requests(tenant_id, id),
  constraint checkouts_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint checkouts_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint checkouts_authority_check CHECK ((authority = ANY (ARRAY['billhook'::text, 'stripe'::text]))),
  constraint checkouts_check CHECK (((request_id IS NOT NULL) = (purpose = 'request'::text))),
  constraint checkouts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint checkouts_method_kind_check CHECK ((method_kind = ANY (ARRAY['card'::text, 'sepa_debit'::text, 'paypal'::text]))),
  constraint checkouts_purpose_check CHECK ((purpose = ANY (ARRAY['subscription'::text, 'invoice'::text, 'card'::text, 'request'::text]))),
  constraint checkouts_settle_refusals_check CHECK ((settle_refusals >= 0)),
  constraint checkouts_status_check CHECK ((status = ANY (ARRAY['creating'::text, 'open'::text, 'completed'::text, 'expired'::text])))
);
CREATE INDEX checkouts_by_customer ON public.checkouts USING btree (tenant_id, customer_id);
CREATE UNIQUE INDEX checkouts_one_for_request ON public.checkouts USING btree (tenant_id, request_id) WHERE ((request_id IS NOT NULL) AND (status = ANY (ARRAY['creating'::text, 'open'::text])));
CREATE UNIQUE INDEX checkouts_one_open ON public.checkouts USING btree (tenant_id, invoice_id) WHERE ((invoice_id IS NOT NULL) AND (status = ANY (ARRAY['creating'::text, 'open'::text])));
CREATE INDEX checkouts_unfinished ON public.checkouts USING btree (tenant_id, expires_at) WHERE (status = ANY (ARRAY['creating'::text, 'open'::text]));
CREATE TRIGGER checkouts_authority BEFORE INSERT ON public.checkouts FOR EACH ROW WHEN ((new.invoice_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_collecting_for_stripe();
alter table public.checkouts enable row level security;
alter table public.checkouts force row level security;
create policy tenant_rows on checkouts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on checkouts for select to billhook_work using (true);
grant insert, select, update (invoice_id, status, amount_minor, provider_session_id, url, success_url, cancel_url, attempt_id, subscription_id, expires_at, completed_at, settling_at, settle_refusals, method_kind) on checkouts to billhook_rt;
grant select (tenant_id, status, expires_at) on checkouts to billhook_work;

create table public.coupons (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  value jsonb not null,
  duration jsonb not null,
  scope jsonb not null,
  max_redemptions integer,
  max_per_customer integer,
  redemptions integer default 0 not null,
  redeem_by timestamp with time zone,
  stack_order integer default 0 not null,
  stackable boolean default true not null,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint coupons_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint coupons_pkey PRIMARY KEY (tenant_id, id),
  constraint coupons_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint coupons_check CHECK (((redemptions >= 0) AND ((max_redemptions IS NULL) OR (redemptions <= max_redemptions)))),
  constraint coupons_key_check CHECK ((key ~ '^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$'::text)),
  constraint coupons_max_per_customer_check CHECK ((max_per_customer > 0)),
  constraint coupons_max_redemptions_check CHECK ((max_redemptions > 0))
);
alter table public.coupons enable row level security;
alter table public.coupons force row level security;
create policy tenant_rows on coupons to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, max_redemptions, redemptions, redeem_by, archived_at, updated_at) on coupons to billhook_rt;

create table public.credit_allowance_due (
  tenant_id integer not null,
  subscription_id uuid not null,
  customer_id uuid not null,
  next_at timestamp with time zone,
  seen_status text,
  seen_plan_id uuid,
  constraint credit_allowance_due_pkey PRIMARY KEY (tenant_id, subscription_id),
  constraint credit_allowance_due_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_allowance_due_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_allowance_due_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id)
);
CREATE INDEX credit_allowance_due_by_time ON public.credit_allowance_due USING btree (tenant_id, next_at);
alter table public.credit_allowance_due enable row level security;
alter table public.credit_allowance_due force row level security;
create policy tenant_rows on credit_allowance_due to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on credit_allowance_due for select to billhook_work using (true);
grant delete, insert, select, update (next_at, seen_status, seen_plan_id) on credit_allowance_due to billhook_rt;
grant select (tenant_id, next_at) on credit_allowance_due to billhook_work;

create table public.credit_allowances (
  tenant_id integer not null,
  id uuid not null,
  plan_id uuid not null,
  credit_type_id uuid not null,
  amount numeric(38,12) not null,
  priority integer not null,
  rollover_max numeric(38,12),
  rollover_periods integer,
  effective_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  every text not null,
  constraint credit_allowances_tenant_id_plan_id_credit_type_id_effectiv_key UNIQUE (tenant_id, plan_id, credit_type_id, effective_at),
  constraint credit_allowances_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_allowances_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_allowances_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_allowances_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id),
  constraint credit_allowances_amount_check CHECK (((amount >= (0)::numeric) AND (amount < '10000000000000000000000000'::numeric))),
  constraint credit_allowances_every_check CHECK ((every = ANY (ARRAY['billing_period'::text, 'day'::text, 'week'::text, 'month'::text, 'year'::text, 'once'::text]))),
  constraint credit_allowances_priority_check CHECK (((priority >= 0) AND (priority <= 100))),
  constraint credit_allowances_rollover_max_check CHECK (((rollover_max > (0)::numeric) AND (rollover_max < '10000000000000000000000000'::numeric))),
  constraint credit_allowances_rollover_periods_check CHECK (((rollover_periods >= 0) AND (rollover_periods <= 1200)))
);
alter table public.credit_allowances enable row level security;
alter table public.credit_allowances force row level security;
create policy tenant_rows on credit_allowances to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on credit_allowances to billhook_rt;

create table public.credit_consumptions (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  event_id text not null,
  feature_id uuid,
  subscription_id uuid,
  quantity numeric(38,12),
  amount numeric(38,12) not null,
  overage numeric(38,12) not null,
  overage_refunded numeric(38,12) default 0 not null,
  consumed_at timestamp with time zone not null,
  usage_source text,
  part integer default 1 not null,
  beyond text default 'allow'::text not null,
  corrected numeric(38,12) default 0 not null,
  overage_meter_id uuid,
  constraint credit_consumptions_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_consumptions_amount_check CHECK (((amount >= (0)::numeric) AND (amount < '10000000000000000000000000'::numeric))),
  constraint credit_consumptions_beyond_check CHECK ((beyond = ANY (ARRAY['block'::text, 'allow'::text]))),
  constraint credit_consumptions_check CHECK (((overage >= (0)::numeric) AND (overage <= amount))),
  constraint credit_consumptions_check1 CHECK (((overage_refunded >= (0)::numeric) AND (overage_refunded <= overage))),
  constraint credit_consumptions_check2 CHECK (((corrected >= (0)::numeric) AND (corrected <= amount))),
  constraint credit_consumptions_check3 CHECK (((usage_source IS NULL) OR (feature_id IS NOT NULL))),
  constraint credit_consumptions_event_id_check CHECK (((length(event_id) >= 1) AND (length(event_id) <= 200))),
  constraint credit_consumptions_part_check CHECK ((part > 0)),
  constraint credit_consumptions_quantity_check CHECK (((quantity >= (0)::numeric) AND (quantity < '10000000000000000000000000'::numeric))),
  constraint credit_consumptions_usage_source_check CHECK (((length(usage_source) >= 1) AND (length(usage_source) <= 200)))
);
CREATE UNIQUE INDEX credit_consumptions_event_once ON public.credit_consumptions USING btree (tenant_id, customer_id, event_id) WHERE (usage_source IS NULL);
CREATE UNIQUE INDEX credit_consumptions_usage_once ON public.credit_consumptions USING btree (tenant_id, customer_id, usage_source, event_id, feature_id, part) WHERE (usage_source IS NOT NULL);
CREATE TRIGGER credit_consumptions_whole AFTER INSERT ON public.credit_consumptions REFERENCING NEW TABLE AS new_consumptions FOR EACH STATEMENT EXECUTE FUNCTION app.check_credit_consumptions();
alter table public.credit_consumptions enable row level security;
alter table public.credit_consumptions force row level security;
create policy tenant_rows on credit_consumptions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (overage_refunded, corrected) on credit_consumptions to billhook_rt;

create table public.credit_costs (
  tenant_id integer not null,
  id uuid not null,
  feature_id uuid not null,
  credit_type_id uuid not null,
  per_unit numeric(38,12) not null,
  beyond text not null,
  effective_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  overage_meter_id uuid,
  constraint credit_costs_tenant_id_feature_id_effective_at_key UNIQUE (tenant_id, feature_id, effective_at),
  constraint credit_costs_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_costs_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_costs_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id),
  constraint credit_costs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_costs_tenant_id_overage_meter_id_fkey FOREIGN KEY (tenant_id, overage_meter_id) REFERENCES meters(tenant_id, id),
  constraint credit_costs_beyond_check CHECK ((beyond = ANY (ARRAY['block'::text, 'allow'::text]))),
  constraint credit_costs_check CHECK (((overage_meter_id IS NULL) OR (beyond = 'allow'::text))),
  constraint credit_costs_per_unit_check CHECK (((per_unit >= (0)::numeric) AND (per_unit < '10000000000000000000000000'::numeric)))
);
alter table public.credit_costs enable row level security;
alter table public.credit_costs force row level security;
create policy tenant_rows on credit_costs to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on credit_costs to billhook_rt;

create table public.credit_entries (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  grant_id uuid not null,
  kind text not null,
  amount numeric(38,12) not null,
  occurred_at timestamp with time zone not null,
  consumption_id uuid,
  reason text not null,
  constraint credit_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_entries_amount_check CHECK (((amount > (0)::numeric) AND (amount < '10000000000000000000000000'::numeric))),
  constraint credit_entries_kind_check CHECK ((kind = ANY (ARRAY['granted'::text, 'consumed'::text, 'refunded'::text, 'expired'::text, 'revoked'::text, 'rolled_over'::text, 'returned'::text])))
);
CREATE INDEX credit_entries_by_consumption ON public.credit_entries USING btree (tenant_id, consumption_id) WHERE (consumption_id IS NOT NULL);
CREATE INDEX credit_entries_by_customer ON public.credit_entries USING btree (tenant_id, customer_id, id DESC);
CREATE INDEX credit_entries_by_grant ON public.credit_entries USING btree (tenant_id, grant_id);
CREATE TRIGGER credit_entries_whole AFTER INSERT ON public.credit_entries REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION app.check_credit_entries();
alter table public.credit_entries enable row level security;
alter table public.credit_entries force row level security;
create policy tenant_rows on credit_entries to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on credit_entries to billhook_rt;

create table public.credit_grants (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  source text not null,
  amount numeric(38,12) not null,
  left_amount numeric(38,12) not null,
  priority integer not null,
  effective_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  feature_ids uuid[],
  subscription_id uuid,
  origin_subscription_id uuid,
  rollover jsonb,
  rolled_periods integer not null,
  from_grant_id uuid,
  reason text not null,
  fact text not null,
  paid_minor bigint not null,
  earned_minor bigint not null,
  paid_currency text,
  every text,
  has_left boolean generated always as ((left_amount > (0)::numeric)) stored not null,
  constraint credit_grants_fact_once UNIQUE (tenant_id, fact),
  constraint credit_grants_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_grants_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_grants_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_grants_tenant_id_from_grant_id_fkey FOREIGN KEY (tenant_id, from_grant_id) REFERENCES credit_grants(tenant_id, id),
  constraint credit_grants_tenant_id_origin_subscription_id_fkey FOREIGN KEY (tenant_id, origin_subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint credit_grants_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint credit_grants_amount_check CHECK (((amount > (0)::numeric) AND (amount < '10000000000000000000000000'::numeric))),
  constraint credit_grants_check CHECK (((left_amount >= (0)::numeric) AND (left_amount <= amount))),
  constraint credit_grants_check1 CHECK (((earned_minor >= 0) AND (earned_minor <= paid_minor))),
  constraint credit_grants_check2 CHECK ((expires_at > effective_at)),
  constraint credit_grants_check3 CHECK (((paid_minor = 0) OR (paid_currency IS NOT NULL))),
  constraint credit_grants_every_check CHECK ((every = ANY (ARRAY['billing_period'::text, 'day'::text, 'week'::text, 'month'::text, 'year'::text, 'once'::text]))),
  constraint credit_grants_paid_currency_check CHECK ((paid_currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_grants_paid_minor_check CHECK (((paid_minor >= 0) AND (paid_minor <= '900000000000000'::bigint))),
  constraint credit_grants_priority_check CHECK (((priority >= 0) AND (priority <= 100))),
  constraint credit_grants_rolled_periods_check CHECK ((rolled_periods >= 0)),
  constraint credit_grants_source_check CHECK ((source = ANY (ARRAY['allowance'::text, 'purchase'::text, 'promotion'::text, 'adjustment'::text, 'rollover'::text])))
);
alter table credit_grants set (fillfactor=70);
CREATE INDEX credit_grants_by_origin ON public.credit_grants USING btree (tenant_id, origin_subscription_id, effective_at) WHERE (source = 'allowance'::text);
CREATE INDEX credit_grants_expiring ON public.credit_grants USING btree (tenant_id, expires_at) WHERE (has_left AND (expires_at IS NOT NULL));
CREATE INDEX credit_grants_held ON public.credit_grants USING btree (tenant_id, customer_id) WHERE has_left;
alter table public.credit_grants enable row level security;
alter table public.credit_grants force row level security;
create policy tenant_rows on credit_grants to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on credit_grants for select to billhook_work using (true);
grant insert, select, update (left_amount, earned_minor) on credit_grants to billhook_rt;
grant select (tenant_id, expires_at, has_left) on credit_grants to billhook_work;

create table public.credit_holds (
  tenant_id integer not null,
  reservation_id uuid not null,
  grant_id uuid not null,
  customer_id uuid not null,
  "position" integer not null,
  amount numeric(38,12) not null,
  is_revoked boolean default false not null,
  constraint credit_holds_pkey PRIMARY KEY (tenant_id, reservation_id, grant_id),
  constraint credit_holds_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_holds_tenant_id_grant_id_fkey FOREIGN KEY (tenant_id, grant_id) REFERENCES credit_grants(tenant_id, id),
  constraint credit_holds_tenant_id_reservation_id_fkey FOREIGN KEY (tenant_id, reservation_id) REFERENCES usage_reservations(tenant_id, id),
  constraint credit_holds_amount_check CHECK ((amount > (0)::numeric)),
  constraint credit_holds_position_check CHECK (("position" >= 0))
);
CREATE INDEX credit_holds_by_customer ON public.credit_holds USING btree (tenant_id, customer_id);
CREATE INDEX credit_holds_by_grant ON public.credit_holds USING btree (tenant_id, grant_id);
alter table public.credit_holds enable row level security;
alter table public.credit_holds force row level security;
create policy tenant_rows on credit_holds to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on credit_holds for select to billhook_work using (true);
grant delete, insert, select, update (amount, is_revoked) on credit_holds to billhook_rt;
grant select (tenant_id, reservation_id) on credit_holds to billhook_work;

create table public.credit_marks (
  tenant_id integer not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  low_at numeric(38,12) not null,
  set_at timestamp with time zone not null,
  constraint credit_marks_pkey PRIMARY KEY (tenant_id, customer_id, credit_type_id),
  constraint credit_marks_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_marks_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_marks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_marks_low_at_check CHECK (((low_at > (0)::numeric) AND (low_at < '10000000000000000000000000'::numeric)))
);
alter table public.credit_marks enable row level security;
alter table public.credit_marks force row level security;
create policy tenant_rows on credit_marks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (low_at, set_at) on credit_marks to billhook_rt;

create table public.credit_note_lines (
  tenant_id integer not null,
  credit_note_id uuid not null,
  "position" integer not null,
  line_id uuid,
  key text,
  description text not null,
  credit_minor bigint not null,
  discount_minor bigint not null,
  amount_minor bigint not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  constraint credit_note_lines_pkey PRIMARY KEY (tenant_id, credit_note_id, "position"),
  constraint credit_note_lines_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id),
  constraint credit_note_lines_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_note_lines_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint credit_note_lines_position_check CHECK (("position" > 0))
);
CREATE TRIGGER credit_note_lines_stay_frozen BEFORE UPDATE OF description ON public.credit_note_lines FOR EACH ROW EXECUTE FUNCTION app.check_line_taken_away();
alter table public.credit_note_lines enable row level security;
alter table public.credit_note_lines force row level security;
create policy tenant_rows on credit_note_lines to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (description) on credit_note_lines to billhook_rt;

create table public.credit_notes (
  tenant_id integer not null,
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  series text,
  year integer,
  sequence bigint,
  number text not null,
  currency text not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  reduced_minor bigint not null,
  granted_minor bigint not null,
  refunded_minor bigint not null,
  taxes jsonb not null,
  reason text not null,
  seller jsonb not null,
  buyer jsonb not null,
  issued_at timestamp with time zone not null,
  canonical text not null,
  content_sha256 bytea not null,
  pdf_file_id uuid,
  authority text default 'billhook'::text not null,
  outside_minor bigint default 0 not null,
  voided_at timestamp with time zone,
  taken_away_at timestamp with time zone,
  constraint credit_notes_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint credit_notes_tenant_id_series_year_sequence_key UNIQUE (tenant_id, series, year, sequence),
  constraint credit_notes_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_notes_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_notes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_notes_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint credit_notes_tenant_id_pdf_file_id_fkey FOREIGN KEY (tenant_id, pdf_file_id) REFERENCES files(tenant_id, id),
  constraint credit_notes_authority_check CHECK ((authority = ANY (ARRAY['billhook'::text, 'stripe'::text]))),
  constraint credit_notes_check CHECK (((refunded_minor >= 0) AND (refunded_minor <= granted_minor))),
  constraint credit_notes_check1 CHECK (((net_minor + tax_minor) = total_minor)),
  constraint credit_notes_check2 CHECK (((reduced_minor + granted_minor) = total_minor)),
  constraint credit_notes_content_sha256_check CHECK ((length(content_sha256) = 32)),
  constraint credit_notes_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_notes_granted_minor_check CHECK ((granted_minor >= 0)),
  constraint credit_notes_numbered CHECK ((((series IS NULL) = (authority = 'stripe'::text)) AND ((year IS NULL) = (series IS NULL)) AND ((sequence IS NULL) = (series IS NULL)))),
  constraint credit_notes_outside CHECK (((outside_minor >= 0) AND (outside_minor <= refunded_minor))),
  constraint credit_notes_reduced_minor_check CHECK ((reduced_minor >= 0)),
  constraint credit_notes_sequence_check CHECK ((sequence > 0)),
  constraint credit_notes_total_minor_check CHECK (((total_minor >= 1) AND (total_minor <= '900000000000000'::bigint))),
  constraint credit_notes_voided CHECK (((authority = 'stripe'::text) OR (voided_at IS NULL)))
);
CREATE INDEX credit_notes_by_customer ON public.credit_notes USING btree (tenant_id, customer_id, issued_at DESC);
CREATE INDEX credit_notes_by_invoice ON public.credit_notes USING btree (tenant_id, invoice_id);
CREATE INDEX credit_notes_by_time ON public.credit_notes USING btree (tenant_id, issued_at DESC, id DESC);
CREATE TRIGGER credit_notes_stay_frozen BEFORE UPDATE OF buyer, canonical, reason ON public.credit_notes FOR EACH ROW EXECUTE FUNCTION app.check_taken_away();
alter table public.credit_notes enable row level security;
alter table public.credit_notes force row level security;
create policy tenant_rows on credit_notes to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (reason, buyer, canonical, pdf_file_id, voided_at, taken_away_at) on credit_notes to billhook_rt;

create table public.credit_packs (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  credit_type_id uuid not null,
  amount numeric(38,12) not null,
  price_minor bigint not null,
  currency text not null,
  expires_after_days integer,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint credit_packs_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint credit_packs_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_packs_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_packs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_packs_amount_check CHECK (((amount > (0)::numeric) AND (amount < '10000000000000000000000000'::numeric))),
  constraint credit_packs_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_packs_expires_after_days_check CHECK (((expires_after_days >= 1) AND (expires_after_days <= 36500))),
  constraint credit_packs_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint credit_packs_price_minor_check CHECK (((price_minor >= 1) AND (price_minor <= '900000000000000'::bigint)))
);
alter table public.credit_packs enable row level security;
alter table public.credit_packs force row level security;
create policy tenant_rows on credit_packs to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, archived_at) on credit_packs to billhook_rt;

create table public.credit_purchases (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  pack_id uuid not null,
  charge_id uuid not null,
  invoice_id uuid not null,
  price_minor bigint not null,
  is_reload boolean not null,
  status text not null,
  check_at timestamp with time zone,
  seen_failures integer default 0 not null,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  returned_amount numeric(38,12) default 0 not null,
  missing_amount numeric(38,12) default 0 not null,
  shortfall_at timestamp with time zone,
  constraint credit_purchases_tenant_id_charge_id_key UNIQUE (tenant_id, charge_id),
  constraint credit_purchases_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_purchases_tenant_id_charge_id_fkey FOREIGN KEY (tenant_id, charge_id) REFERENCES subscription_charges(tenant_id, id),
  constraint credit_purchases_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_purchases_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_purchases_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint credit_purchases_tenant_id_pack_id_fkey FOREIGN KEY (tenant_id, pack_id) REFERENCES credit_packs(tenant_id, id),
  constraint credit_purchases_check CHECK (((check_at IS NULL) = (status <> 'pending'::text))),
  constraint credit_purchases_missing_amount_check CHECK (((missing_amount >= (0)::numeric) AND (missing_amount < '10000000000000000000000000'::numeric))),
  constraint credit_purchases_price_minor_check CHECK ((price_minor > 0)),
  constraint credit_purchases_returned_amount_check CHECK (((returned_amount >= (0)::numeric) AND (returned_amount < '10000000000000000000000000'::numeric))),
  constraint credit_purchases_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text])))
);
CREATE INDEX credit_purchases_by_customer ON public.credit_purchases USING btree (tenant_id, customer_id, created_at DESC);
CREATE INDEX credit_purchases_by_invoice ON public.credit_purchases USING btree (tenant_id, invoice_id);
CREATE INDEX credit_purchases_due ON public.credit_purchases USING btree (tenant_id, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX credit_purchases_shortfall ON public.credit_purchases USING btree (tenant_id, shortfall_at) WHERE (shortfall_at IS NOT NULL);
alter table public.credit_purchases enable row level security;
alter table public.credit_purchases force row level security;
create policy tenant_rows on credit_purchases to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on credit_purchases for select to billhook_work using (true);
grant insert, select, update (status, check_at, seen_failures, settled_at, returned_amount, missing_amount, shortfall_at) on credit_purchases to billhook_rt;
grant select (tenant_id, check_at, shortfall_at) on credit_purchases to billhook_work;

create table public.credit_reloads (
  tenant_id integer not null,
  customer_id uuid not null,
  credit_type_id uuid not null,
  enabled boolean not null,
  threshold numeric(38,12) not null,
  pack_id uuid not null,
  monthly_maximum_minor bigint,
  failure_count integer not null,
  suspended_at timestamp with time zone,
  check_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint credit_reloads_pkey PRIMARY KEY (tenant_id, customer_id, credit_type_id),
  constraint credit_reloads_tenant_id_credit_type_id_fkey FOREIGN KEY (tenant_id, credit_type_id) REFERENCES credit_types(tenant_id, id),
  constraint credit_reloads_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint credit_reloads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_reloads_tenant_id_pack_id_fkey FOREIGN KEY (tenant_id, pack_id) REFERENCES credit_packs(tenant_id, id),
  constraint credit_reloads_failure_count_check CHECK ((failure_count >= 0)),
  constraint credit_reloads_monthly_maximum_minor_check CHECK ((monthly_maximum_minor > 0)),
  constraint credit_reloads_threshold_check CHECK (((threshold > (0)::numeric) AND (threshold < '10000000000000000000000000'::numeric)))
);
CREATE INDEX credit_reloads_due ON public.credit_reloads USING btree (tenant_id, check_at) WHERE (check_at IS NOT NULL);
alter table public.credit_reloads enable row level security;
alter table public.credit_reloads force row level security;
create policy tenant_rows on credit_reloads to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on credit_reloads for select to billhook_work using (true);
grant insert, select, update (enabled, threshold, pack_id, monthly_maximum_minor, failure_count, suspended_at, check_at, updated_at) on credit_reloads to billhook_rt;
grant select (tenant_id, check_at) on credit_reloads to billhook_work;

create table public.credit_types (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  unit text not null,
  currency text,
  promotions_first boolean not null,
  return_days integer,
  low_at numeric(38,12),
  created_at timestamp with time zone not null,
  constraint credit_types_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint credit_types_pkey PRIMARY KEY (tenant_id, id),
  constraint credit_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_types_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_types_low_at_check CHECK (((low_at > (0)::numeric) AND (low_at < '10000000000000000000000000'::numeric))),
  constraint credit_types_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint credit_types_return_days_check CHECK (((return_days >= 1) AND (return_days <= 3650))),
  constraint credit_types_unit_check CHECK (((length(unit) >= 1) AND (length(unit) <= 40)))
);
alter table public.credit_types enable row level security;
alter table public.credit_types force row level security;
create policy tenant_rows on credit_types to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, unit, promotions_first, return_days, low_at) on credit_types to billhook_rt;

create table public.customer_documents (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  kind text not null,
  level smallint,
  series text not null,
  year integer not null,
  sequence bigint not null,
  number text not null,
  currency text not null,
  total_minor bigint not null,
  issued_at timestamp with time zone not null,
  canonical text not null,
  content_sha256 bytea not null,
  pdf_file_id uuid,
  sent_times integer default 0 not null,
  sent_at timestamp with time zone,
  sent_to text,
  constraint customer_documents_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint customer_documents_tenant_id_series_year_sequence_key UNIQUE (tenant_id, series, year, sequence),
  constraint customer_documents_pkey PRIMARY KEY (tenant_id, id),
  constraint customer_documents_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint customer_documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint customer_documents_tenant_id_pdf_file_id_fkey FOREIGN KEY (tenant_id, pdf_file_id) REFERENCES files(tenant_id, id),
  constraint customer_documents_check CHECK (((level IS NULL) = (kind <> 'dunning_letter'::text))),
  constraint customer_documents_check1 CHECK ((((sent_times = 0) = (sent_at IS NULL)) AND ((sent_at IS NULL) = (sent_to IS NULL)))),
  constraint customer_documents_content_sha256_check CHECK ((length(content_sha256) = 32)),
  constraint customer_documents_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint customer_documents_kind_check CHECK ((kind = ANY (ARRAY['pro_forma'::text, 'statement'::text, 'dunning_letter'::text]))),
  constraint customer_documents_level_check CHECK (((level >= 1) AND (level <= 3))),
  constraint customer_documents_sent_times_check CHECK ((sent_times >= 0)),
  constraint customer_documents_sent_to_check CHECK ((length(sent_to) <= 400)),
  constraint customer_documents_sequence_check CHECK ((sequence > 0)),
  constraint customer_documents_total_minor_check CHECK ((abs(total_minor) <= '900000000000000'::bigint))
);
CREATE INDEX customer_documents_by_customer ON public.customer_documents USING btree (tenant_id, customer_id, issued_at DESC);
CREATE INDEX customer_documents_by_time ON public.customer_documents USING btree (tenant_id, issued_at DESC, id DESC);
alter table public.customer_documents enable row level security;
alter table public.customer_documents force row level security;
create policy tenant_rows on customer_documents to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (pdf_file_id, sent_times, sent_at, sent_to) on customer_documents to billhook_rt;

create table public.customer_location_evidence (
  tenant_id integer not null,
  customer_id uuid not null,
  kind text not null,
  country text not null,
  detail text,
  seen_at timestamp with time zone not null,
  id uuid not null,
  source text not null,
  first_seen_at timestamp with time zone not null,
  replaced_at timestamp with time zone,
  constraint customer_location_evidence_pkey PRIMARY KEY (tenant_id, id),
  constraint customer_location_evidence_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id) ON DELETE CASCADE,
  constraint customer_location_evidence_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint customer_location_evidence_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint customer_location_evidence_detail_check CHECK (((length(detail) >= 1) AND (length(detail) <= 200))),
  constraint customer_location_evidence_kind_check CHECK ((kind = ANY (ARRAY['ip_address'::text, 'payment_method'::text, 'sim_card'::text, 'landline'::text, 'other'::text]))),
  constraint customer_location_evidence_source_check CHECK ((source = ANY (ARRAY['seller'::text, 'provider'::text, 'visit'::text])))
);
CREATE UNIQUE INDEX customer_location_evidence_newest ON public.customer_location_evidence USING btree (tenant_id, customer_id, kind) WHERE (replaced_at IS NULL);
CREATE INDEX customer_location_evidence_of_customer ON public.customer_location_evidence USING btree (tenant_id, customer_id);
alter table public.customer_location_evidence enable row level security;
alter table public.customer_location_evidence force row level security;
create policy tenant_rows on customer_location_evidence to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on customer_location_evidence to billhook_rt;

create table public.customer_phones (
  tenant_id integer not null,
  customer_id uuid not null,
  number text not null,
  consent_at timestamp with time zone,
  consent_by text,
  fault text,
  updated_at timestamp with time zone not null,
  constraint customer_phones_pkey PRIMARY KEY (tenant_id, customer_id),
  constraint customer_phones_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint customer_phones_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint customer_phones_check CHECK (((consent_at IS NULL) = (consent_by IS NULL))),
  constraint customer_phones_fault_check CHECK (((length(fault) >= 1) AND (length(fault) <= 200))),
  constraint customer_phones_number_check CHECK ((number ~ '^\+[1-9][0-9]{6,14}$'::text))
);
CREATE INDEX customer_phones_by_number ON public.customer_phones USING btree (tenant_id, number);
alter table public.customer_phones enable row level security;
alter table public.customer_phones force row level security;
create policy tenant_rows on customer_phones to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on customer_phones to billhook_rt;

create table public.customer_vat_numbers (
  tenant_id integer not null,
  customer_id uuid not null,
  number text not null,
  is_valid boolean,
  answered_at timestamp with time zone,
  consultation_number text,
  registered_name text,
  registered_address text,
  down_since timestamp with time zone,
  ask_at timestamp with time zone not null,
  constraint customer_vat_numbers_pkey PRIMARY KEY (tenant_id, customer_id),
  constraint customer_vat_numbers_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id) ON DELETE CASCADE,
  constraint customer_vat_numbers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint customer_vat_numbers_check CHECK (((is_valid IS NULL) = (answered_at IS NULL))),
  constraint customer_vat_numbers_consultation_number_check CHECK (((length(consultation_number) >= 1) AND (length(consultation_number) <= 100))),
  constraint customer_vat_numbers_number_check CHECK ((number ~ '^[A-Z]{2}[A-Z0-9+*]{2,15}$'::text)),
  constraint customer_vat_numbers_registered_address_check CHECK (((length(registered_address) >= 1) AND (length(registered_address) <= 1000))),
  constraint customer_vat_numbers_registered_name_check CHECK (((length(registered_name) >= 1) AND (length(registered_name) <= 500)))
);
CREATE INDEX customer_vat_numbers_due ON public.customer_vat_numbers USING btree (tenant_id, ask_at);
alter table public.customer_vat_numbers enable row level security;
alter table public.customer_vat_numbers force row level security;
create policy tenant_rows on customer_vat_numbers to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on customer_vat_numbers for select to billhook_work using (true);
grant delete, insert, select, update on customer_vat_numbers to billhook_rt;
grant select (tenant_id, ask_at) on customer_vat_numbers to billhook_work;

create table public.customers (
  tenant_id integer not null,
  id uuid not null,
  external_id text,
  name text not null,
  email text,
  currency text not null,
  time_zone text not null,
  country text,
  address jsonb default '{}'::jsonb not null,
  tax_id text,
  tax_exempt boolean default false not null,
  locale text default 'en'::text not null,
  metadata jsonb default '{}'::jsonb not null,
  parked_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  payment_terms_days integer,
  credit_balances jsonb default '{}'::jsonb not null,
  e_invoice jsonb default '{}'::jsonb not null,
  pays_by_transfer boolean default false not null,
  erased_at timestamp with time zone,
  invoice_consolidation text,
  constraint customers_tenant_id_external_id_key UNIQUE (tenant_id, external_id),
  constraint customers_pkey PRIMARY KEY (tenant_id, id),
  constraint customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint customers_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint customers_credit_balances_check CHECK (((jsonb_typeof(credit_balances) = 'object'::text) AND (NOT jsonb_path_exists(credit_balances, '$.*?((@.type() != "number" || @ < 0) || @ > 900000000000000)'::jsonpath)))),
  constraint customers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint customers_e_invoice_check CHECK ((jsonb_typeof(e_invoice) = 'object'::text)),
  constraint customers_email_check CHECK ((length(email) <= 320)),
  constraint customers_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
  constraint customers_invoice_consolidation_check CHECK ((invoice_consolidation = ANY (ARRAY['as_due'::text, 'day'::text, 'month'::text]))),
  constraint customers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint customers_payment_terms_days_check CHECK (((payment_terms_days >= 0) AND (payment_terms_days <= 365)))
);
CREATE INDEX customers_by_creation ON public.customers USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX customers_by_email ON public.customers USING btree (tenant_id, email);
alter table public.customers enable row level security;
alter table public.customers force row level security;
create policy tenant_rows on customers to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (external_id, name, email, currency, time_zone, country, address, tax_id, tax_exempt, locale, metadata, parked_at, updated_at, payment_terms_days, credit_balances, e_invoice, pays_by_transfer, erased_at, invoice_consolidation) on customers to billhook_rt;

create table public.dispute_files (
  tenant_id integer not null,
  id uuid not null,
  dispute_id uuid not null,
  customer_id uuid not null,
  file_id uuid not null,
  kind text not null,
  taken_at timestamp with time zone,
  constraint dispute_files_tenant_id_dispute_id_kind_key UNIQUE (tenant_id, dispute_id, kind),
  constraint dispute_files_pkey PRIMARY KEY (tenant_id, id),
  constraint dispute_files_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint dispute_files_tenant_id_dispute_id_fkey FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes(tenant_id, id),
  constraint dispute_files_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES files(tenant_id, id),
  constraint dispute_files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint dispute_files_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'customer_communication'::text, 'service_documentation'::text, 'shipping_documentation'::text, 'customer_signature'::text, 'duplicate_charge_documentation'::text, 'refund_policy'::text, 'cancellation_policy'::text, 'other'::text])))
);
CREATE INDEX dispute_files_customer ON public.dispute_files USING btree (tenant_id, customer_id);
CREATE INDEX dispute_files_file ON public.dispute_files USING btree (tenant_id, file_id);
alter table public.dispute_files enable row level security;
alter table public.dispute_files force row level security;
create policy tenant_rows on dispute_files to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (taken_at) on dispute_files to billhook_rt;

create table public.disputes (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  payment_id uuid not null,
  provider text not null,
  provider_object_id text not null,
  currency text not null,
  amount_minor bigint not null,
  reason text not null,
  status text not null,
  evidence_due_at timestamp with time zone,
  withdrawn_minor bigint not null,
  returned_minor bigint not null,
  fee_minor bigint not null,
  fee_returned_minor bigint not null,
  lost_minor bigint not null,
  evidence jsonb,
  evidence_state text default 'none'::text not null,
  evidence_by text,
  evidence_at timestamp with time zone,
  look_up_at timestamp with time zone,
  warned_at timestamp with time zone,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint disputes_tenant_id_provider_provider_object_id_key UNIQUE (tenant_id, provider, provider_object_id),
  constraint disputes_pkey PRIMARY KEY (tenant_id, id),
  constraint disputes_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint disputes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint disputes_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint disputes_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint disputes_check CHECK (((returned_minor >= 0) AND (returned_minor <= withdrawn_minor))),
  constraint disputes_check1 CHECK (((fee_returned_minor >= 0) AND (fee_returned_minor <= fee_minor))),
  constraint disputes_check2 CHECK (((lost_minor >= 0) AND (lost_minor <= (withdrawn_minor - returned_minor)))),
  constraint disputes_check3 CHECK (((closed_at IS NULL) = (status <> ALL (ARRAY['won'::text, 'lost'::text])))),
  constraint disputes_check4 CHECK (((evidence_state = 'none'::text) OR ((evidence IS NOT NULL) AND (evidence_by IS NOT NULL) AND (evidence_at IS NOT NULL)))),
  constraint disputes_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint disputes_evidence_state_check CHECK ((evidence_state = ANY (ARRAY['none'::text, 'sending'::text, 'submitted'::text]))),
  constraint disputes_fee_minor_check CHECK (((fee_minor >= 0) AND (fee_minor <= '900000000000000'::bigint))),
  constraint disputes_status_check CHECK ((status = ANY (ARRAY['warning'::text, 'needs_response'::text, 'under_review'::text, 'won'::text, 'lost'::text]))),
  constraint disputes_withdrawn_minor_check CHECK (((withdrawn_minor >= 0) AND (withdrawn_minor <= '900000000000000'::bigint)))
);
CREATE INDEX disputes_by_payment ON public.disputes USING btree (tenant_id, payment_id);
CREATE INDEX disputes_looked_up ON public.disputes USING btree (look_up_at, tenant_id) WHERE (look_up_at IS NOT NULL);
alter table public.disputes enable row level security;
alter table public.disputes force row level security;
create policy tenant_rows on disputes to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on disputes for select to billhook_work using (true);
grant insert, select, update (amount_minor, reason, status, evidence_due_at, withdrawn_minor, returned_minor, fee_minor, fee_returned_minor, lost_minor, evidence, evidence_state, evidence_by, evidence_at, look_up_at, warned_at, closed_at) on disputes to billhook_rt;
grant select (tenant_id, evidence_due_at, evidence_state, look_up_at, warned_at) on disputes to billhook_work;

create table public.document_deliveries (
  tenant_id integer not null,
  id uuid not null,
  invoice_id uuid,
  credit_note_id uuid,
  channel text not null,
  format text not null,
  recipient text not null,
  status text not null,
  reference text,
  detail text,
  times integer default 1 not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  retry_at timestamp with time zone,
  lease_until timestamp with time zone,
  attempts integer default 0 not null,
  constraint document_deliveries_pkey PRIMARY KEY (tenant_id, id),
  constraint document_deliveries_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id),
  constraint document_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint document_deliveries_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint document_deliveries_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'download'::text, 'peppol'::text]))),
  constraint document_deliveries_check CHECK ((num_nonnulls(invoice_id, credit_note_id) = 1)),
  constraint document_deliveries_format_check CHECK ((format = ANY (ARRAY['pdf'::text, 'factur_x'::text, 'xrechnung_cii'::text, 'xrechnung_ubl'::text, 'peppol_bis'::text]))),
  constraint document_deliveries_recipient_check CHECK (((length(recipient) >= 1) AND (length(recipient) <= 400))),
  constraint document_deliveries_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'accepted'::text, 'refused'::text, 'done'::text]))),
  constraint document_deliveries_times_check CHECK ((times > 0))
);
CREATE INDEX document_deliveries_due ON public.document_deliveries USING btree (tenant_id, retry_at) WHERE (retry_at IS NOT NULL);
CREATE UNIQUE INDEX document_deliveries_of_invoice ON public.document_deliveries USING btree (tenant_id, invoice_id, channel, format, recipient) WHERE (invoice_id IS NOT NULL);
CREATE UNIQUE INDEX document_deliveries_of_note ON public.document_deliveries USING btree (tenant_id, credit_note_id, channel, format, recipient) WHERE (credit_note_id IS NOT NULL);
alter table public.document_deliveries enable row level security;
alter table public.document_deliveries force row level security;
create policy tenant_rows on document_deliveries to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on document_deliveries for select to billhook_work using (true);
grant insert, select, update (recipient, status, reference, detail, times, last_at, retry_at, lease_until, attempts) on document_deliveries to billhook_rt;
grant select (tenant_id, retry_at, lease_until) on document_deliveries to billhook_work;

create table public.document_patterns (
  tenant_id integer not null,
  id uuid not null,
  parts text[] not null,
  places integer[] not null,
  constraint document_patterns_pkey PRIMARY KEY (tenant_id, id),
  constraint document_patterns_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint document_patterns_check CHECK ((cardinality(parts) = cardinality(places)))
);
alter table document_patterns alter column parts set statistics 0;
alter table document_patterns alter column parts set storage external;
alter table document_patterns alter column places set statistics 0;
alter table document_patterns alter column places set storage external;
CREATE TRIGGER document_patterns_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.document_patterns FOR EACH STATEMENT EXECUTE FUNCTION app.keep_patterns();
alter table public.document_patterns enable row level security;
alter table public.document_patterns force row level security;
create policy tenant_rows on document_patterns to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on document_patterns to billhook_rt;

create table public.dunning_campaign_versions (
  tenant_id integer not null,
  id uuid not null,
  campaign_id uuid not null,
  number integer not null,
  definition jsonb not null,
  published_at timestamp with time zone not null,
  constraint dunning_campaign_versions_tenant_id_campaign_id_number_key UNIQUE (tenant_id, campaign_id, number),
  constraint dunning_campaign_versions_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_campaign_versions_tenant_id_campaign_id_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES dunning_campaigns(tenant_id, id),
  constraint dunning_campaign_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint dunning_campaign_versions_number_check CHECK ((number > 0))
);
alter table public.dunning_campaign_versions enable row level security;
alter table public.dunning_campaign_versions force row level security;
create policy tenant_rows on dunning_campaign_versions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on dunning_campaign_versions to billhook_rt;

create table public.dunning_campaigns (
  tenant_id integer not null,
  id uuid not null,
  name text not null,
  kind text not null,
  rank integer not null,
  segment jsonb not null,
  draft jsonb,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint dunning_campaigns_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_campaigns_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint dunning_campaigns_kind_check CHECK ((kind = ANY (ARRAY['charge'::text, 'terms'::text]))),
  constraint dunning_campaigns_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint dunning_campaigns_rank_check CHECK (((rank >= 0) AND (rank <= 1000)))
);
alter table public.dunning_campaigns enable row level security;
alter table public.dunning_campaigns force row level security;
create policy tenant_rows on dunning_campaigns to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, rank, segment, draft, archived_at) on dunning_campaigns to billhook_rt;

create table public.dunning_runs (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  subscription_ids uuid[] not null,
  version_id uuid,
  plain jsonb,
  status text not null,
  stage text not null,
  first_failure_kind text not null,
  failure_kind text not null,
  failure_code text,
  kind_since timestamp with time zone not null,
  anchor_at timestamp with time zone not null,
  last_failure_at timestamp with time zone,
  paused_at timestamp with time zone,
  paused_ms bigint default 0 not null,
  retry_step text,
  next_at timestamp with time zone,
  currency text not null,
  amount_minor bigint not null,
  recovered_minor bigint default 0 not null,
  recovered_by text,
  recovered_step text,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint dunning_runs_tenant_id_invoice_id_key UNIQUE (tenant_id, invoice_id),
  constraint dunning_runs_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_runs_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint dunning_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint dunning_runs_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint dunning_runs_tenant_id_version_id_fkey FOREIGN KEY (tenant_id, version_id) REFERENCES dunning_campaign_versions(tenant_id, id),
  constraint dunning_runs_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint dunning_runs_check CHECK (((plain IS NULL) = (version_id IS NOT NULL))),
  constraint dunning_runs_check1 CHECK (((paused_at IS NOT NULL) = (status = 'paused'::text))),
  constraint dunning_runs_check2 CHECK (((ended_at IS NULL) = (status = ANY (ARRAY['active'::text, 'paused'::text])))),
  constraint dunning_runs_paused_ms_check CHECK ((paused_ms >= 0)),
  constraint dunning_runs_recovered_by_check CHECK ((recovered_by = ANY (ARRAY['retry'::text, 'change_method'::text, 'customer'::text, 'credit'::text]))),
  constraint dunning_runs_recovered_minor_check CHECK ((recovered_minor >= 0)),
  constraint dunning_runs_stage_check CHECK ((stage = ANY (ARRAY['full'::text, 'grace'::text, 'limited'::text, 'suspended'::text]))),
  constraint dunning_runs_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'recovered'::text, 'exhausted'::text, 'stopped'::text, 'closed'::text])))
);
CREATE INDEX dunning_runs_by_customer ON public.dunning_runs USING btree (tenant_id, customer_id, started_at);
CREATE INDEX dunning_runs_due ON public.dunning_runs USING btree (tenant_id, next_at) WHERE ((status = 'active'::text) AND (next_at IS NOT NULL));
alter table public.dunning_runs enable row level security;
alter table public.dunning_runs force row level security;
create policy tenant_rows on dunning_runs to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on dunning_runs for select to billhook_work using (true);
grant insert, select, update (status, stage, failure_kind, failure_code, kind_since, last_failure_at, paused_at, paused_ms, retry_step, next_at, recovered_minor, recovered_by, recovered_step, ended_at) on dunning_runs to billhook_rt;
grant select (tenant_id, status, next_at) on dunning_runs to billhook_work;

create table public.dunning_steps (
  tenant_id integer not null,
  id uuid not null,
  run_id uuid not null,
  step_key text not null,
  action text not null,
  outcome text not null,
  reason text,
  actor_kind text not null,
  actor_id text not null,
  at timestamp with time zone not null,
  constraint dunning_steps_tenant_id_run_id_step_key_key UNIQUE (tenant_id, run_id, step_key),
  constraint dunning_steps_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_steps_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint dunning_steps_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES dunning_runs(tenant_id, id),
  constraint dunning_steps_outcome_check CHECK ((outcome = ANY (ARRAY['taken'::text, 'failed'::text, 'succeeded'::text, 'skipped'::text]))),
  constraint dunning_steps_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint dunning_steps_step_key_check CHECK (((length(step_key) >= 1) AND (length(step_key) <= 60)))
);
alter table public.dunning_steps enable row level security;
alter table public.dunning_steps force row level security;
create policy tenant_rows on dunning_steps to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on dunning_steps to billhook_rt;

create table public.e_invoices (
  tenant_id integer not null,
  id uuid not null,
  invoice_id uuid,
  credit_note_id uuid,
  profile text not null,
  content text not null,
  sha256 bytea not null,
  made_at timestamp with time zone not null,
  constraint e_invoices_pkey PRIMARY KEY (tenant_id, id),
  constraint e_invoices_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id),
  constraint e_invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint e_invoices_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint e_invoices_check CHECK ((num_nonnulls(invoice_id, credit_note_id) = 1)),
  constraint e_invoices_profile_check CHECK ((profile = ANY (ARRAY['factur_x'::text, 'xrechnung_cii'::text, 'xrechnung_ubl'::text, 'peppol_bis'::text]))),
  constraint e_invoices_sha256_check CHECK ((length(sha256) = 32))
);
CREATE UNIQUE INDEX e_invoices_of_invoice ON public.e_invoices USING btree (tenant_id, invoice_id, profile) WHERE (invoice_id IS NOT NULL);
CREATE UNIQUE INDEX e_invoices_of_note ON public.e_invoices USING btree (tenant_id, credit_note_id, profile) WHERE (credit_note_id IS NOT NULL);
alter table public.e_invoices enable row level security;
alter table public.e_invoices force row level security;
create policy tenant_rows on e_invoices to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on e_invoices to billhook_rt;

create table public.entitlement_grants (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  feature_id uuid not null,
  change jsonb not null,
  from_at timestamp with time zone not null,
  until_at timestamp with time zone not null,
  reason text not null,
  actor_kind text not null,
  actor_id text not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_reason text,
  next_news_at timestamp with time zone,
  constraint entitlement_grants_pkey PRIMARY KEY (tenant_id, id),
  constraint entitlement_grants_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint entitlement_grants_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id),
  constraint entitlement_grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint entitlement_grants_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint entitlement_grants_check CHECK ((until_at > from_at)),
  constraint entitlement_grants_check1 CHECK (((revoked_reason IS NULL) = (revoked_at IS NULL))),
  constraint entitlement_grants_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);
CREATE INDEX entitlement_grants_by_customer ON public.entitlement_grants USING btree (tenant_id, customer_id, until_at);
CREATE INDEX entitlement_grants_news ON public.entitlement_grants USING btree (tenant_id, next_news_at) WHERE (next_news_at IS NOT NULL);
alter table public.entitlement_grants enable row level security;
alter table public.entitlement_grants force row level security;
create policy tenant_rows on entitlement_grants to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on entitlement_grants for select to billhook_work using (true);
grant insert, select, update (reason, revoked_at, revoked_reason, next_news_at) on entitlement_grants to billhook_rt;
grant select (tenant_id, next_news_at) on entitlement_grants to billhook_work;

create table public.entitlement_overrides (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  feature_id uuid not null,
  change jsonb not null,
  reason text not null,
  actor_kind text not null,
  actor_id text not null,
  created_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  removed_reason text,
  constraint entitlement_overrides_pkey PRIMARY KEY (tenant_id, id),
  constraint entitlement_overrides_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint entitlement_overrides_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id),
  constraint entitlement_overrides_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint entitlement_overrides_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint entitlement_overrides_check CHECK (((removed_reason IS NULL) = (removed_at IS NULL))),
  constraint entitlement_overrides_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);
CREATE UNIQUE INDEX entitlement_overrides_customer ON public.entitlement_overrides USING btree (tenant_id, customer_id, feature_id) WHERE ((removed_at IS NULL) AND (subscription_id IS NULL));
CREATE INDEX entitlement_overrides_history ON public.entitlement_overrides USING btree (tenant_id, customer_id, created_at);
CREATE UNIQUE INDEX entitlement_overrides_subscription ON public.entitlement_overrides USING btree (tenant_id, subscription_id, feature_id) WHERE ((removed_at IS NULL) AND (subscription_id IS NOT NULL));
alter table public.entitlement_overrides enable row level security;
alter table public.entitlement_overrides force row level security;
create policy tenant_rows on entitlement_overrides to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (reason, removed_at, removed_reason) on entitlement_overrides to billhook_rt;

create table public.erasures (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  state text not null,
  reason text not null,
  asked_by text not null,
  person text not null,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  decided_by text,
  decided_at timestamp with time zone,
  marks text[] default '{}'::text[] not null,
  step integer default 0 not null,
  rows_total bigint default 0 not null,
  rows_done bigint default 0 not null,
  kept_until date,
  next_at timestamp with time zone,
  attempts integer default 0 not null,
  fault text,
  finished_at timestamp with time zone,
  retention_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  documents_taken integer default 0 not null,
  constraint erasures_pkey PRIMARY KEY (tenant_id, id),
  constraint erasures_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint erasures_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint erasures_documents_taken_check CHECK ((documents_taken >= 0)),
  constraint erasures_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint erasures_rows_done_check CHECK ((rows_done >= 0)),
  constraint erasures_rows_total_check CHECK ((rows_total >= 0)),
  constraint erasures_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'queued'::text, 'running'::text, 'swept'::text, 'done'::text, 'canceled'::text]))),
  constraint erasures_step_check CHECK ((step >= 0))
);
CREATE INDEX erasures_due ON public.erasures USING btree (tenant_id, next_at) WHERE (next_at IS NOT NULL);
CREATE UNIQUE INDEX erasures_one ON public.erasures USING btree (tenant_id, customer_id) WHERE (state <> 'canceled'::text);
CREATE INDEX erasures_retention ON public.erasures USING btree (tenant_id, retention_at) WHERE (state = ANY (ARRAY['swept'::text, 'done'::text]));
alter table public.erasures enable row level security;
alter table public.erasures force row level security;
create policy tenant_rows on erasures to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on erasures for select to billhook_work using (true);
grant insert, select, update (state, decided_by, decided_at, marks, step, rows_total, rows_done, kept_until, next_at, attempts, fault, finished_at, retention_at, documents_taken) on erasures to billhook_rt;
grant select (tenant_id, state, next_at, retention_at) on erasures to billhook_work;

create table public.export_parts (
  tenant_id integer not null,
  export_id uuid not null,
  part integer not null,
  storage_key text not null,
  byte_size bigint not null,
  sha256 bytea not null,
  footer bytea,
  constraint export_parts_pkey PRIMARY KEY (tenant_id, export_id, part),
  constraint export_parts_tenant_id_export_id_fkey FOREIGN KEY (tenant_id, export_id) REFERENCES exports(tenant_id, id),
  constraint export_parts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint export_parts_byte_size_check CHECK ((byte_size >= 0)),
  constraint export_parts_part_check CHECK ((part > 0)),
  constraint export_parts_sha256_check CHECK ((length(sha256) = 32))
);
alter table public.export_parts enable row level security;
alter table public.export_parts force row level security;
create policy tenant_rows on export_parts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on export_parts to billhook_rt;

create table public.exports (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  format text not null,
  from_on date,
  to_on date,
  currency text,
  customer_id uuid,
  until_id uuid not null,
  state text not null,
  rows_total bigint,
  rows_done bigint default 0 not null,
  part_count integer default 0 not null,
  byte_size bigint default 0 not null,
  cursor jsonb,
  busy_ms bigint default 0 not null,
  claims integer default 0 not null,
  lease_until timestamp with time zone,
  fault text,
  created_by text not null,
  created_at timestamp with time zone not null,
  requested_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  expires_at timestamp with time zone,
  tries integer default 0 not null,
  constraint exports_pkey PRIMARY KEY (tenant_id, id),
  constraint exports_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint exports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint exports_byte_size_check CHECK ((byte_size >= 0)),
  constraint exports_check CHECK ((to_on >= from_on)),
  constraint exports_check1 CHECK (((kind = 'customer'::text) = (format = 'zip'::text))),
  constraint exports_check2 CHECK (((kind = 'datev'::text) = (format = 'extf'::text))),
  constraint exports_check3 CHECK (((kind = 'customer'::text) <= (customer_id IS NOT NULL))),
  constraint exports_check4 CHECK (((state = 'failed'::text) = (fault IS NOT NULL))),
  constraint exports_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint exports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'parquet'::text, 'extf'::text, 'zip'::text]))),
  constraint exports_kind_check CHECK ((kind = ANY (ARRAY['invoices'::text, 'invoice_lines'::text, 'payments'::text, 'ledger'::text, 'journal'::text, 'datev'::text, 'customer'::text]))),
  constraint exports_part_count_check CHECK ((part_count >= 0)),
  constraint exports_rows_done_check CHECK ((rows_done >= 0)),
  constraint exports_rows_total_check CHECK ((rows_total >= 0)),
  constraint exports_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'canceled'::text, 'expired'::text]))),
  constraint exports_tries_check CHECK ((tries >= 0))
);
CREATE INDEX exports_kept ON public.exports USING btree (tenant_id, expires_at) WHERE (state = ANY (ARRAY['done'::text, 'failed'::text, 'canceled'::text]));
CREATE INDEX exports_open ON public.exports USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
alter table public.exports enable row level security;
alter table public.exports force row level security;
create policy tenant_rows on exports to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on exports for select to billhook_work using (true);
grant insert, select, update (state, rows_total, rows_done, part_count, byte_size, cursor, busy_ms, claims, lease_until, fault, finished_at, expires_at, tries) on exports to billhook_rt;
grant select (tenant_id, state, lease_until, expires_at) on exports to billhook_work;

create table public.features (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  description text default ''::text not null,
  kind text not null,
  meter_id uuid,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  value_type text,
  subject_property text,
  when_in_grace text default 'keep'::text not null,
  when_past_due text default 'keep'::text not null,
  when_paused text default 'block'::text not null,
  reduced_limit numeric(38,12),
  constraint features_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint features_pkey PRIMARY KEY (tenant_id, id),
  constraint features_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint features_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES meters(tenant_id, id),
  constraint features_check CHECK (((kind = 'metered'::text) = (meter_id IS NOT NULL))),
  constraint features_key_check CHECK ((key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'::text)),
  constraint features_kind_check CHECK ((kind = ANY (ARRAY['boolean'::text, 'configuration'::text, 'metered'::text]))),
  constraint features_reduced CHECK ((((reduced_limit IS NOT NULL) = ((('limit'::text = when_in_grace) OR ('limit'::text = when_past_due)) OR ('limit'::text = when_paused))) AND ((reduced_limit IS NULL) OR (kind = 'metered'::text)))),
  constraint features_reduced_limit_check CHECK (((reduced_limit >= (0)::numeric) AND (reduced_limit < '10000000000000000000000000'::numeric))),
  constraint features_subject CHECK (((subject_property IS NULL) OR (kind = 'metered'::text))),
  constraint features_subject_property_check CHECK (((length(subject_property) >= 1) AND (length(subject_property) <= 200))),
  constraint features_value_type CHECK (((value_type IS NULL) OR (kind = 'configuration'::text))),
  constraint features_value_type_check CHECK ((value_type = ANY (ARRAY['number'::text, 'text'::text, 'list'::text]))),
  constraint features_when_in_grace_check CHECK ((when_in_grace = ANY (ARRAY['keep'::text, 'limit'::text, 'block'::text]))),
  constraint features_when_past_due_check CHECK ((when_past_due = ANY (ARRAY['keep'::text, 'limit'::text, 'block'::text]))),
  constraint features_when_paused_check CHECK ((when_paused = ANY (ARRAY['keep'::text, 'limit'::text, 'block'::text])))
);
CREATE TRIGGER features_added AFTER INSERT ON public.features REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
CREATE TRIGGER features_changed AFTER UPDATE ON public.features REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
CREATE TRIGGER features_removed AFTER DELETE ON public.features REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
alter table public.features enable row level security;
alter table public.features force row level security;
create policy tenant_rows on features to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, description, archived_at, when_in_grace, when_past_due, when_paused, reduced_limit) on features to billhook_rt;

create table public.files (
  tenant_id integer not null,
  id uuid not null,
  purpose text not null,
  customer_id uuid,
  name text not null,
  content_type text not null,
  byte_size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  state text not null,
  created_at timestamp with time zone not null,
  begun_at timestamp with time zone,
  constraint files_tenant_id_storage_key_key UNIQUE (tenant_id, storage_key),
  constraint files_pkey PRIMARY KEY (tenant_id, id),
  constraint files_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint files_byte_size_check CHECK (((byte_size >= 0) AND (byte_size <= '10737418240'::bigint))),
  constraint files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint files_purpose_check CHECK ((purpose = ANY (ARRAY['invoice_pdf'::text, 'logo'::text, 'upload'::text, 'export'::text, 'dispute_evidence'::text, 'tax_certificate'::text]))),
  constraint files_sha256_check CHECK ((length(sha256) = 32)),
  constraint files_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'clean'::text, 'deleted'::text])))
);
CREATE INDEX files_pending ON public.files USING btree (tenant_id, begun_at) WHERE (state = 'pending'::text);
alter table public.files enable row level security;
alter table public.files force row level security;
create policy tenant_rows on files to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (purpose, name, state) on files to billhook_rt;

create table public.hook_endpoints (
  token_hash bytea not null,
  tenant_id integer not null,
  provider text not null,
  created_at timestamp with time zone not null,
  constraint hook_endpoints_pkey PRIMARY KEY (token_hash),
  constraint hook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
grant delete, insert, select on hook_endpoints to billhook_rt;

create table public.hook_rejections (
  tenant_id integer not null,
  provider text not null,
  day date not null,
  count integer not null,
  last_at timestamp with time zone not null,
  constraint hook_rejections_pkey PRIMARY KEY (tenant_id, provider, day),
  constraint hook_rejections_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint hook_rejections_count_check CHECK ((count > 0))
);
alter table public.hook_rejections enable row level security;
alter table public.hook_rejections force row level security;
create policy tenant_rows on hook_rejections to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (count, last_at) on hook_rejections to billhook_rt;

create table public.idempotency_keys (
  tenant_id integer not null,
  principal text not null,
  key text not null,
  operation text not null,
  request_hash bytea not null,
  status integer not null,
  body text not null,
  content_type text not null,
  recorded_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, principal, key),
  constraint idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);
CREATE INDEX idempotency_by_age ON public.idempotency_keys USING btree (tenant_id, recorded_at);
alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
create policy tenant_rows on idempotency_keys to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (status, body, content_type) on idempotency_keys to billhook_rt;

create table public.import_lines (
  tenant_id integer not null,
  import_id uuid not null,
  "position" integer not null,
  line integer not null,
  external_id text,
  judged text not null,
  outcome text,
  object_id uuid,
  fields jsonb default '[]'::jsonb not null,
  reasons jsonb default '[]'::jsonb not null,
  constraint import_lines_pkey PRIMARY KEY (tenant_id, import_id, "position"),
  constraint import_lines_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint import_lines_tenant_id_import_id_fkey FOREIGN KEY (tenant_id, import_id) REFERENCES imports(tenant_id, id),
  constraint import_lines_judged_check CHECK ((judged = ANY (ARRAY['create'::text, 'change'::text, 'same'::text, 'refuse'::text]))),
  constraint import_lines_line_check CHECK ((line > 0)),
  constraint import_lines_outcome_check CHECK ((outcome = ANY (ARRAY['create'::text, 'change'::text, 'same'::text, 'refuse'::text]))),
  constraint import_lines_position_check CHECK (("position" > 0))
);
alter table public.import_lines enable row level security;
alter table public.import_lines force row level security;
create policy tenant_rows on import_lines to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (external_id, outcome, object_id, fields, reasons) on import_lines to billhook_rt;

create table public.imported_subscriptions (
  tenant_id integer not null,
  external_id text not null,
  subscription_id uuid not null,
  imported_at timestamp with time zone not null,
  constraint imported_subscriptions_pkey PRIMARY KEY (tenant_id, external_id),
  constraint imported_subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint imported_subscriptions_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint imported_subscriptions_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200)))
);
alter table public.imported_subscriptions enable row level security;
alter table public.imported_subscriptions force row level security;
create policy tenant_rows on imported_subscriptions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on imported_subscriptions to billhook_rt;

create table public.imports (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  file_name text not null,
  storage_key text not null,
  delimiter text not null,
  mapping jsonb not null,
  state text not null,
  rows_total integer not null,
  rows_done integer default 0 not null,
  counts jsonb default '{}'::jsonb not null,
  busy_ms bigint default 0 not null,
  lease_until timestamp with time zone,
  fault text,
  created_by text not null,
  created_at timestamp with time zone not null,
  requested_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  tries integer default 0 not null,
  file_until timestamp with time zone,
  constraint imports_pkey PRIMARY KEY (tenant_id, id),
  constraint imports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint imports_check CHECK (((rows_done >= 0) AND (rows_done <= rows_total))),
  constraint imports_check1 CHECK (((state = 'failed'::text) = (fault IS NOT NULL))),
  constraint imports_delimiter_check CHECK ((length(delimiter) = 1)),
  constraint imports_kind_check CHECK ((kind = ANY (ARRAY['customers'::text, 'subscriptions'::text]))),
  constraint imports_rows_total_check CHECK ((rows_total >= 0)),
  constraint imports_state_check CHECK ((state = ANY (ARRAY['checking'::text, 'checked'::text, 'running'::text, 'done'::text, 'failed'::text, 'canceled'::text]))),
  constraint imports_tries_check CHECK ((tries >= 0))
);
CREATE INDEX imports_files ON public.imports USING btree (tenant_id, file_until) WHERE (file_until IS NOT NULL);
CREATE INDEX imports_open ON public.imports USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['checking'::text, 'running'::text]));
alter table public.imports enable row level security;
alter table public.imports force row level security;
create policy tenant_rows on imports to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on imports for select to billhook_work using (true);
grant insert, select, update (state, rows_done, counts, busy_ms, lease_until, fault, finished_at, tries, file_until) on imports to billhook_rt;
grant select (tenant_id, state, lease_until, file_until) on imports to billhook_work;

create table public.invoice_lines (
  tenant_id integer not null,
  id uuid not null,
  invoice_id uuid not null,
  "position" integer not null,
  key text not null,
  kind text not null,
  description text not null,
  subscription_id uuid not null,
  item_id uuid,
  price_id uuid,
  plan_version_id uuid not null,
  meter_id uuid,
  quantity numeric(38,12) not null,
  unit text not null,
  amount_minor bigint not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  tax_rate_id text,
  tax_code text not null,
  currency text not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  billable_at timestamp with time zone not null,
  quantity_cutoff_at timestamp with time zone not null,
  collect_at timestamp with time zone not null,
  explanation jsonb,
  voided_at timestamp with time zone,
  waived_at timestamp with time zone,
  charge_id uuid,
  gross_minor bigint not null,
  discounts jsonb default '[]'::jsonb not null,
  credited_minor bigint default 0 not null,
  billing_start timestamp with time zone not null,
  billing_end timestamp with time zone not null,
  constraint invoice_lines_tenant_id_invoice_id_position_key UNIQUE (tenant_id, invoice_id, "position"),
  constraint invoice_lines_pkey PRIMARY KEY (tenant_id, id),
  constraint invoice_lines_amount_minor_check CHECK ((abs(amount_minor) <= '900000000000000'::bigint)),
  constraint invoice_lines_check CHECK ((period_end >= period_start)),
  constraint invoice_lines_credited CHECK (((credited_minor >= LEAST(amount_minor, (0)::bigint)) AND (credited_minor <= GREATEST(amount_minor, (0)::bigint)))),
  constraint invoice_lines_item CHECK (
CASE kind
    WHEN 'one_off'::text THEN true
    WHEN 'mirrored'::text THEN ((item_id IS NULL) AND (charge_id IS NULL))
    ELSE ((item_id IS NOT NULL) AND (price_id IS NOT NULL))
END),
  constraint invoice_lines_kind_check CHECK ((kind = ANY (ARRAY['recurring'::text, 'usage'::text, 'proration_credit'::text, 'one_off'::text, 'true_up'::text, 'spend_cap'::text, 'mirrored'::text]))),
  constraint invoice_lines_quantity_check CHECK (((quantity > '-10000000000000000000000000'::numeric) AND (quantity < '10000000000000000000000000'::numeric)))
);
alter table invoice_lines alter column key set statistics 0;
alter table invoice_lines alter column description set statistics 0;
alter table invoice_lines alter column quantity set statistics 0;
alter table invoice_lines alter column unit set statistics 0;
alter table invoice_lines alter column amount_minor set statistics 0;
alter table invoice_lines alter column net_minor set statistics 0;
alter table invoice_lines alter column tax_minor set statistics 0;
alter table invoice_lines alter column explanation set statistics 0;
alter table invoice_lines alter column gross_minor set statistics 0;
alter table invoice_lines alter column discounts set statistics 0;
alter table invoice_lines alter column credited_minor set statistics 0;
CREATE UNIQUE INDEX invoice_lines_once ON public.invoice_lines USING btree (tenant_id, subscription_id, item_id, period_start, hashtextextended(key, (0)::bigint)) NULLS NOT DISTINCT WHERE (voided_at IS NULL);
CREATE TRIGGER invoice_lines_stay_frozen BEFORE UPDATE OF description ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION app.check_line_taken_away();
CREATE TRIGGER invoice_lines_stay_voided BEFORE UPDATE ON public.invoice_lines FOR EACH ROW WHEN (((old.voided_at IS NOT NULL) AND (new.voided_at IS NULL))) EXECUTE FUNCTION app.keep_line_voided();
CREATE TRIGGER invoice_lines_whole AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION app.check_invoice_lines();
alter table public.invoice_lines enable row level security;
alter table public.invoice_lines force row level security;
create policy tenant_rows on invoice_lines to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (description, voided_at, waived_at, credited_minor) on invoice_lines to billhook_rt;

create table public.invoices (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid,
  status text not null,
  collection text not null,
  series text,
  year integer,
  sequence bigint,
  number text,
  currency text not null,
  subtotal_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  tax_mode text not null,
  credit_applied_minor bigint not null,
  credit_granted_minor bigint not null,
  paid_minor bigint default 0 not null,
  credit_paid_minor bigint default 0 not null,
  refunded_minor bigint default 0 not null,
  due_minor bigint generated always as (((((total_minor + credit_granted_minor) - credit_applied_minor) - paid_minor) - credit_paid_minor)) stored,
  failure_count integer default 0 not null,
  retry_at timestamp with time zone,
  taxes jsonb not null,
  seller jsonb not null,
  buyer jsonb not null,
  issued_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  voided_at timestamp with time zone,
  canonical text,
  content_sha256 bytea not null,
  pdf_file_id uuid,
  credited_minor bigint default 0 not null,
  note_reduced_minor bigint default 0 not null,
  replaces_invoice_id uuid,
  authority text default 'billhook'::text not null,
  hosted_url text,
  raises_invoice_id uuid,
  raise_reason text,
  taken_away_at timestamp with time zone,
  pattern_id uuid,
  pattern_names uuid[],
  pattern_buyer text,
  constraint invoices_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint invoices_tenant_id_series_year_sequence_key UNIQUE (tenant_id, series, year, sequence),
  constraint invoices_pkey PRIMARY KEY (tenant_id, id),
  constraint invoices_subscription FOREIGN KEY (tenant_id, customer_id, subscription_id) REFERENCES subscriptions(tenant_id, customer_id, id),
  constraint invoices_tenant_id_pdf_file_id_fkey FOREIGN KEY (tenant_id, pdf_file_id) REFERENCES files(tenant_id, id),
  constraint invoices_tenant_id_raises_invoice_id_fkey FOREIGN KEY (tenant_id, raises_invoice_id) REFERENCES invoices(tenant_id, id),
  constraint invoices_tenant_id_replaces_invoice_id_fkey FOREIGN KEY (tenant_id, replaces_invoice_id) REFERENCES invoices(tenant_id, id),
  constraint invoices_authority_check CHECK ((authority = ANY (ARRAY['billhook'::text, 'stripe'::text]))),
  constraint invoices_check CHECK (((authority = 'stripe'::text) OR (hosted_url IS NULL))),
  constraint invoices_check3 CHECK (((number IS NULL) = (status = 'skipped'::text))),
  constraint invoices_check4 CHECK (((credit_applied_minor >= 0) AND (credit_applied_minor <= GREATEST(total_minor, (0)::bigint)))),
  constraint invoices_check5 CHECK ((credit_granted_minor = GREATEST((- total_minor), (0)::bigint))),
  constraint invoices_check6 CHECK (((refunded_minor >= 0) AND (refunded_minor <= paid_minor))),
  constraint invoices_check7 CHECK (((subtotal_minor + tax_minor) = total_minor)),
  constraint invoices_check8 CHECK (((credited_minor >= 0) AND (credited_minor <= GREATEST(total_minor, (0)::bigint)))),
  constraint invoices_check9 CHECK (((note_reduced_minor >= 0) AND (note_reduced_minor <= credited_minor))),
  constraint invoices_collection_check CHECK ((collection = ANY (ARRAY['automatic'::text, 'manual'::text]))),
  constraint invoices_content_sha256_check CHECK ((length(content_sha256) = 32)),
  constraint invoices_credit_paid_minor_check CHECK ((credit_paid_minor >= 0)),
  constraint invoices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint invoices_due_minor_check CHECK ((due_minor >= 0)),
  constraint invoices_frozen CHECK (((num_nonnulls(canonical, pattern_id) = 1) AND ((pattern_id IS NULL) = (pattern_names IS NULL)) AND ((pattern_id IS NULL) = (pattern_buyer IS NULL)) AND ((taken_away_at IS NULL) OR (pattern_id IS NULL)))),
  constraint invoices_note_reduced CHECK ((note_reduced_minor <= credit_paid_minor)),
  constraint invoices_numbered CHECK ((((series IS NULL) = ((status = 'skipped'::text) OR (authority = 'stripe'::text))) AND ((year IS NULL) = (series IS NULL)) AND ((sequence IS NULL) = (series IS NULL)) AND ((sequence > 0) IS NOT FALSE))),
  constraint invoices_paid_minor_check CHECK ((paid_minor >= 0)),
  constraint invoices_raises CHECK ((((raises_invoice_id IS NULL) = (raise_reason IS NULL)) AND (raises_invoice_id <> id))),
  constraint invoices_status_check CHECK ((status = ANY (ARRAY['open'::text, 'paid'::text, 'void'::text, 'uncollectible'::text, 'skipped'::text]))),
  constraint invoices_tax_mode_check CHECK ((tax_mode = ANY (ARRAY['exclusive'::text, 'inclusive'::text]))),
  constraint invoices_total_minor_check CHECK ((abs(total_minor) <= '900000000000000'::bigint))
);
alter table invoices alter column taxes set statistics 0;
alter table invoices alter column seller set statistics 0;
alter table invoices alter column buyer set statistics 0;
alter table invoices alter column canonical set statistics 0;
alter table invoices alter column canonical set storage external;
alter table invoices alter column content_sha256 set statistics 0;
alter table invoices alter column pattern_id set statistics 0;
alter table invoices alter column pattern_names set statistics 0;
alter table invoices alter column pattern_buyer set statistics 0;
CREATE INDEX invoices_by_customer ON public.invoices USING btree (tenant_id, customer_id, issued_at DESC) WITH (deduplicate_items=off);
CREATE INDEX invoices_by_time ON public.invoices USING btree (tenant_id, issued_at DESC, id DESC) WITH (deduplicate_items=off);
CREATE INDEX invoices_open ON public.invoices USING btree (tenant_id, due_at) WHERE (status = 'open'::text);
CREATE INDEX invoices_raising ON public.invoices USING btree (tenant_id, raises_invoice_id) WHERE (raises_invoice_id IS NOT NULL);
CREATE TRIGGER invoices_customer AFTER INSERT OR UPDATE OF tenant_id, customer_id, subscription_id ON public.invoices FOR EACH ROW WHEN ((new.subscription_id IS NULL)) EXECUTE FUNCTION app.check_invoice_customer();
CREATE TRIGGER invoices_stay_frozen BEFORE UPDATE OF buyer, canonical, raise_reason, pattern_id, pattern_names, pattern_buyer ON public.invoices FOR EACH ROW EXECUTE FUNCTION app.check_taken_away();
alter table public.invoices enable row level security;
alter table public.invoices force row level security;
create policy tenant_rows on invoices to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (status, paid_minor, credit_paid_minor, refunded_minor, failure_count, retry_at, buyer, paid_at, voided_at, canonical, pdf_file_id, credited_minor, note_reduced_minor, hosted_url, raise_reason, taken_away_at, pattern_id, pattern_names, pattern_buyer) on invoices to billhook_rt;

create table public.ledger_corrections (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  currency text not null,
  noted_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint ledger_corrections_tenant_id_kind_currency_key UNIQUE (tenant_id, kind, currency),
  constraint ledger_corrections_pkey PRIMARY KEY (tenant_id, id),
  constraint ledger_corrections_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint ledger_corrections_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint ledger_corrections_kind_check CHECK ((kind = 'tax_by_place'::text))
);
CREATE INDEX ledger_corrections_open ON public.ledger_corrections USING btree (tenant_id) WHERE (done_at IS NULL);
alter table public.ledger_corrections enable row level security;
alter table public.ledger_corrections force row level security;
create policy tenant_rows on ledger_corrections to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on ledger_corrections for select to billhook_work using (true);
grant select, update (done_at) on ledger_corrections to billhook_rt;
grant select (tenant_id, done_at) on ledger_corrections to billhook_work;

create table public.ledger_entries (
  tenant_id integer not null,
  transaction_id uuid not null,
  "position" smallint not null,
  account text not null,
  side text not null,
  amount_minor bigint not null,
  currency text not null,
  customer_id uuid,
  constraint ledger_entries_pkey PRIMARY KEY (tenant_id, transaction_id, "position"),
  constraint ledger_entries_account_check CHECK (((account = ANY (ARRAY['receivable'::text, 'revenue'::text, 'tax'::text, 'credit_liability'::text, 'fees'::text, 'prepaid_credits'::text, 'refunds_payable'::text, 'deposits'::text, 'disputed'::text, 'dispute_losses'::text, 'deferred_revenue'::text, 'refunds'::text, 'breakage'::text, 'bad_debt'::text, 'bad_debt_allowance'::text, 'fx'::text, 'rounding'::text])) OR (account ~ '^cash:[a-z][a-z0-9_]{0,30}$'::text) OR (account ~ '^tax:[A-Z]{2}(-[A-Z0-9]{1,6})?:[0-9]{1,3}(\.[0-9]{1,12})?$'::text))),
  constraint ledger_entries_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint ledger_entries_side_check CHECK ((side = ANY (ARRAY['debit'::text, 'credit'::text])))
);
CREATE INDEX ledger_entries_by_customer ON public.ledger_entries USING btree (tenant_id, customer_id) WHERE ("position" = 1);
CREATE INDEX ledger_entries_by_rare_account ON public.ledger_entries USING btree (tenant_id, account, currency) WHERE (account <> ALL (ARRAY['receivable'::text, 'revenue'::text]));
CREATE TRIGGER ledger_entries_balance AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION app.check_ledger_balance();
alter table public.ledger_entries enable row level security;
alter table public.ledger_entries force row level security;
create policy tenant_rows on ledger_entries to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on ledger_entries to billhook_rt;

create table public.ledger_month_ends (
  tenant_id integer not null,
  id uuid not null,
  month text not null,
  currency text not null,
  deferred_minor bigint not null,
  doubtful_minor bigint not null,
  constraint ledger_month_ends_tenant_id_month_currency_key UNIQUE (tenant_id, month, currency),
  constraint ledger_month_ends_pkey PRIMARY KEY (tenant_id, id),
  constraint ledger_month_ends_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint ledger_month_ends_tenant_id_month_fkey FOREIGN KEY (tenant_id, month) REFERENCES ledger_months(tenant_id, month),
  constraint ledger_month_ends_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
alter table public.ledger_month_ends enable row level security;
alter table public.ledger_month_ends force row level security;
create policy tenant_rows on ledger_month_ends to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on ledger_month_ends to billhook_rt;

create table public.ledger_months (
  tenant_id integer not null,
  month text not null,
  ends_at timestamp with time zone not null,
  recognised_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_by text,
  constraint ledger_months_pkey PRIMARY KEY (tenant_id, month),
  constraint ledger_months_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint ledger_months_check CHECK (((closed_by IS NULL) = (closed_at IS NULL))),
  constraint ledger_months_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text))
);
CREATE INDEX ledger_months_by_end ON public.ledger_months USING btree (tenant_id, ends_at);
CREATE TRIGGER ledger_months_stay_closed BEFORE UPDATE ON public.ledger_months FOR EACH ROW WHEN ((old.closed_at IS NOT NULL)) EXECUTE FUNCTION app.keep_month_closed();
alter table public.ledger_months enable row level security;
alter table public.ledger_months force row level security;
create policy tenant_rows on ledger_months to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on ledger_months for select to billhook_work using (true);
grant insert, select, update (closed_at, closed_by) on ledger_months to billhook_rt;
grant select (tenant_id, ends_at) on ledger_months to billhook_work;

create table public.ledger_transactions (
  tenant_id integer not null,
  id uuid not null,
  source_kind text not null,
  source_id uuid not null,
  posting text not null,
  currency text not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint ledger_transactions_tenant_id_source_id_source_kind_posting_key UNIQUE (tenant_id, source_id, source_kind, posting),
  constraint ledger_transactions_pkey PRIMARY KEY (tenant_id, id),
  constraint ledger_transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE TRIGGER ledger_transactions_tenants AFTER INSERT ON public.ledger_transactions REFERENCING NEW TABLE AS new_transactions FOR EACH STATEMENT EXECUTE FUNCTION app.check_ledger_tenants();
alter table public.ledger_transactions enable row level security;
alter table public.ledger_transactions force row level security;
create policy tenant_rows on ledger_transactions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on ledger_transactions to billhook_rt;

create table public.legal_holds (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamp with time zone not null,
  released_by text,
  released_at timestamp with time zone,
  release_reason text,
  constraint legal_holds_pkey PRIMARY KEY (tenant_id, id),
  constraint legal_holds_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint legal_holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint legal_holds_check CHECK ((((released_at IS NULL) = (released_by IS NULL)) AND ((released_at IS NULL) = (release_reason IS NULL)))),
  constraint legal_holds_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint legal_holds_release_reason_check CHECK (((length(release_reason) >= 1) AND (length(release_reason) <= 500)))
);
CREATE UNIQUE INDEX legal_holds_one ON public.legal_holds USING btree (tenant_id, customer_id) WHERE (released_at IS NULL);
alter table public.legal_holds enable row level security;
alter table public.legal_holds force row level security;
create policy tenant_rows on legal_holds to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (released_by, released_at, release_reason) on legal_holds to billhook_rt;

create table public.mails (
  tenant_id integer not null,
  id uuid not null,
  template text not null,
  recipient text not null,
  customer_id uuid,
  subject_id text not null,
  facts jsonb not null,
  status text not null,
  attempts integer default 0 not null,
  retry_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  constraint mails_tenant_id_template_recipient_subject_id_key UNIQUE (tenant_id, template, recipient, subject_id),
  constraint mails_pkey PRIMARY KEY (tenant_id, id),
  constraint mails_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint mails_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);
CREATE INDEX mails_by_customer ON public.mails USING btree (tenant_id, customer_id);
CREATE INDEX mails_queued ON public.mails USING btree (tenant_id, retry_at) WHERE (status = 'queued'::text);
alter table public.mails enable row level security;
alter table public.mails force row level security;
create policy tenant_rows on mails to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on mails for select to billhook_work using (true);
grant delete, insert, select, update (status, attempts, retry_at, lease_until, last_error, sent_at) on mails to billhook_rt;
grant select (tenant_id, status, retry_at, lease_until) on mails to billhook_work;

create table public.member_account (
  tenant_id integer default app.tenant() not null,
  id text not null,
  "userId" text not null,
  "accountId" text not null,
  "providerId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  "idToken" text,
  password text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint member_account_pkey PRIMARY KEY (tenant_id, id),
  constraint "member_account_tenant_id_userId_fkey" FOREIGN KEY (tenant_id, "userId") REFERENCES member_user(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX member_account_by_user ON public.member_account USING btree (tenant_id, "userId");
alter table public.member_account enable row level security;
alter table public.member_account force row level security;
create policy tenant_rows on member_account to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on member_account to billhook_rt;

create table public.member_invitations (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  email text not null,
  role text not null,
  token_hash bytea not null,
  invited_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint member_invitations_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash),
  constraint member_invitations_pkey PRIMARY KEY (tenant_id, id),
  constraint member_invitations_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint member_invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint member_invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'employee'::text])))
);
alter table public.member_invitations enable row level security;
alter table public.member_invitations force row level security;
create policy tenant_rows on member_invitations to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (accepted_at, revoked_at) on member_invitations to billhook_rt;

create table public.member_session (
  tenant_id integer default app.tenant() not null,
  id text not null,
  "userId" text not null,
  token text not null,
  "expiresAt" timestamp with time zone not null,
  "ipAddress" text,
  "userAgent" text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint member_session_tenant_id_token_key UNIQUE (tenant_id, token),
  constraint member_session_pkey PRIMARY KEY (tenant_id, id),
  constraint "member_session_tenant_id_userId_fkey" FOREIGN KEY (tenant_id, "userId") REFERENCES member_user(tenant_id, id) ON DELETE CASCADE
);
alter table public.member_session enable row level security;
alter table public.member_session force row level security;
create policy tenant_rows on member_session to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on member_session to billhook_rt;

create table public.member_user (
  tenant_id integer default app.tenant() not null,
  id text not null,
  name text not null,
  email text not null,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint member_user_tenant_id_email_key UNIQUE (tenant_id, email),
  constraint member_user_pkey PRIMARY KEY (tenant_id, id),
  constraint member_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.member_user enable row level security;
alter table public.member_user force row level security;
create policy tenant_rows on member_user to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on member_user to billhook_rt;

create table public.member_verification (
  tenant_id integer default app.tenant() not null,
  id text not null,
  identifier text not null,
  value text not null,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone default now() not null,
  "updatedAt" timestamp with time zone default now() not null,
  constraint member_verification_pkey PRIMARY KEY (tenant_id, id),
  constraint member_verification_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE INDEX member_verification_by_identifier ON public.member_verification USING btree (tenant_id, identifier);
alter table public.member_verification enable row level security;
alter table public.member_verification force row level security;
create policy tenant_rows on member_verification to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update on member_verification to billhook_rt;

create table public.members (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  user_id text not null,
  role text not null,
  created_at timestamp with time zone not null,
  constraint members_tenant_id_customer_id_user_id_key UNIQUE (tenant_id, customer_id, user_id),
  constraint members_pkey PRIMARY KEY (tenant_id, id),
  constraint members_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint members_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint members_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES member_user(tenant_id, id),
  constraint members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'employee'::text])))
);
CREATE INDEX members_by_user ON public.members USING btree (tenant_id, user_id);
alter table public.members enable row level security;
alter table public.members force row level security;
create policy tenant_rows on members to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (role) on members to billhook_rt;

create table public.meters (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  event_type text not null,
  aggregation text not null,
  value_property text,
  unit text not null,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  unit_property text,
  terms jsonb default '{}'::jsonb not null,
  burns_credits boolean default false not null,
  late_usage text,
  constraint meters_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint meters_pkey PRIMARY KEY (tenant_id, id),
  constraint meters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint meters_aggregation_check CHECK ((aggregation = ANY (ARRAY['count'::text, 'sum'::text, 'max'::text, 'level'::text, 'latest'::text, 'unique'::text, 'average'::text, 'weighted_sum'::text, 'percentile'::text]))),
  constraint meters_check CHECK (((aggregation = 'count'::text) = (value_property IS NULL))),
  constraint meters_event_type_check CHECK (((length(event_type) >= 1) AND (length(event_type) <= 200))),
  constraint meters_key_check CHECK ((key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'::text)),
  constraint meters_late_usage_check CHECK ((late_usage = ANY (ARRAY['quarantine'::text, 'next_invoice'::text, 'correct'::text]))),
  constraint meters_level_of_one_unit CHECK (((unit_property IS NULL) OR (aggregation <> ALL (ARRAY['level'::text, 'weighted_sum'::text])))),
  constraint meters_terms_check CHECK ((jsonb_typeof(terms) = 'object'::text)),
  constraint meters_unit_property_check CHECK (((length(unit_property) >= 1) AND (length(unit_property) <= 200)))
);
CREATE INDEX meters_by_event_type ON public.meters USING btree (tenant_id, event_type);
CREATE TRIGGER meters_added AFTER INSERT ON public.meters REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
CREATE TRIGGER meters_changed AFTER UPDATE ON public.meters REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
CREATE TRIGGER meters_removed AFTER DELETE ON public.meters REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION app.note_words();
alter table public.meters enable row level security;
alter table public.meters force row level security;
create policy tenant_rows on meters to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, unit, archived_at, burns_credits, late_usage) on meters to billhook_rt;

create table public.migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (name)
);

create table public.number_series (
  tenant_id integer not null,
  series text not null,
  year integer not null,
  last_number bigint not null,
  last_issued_at timestamp with time zone not null,
  constraint number_series_pkey PRIMARY KEY (tenant_id, series, year),
  constraint number_series_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint number_series_last_number_check CHECK ((last_number > 0))
);
alter table public.number_series enable row level security;
alter table public.number_series force row level security;
create policy tenant_rows on number_series to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (last_number, last_issued_at) on number_series to billhook_rt;

create table public.operator_invitations (
  id uuid not null,
  organization_id integer not null,
  email text not null,
  role text not null,
  token_hash bytea not null,
  invited_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint operator_invitations_token_hash_key UNIQUE (token_hash),
  constraint operator_invitations_pkey PRIMARY KEY (id),
  constraint operator_invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint operator_invitations_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'finance'::text, 'support'::text, 'developer'::text, 'viewer'::text])))
);
grant insert, select, update (accepted_at, revoked_at) on operator_invitations to billhook_rt;

create table public.operator_roles (
  organization_id integer not null,
  operator_id text not null,
  role text not null,
  created_at timestamp with time zone not null,
  constraint operator_roles_pkey PRIMARY KEY (organization_id, operator_id),
  constraint operator_roles_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES auth."user"(id) ON DELETE CASCADE,
  constraint operator_roles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint operator_roles_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'finance'::text, 'support'::text, 'developer'::text, 'viewer'::text])))
);
grant delete, insert, select, update on operator_roles to billhook_rt;

create table public.organizations (
  id integer generated always as identity not null,
  public_id uuid not null,
  name text not null,
  created_at timestamp with time zone not null,
  constraint organizations_public_id_key UNIQUE (public_id),
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
grant insert, select on organizations to billhook_rt;
grant select on organizations to billhook_work;

create table public.outbox (
  tenant_id integer not null,
  id uuid not null,
  seq bigint generated always as identity not null,
  type text not null,
  object_id uuid not null,
  customer_id uuid,
  payload jsonb not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  dispatched_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (tenant_id, id)
);
alter table outbox alter column payload set statistics 0;
CREATE INDEX outbox_by_customer ON public.outbox USING btree (tenant_id, customer_id, seq DESC) WITH (deduplicate_items=off) WHERE (customer_id IS NOT NULL);
CREATE INDEX outbox_by_time ON public.outbox USING btree (tenant_id, occurred_at DESC, seq DESC) WITH (deduplicate_items=off);
CREATE INDEX outbox_pending ON public.outbox USING btree (tenant_id, seq) WITH (deduplicate_items=off) WHERE (dispatched_at IS NULL);
alter table public.outbox enable row level security;
alter table public.outbox force row level security;
create policy tenant_rows on outbox to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on outbox for select to billhook_work using (true);
grant insert, select, update (payload, dispatched_at) on outbox to billhook_rt;
grant select (tenant_id, seq, dispatched_at) on outbox to billhook_work;

create table public.payment_attempts (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  purpose text not null,
  payment_id uuid,
  provider text not null,
  payment_method_id uuid,
  idempotency_key text not null,
  status text not null,
  attempt_number integer not null,
  currency text not null,
  amount_minor bigint not null,
  provider_object_id text,
  failure_code text,
  failure_message text,
  due_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  lease_owner bigint,
  sent_at timestamp with time zone,
  look_up_at timestamp with time zone,
  look_up_count integer default 0 not null,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  provider_charge_id text,
  risk_level text,
  risk_outcome text,
  wanted_method_id uuid,
  request_id uuid,
  constraint payment_attempts_tenant_id_idempotency_key_key UNIQUE (tenant_id, idempotency_key),
  constraint payment_attempts_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_attempts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint payment_attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payment_attempts_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint payment_attempts_tenant_id_payment_method_id_fkey FOREIGN KEY (tenant_id, payment_method_id) REFERENCES payment_methods(tenant_id, id),
  constraint payment_attempts_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES payment_requests(tenant_id, id),
  constraint payment_attempts_tenant_id_wanted_method_id_fkey FOREIGN KEY (tenant_id, wanted_method_id) REFERENCES payment_methods(tenant_id, id),
  constraint payment_attempts_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint payment_attempts_attempt_number_check CHECK ((attempt_number > 0)),
  constraint payment_attempts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payment_attempts_purpose_check CHECK ((purpose = ANY (ARRAY['invoice'::text, 'checkout'::text, 'refund'::text, 'received'::text, 'request'::text]))),
  constraint payment_attempts_risk_level_check CHECK ((risk_level = ANY (ARRAY['normal'::text, 'elevated'::text, 'highest'::text]))),
  constraint payment_attempts_status_check CHECK ((status = ANY (ARRAY['created'::text, 'sending'::text, 'requires_action'::text, 'processing'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text, 'reversed'::text])))
);
CREATE INDEX payment_attempts_by_invoice ON public.payment_attempts USING btree (tenant_id, invoice_id);
CREATE INDEX payment_attempts_by_method ON public.payment_attempts USING btree (tenant_id, payment_method_id, sent_at) WHERE (payment_method_id IS NOT NULL);
CREATE INDEX payment_attempts_by_object ON public.payment_attempts USING btree (tenant_id, provider, provider_object_id);
CREATE INDEX payment_attempts_due ON public.payment_attempts USING btree (due_at, tenant_id) WHERE (status = 'created'::text);
CREATE UNIQUE INDEX payment_attempts_one_for_request ON public.payment_attempts USING btree (tenant_id, request_id) WHERE ((request_id IS NOT NULL) AND (purpose = 'request'::text) AND (status = ANY (ARRAY['created'::text, 'sending'::text, 'requires_action'::text, 'processing'::text, 'unknown'::text])));
CREATE UNIQUE INDEX payment_attempts_one_open ON public.payment_attempts USING btree (tenant_id, invoice_id) WHERE ((invoice_id IS NOT NULL) AND (purpose = 'invoice'::text) AND (status = ANY (ARRAY['created'::text, 'sending'::text, 'requires_action'::text, 'processing'::text, 'unknown'::text])));
CREATE INDEX payment_attempts_under_way ON public.payment_attempts USING btree (tenant_id) WHERE (status = ANY (ARRAY['sending'::text, 'unknown'::text, 'processing'::text, 'requires_action'::text]));
CREATE TRIGGER payment_attempts_authority BEFORE INSERT OR UPDATE ON public.payment_attempts FOR EACH ROW WHEN (((new.invoice_id IS NOT NULL) AND (new.purpose = 'invoice'::text) AND (new.status = ANY (ARRAY['created'::text, 'sending'::text])))) EXECUTE FUNCTION app.refuse_collecting_for_stripe();
alter table public.payment_attempts enable row level security;
alter table public.payment_attempts force row level security;
create policy tenant_rows on payment_attempts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on payment_attempts for select to billhook_work using (true);
grant insert, select, update (payment_id, provider, payment_method_id, status, provider_object_id, failure_code, failure_message, due_at, lease_until, lease_owner, sent_at, look_up_at, look_up_count, finished_at, provider_charge_id, risk_level, risk_outcome) on payment_attempts to billhook_rt;
grant select (tenant_id, status, due_at, lease_until, lease_owner, look_up_at) on payment_attempts to billhook_work;

create table public.payment_blocks (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  value text not null,
  reason text not null,
  created_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  constraint payment_blocks_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_blocks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payment_blocks_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'card'::text, 'email'::text, 'email_domain'::text, 'country'::text, 'ip_range'::text]))),
  constraint payment_blocks_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint payment_blocks_value_check CHECK (((length(value) >= 1) AND (length(value) <= 320)))
);
CREATE UNIQUE INDEX payment_blocks_once ON public.payment_blocks USING btree (tenant_id, kind, value) WHERE (removed_at IS NULL);
alter table public.payment_blocks enable row level security;
alter table public.payment_blocks force row level security;
create policy tenant_rows on payment_blocks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (removed_at) on payment_blocks to billhook_rt;

create table public.payment_methods (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  provider text not null,
  provider_method_id text not null,
  kind text not null,
  brand text,
  last4 text,
  exp_month integer,
  exp_year integer,
  is_default boolean not null,
  removed_at timestamp with time zone,
  detach_at timestamp with time zone,
  detach_attempts integer default 0 not null,
  created_at timestamp with time zone not null,
  wallet text,
  label text,
  fingerprint text,
  country text,
  mandate_reference text,
  mandate_url text,
  is_backup boolean default false not null,
  expiry_warn_at timestamp with time zone,
  blocked_code text,
  constraint payment_methods_tenant_id_provider_provider_method_id_key UNIQUE (tenant_id, provider, provider_method_id),
  constraint payment_methods_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_methods_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint payment_methods_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payment_methods_blocked_code_check CHECK (((length(blocked_code) >= 1) AND (length(blocked_code) <= 200))),
  constraint payment_methods_card_is_whole CHECK (((kind <> 'card'::text) OR ((brand IS NOT NULL) AND (last4 IS NOT NULL) AND (exp_month IS NOT NULL) AND (exp_year IS NOT NULL)))),
  constraint payment_methods_check CHECK (((detach_at IS NULL) OR (removed_at IS NOT NULL))),
  constraint payment_methods_check1 CHECK ((NOT (is_backup AND is_default))),
  constraint payment_methods_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint payment_methods_exp_month_check CHECK (((exp_month >= 1) AND (exp_month <= 12))),
  constraint payment_methods_kind_check CHECK ((kind = ANY (ARRAY['card'::text, 'sepa_debit'::text, 'paypal'::text]))),
  constraint payment_methods_last4_check CHECK ((last4 ~ '^[0-9]{4}$'::text))
);
CREATE INDEX payment_methods_expiring ON public.payment_methods USING btree (tenant_id, expiry_warn_at) WHERE ((expiry_warn_at IS NOT NULL) AND (removed_at IS NULL));
CREATE UNIQUE INDEX payment_methods_one_backup ON public.payment_methods USING btree (tenant_id, customer_id) WHERE (is_backup AND (removed_at IS NULL));
CREATE UNIQUE INDEX payment_methods_one_default ON public.payment_methods USING btree (tenant_id, customer_id) WHERE (is_default AND (removed_at IS NULL));
CREATE INDEX payment_methods_to_detach ON public.payment_methods USING btree (tenant_id, detach_at) WHERE (detach_at IS NOT NULL);
alter table public.payment_methods enable row level security;
alter table public.payment_methods force row level security;
create policy tenant_rows on payment_methods to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on payment_methods for select to billhook_work using (true);
grant insert, select, update (provider_method_id, brand, last4, exp_month, exp_year, is_default, removed_at, detach_at, detach_attempts, wallet, label, fingerprint, country, mandate_reference, mandate_url, is_backup, expiry_warn_at, blocked_code) on payment_methods to billhook_rt;
grant select (tenant_id, removed_at, detach_at, expiry_warn_at) on payment_methods to billhook_work;

create table public.payment_requests (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  kind text not null,
  currency text not null,
  amount_minor bigint not null,
  description text not null,
  status text not null,
  payment_id uuid,
  held_minor bigint default 0 not null,
  created_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  constraint payment_requests_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_requests_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint payment_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payment_requests_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint payment_requests_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint payment_requests_check CHECK (((status = 'paid'::text) = (payment_id IS NOT NULL))),
  constraint payment_requests_check1 CHECK (((held_minor = 0) OR ((kind = 'deposit'::text) AND (status = 'paid'::text)))),
  constraint payment_requests_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payment_requests_description_check CHECK (((length(description) >= 1) AND (length(description) <= 200))),
  constraint payment_requests_held_minor_check CHECK (((held_minor >= 0) AND (held_minor <= '900000000000000'::bigint))),
  constraint payment_requests_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'deposit'::text]))),
  constraint payment_requests_status_check CHECK ((status = ANY (ARRAY['open'::text, 'paid'::text, 'canceled'::text])))
);
CREATE INDEX payment_requests_by_customer ON public.payment_requests USING btree (tenant_id, customer_id);
CREATE INDEX payment_requests_by_payment ON public.payment_requests USING btree (tenant_id, payment_id) WHERE (payment_id IS NOT NULL);
alter table public.payment_requests enable row level security;
alter table public.payment_requests force row level security;
create policy tenant_rows on payment_requests to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (status, payment_id, held_minor, paid_at) on payment_requests to billhook_rt;

create table public.payment_tries (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  kind text not null,
  address text,
  card_mark text,
  amount_minor bigint,
  currency text,
  verdict text not null,
  reasons jsonb not null,
  at timestamp with time zone not null,
  constraint payment_tries_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_tries_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint payment_tries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payment_tries_card_mark_check CHECK ((card_mark ~ '^[0-9a-f]{64}$'::text)),
  constraint payment_tries_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payment_tries_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'method'::text]))),
  constraint payment_tries_verdict_check CHECK ((verdict = ANY (ARRAY['allow'::text, 'flag'::text, 'refuse'::text])))
);
CREATE INDEX payment_tries_by_address ON public.payment_tries USING btree (tenant_id, address, at) WHERE (address IS NOT NULL);
CREATE INDEX payment_tries_by_card ON public.payment_tries USING btree (tenant_id, card_mark, at) WHERE (card_mark IS NOT NULL);
CREATE INDEX payment_tries_by_customer ON public.payment_tries USING btree (tenant_id, customer_id, at);
CREATE INDEX payment_tries_by_time ON public.payment_tries USING btree (tenant_id, at DESC, id DESC);
alter table public.payment_tries enable row level security;
alter table public.payment_tries force row level security;
create policy tenant_rows on payment_tries to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on payment_tries to billhook_rt;

create table public.payments (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid,
  attempt_id uuid not null,
  provider text not null,
  provider_object_id text not null,
  currency text not null,
  amount_minor bigint not null,
  fee_minor bigint default 0 not null,
  credited_minor bigint default 0 not null,
  refunded_minor bigint default 0 not null,
  credit_returned_minor bigint default 0 not null,
  succeeded_at timestamp with time zone not null,
  reversed_at timestamp with time zone,
  constraint payments_tenant_id_attempt_id_key UNIQUE (tenant_id, attempt_id),
  constraint payments_tenant_id_provider_provider_object_id_key UNIQUE (tenant_id, provider, provider_object_id),
  constraint payments_pkey PRIMARY KEY (tenant_id, id),
  constraint payments_tenant_id_attempt_id_fkey FOREIGN KEY (tenant_id, attempt_id) REFERENCES payment_attempts(tenant_id, id),
  constraint payments_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint payments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint payments_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint payments_amount_minor_check CHECK (((amount_minor > 0) AND (amount_minor <= '900000000000000'::bigint))),
  constraint payments_check CHECK (((credited_minor >= 0) AND (credited_minor <= amount_minor))),
  constraint payments_check1 CHECK (((refunded_minor >= 0) AND (refunded_minor <= amount_minor))),
  constraint payments_check3 CHECK ((((refunded_minor - credit_returned_minor) >= 0) AND ((refunded_minor - credit_returned_minor) <= (amount_minor - credited_minor)))),
  constraint payments_credit_returned CHECK (((credit_returned_minor >= 0) AND (credit_returned_minor <= amount_minor))),
  constraint payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payments_fee_minor_check CHECK ((fee_minor >= 0))
);
CREATE INDEX payments_by_customer ON public.payments USING btree (tenant_id, customer_id);
CREATE INDEX payments_by_invoice ON public.payments USING btree (tenant_id, invoice_id);
CREATE INDEX payments_by_time ON public.payments USING btree (tenant_id, succeeded_at DESC, id DESC);
alter table public.payments enable row level security;
alter table public.payments force row level security;
create policy tenant_rows on payments to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (invoice_id, refunded_minor, credit_returned_minor, reversed_at) on payments to billhook_rt;

create table public.plan_entitlements (
  tenant_id integer not null,
  id uuid not null,
  plan_version_id uuid not null,
  feature_id uuid not null,
  value jsonb,
  limit_quantity numeric(38,12),
  unlimited boolean default false not null,
  overage_allowed boolean default false not null,
  reset_window text,
  warn_at_percent integer[] default '{}'::integer[] not null,
  soft_limit boolean default false not null,
  pool_limit numeric(38,12),
  constraint plan_entitlements_tenant_id_plan_version_id_feature_id_key UNIQUE (tenant_id, plan_version_id, feature_id),
  constraint plan_entitlements_pkey PRIMARY KEY (tenant_id, id),
  constraint plan_entitlements_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id),
  constraint plan_entitlements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint plan_entitlements_tenant_id_plan_version_id_fkey FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plan_versions(tenant_id, id),
  constraint plan_entitlements_limit_quantity_check CHECK (((limit_quantity >= (0)::numeric) AND (limit_quantity < '10000000000000000000000000'::numeric))),
  constraint plan_entitlements_pool_limit_check CHECK (((pool_limit >= (0)::numeric) AND (pool_limit < '10000000000000000000000000'::numeric))),
  constraint plan_entitlements_reset_window_check CHECK ((reset_window ~ '^(billing_period|calendar_month|week|day|hour|never|last_[1-9][0-9]{0,2}_(hours|days))$'::text)),
  constraint plan_entitlements_soft CHECK ((NOT (soft_limit AND overage_allowed)))
);
alter table public.plan_entitlements enable row level security;
alter table public.plan_entitlements force row level security;
create policy tenant_rows on plan_entitlements to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on plan_entitlements to billhook_rt;

create table public.plan_limited_features (
  tenant_id integer not null,
  plan_id uuid not null,
  feature_id uuid not null,
  constraint plan_limited_features_pkey PRIMARY KEY (tenant_id, plan_id, feature_id),
  constraint plan_limited_features_tenant_id_feature_id_fkey FOREIGN KEY (tenant_id, feature_id) REFERENCES features(tenant_id, id),
  constraint plan_limited_features_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint plan_limited_features_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id)
);
alter table public.plan_limited_features enable row level security;
alter table public.plan_limited_features force row level security;
create policy tenant_rows on plan_limited_features to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on plan_limited_features to billhook_rt;

create table public.plan_versions (
  tenant_id integer not null,
  id uuid not null,
  plan_id uuid not null,
  version integer not null,
  currency text not null,
  trial_days integer not null,
  created_at timestamp with time zone not null,
  "position" integer default 0 not null,
  constraint plan_versions_currency UNIQUE (tenant_id, plan_id, version, currency),
  constraint plan_versions_position UNIQUE (tenant_id, plan_id, version, "position"),
  constraint plan_versions_pkey PRIMARY KEY (tenant_id, id),
  constraint plan_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint plan_versions_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id),
  constraint plan_versions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint plan_versions_position_check CHECK (("position" >= 0)),
  constraint plan_versions_trial_days_check CHECK (((trial_days >= 0) AND (trial_days <= 730))),
  constraint plan_versions_version_check CHECK ((version > 0))
);
alter table public.plan_versions enable row level security;
alter table public.plan_versions force row level security;
create policy tenant_rows on plan_versions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on plan_versions to billhook_rt;

create table public.plans (
  tenant_id integer not null,
  id uuid not null,
  key text not null,
  name text not null,
  description text default ''::text not null,
  family text not null,
  rank integer not null,
  public boolean default true not null,
  highlights jsonb default '[]'::jsonb not null,
  latest_version integer not null,
  archived_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  kind text default 'plan'::text not null,
  offered_with uuid[] default '{}'::uuid[] not null,
  constraint plans_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint plans_pkey PRIMARY KEY (tenant_id, id),
  constraint plans_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint plans_key_check CHECK ((key ~ '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$'::text)),
  constraint plans_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'add_on'::text, 'one_off'::text]))),
  constraint plans_latest_version_check CHECK ((latest_version > 0))
);
alter table public.plans enable row level security;
alter table public.plans force row level security;
create policy tenant_rows on plans to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (name, description, family, rank, public, highlights, latest_version, archived_at, updated_at, offered_with) on plans to billhook_rt;

create table public.prices (
  tenant_id integer not null,
  id uuid not null,
  plan_version_id uuid not null,
  "position" integer not null,
  key text not null,
  name text not null,
  model text not null,
  config jsonb not null,
  quantity_kind text not null,
  meter_id uuid,
  timing text not null,
  interval_unit text not null,
  interval_count integer not null,
  tax_code text default 'standard'::text not null,
  alignment text default 'anniversary'::text not null,
  proration text default 'second'::text not null,
  terms jsonb default '{}'::jsonb not null,
  constraint prices_tenant_id_plan_version_id_key_key UNIQUE (tenant_id, plan_version_id, key),
  constraint prices_pkey PRIMARY KEY (tenant_id, id),
  constraint prices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint prices_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES meters(tenant_id, id),
  constraint prices_tenant_id_plan_version_id_fkey FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plan_versions(tenant_id, id),
  constraint prices_alignment_check CHECK ((alignment = ANY (ARRAY['anniversary'::text, 'calendar'::text]))),
  constraint prices_check CHECK (((quantity_kind = 'meter'::text) = (meter_id IS NOT NULL))),
  constraint prices_interval_count_check CHECK (((interval_count >= 1) AND (interval_count <= 366))),
  constraint prices_interval_unit_check CHECK ((interval_unit = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'quarter'::text, 'half_year'::text, 'year'::text]))),
  constraint prices_model_check CHECK ((model = ANY (ARRAY['flat'::text, 'per_unit'::text, 'graduated'::text, 'volume'::text, 'stair_step'::text, 'package'::text, 'percentage'::text, 'graduated_percentage'::text, 'matrix'::text, 'dynamic'::text, 'dynamic_multiplier'::text, 'block_tiers'::text, 'capacity_tiers'::text, 'prorated_graduated'::text, 'commitment'::text]))),
  constraint prices_proration_check CHECK ((proration = ANY (ARRAY['second'::text, 'day'::text, 'none'::text]))),
  constraint prices_quantity_kind_check CHECK ((quantity_kind = ANY (ARRAY['fixed'::text, 'seats'::text, 'meter'::text]))),
  constraint prices_timing_check CHECK ((timing = ANY (ARRAY['in_advance'::text, 'in_arrears'::text])))
);
alter table public.prices enable row level security;
alter table public.prices force row level security;
create policy tenant_rows on prices to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on prices to billhook_rt;

create table public.privacy_settings (
  tenant_id integer not null,
  default_years integer not null,
  countries jsonb not null,
  needs_second_person boolean not null,
  updated_at timestamp with time zone not null,
  constraint privacy_settings_pkey PRIMARY KEY (tenant_id),
  constraint privacy_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint privacy_settings_countries_check CHECK ((jsonb_typeof(countries) = 'object'::text)),
  constraint privacy_settings_default_years_check CHECK (((default_years >= 0) AND (default_years <= 100)))
);
alter table public.privacy_settings enable row level security;
alter table public.privacy_settings force row level security;
create policy tenant_rows on privacy_settings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (default_years, countries, needs_second_person, updated_at) on privacy_settings to billhook_rt;

create table public.provider_accounts (
  tenant_id integer not null,
  provider text not null,
  mode text not null,
  secret_key_cipher bytea not null,
  webhook_secret_cipher bytea not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  public_id text,
  method_kinds text[] default '{card}'::text[] not null,
  is_default boolean default false not null,
  constraint provider_accounts_pkey PRIMARY KEY (tenant_id, provider),
  constraint provider_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint provider_accounts_method_kinds_check CHECK (((method_kinds <@ '{card,sepa_debit,paypal}'::text[]) AND (cardinality(method_kinds) > 0))),
  constraint provider_accounts_mode_check CHECK ((mode = ANY (ARRAY['sandbox'::text, 'test'::text, 'live'::text]))),
  constraint provider_accounts_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_]{1,39}$'::text)),
  constraint provider_accounts_public_id_check CHECK (((length(public_id) >= 1) AND (length(public_id) <= 255)))
);
CREATE UNIQUE INDEX provider_accounts_one_default ON public.provider_accounts USING btree (tenant_id) WHERE is_default;
alter table public.provider_accounts enable row level security;
alter table public.provider_accounts force row level security;
create policy tenant_rows on provider_accounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on provider_accounts for select to billhook_work using (true);
grant insert, select, update on provider_accounts to billhook_rt;
grant select (tenant_id, provider, mode, created_at) on provider_accounts to billhook_work;

create table public.provider_customers (
  tenant_id integer not null,
  customer_id uuid not null,
  provider text not null,
  provider_customer_id text not null,
  created_at timestamp with time zone not null,
  constraint provider_customers_tenant_id_provider_provider_customer_id_key UNIQUE (tenant_id, provider, provider_customer_id),
  constraint provider_customers_pkey PRIMARY KEY (tenant_id, customer_id, provider),
  constraint provider_customers_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint provider_customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.provider_customers enable row level security;
alter table public.provider_customers force row level security;
create policy tenant_rows on provider_customers to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on provider_customers to billhook_rt;

create table public.provider_event_marks (
  tenant_id integer not null,
  mark bytea not null,
  event_id uuid not null,
  constraint provider_event_marks_pkey PRIMARY KEY (tenant_id, mark, event_id),
  constraint provider_event_marks_mark_check CHECK ((length(mark) = 16))
);
CREATE INDEX provider_event_marks_by_event ON public.provider_event_marks USING btree (tenant_id, event_id);
alter table public.provider_event_marks enable row level security;
alter table public.provider_event_marks force row level security;
create policy tenant_rows on provider_event_marks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on provider_event_marks to billhook_rt;

create table public.provider_events (
  tenant_id integer not null,
  provider text not null,
  provider_event_id text not null,
  type text not null,
  body bytea not null,
  received_at timestamp with time zone not null,
  state text not null,
  attempts integer default 0 not null,
  retry_at timestamp with time zone not null,
  lease_owner bigint,
  detail text,
  processed_at timestamp with time zone,
  id uuid not null,
  headers jsonb default '{}'::jsonb not null,
  came_by text default 'webhook'::text not null,
  deliveries integer default 1 not null,
  last_received_at timestamp with time zone,
  replays integer default 0 not null,
  replayable boolean default true not null,
  waits integer default 0 not null,
  constraint provider_events_pkey PRIMARY KEY (tenant_id, provider, provider_event_id),
  constraint provider_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint provider_events_came_by_check CHECK ((came_by = ANY (ARRAY['webhook'::text, 'poll'::text]))),
  constraint provider_events_deliveries_check CHECK ((deliveries >= 0)),
  constraint provider_events_state_check CHECK ((state = ANY (ARRAY['stored'::text, 'done'::text, 'ignored'::text, 'quarantined'::text])))
);
CREATE UNIQUE INDEX provider_events_by_id ON public.provider_events USING btree (tenant_id, id);
CREATE INDEX provider_events_log ON public.provider_events USING btree (tenant_id, received_at DESC, id DESC);
CREATE INDEX provider_events_stored ON public.provider_events USING btree (tenant_id, retry_at) WHERE (state = 'stored'::text);
CREATE TRIGGER provider_events_forget_marks AFTER UPDATE OF body ON public.provider_events FOR EACH ROW EXECUTE FUNCTION app.forget_marks();
alter table public.provider_events enable row level security;
alter table public.provider_events force row level security;
create policy tenant_rows on provider_events to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on provider_events for select to billhook_work using (true);
grant insert, select, update (body, state, attempts, retry_at, lease_owner, detail, processed_at, headers, came_by, deliveries, last_received_at, replays, replayable, waits) on provider_events to billhook_rt;
grant select (tenant_id, state, retry_at, lease_owner) on provider_events to billhook_work;

create table public.provider_payouts (
  tenant_id integer not null,
  id uuid not null,
  provider text not null,
  provider_payout_id text not null,
  amount_minor bigint not null,
  currency text not null,
  status text not null,
  created_at timestamp with time zone not null,
  arrives_at timestamp with time zone,
  constraint provider_payouts_tenant_id_provider_provider_payout_id_key UNIQUE (tenant_id, provider, provider_payout_id),
  constraint provider_payouts_pkey PRIMARY KEY (tenant_id, id),
  constraint provider_payouts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint provider_payouts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE INDEX provider_payouts_by_time ON public.provider_payouts USING btree (tenant_id, created_at DESC, id DESC);
alter table public.provider_payouts enable row level security;
alter table public.provider_payouts force row level security;
create policy tenant_rows on provider_payouts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (amount_minor, status, arrives_at) on provider_payouts to billhook_rt;

create table public.provider_schedules (
  tenant_id integer not null,
  provider text not null,
  poll_at timestamp with time zone,
  polled_until timestamp with time zone,
  poll_cursor text,
  poll_fault text,
  reconcile_at timestamp with time zone,
  reconciled_until timestamp with time zone,
  reconciled_at timestamp with time zone,
  reconcile_fault text,
  lease_until timestamp with time zone,
  constraint provider_schedules_pkey PRIMARY KEY (tenant_id, provider),
  constraint provider_schedules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.provider_schedules enable row level security;
alter table public.provider_schedules force row level security;
create policy tenant_rows on provider_schedules to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on provider_schedules for select to billhook_work using (true);
grant insert, select, update on provider_schedules to billhook_rt;
grant select (tenant_id, provider, poll_at, reconcile_at) on provider_schedules to billhook_work;

create table public.provider_transactions (
  tenant_id integer not null,
  id uuid not null,
  provider text not null,
  provider_transaction_id text not null,
  kind text not null,
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  currency text not null,
  occurred_at timestamp with time zone not null,
  available_at timestamp with time zone,
  object_ids text[] not null,
  payout_id text,
  description text,
  state text not null,
  reason text,
  detail text,
  ledger_transaction_id uuid,
  seen_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint provider_transactions_tenant_id_provider_provider_transacti_key UNIQUE (tenant_id, provider, provider_transaction_id),
  constraint provider_transactions_pkey PRIMARY KEY (tenant_id, id),
  constraint provider_transactions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint provider_transactions_tenant_id_ledger_transaction_id_fkey FOREIGN KEY (tenant_id, ledger_transaction_id) REFERENCES ledger_transactions(tenant_id, id),
  constraint provider_transactions_check CHECK ((net_minor = (gross_minor - fee_minor))),
  constraint provider_transactions_check1 CHECK (((state = ANY (ARRAY['matched'::text, 'posted'::text])) = (ledger_transaction_id IS NOT NULL))),
  constraint provider_transactions_check2 CHECK (((state = 'open'::text) = (settled_at IS NULL))),
  constraint provider_transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint provider_transactions_kind_check CHECK ((kind = ANY (ARRAY['charge'::text, 'charge_failure'::text, 'refund'::text, 'refund_failure'::text, 'dispute'::text, 'dispute_reversal'::text, 'fee'::text, 'payout'::text, 'payout_failure'::text, 'adjustment'::text]))),
  constraint provider_transactions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'matched'::text, 'posted'::text, 'empty'::text])))
);
CREATE INDEX provider_transactions_by_payout ON public.provider_transactions USING btree (tenant_id, provider, payout_id) WHERE (payout_id IS NOT NULL);
CREATE INDEX provider_transactions_by_time ON public.provider_transactions USING btree (tenant_id, occurred_at DESC, id DESC);
CREATE UNIQUE INDEX provider_transactions_one_each ON public.provider_transactions USING btree (tenant_id, ledger_transaction_id) WHERE (ledger_transaction_id IS NOT NULL);
CREATE INDEX provider_transactions_open ON public.provider_transactions USING btree (tenant_id, occurred_at) WHERE (state = 'open'::text);
alter table public.provider_transactions enable row level security;
alter table public.provider_transactions force row level security;
create policy tenant_rows on provider_transactions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (available_at, payout_id, state, reason, detail, ledger_transaction_id, settled_at) on provider_transactions to billhook_rt;

create table public.receipts (
  tenant_id integer not null,
  payment_id uuid not null,
  customer_id uuid not null,
  number text not null,
  document jsonb not null,
  issued_at timestamp with time zone not null,
  constraint receipts_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint receipts_pkey PRIMARY KEY (tenant_id, payment_id),
  constraint receipts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint receipts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint receipts_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id)
);
alter table public.receipts enable row level security;
alter table public.receipts force row level security;
create policy tenant_rows on receipts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on receipts to billhook_rt;

create table public.received_payments (
  tenant_id integer not null,
  payment_id uuid not null,
  line_id uuid,
  kind text not null,
  received_on date not null,
  note text,
  recorded_by text not null,
  recorded_at timestamp with time zone not null,
  reversed_at timestamp with time zone,
  reversed_by text,
  reversal_reason text,
  constraint received_payments_pkey PRIMARY KEY (tenant_id, payment_id),
  constraint received_payments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint received_payments_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES bank_lines(tenant_id, id),
  constraint received_payments_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint received_payments_check CHECK (((reversal_reason IS NULL) = (reversed_at IS NULL))),
  constraint received_payments_check1 CHECK (((kind = 'transfer'::text) = (line_id IS NOT NULL))),
  constraint received_payments_kind_check CHECK ((kind = ANY (ARRAY['transfer'::text, 'cash'::text, 'cheque'::text, 'other'::text])))
);
CREATE INDEX received_payments_by_line ON public.received_payments USING btree (tenant_id, line_id) WHERE (line_id IS NOT NULL);
alter table public.received_payments enable row level security;
alter table public.received_payments force row level security;
create policy tenant_rows on received_payments to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (reversed_at, reversed_by, reversal_reason) on received_payments to billhook_rt;

create table public.refund_accounts (
  tenant_id integer not null,
  refund_id uuid not null,
  customer_id uuid not null,
  holder text not null,
  iban text not null,
  given_at timestamp with time zone not null,
  constraint refund_accounts_pkey PRIMARY KEY (tenant_id, refund_id),
  constraint refund_accounts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint refund_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint refund_accounts_tenant_id_refund_id_fkey FOREIGN KEY (tenant_id, refund_id) REFERENCES refunds(tenant_id, id),
  constraint refund_accounts_holder_check CHECK (((length(holder) >= 1) AND (length(holder) <= 70))),
  constraint refund_accounts_iban_check CHECK ((iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'::text))
);
CREATE INDEX refund_accounts_by_customer ON public.refund_accounts USING btree (tenant_id, customer_id);
alter table public.refund_accounts enable row level security;
alter table public.refund_accounts force row level security;
create policy tenant_rows on refund_accounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (holder, iban, given_at) on refund_accounts to billhook_rt;

create table public.refunds (
  tenant_id integer not null,
  id uuid not null,
  payment_id uuid not null,
  attempt_id uuid,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  credit_minor bigint default 0 not null,
  reason text not null,
  provider_object_id text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  returned_at timestamp with time zone,
  by_transfer boolean default false not null,
  constraint refunds_pkey PRIMARY KEY (tenant_id, id),
  constraint refunds_tenant_id_attempt_id_fkey FOREIGN KEY (tenant_id, attempt_id) REFERENCES payment_attempts(tenant_id, id),
  constraint refunds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint refunds_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint refunds_amount_minor_check CHECK ((amount_minor > 0)),
  constraint refunds_check CHECK (((credit_minor >= 0) AND (credit_minor <= amount_minor))),
  constraint refunds_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint refunds_returned CHECK (((status = 'returned'::text) = (returned_at IS NOT NULL))),
  constraint refunds_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'returned'::text])))
);
CREATE UNIQUE INDEX refunds_by_object ON public.refunds USING btree (tenant_id, provider_object_id) WHERE (provider_object_id IS NOT NULL);
CREATE INDEX refunds_by_payment ON public.refunds USING btree (tenant_id, payment_id);
alter table public.refunds enable row level security;
alter table public.refunds force row level security;
create policy tenant_rows on refunds to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (status, provider_object_id, finished_at, returned_at) on refunds to billhook_rt;

create table public.risk_rules (
  tenant_id integer not null,
  rules jsonb not null,
  updated_at timestamp with time zone not null,
  constraint risk_rules_pkey PRIMARY KEY (tenant_id),
  constraint risk_rules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.risk_rules enable row level security;
alter table public.risk_rules force row level security;
create policy tenant_rows on risk_rules to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (rules, updated_at) on risk_rules to billhook_rt;

create table public.rotation_policies (
  tenant_id integer not null,
  kind text not null,
  days integer not null,
  updated_at timestamp with time zone not null,
  constraint rotation_policies_pkey PRIMARY KEY (tenant_id, kind),
  constraint rotation_policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint rotation_policies_days_check CHECK (((days >= 1) AND (days <= 3650))),
  constraint rotation_policies_kind_check CHECK ((kind = ANY (ARRAY['mail'::text, 'twilio'::text, 'stripe'::text, 'paypal'::text, 'whatsapp'::text, 'storage'::text, 'peppol'::text, 'certificate'::text])))
);
alter table public.rotation_policies enable row level security;
alter table public.rotation_policies force row level security;
create policy tenant_rows on rotation_policies to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (days, updated_at) on rotation_policies to billhook_rt;

create table public.secret_marks (
  tenant_id integer not null,
  name text not null,
  kind text not null,
  mark bytea not null,
  since timestamp with time zone not null,
  expires_at timestamp with time zone,
  tell_at timestamp with time zone,
  entered_ends_at timestamp with time zone,
  constraint secret_marks_pkey PRIMARY KEY (tenant_id, name),
  constraint secret_marks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint secret_marks_kind_check CHECK ((kind = ANY (ARRAY['mail'::text, 'twilio'::text, 'stripe'::text, 'paypal'::text, 'whatsapp'::text, 'storage'::text, 'peppol'::text, 'certificate'::text]))),
  constraint secret_marks_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);
CREATE INDEX secret_marks_to_tell ON public.secret_marks USING btree (tell_at) WHERE (tell_at IS NOT NULL);
alter table public.secret_marks enable row level security;
alter table public.secret_marks force row level security;
create policy tenant_rows on secret_marks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on secret_marks for select to billhook_work using (true);
grant delete, insert, select, update (kind, mark, since, expires_at, tell_at, entered_ends_at) on secret_marks to billhook_rt;
grant select (tenant_id, tell_at) on secret_marks to billhook_work;

create table public.stripe_changes (
  tenant_id integer not null,
  id uuid not null,
  subscription_id uuid not null,
  kind text not null,
  wanted jsonb not null,
  status text not null,
  failure text,
  attempts integer default 0 not null,
  send_at timestamp with time zone not null,
  lease_owner bigint,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint stripe_changes_pkey PRIMARY KEY (tenant_id, id),
  constraint stripe_changes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stripe_changes_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint stripe_changes_check CHECK (((finished_at IS NOT NULL) = (status = ANY (ARRAY['confirmed'::text, 'refused'::text])))),
  constraint stripe_changes_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'quantity'::text, 'cancel'::text, 'keep'::text]))),
  constraint stripe_changes_status_check CHECK ((status = ANY (ARRAY['created'::text, 'sent'::text, 'confirmed'::text, 'refused'::text])))
);
CREATE UNIQUE INDEX stripe_changes_one_open ON public.stripe_changes USING btree (tenant_id, subscription_id) WHERE (status = ANY (ARRAY['created'::text, 'sent'::text]));
CREATE INDEX stripe_changes_to_send ON public.stripe_changes USING btree (tenant_id, send_at) WHERE (status = 'created'::text);
alter table public.stripe_changes enable row level security;
alter table public.stripe_changes force row level security;
create policy tenant_rows on stripe_changes to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on stripe_changes for select to billhook_work using (true);
grant insert, select, update (status, failure, attempts, send_at, lease_owner, finished_at) on stripe_changes to billhook_rt;
grant select (tenant_id, status, send_at, lease_owner) on stripe_changes to billhook_work;

create table public.stripe_links (
  tenant_id integer not null,
  kind text not null,
  stripe_id text not null,
  object_id uuid not null,
  event_name text,
  digest text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint stripe_links_tenant_id_kind_object_id_key UNIQUE (tenant_id, kind, object_id),
  constraint stripe_links_pkey PRIMARY KEY (tenant_id, kind, stripe_id),
  constraint stripe_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stripe_links_check CHECK (((kind = 'meter'::text) = (event_name IS NOT NULL))),
  constraint stripe_links_kind_check CHECK ((kind = ANY (ARRAY['product'::text, 'price'::text, 'meter'::text, 'subscription'::text, 'invoice'::text, 'credit_note'::text]))),
  constraint stripe_links_stripe_id_check CHECK (((length(stripe_id) >= 1) AND (length(stripe_id) <= 255)))
);
alter table public.stripe_links enable row level security;
alter table public.stripe_links force row level security;
create policy tenant_rows on stripe_links to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (digest, updated_at) on stripe_links to billhook_rt;

create table public.stripe_look_ups (
  tenant_id integer not null,
  kind text not null,
  stripe_id text not null,
  asked bigint not null,
  applied bigint default 0 not null,
  state text not null,
  reason text,
  looked_at timestamp with time zone not null,
  constraint stripe_look_ups_pkey PRIMARY KEY (tenant_id, kind, stripe_id),
  constraint stripe_look_ups_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stripe_look_ups_applied_check CHECK ((applied >= 0)),
  constraint stripe_look_ups_asked_check CHECK ((asked > 0)),
  constraint stripe_look_ups_kind_check CHECK ((kind = ANY (ARRAY['subscription'::text, 'invoice'::text, 'product'::text]))),
  constraint stripe_look_ups_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'mirrored'::text, 'waiting'::text, 'foreign'::text]))),
  constraint stripe_look_ups_stripe_id_check CHECK (((length(stripe_id) >= 1) AND (length(stripe_id) <= 255)))
);
CREATE INDEX stripe_look_ups_waiting ON public.stripe_look_ups USING btree (tenant_id) WHERE (state = 'waiting'::text);
alter table public.stripe_look_ups enable row level security;
alter table public.stripe_look_ups force row level security;
create policy tenant_rows on stripe_look_ups to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (asked, applied, state, reason, looked_at) on stripe_look_ups to billhook_rt;

create table public.stripe_meter_marks (
  tenant_id integer not null,
  looked_until timestamp with time zone not null,
  constraint stripe_meter_marks_pkey PRIMARY KEY (tenant_id),
  constraint stripe_meter_marks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.stripe_meter_marks enable row level security;
alter table public.stripe_meter_marks force row level security;
create policy tenant_rows on stripe_meter_marks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on stripe_meter_marks for select to billhook_work using (true);
grant insert, select, update (looked_until) on stripe_meter_marks to billhook_rt;
grant select (tenant_id, looked_until) on stripe_meter_marks to billhook_work;

create table public.stripe_meter_reports (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamp with time zone not null,
  revision integer not null,
  identifier text not null,
  quantity numeric(38,12) not null,
  status text not null,
  failure text,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  constraint stripe_meter_reports_tenant_id_identifier_key UNIQUE (tenant_id, identifier),
  constraint stripe_meter_reports_pkey PRIMARY KEY (tenant_id, customer_id, meter_id, hour, revision),
  constraint stripe_meter_reports_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint stripe_meter_reports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stripe_meter_reports_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES meters(tenant_id, id),
  constraint stripe_meter_reports_identifier_check CHECK (((length(identifier) >= 1) AND (length(identifier) <= 100))),
  constraint stripe_meter_reports_quantity_check CHECK (((quantity > (0)::numeric) AND (quantity < '10000000000000000000000000'::numeric))),
  constraint stripe_meter_reports_revision_check CHECK ((revision > 0)),
  constraint stripe_meter_reports_status_check CHECK ((status = ANY (ARRAY['created'::text, 'sent'::text, 'canceling'::text, 'canceled'::text, 'failed'::text])))
);
CREATE INDEX stripe_meter_reports_unsent ON public.stripe_meter_reports USING btree (tenant_id) WHERE (status = ANY (ARRAY['created'::text, 'canceling'::text]));
alter table public.stripe_meter_reports enable row level security;
alter table public.stripe_meter_reports force row level security;
create policy tenant_rows on stripe_meter_reports to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (status, failure, sent_at) on stripe_meter_reports to billhook_rt;

create table public.stripe_terms (
  tenant_id integer not null,
  subscription_id uuid not null,
  discounts jsonb not null,
  paused_behaviour text,
  resumes_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint stripe_terms_pkey PRIMARY KEY (tenant_id, subscription_id),
  constraint stripe_terms_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stripe_terms_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint stripe_terms_check CHECK (((paused_behaviour IS NOT NULL) OR (resumes_at IS NULL))),
  constraint stripe_terms_discounts_check CHECK ((jsonb_typeof(discounts) = 'array'::text)),
  constraint stripe_terms_paused_behaviour_check CHECK ((paused_behaviour = ANY (ARRAY['keep_as_draft'::text, 'mark_uncollectible'::text, 'void'::text])))
);
CREATE INDEX stripe_terms_discounts ON public.stripe_terms USING gin (discounts jsonb_path_ops);
alter table public.stripe_terms enable row level security;
alter table public.stripe_terms force row level security;
create policy tenant_rows on stripe_terms to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (discounts, paused_behaviour, resumes_at, updated_at) on stripe_terms to billhook_rt;

create table public.subscription_charges (
  tenant_id integer not null,
  id uuid not null,
  subscription_id uuid not null,
  price_id uuid,
  price jsonb not null,
  add_on_id uuid,
  description text not null,
  quantity bigint not null,
  charged_at timestamp with time zone not null,
  constraint subscription_charges_pkey PRIMARY KEY (tenant_id, id),
  constraint subscription_charges_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES plans(tenant_id, id),
  constraint subscription_charges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint subscription_charges_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES prices(tenant_id, id),
  constraint subscription_charges_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint subscription_charges_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000)))
);
CREATE INDEX subscription_charges_by_subscription ON public.subscription_charges USING btree (tenant_id, subscription_id, charged_at);
alter table public.subscription_charges enable row level security;
alter table public.subscription_charges force row level security;
create policy tenant_rows on subscription_charges to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (price, description) on subscription_charges to billhook_rt;

create table public.subscription_discounts (
  tenant_id integer not null,
  id uuid not null,
  subscription_id uuid not null,
  customer_id uuid not null,
  coupon_id uuid not null,
  coupon jsonb not null,
  periods jsonb,
  redeemed_at timestamp with time zone not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  constraint subscription_discounts_pkey PRIMARY KEY (tenant_id, id),
  constraint subscription_discounts_tenant_id_coupon_id_fkey FOREIGN KEY (tenant_id, coupon_id) REFERENCES coupons(tenant_id, id),
  constraint subscription_discounts_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint subscription_discounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint subscription_discounts_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id)
);
CREATE INDEX subscription_discounts_by_coupon ON public.subscription_discounts USING btree (tenant_id, coupon_id, customer_id);
CREATE INDEX subscription_discounts_in_order ON public.subscription_discounts USING btree (tenant_id, subscription_id, redeemed_at, id);
alter table public.subscription_discounts enable row level security;
alter table public.subscription_discounts force row level security;
create policy tenant_rows on subscription_discounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (periods, starts_at, ends_at) on subscription_discounts to billhook_rt;

create table public.subscription_items (
  tenant_id integer not null,
  id uuid not null,
  subscription_id uuid not null,
  plan_version_id uuid not null,
  price_id uuid not null,
  quantity bigint not null,
  anchor_at timestamp with time zone not null,
  active_from timestamp with time zone not null,
  active_to timestamp with time zone,
  credit_unused boolean not null,
  add_on_id uuid,
  override jsonb,
  constraint subscription_items_pkey PRIMARY KEY (tenant_id, id),
  constraint subscription_items_tenant_id_add_on_id_fkey FOREIGN KEY (tenant_id, add_on_id) REFERENCES plans(tenant_id, id),
  constraint subscription_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint subscription_items_tenant_id_plan_version_id_fkey FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plan_versions(tenant_id, id),
  constraint subscription_items_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES prices(tenant_id, id),
  constraint subscription_items_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id),
  constraint subscription_items_check CHECK ((active_to >= active_from)),
  constraint subscription_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000)))
);
CREATE INDEX subscription_items_by_price ON public.subscription_items USING btree (tenant_id, price_id);
CREATE INDEX subscription_items_in_order ON public.subscription_items USING btree (tenant_id, subscription_id, active_from, id);
alter table public.subscription_items enable row level security;
alter table public.subscription_items force row level security;
create policy tenant_rows on subscription_items to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (active_to, credit_unused) on subscription_items to billhook_rt;

create table public.subscriptions (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  plan_id uuid not null,
  plan_version_id uuid not null,
  status text not null,
  billing_authority text default 'billhook'::text not null,
  collection text not null,
  currency text not null,
  time_zone text not null,
  seats bigint not null,
  started_at timestamp with time zone not null,
  trial_end_at timestamp with time zone,
  trial_announced_at timestamp with time zone,
  anchor_at timestamp with time zone not null,
  next_bill_at timestamp with time zone,
  ended_at timestamp with time zone,
  metadata jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  trial_end text default 'convert'::text not null,
  billing_day integer,
  schedule jsonb default '[]'::jsonb not null,
  pauses jsonb default '[]'::jsonb not null,
  threshold_source text default 'seller'::text not null,
  threshold_minor bigint,
  past_due_since timestamp with time zone,
  access text default 'full'::text not null,
  constraint subscriptions_pkey PRIMARY KEY (tenant_id, id),
  constraint subscriptions_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint subscriptions_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES plans(tenant_id, id),
  constraint subscriptions_tenant_id_plan_version_id_fkey FOREIGN KEY (tenant_id, plan_version_id) REFERENCES plan_versions(tenant_id, id),
  constraint subscriptions_access_check CHECK ((access = ANY (ARRAY['full'::text, 'grace'::text, 'limited'::text, 'suspended'::text, 'ended'::text]))),
  constraint subscriptions_billing_authority_check CHECK ((billing_authority = ANY (ARRAY['billhook'::text, 'stripe'::text]))),
  constraint subscriptions_billing_day_check CHECK (((billing_day >= 1) AND (billing_day <= 31))),
  constraint subscriptions_check CHECK (((ended_at IS NOT NULL) = (status = 'canceled'::text))),
  constraint subscriptions_collection_check CHECK ((collection = ANY (ARRAY['automatic'::text, 'manual'::text]))),
  constraint subscriptions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint subscriptions_due_here CHECK (((billing_authority = 'billhook'::text) OR (next_bill_at IS NULL))),
  constraint subscriptions_own_threshold CHECK (((threshold_source = 'subscription'::text) OR (threshold_minor IS NULL))),
  constraint subscriptions_seats_check CHECK (((seats >= 1) AND (seats <= 1000000))),
  constraint subscriptions_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'paused'::text, 'canceled'::text]))),
  constraint subscriptions_threshold_minor_check CHECK ((threshold_minor > 0)),
  constraint subscriptions_threshold_source_check CHECK ((threshold_source = ANY (ARRAY['seller'::text, 'subscription'::text]))),
  constraint subscriptions_trial_end_check CHECK ((trial_end = ANY (ARRAY['convert'::text, 'cancel'::text, 'cancel_without_payment_method'::text])))
);
CREATE INDEX subscriptions_by_creation ON public.subscriptions USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX subscriptions_due_by_tenant ON public.subscriptions USING btree (tenant_id, next_bill_at, id) WHERE (next_bill_at IS NOT NULL);
CREATE INDEX subscriptions_in_trial ON public.subscriptions USING btree (tenant_id, trial_end_at) WHERE ((status = 'trialing'::text) AND (trial_announced_at IS NULL));
CREATE UNIQUE INDEX subscriptions_of_customer ON public.subscriptions USING btree (tenant_id, customer_id, id);
alter table public.subscriptions enable row level security;
alter table public.subscriptions force row level security;
create policy tenant_rows on subscriptions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on subscriptions for select to billhook_work using (true);
grant insert, select, update (plan_id, plan_version_id, status, collection, seats, trial_end_at, trial_announced_at, anchor_at, next_bill_at, ended_at, metadata, updated_at, schedule, pauses, threshold_source, threshold_minor, past_due_since, access) on subscriptions to billhook_rt;
grant select (tenant_id, status, trial_end_at, trial_announced_at, next_bill_at) on subscriptions to billhook_work;

create table public.tax_attempts (
  tenant_id integer not null,
  id uuid not null,
  booking_id uuid not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text,
  fault text,
  constraint tax_attempts_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_attempts_tenant_id_booking_id_fkey FOREIGN KEY (tenant_id, booking_id) REFERENCES tax_bookings(tenant_id, id) ON DELETE CASCADE,
  constraint tax_attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint tax_attempts_check CHECK (((outcome IS NULL) = (ended_at IS NULL))),
  constraint tax_attempts_fault_check CHECK (((length(fault) >= 1) AND (length(fault) <= 500))),
  constraint tax_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'busy'::text, 'unknown'::text])))
);
CREATE INDEX tax_attempts_booking ON public.tax_attempts USING btree (tenant_id, booking_id);
alter table public.tax_attempts enable row level security;
alter table public.tax_attempts force row level security;
create policy tenant_rows on tax_attempts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on tax_attempts to billhook_rt;

create table public.tax_bookings (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  credit_note_id uuid,
  kind text not null,
  calculation_id text not null,
  lines jsonb not null,
  status text not null,
  due_at timestamp with time zone not null,
  transaction_id text,
  fault text,
  tries integer default 0 not null,
  created_at timestamp with time zone not null,
  constraint tax_bookings_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_bookings_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES credit_notes(tenant_id, id),
  constraint tax_bookings_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id) ON DELETE CASCADE,
  constraint tax_bookings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint tax_bookings_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint tax_bookings_calculation_id_check CHECK (((length(calculation_id) >= 1) AND (length(calculation_id) <= 200))),
  constraint tax_bookings_check CHECK (((kind = 'note'::text) = (credit_note_id IS NOT NULL))),
  constraint tax_bookings_check1 CHECK (((status = 'done'::text) = (transaction_id IS NOT NULL))),
  constraint tax_bookings_fault_check CHECK (((length(fault) >= 1) AND (length(fault) <= 500))),
  constraint tax_bookings_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'note'::text, 'void'::text]))),
  constraint tax_bookings_status_check CHECK ((status = ANY (ARRAY['due'::text, 'done'::text, 'failed'::text]))),
  constraint tax_bookings_transaction_id_check CHECK (((length(transaction_id) >= 1) AND (length(transaction_id) <= 200))),
  constraint tax_bookings_tries_check CHECK ((tries >= 0))
);
CREATE INDEX tax_bookings_due ON public.tax_bookings USING btree (tenant_id, due_at) WHERE (status = 'due'::text);
CREATE INDEX tax_bookings_invoice ON public.tax_bookings USING btree (tenant_id, invoice_id);
CREATE UNIQUE INDEX tax_bookings_note ON public.tax_bookings USING btree (tenant_id, credit_note_id) WHERE (kind = 'note'::text);
CREATE UNIQUE INDEX tax_bookings_once ON public.tax_bookings USING btree (tenant_id, invoice_id, kind) WHERE (kind <> 'note'::text);
alter table public.tax_bookings enable row level security;
alter table public.tax_bookings force row level security;
create policy tenant_rows on tax_bookings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on tax_bookings for select to billhook_work using (true);
grant insert, select, update on tax_bookings to billhook_rt;
grant select (tenant_id, status, due_at) on tax_bookings to billhook_work;

create table public.tax_certificates (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  reason text not null,
  number text,
  country text not null,
  regions text[] default '{}'::text[] not null,
  valid_from date not null,
  valid_to date,
  file_id uuid,
  decision text not null,
  given_by text not null,
  given_at timestamp with time zone not null,
  decided_by text,
  decided_at timestamp with time zone,
  why text,
  notice_at timestamp with time zone,
  constraint tax_certificates_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_certificates_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint tax_certificates_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES files(tenant_id, id),
  constraint tax_certificates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint tax_certificates_check CHECK ((valid_to >= valid_from)),
  constraint tax_certificates_check1 CHECK (((decision = 'to_check'::text) = (decided_by IS NULL))),
  constraint tax_certificates_check2 CHECK (((decided_by IS NULL) = (decided_at IS NULL))),
  constraint tax_certificates_check3 CHECK (((notice_at IS NULL) OR (decision = 'accepted'::text))),
  constraint tax_certificates_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint tax_certificates_decided_by_check CHECK (((length(decided_by) >= 1) AND (length(decided_by) <= 200))),
  constraint tax_certificates_decision_check CHECK ((decision = ANY (ARRAY['to_check'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint tax_certificates_given_by_check CHECK (((length(given_by) >= 1) AND (length(given_by) <= 200))),
  constraint tax_certificates_number_check CHECK (((length(number) >= 1) AND (length(number) <= 100))),
  constraint tax_certificates_reason_check CHECK ((reason = ANY (ARRAY['resale'::text, 'government'::text, 'nonprofit'::text, 'education'::text, 'manufacturing'::text, 'agriculture'::text, 'diplomatic'::text, 'international_organisation'::text, 'armed_forces'::text, 'other'::text]))),
  constraint tax_certificates_regions_check CHECK ((cardinality(regions) <= 60)),
  constraint tax_certificates_why_check CHECK (((length(why) >= 1) AND (length(why) <= 500)))
);
CREATE INDEX tax_certificates_due ON public.tax_certificates USING btree (tenant_id, notice_at) WHERE (notice_at IS NOT NULL);
CREATE INDEX tax_certificates_of_customer ON public.tax_certificates USING btree (tenant_id, customer_id);
alter table public.tax_certificates enable row level security;
alter table public.tax_certificates force row level security;
create policy tenant_rows on tax_certificates to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on tax_certificates for select to billhook_work using (true);
grant insert, select, update on tax_certificates to billhook_rt;
grant select (tenant_id, notice_at) on tax_certificates to billhook_work;

create table public.tax_quotes (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  content_sha256 text not null,
  request jsonb not null,
  status text not null,
  calculation_id text,
  answer jsonb,
  fault text,
  failed_count integer default 0 not null,
  ask_at timestamp with time zone,
  asked_at timestamp with time zone,
  invoice_id uuid,
  created_at timestamp with time zone not null,
  constraint tax_quotes_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_quotes_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id) ON DELETE CASCADE,
  constraint tax_quotes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint tax_quotes_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint tax_quotes_calculation_id_check CHECK (((length(calculation_id) >= 1) AND (length(calculation_id) <= 200))),
  constraint tax_quotes_check CHECK (((status = 'answered'::text) = ((answer IS NOT NULL) AND (calculation_id IS NOT NULL)))),
  constraint tax_quotes_check1 CHECK (((status = 'open'::text) OR (ask_at IS NULL))),
  constraint tax_quotes_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint tax_quotes_failed_count_check CHECK ((failed_count >= 0)),
  constraint tax_quotes_fault_check CHECK (((length(fault) >= 1) AND (length(fault) <= 500))),
  constraint tax_quotes_status_check CHECK ((status = ANY (ARRAY['open'::text, 'answered'::text, 'refused'::text])))
);
CREATE UNIQUE INDEX tax_quotes_content ON public.tax_quotes USING btree (tenant_id, customer_id, content_sha256) WHERE (invoice_id IS NULL);
CREATE INDEX tax_quotes_due ON public.tax_quotes USING btree (tenant_id, ask_at) WHERE (ask_at IS NOT NULL);
CREATE INDEX tax_quotes_invoice ON public.tax_quotes USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
alter table public.tax_quotes enable row level security;
alter table public.tax_quotes force row level security;
create policy tenant_rows on tax_quotes to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on tax_quotes for select to billhook_work using (true);
grant delete, insert, select, update on tax_quotes to billhook_rt;
grant select (tenant_id, ask_at) on tax_quotes to billhook_work;

create table public.tenants (
  id integer generated always as identity not null,
  public_id uuid not null,
  organization_id integer not null,
  slug text not null,
  name text not null,
  kind text not null,
  currency text not null,
  time_zone text not null,
  settings jsonb default '{}'::jsonb not null,
  frozen_at timestamp with time zone,
  advancing_to timestamp with time zone,
  advance_progress jsonb,
  created_at timestamp with time zone not null,
  words_version bigint default 0 not null,
  constraint tenants_public_id_key UNIQUE (public_id),
  constraint tenants_slug_key UNIQUE (slug),
  constraint tenants_pkey PRIMARY KEY (id),
  constraint tenants_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint tenants_check CHECK (((frozen_at IS NULL) OR (kind = 'sandbox'::text))),
  constraint tenants_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint tenants_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'sandbox'::text]))),
  constraint tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint tenants_slug_check CHECK ((slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
grant insert, select, update (name, currency, time_zone, settings, frozen_at, advancing_to, advance_progress, words_version) on tenants to billhook_rt;
grant select on tenants to billhook_work;

create table public.text_messages (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  template text not null,
  subject_id text not null,
  facts jsonb not null,
  recipient text,
  body text,
  parts integer,
  status text not null,
  reason text,
  error_code integer,
  provider_id text,
  attempts integer default 0 not null,
  due_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  changed_at timestamp with time zone not null,
  constraint text_messages_tenant_id_template_subject_id_key UNIQUE (tenant_id, template, subject_id),
  constraint text_messages_pkey PRIMARY KEY (tenant_id, id),
  constraint text_messages_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint text_messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint text_messages_attempts_check CHECK ((attempts >= 0)),
  constraint text_messages_check CHECK (((status = ANY (ARRAY['queued'::text, 'dropped'::text])) OR ((recipient IS NOT NULL) AND (body IS NOT NULL)))),
  constraint text_messages_parts_check CHECK ((parts > 0)),
  constraint text_messages_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'unknown'::text, 'accepted'::text, 'sent'::text, 'delivered'::text, 'undelivered'::text, 'failed'::text, 'dropped'::text])))
);
CREATE INDEX text_messages_by_customer ON public.text_messages USING btree (tenant_id, customer_id, id);
CREATE INDEX text_messages_due ON public.text_messages USING btree (tenant_id, due_at) WHERE (status = ANY (ARRAY['queued'::text, 'sending'::text, 'unknown'::text]));
alter table public.text_messages enable row level security;
alter table public.text_messages force row level security;
create policy tenant_rows on text_messages to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on text_messages for select to billhook_work using (true);
grant delete, insert, select, update (recipient, body, parts, status, reason, error_code, provider_id, attempts, due_at, lease_until, sent_at, changed_at) on text_messages to billhook_rt;
grant select (tenant_id, status, due_at, lease_until) on text_messages to billhook_work;

create table public.text_stops (
  tenant_id integer not null,
  number text not null,
  stopped_at timestamp with time zone not null,
  constraint text_stops_pkey PRIMARY KEY (tenant_id, number),
  constraint text_stops_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint text_stops_number_check CHECK ((number ~ '^\+[1-9][0-9]{6,14}$'::text))
);
alter table public.text_stops enable row level security;
alter table public.text_stops force row level security;
create policy tenant_rows on text_stops to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on text_stops to billhook_rt;

create table public.usage_adjustments (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  subscription_id uuid not null,
  item_id uuid not null,
  billing_start timestamp with time zone not null,
  quantity_before numeric(38,12) not null,
  quantity_after numeric(38,12) not null,
  gross_delta_minor bigint not null,
  credit_note_id uuid,
  charge_id uuid,
  made_at timestamp with time zone not null,
  constraint usage_adjustments_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_adjustments_tenant_id_charge_id_fkey FOREIGN KEY (tenant_id, charge_id) REFERENCES subscription_charges(tenant_id, id),
  constraint usage_adjustments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_adjustments_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions(tenant_id, id)
);
CREATE INDEX usage_adjustments_by_period ON public.usage_adjustments USING btree (tenant_id, item_id, billing_start);
CREATE INDEX usage_adjustments_by_subscription ON public.usage_adjustments USING btree (tenant_id, subscription_id);
alter table public.usage_adjustments enable row level security;
alter table public.usage_adjustments force row level security;
create policy tenant_rows on usage_adjustments to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_adjustments to billhook_rt;

create table public.usage_alert_checks (
  tenant_id integer not null,
  id uuid not null,
  customer_ids uuid[] not null,
  requested_at timestamp with time zone not null,
  constraint usage_alert_checks_pkey PRIMARY KEY (tenant_id, id)
);
alter table public.usage_alert_checks enable row level security;
alter table public.usage_alert_checks force row level security;
create policy tenant_rows on usage_alert_checks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_alert_checks for select to billhook_work using (true);
grant delete, insert, select, update on usage_alert_checks to billhook_rt;
grant select (tenant_id, requested_at) on usage_alert_checks to billhook_work;

create table public.usage_archives (
  tenant_id integer not null,
  id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  part integer not null,
  is_last boolean not null,
  event_count bigint not null,
  line_count bigint not null,
  byte_size bigint not null,
  sha256 bytea not null,
  storage_key text not null,
  made_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  format text default 'ndjson'::text not null,
  constraint usage_archives_tenant_id_starts_at_part_key UNIQUE (tenant_id, starts_at, part),
  constraint usage_archives_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_archives_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_archives_format_check CHECK ((format = ANY (ARRAY['ndjson'::text, 'parquet'::text]))),
  constraint usage_archives_part_check CHECK ((part > 0))
);
alter table public.usage_archives enable row level security;
alter table public.usage_archives force row level security;
create policy tenant_rows on usage_archives to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (removed_at) on usage_archives to billhook_rt;

create table public.usage_burn_marks (
  tenant_id integer not null,
  customer_id uuid not null,
  source text not null,
  event_id text not null,
  marked_at timestamp with time zone not null,
  constraint usage_burn_marks_pkey PRIMARY KEY (tenant_id, customer_id, source, event_id),
  constraint usage_burn_marks_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_burn_marks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.usage_burn_marks enable row level security;
alter table public.usage_burn_marks force row level security;
create policy tenant_rows on usage_burn_marks to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_burn_marks for select to billhook_work using (true);
grant delete, insert, select on usage_burn_marks to billhook_rt;
grant select (tenant_id) on usage_burn_marks to billhook_work;

create table public.usage_closings (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  closed_until timestamp with time zone not null,
  constraint usage_closings_pkey PRIMARY KEY (tenant_id, customer_id, meter_id),
  constraint usage_closings_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_closings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_closings_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES meters(tenant_id, id)
);
alter table public.usage_closings enable row level security;
alter table public.usage_closings force row level security;
create policy tenant_rows on usage_closings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (closed_until) on usage_closings to billhook_rt;

create table public.usage_corrections (
  tenant_id integer not null,
  id uuid not null,
  kind text not null,
  source text not null,
  event_id text not null,
  "time" timestamp with time zone not null,
  revision integer not null,
  next_revision integer,
  customer_id uuid not null,
  meter_ids uuid[] not null,
  quantities numeric(38,12)[] not null,
  content_hash bytea not null,
  reason text not null,
  actor_kind text not null,
  actor_id text not null,
  corrected_at timestamp with time zone not null,
  mark bigint default nextval('usage_marks'::regclass) not null,
  constraint usage_corrections_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_corrections_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_corrections_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_corrections_check CHECK ((cardinality(meter_ids) = cardinality(quantities))),
  constraint usage_corrections_kind_check CHECK ((kind = ANY (ARRAY['void'::text, 'amend'::text, 'backfill'::text, 'late'::text]))),
  constraint usage_corrections_reason_check CHECK ((length(reason) <= 500))
);
CREATE INDEX usage_corrections_by_customer ON public.usage_corrections USING btree (tenant_id, customer_id, "time");
CREATE INDEX usage_corrections_by_event ON public.usage_corrections USING btree (tenant_id, source, event_id, mark);
alter table public.usage_corrections enable row level security;
alter table public.usage_corrections force row level security;
create policy tenant_rows on usage_corrections to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on usage_corrections to billhook_rt;

create table public.usage_counters (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  window_start timestamp with time zone not null,
  window_end timestamp with time zone not null,
  is_level boolean not null,
  used numeric(38,12) not null,
  held numeric(38,12) default 0 not null,
  constraint usage_counters_pkey PRIMARY KEY (tenant_id, customer_id, meter_id, window_start, window_end),
  constraint usage_counters_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_counters_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES meters(tenant_id, id),
  constraint usage_counters_check CHECK ((window_end > window_start)),
  constraint usage_counters_held_check CHECK (((held >= (0)::numeric) AND (held < '10000000000000000000000000'::numeric))),
  constraint usage_counters_used_check CHECK (((used > '-10000000000000000000000000'::numeric) AND (used < '10000000000000000000000000'::numeric)))
);
alter table usage_counters set (fillfactor=60);
CREATE INDEX usage_counters_over ON public.usage_counters USING btree (tenant_id, window_end) WHERE (window_end < 'infinity'::timestamp with time zone);
CREATE STATISTICS public.usage_counters_of_customers (dependencies) ON tenant_id, customer_id FROM usage_counters;
CREATE TRIGGER usage_counters_free AFTER DELETE ON public.usage_counters REFERENCING OLD TABLE AS old_counters FOR EACH STATEMENT EXECUTE FUNCTION app.check_counters_free();
alter table public.usage_counters enable row level security;
alter table public.usage_counters force row level security;
create policy tenant_rows on usage_counters to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_counters for select to billhook_work using (true);
grant delete, insert, select, update (used, held) on usage_counters to billhook_rt;
grant select (tenant_id, customer_id, meter_id, window_start, window_end, held) on usage_counters to billhook_work;

create table public.usage_deadlines (
  tenant_id integer not null,
  id uuid not null,
  expires_at timestamp with time zone not null,
  reservation_ids uuid[] not null,
  constraint usage_deadlines_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX usage_deadlines_over ON public.usage_deadlines USING btree (expires_at);
alter table public.usage_deadlines enable row level security;
alter table public.usage_deadlines force row level security;
create policy tenant_rows on usage_deadlines to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_deadlines for select to billhook_work using (true);
grant delete, insert, select, update (expires_at) on usage_deadlines to billhook_rt;
grant select (tenant_id, expires_at) on usage_deadlines to billhook_work;

create table public.usage_deductions (
  tenant_id integer not null,
  adjustment_id uuid not null,
  line_id uuid not null,
  invoice_id uuid not null,
  gross_minor bigint not null,
  total_minor bigint not null,
  constraint usage_deductions_pkey PRIMARY KEY (tenant_id, adjustment_id, line_id),
  constraint usage_deductions_tenant_id_adjustment_id_fkey FOREIGN KEY (tenant_id, adjustment_id) REFERENCES usage_adjustments(tenant_id, id),
  constraint usage_deductions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_deductions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint usage_deductions_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint usage_deductions_gross_minor_check CHECK ((gross_minor > 0)),
  constraint usage_deductions_total_minor_check CHECK ((total_minor > 0))
);
CREATE INDEX usage_deductions_by_invoice ON public.usage_deductions USING btree (tenant_id, invoice_id);
alter table public.usage_deductions enable row level security;
alter table public.usage_deductions force row level security;
create policy tenant_rows on usage_deductions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_deductions to billhook_rt;

create table public.usage_event_ids (
  tenant_id integer not null,
  source text not null,
  event_id text not null,
  "time" timestamp with time zone not null,
  revision integer default 1 not null,
  customer_id uuid,
  content_hash bytea not null,
  constraint usage_event_ids_pkey PRIMARY KEY (tenant_id, event_id, source)
);
alter table public.usage_event_ids enable row level security;
alter table public.usage_event_ids force row level security;
create policy tenant_rows on usage_event_ids to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update ("time", revision, customer_id, content_hash) on usage_event_ids to billhook_rt;

create table public.usage_events (
  tenant_id integer not null,
  source text not null,
  event_id text not null,
  "time" timestamp with time zone not null,
  type text not null,
  customer_id uuid not null,
  data jsonb not null,
  content_hash bytea not null,
  meter_ids uuid[] not null,
  quantities numeric[] not null,
  received_at timestamp with time zone not null,
  occurred_at timestamp with time zone,
  revision integer default 1 not null,
  constraint usage_events_check CHECK ((cardinality(meter_ids) = cardinality(quantities))),
  constraint usage_events_check1 CHECK ((occurred_at < "time"))
) partition by RANGE ("time");
CREATE INDEX usage_events_by_customer ON ONLY public.usage_events USING btree (tenant_id, customer_id, "time");
CREATE INDEX usage_events_late ON ONLY public.usage_events USING btree (tenant_id, customer_id, "time") WHERE (occurred_at IS NOT NULL);
alter table public.usage_events enable row level security;
alter table public.usage_events force row level security;
create policy tenant_rows on usage_events to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (meter_ids, quantities) on usage_events to billhook_rt;

create table public.usage_events_rest partition of usage_events DEFAULT;
CREATE INDEX usage_events_rest_tenant_id_customer_id_time_idx ON public.usage_events_rest USING btree (tenant_id, customer_id, "time");
CREATE INDEX usage_events_rest_tenant_id_customer_id_time_idx1 ON public.usage_events_rest USING btree (tenant_id, customer_id, "time") WHERE (occurred_at IS NOT NULL);
alter table public.usage_events_rest enable row level security;
alter table public.usage_events_rest force row level security;
create policy tenant_rows on usage_events_rest to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));

create view public.usage_hours as
 SELECT usage_rollups.tenant_id,
    usage_rollups.customer_id,
    usage_rollups.meter_id,
    usage_rollups.hour,
    usage_rollups.event_count,
    usage_rollups.quantity,
    usage_rollups.latest_at,
    usage_rollups.moment
   FROM usage_rollups
UNION ALL
 SELECT s.tenant_id,
    c.customer_id,
    s.meter_id,
    s.hour,
    c.event_count,
    c.quantity,
    NULL::timestamp with time zone AS latest_at,
    NULL::numeric AS moment
   FROM (usage_sums s
     CROSS JOIN LATERAL UNNEST(s.customer_ids, s.event_counts, s.quantities) c(customer_id, event_count, quantity));
alter view usage_hours set (security_invoker=true);
grant select on usage_hours to billhook_rt;

create table public.usage_line_readings (
  tenant_id integer not null,
  invoice_id uuid not null,
  line_key text not null,
  customer_id uuid not null,
  meter_id uuid not null,
  period_start timestamp with time zone not null,
  period_end timestamp with time zone not null,
  event_count bigint not null,
  digest text not null,
  mark bigint default nextval('usage_marks'::regclass) not null,
  constraint usage_line_readings_pkey PRIMARY KEY (tenant_id, invoice_id, line_key),
  constraint usage_line_readings_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_line_readings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE INDEX usage_line_readings_by_time ON public.usage_line_readings USING btree (tenant_id, period_end, period_start);
alter table public.usage_line_readings enable row level security;
alter table public.usage_line_readings force row level security;
create policy tenant_rows on usage_line_readings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on usage_line_readings to billhook_rt;

create table public.usage_quarantine (
  tenant_id integer not null,
  id uuid not null,
  source text not null,
  event_id text not null,
  "time" timestamp with time zone not null,
  type text not null,
  subject text not null,
  data jsonb not null,
  content_hash bytea not null,
  reason text not null,
  received_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolution text,
  resolved_by text,
  discard_reason text,
  constraint usage_quarantine_tenant_id_source_event_id_time_content_has_key UNIQUE (tenant_id, source, event_id, "time", content_hash),
  constraint usage_quarantine_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_quarantine_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_quarantine_discard_reason_check CHECK ((length(discard_reason) <= 500)),
  constraint usage_quarantine_reason_check CHECK ((reason = ANY (ARRAY['unknown_customer'::text, 'unknown_meter'::text, 'late'::text, 'id_conflict'::text, 'bad_value'::text]))),
  constraint usage_quarantine_resolution_check CHECK ((resolution = ANY (ARRAY['counted'::text, 'discarded'::text])))
);
CREATE INDEX usage_quarantine_open ON public.usage_quarantine USING btree (tenant_id, received_at DESC) WHERE (resolved_at IS NULL);
alter table public.usage_quarantine enable row level security;
alter table public.usage_quarantine force row level security;
create policy tenant_rows on usage_quarantine to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (resolved_at, resolution, resolved_by, discard_reason) on usage_quarantine to billhook_rt;

create table public.usage_recounts (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  constraint usage_recounts_pkey PRIMARY KEY (tenant_id, customer_id, meter_id, at),
  constraint usage_recounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.usage_recounts enable row level security;
alter table public.usage_recounts force row level security;
create policy tenant_rows on usage_recounts to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_recounts for select to billhook_work using (true);
grant delete, insert, select, update (due_at) on usage_recounts to billhook_rt;
grant select (tenant_id, due_at) on usage_recounts to billhook_work;

create table public.usage_reservations (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  feature_id uuid not null,
  meter_id uuid not null,
  window_start timestamp with time zone not null,
  window_end timestamp with time zone not null,
  key text not null,
  granted numeric(38,12) not null,
  held numeric(38,12) not null,
  settled numeric(38,12) default 0 not null,
  on_expiry text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  subject text,
  data jsonb default '{}'::jsonb not null,
  held_for_subject numeric(38,12),
  constraint usage_reservations_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint usage_reservations_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_reservations_check CHECK (((held >= (0)::numeric) AND (held <= granted))),
  constraint usage_reservations_check1 CHECK (((settled >= (0)::numeric) AND ((settled + held) <= granted))),
  constraint usage_reservations_on_expiry_check CHECK ((on_expiry = ANY (ARRAY['release'::text, 'hold'::text]))),
  constraint usage_reservations_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200)))
);
alter table usage_reservations set (fillfactor=50);
CREATE INDEX usage_reservations_by_customer ON public.usage_reservations USING btree (tenant_id, customer_id);
CREATE INDEX usage_reservations_held_for ON public.usage_reservations USING btree (tenant_id, customer_id, feature_id, subject) WHERE (held_for_subject > (0)::numeric);
CREATE TRIGGER usage_reservations_free AFTER DELETE ON public.usage_reservations REFERENCING OLD TABLE AS old_reservations FOR EACH STATEMENT EXECUTE FUNCTION app.free_units();
alter table public.usage_reservations enable row level security;
alter table public.usage_reservations force row level security;
create policy tenant_rows on usage_reservations to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_reservations for select to billhook_work using (true);
grant delete, insert, select, update (held, settled, expires_at, held_for_subject) on usage_reservations to billhook_rt;
grant select (tenant_id, id, window_end, held, expires_at) on usage_reservations to billhook_work;

create table public.usage_retentions (
  tenant_id integer not null,
  archived_until timestamp with time zone not null,
  closed_until timestamp with time zone not null,
  constraint usage_retentions_pkey PRIMARY KEY (tenant_id),
  constraint usage_retentions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.usage_retentions enable row level security;
alter table public.usage_retentions force row level security;
create policy tenant_rows on usage_retentions to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_retentions for select to billhook_work using (true);
grant insert, select, update (archived_until, closed_until) on usage_retentions to billhook_rt;
grant select (tenant_id, archived_until) on usage_retentions to billhook_work;

create table public.usage_rollups (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamp with time zone not null,
  event_count bigint not null,
  quantity numeric(38,12) not null,
  latest_at timestamp with time zone,
  moment numeric,
  constraint usage_rollups_pkey PRIMARY KEY (tenant_id, customer_id, meter_id, hour),
  constraint usage_rollups_check CHECK (((latest_at >= hour) AND (latest_at < (hour + '01:00:00'::interval)))),
  constraint usage_rollups_moment_check CHECK ((moment <> 'NaN'::numeric)),
  constraint usage_rollups_quantity_check CHECK (((quantity > '-10000000000000000000000000'::numeric) AND (quantity < '10000000000000000000000000'::numeric)))
);
alter table usage_rollups set (fillfactor=60);
alter table public.usage_rollups enable row level security;
alter table public.usage_rollups force row level security;
create policy tenant_rows on usage_rollups to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (event_count, quantity, latest_at, moment) on usage_rollups to billhook_rt;

create table public.usage_streams (
  tenant_id integer not null,
  id uuid not null,
  lines_taken bigint default 0 not null,
  accepted bigint default 0 not null,
  duplicate bigint default 0 not null,
  quarantined bigint default 0 not null,
  rejected bigint default 0 not null,
  faults jsonb default '[]'::jsonb not null,
  opened_at timestamp with time zone not null,
  taken_at timestamp with time zone,
  constraint usage_streams_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_streams_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_streams_lines_taken_check CHECK ((lines_taken >= 0))
);
alter table public.usage_streams enable row level security;
alter table public.usage_streams force row level security;
create policy tenant_rows on usage_streams to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update (lines_taken, accepted, duplicate, quarantined, rejected, faults, taken_at) on usage_streams to billhook_rt;

create table public.usage_subject_rollups (
  tenant_id integer not null,
  customer_id uuid not null,
  feature_id uuid not null,
  subject text not null,
  hour timestamp with time zone not null,
  event_count bigint not null,
  quantity numeric(38,12) not null,
  constraint usage_subject_rollups_pkey PRIMARY KEY (tenant_id, customer_id, feature_id, subject, hour),
  constraint usage_subject_rollups_quantity_check CHECK (((quantity > '-10000000000000000000000000'::numeric) AND (quantity < '10000000000000000000000000'::numeric))),
  constraint usage_subject_rollups_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200)))
);
CREATE INDEX usage_subject_rollups_by_hour ON public.usage_subject_rollups USING btree (tenant_id, customer_id, feature_id, hour);
alter table public.usage_subject_rollups enable row level security;
alter table public.usage_subject_rollups force row level security;
create policy tenant_rows on usage_subject_rollups to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select, update (event_count, quantity) on usage_subject_rollups to billhook_rt;

create table public.usage_sums (
  tenant_id integer not null,
  id uuid not null,
  meter_id uuid not null,
  hour timestamp with time zone not null,
  customer_ids uuid[] not null,
  event_counts bigint[] not null,
  quantities numeric(38,12)[] not null,
  constraint usage_sums_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_sums_check CHECK (((cardinality(customer_ids) = cardinality(event_counts)) AND (cardinality(customer_ids) = cardinality(quantities))))
);
alter table usage_sums set (toast_tuple_target=8160, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
alter table usage_sums alter column customer_ids set statistics 0;
alter table usage_sums alter column customer_ids set storage external;
alter table usage_sums alter column event_counts set statistics 0;
alter table usage_sums alter column event_counts set storage external;
alter table usage_sums alter column quantities set statistics 0;
alter table usage_sums alter column quantities set storage external;
alter table public.usage_sums enable row level security;
alter table public.usage_sums force row level security;
create policy tenant_rows on usage_sums to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
create policy work_sees on usage_sums for select to billhook_work using (true);
grant delete, insert, select on usage_sums to billhook_rt;
grant select (tenant_id) on usage_sums to billhook_work;

create table public.usage_values (
  tenant_id integer not null,
  customer_id uuid not null,
  meter_id uuid not null,
  hour timestamp with time zone not null,
  value text not null,
  constraint usage_values_pkey PRIMARY KEY (tenant_id, customer_id, meter_id, hour, value),
  constraint usage_values_value_check CHECK (((length(value) >= 1) AND (length(value) <= 200)))
);
alter table public.usage_values enable row level security;
alter table public.usage_values force row level security;
create policy tenant_rows on usage_values to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on usage_values to billhook_rt;

create table public.usage_warnings (
  tenant_id integer not null,
  id uuid not null,
  customer_id uuid not null,
  feature_id uuid not null,
  window_start timestamp with time zone not null,
  percent integer not null,
  used numeric(38,12) not null,
  limit_quantity numeric(38,12) not null,
  occurred_at timestamp with time zone not null,
  subject text default ''::text not null,
  constraint usage_warnings_once UNIQUE (tenant_id, customer_id, feature_id, subject, window_start, percent, limit_quantity),
  constraint usage_warnings_pkey PRIMARY KEY (tenant_id, id),
  constraint usage_warnings_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id),
  constraint usage_warnings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint usage_warnings_percent_check CHECK (((percent >= 1) AND (percent <= 1000)))
);
alter table public.usage_warnings enable row level security;
alter table public.usage_warnings force row level security;
create policy tenant_rows on usage_warnings to billhook_rt using ((tenant_id = ( SELECT app.tenant() AS tenant))) with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant delete, insert, select on usage_warnings to billhook_rt;
