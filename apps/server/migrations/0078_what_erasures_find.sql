-- Purpose: who a message of a provider may be about is kept beside it, so that erasing a customer finds messages by key. A search
-- of the bytes reads every message there is, and no index can serve it under row-level security. Words that staff wrote into the lines of a document
-- can go with the document.
-- Lock risk: short exclusive locks on provider_events, invoice_lines and credit_note_lines for their triggers; messages that are there are read once and not written.
set local lock_timeout = '5s';

create table provider_event_marks (
  tenant_id integer not null,
  -- The first half of a digest: what was said is in the message alone.
  mark bytea not null check (length(mark) = 16),
  event_id uuid not null,
  -- No foreign key: both are written by one statement, nobody may delete an event, and looking each one up cost as much as the event.
  primary key (tenant_id, mark, event_id)
);
create index provider_event_marks_by_event on provider_event_marks (tenant_id, event_id);
call app.protect('provider_event_marks');
grant select, insert, delete on provider_event_marks to billhook_rt;

-- An address is looked for between its quotes.
create function app.marks_sought(texts text[]) returns bytea[] language sql immutable strict parallel safe
  return array(select substring(sha256(convert_to(btrim(said, '"'), 'UTF8')) for 16) from unnest(texts) said);

-- What a message no longer says is not known of it either.
create function app.forget_marks() returns trigger language plpgsql as $$
begin
  delete from provider_event_marks where tenant_id = new.tenant_id and event_id = new.id;
  return null;
end $$;
create trigger provider_events_forget_marks after update of body on provider_events
  for each row execute function app.forget_marks();

-- What a line says is frozen like its document, and goes with it alone.
create function app.check_line_taken_away() returns trigger language plpgsql as $$
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
end $$;
create trigger invoice_lines_stay_frozen before update of description on invoice_lines
  for each row execute function app.check_line_taken_away();
create trigger credit_note_lines_stay_frozen before update of description on credit_note_lines
  for each row execute function app.check_line_taken_away();
grant update (description) on invoice_lines, credit_note_lines to billhook_rt;
grant update (description, price) on subscription_charges to billhook_rt;

-- The same as marksIn of packages/core, for messages that came before; bytes that are no ASCII are written as PostgreSQL
-- escapes them.
create function app.marks_in(body bytea) returns setof bytea language sql immutable strict parallel safe as $$
  with whole as materialized (select encode(body, 'escape') as text),
  piece as materialized (
    select distinct token from whole, regexp_split_to_table(
      regexp_replace(text, '\\\\u[0-9A-Fa-f]{4}|\\\\[bfnrt]|\\\\|\\[0-7]{3}|%[0-9A-Fa-f]{2}', ' ', 'g'), '[^A-Za-z0-9_-]+') token
    where length(token) >= 5
      and (token like '%cus\_%' or length(token) >= 8 and token !~ '^(?:[A-Z]?[a-z_]*[0-9]?[a-z_]*|[0-9TZ-]*)$')),
  said as (
    select token from piece where length(token) <= 64 and (length(token) = 22 or token !~
      '^(?:acct|ba|btok|card|ch|cs|di|dp|du|evt|fee|file|ii|il|in|mandate|pi|pm|po|price|prod|promo|py|pyr|re|req|seti|si|src|sub|tok|trr|txn|we)_')
    union select (regexp_matches(token, 'cus_[0-9A-Za-z]+', 'g'))[1] from piece where token like '%cus\_%'
    union select (regexp_matches(token, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'))[1] from piece
      where length(token) >= 36
    union select (regexp_matches(text, '"([^" \t\r\n\f\v]*@[^" \t\r\n\f\v]*)"', 'g'))[1] from whole where position('@' in text) > 0)
  select substring(sha256(decode(token, 'escape')) for 16) from said
$$;
insert into provider_event_marks (tenant_id, mark, event_id)
  select distinct e.tenant_id, mark, e.id from provider_events e, app.marks_in(e.body) mark;
drop function app.marks_in(bytea);
