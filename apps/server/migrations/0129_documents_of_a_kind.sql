-- Purpose: the frozen document of each invoice of a bill run, 10 kB, was most of what the run wrote, and those of customers who are
-- alike differ in ids, number and buyer alone. What they share stands once, as the pattern that their texts are made of; each
-- invoice holds what is its own, and the digest of the whole text as before.
-- Lock risk: a short exclusive lock on invoices; no row is read or rewritten, and a new rule is not held against rows of before.
set local lock_timeout = '5s';

-- A text is its parts, each followed by what stands at its place: from 1 on the names of the invoice, -2 its number, -3 its
-- buyer, null behind the last. Nobody changes or removes a pattern, so that no key has to hold it: a foreign key would look for it once
-- for each invoice.
create table document_patterns (
  tenant_id integer not null references tenants (id),
  id uuid not null,
  parts text[] not null,
  places integer[] not null,
  primary key (tenant_id, id),
  check (cardinality(parts) = cardinality(places))
);
-- Pressed together it would cost more than it saves.
alter table document_patterns alter column parts set storage external, alter column places set storage external;
alter table document_patterns alter column parts set statistics 0, alter column places set statistics 0;
grant select, insert on document_patterns to billhook_rt;
create function app.keep_patterns() returns trigger language plpgsql as $$
begin
  raise exception 'the pattern of frozen documents is never changed' using errcode = '23514';
end $$;
create trigger document_patterns_stay before update or delete or truncate on document_patterns
  for each statement execute function app.keep_patterns();

alter table invoices
  alter column canonical drop not null,
  add column pattern_id uuid,
  add column pattern_names uuid[],
  add column pattern_buyer text,
  add constraint invoices_frozen check (num_nonnulls(canonical, pattern_id) = 1
    and (pattern_id is null) = (pattern_names is null) and (pattern_id is null) = (pattern_buyer is null)
    -- A server of before knows nothing of what is the buyer's here, and must not think that it took it away.
    and (taken_away_at is null or pattern_id is null)) not valid,
  alter column pattern_id set statistics 0,
  alter column pattern_names set statistics 0,
  alter column pattern_buyer set statistics 0;
drop trigger invoices_stay_frozen on invoices;
create trigger invoices_stay_frozen
  before update of buyer, canonical, raise_reason, pattern_id, pattern_names, pattern_buyer on invoices
  for each row execute function app.check_taken_away();
grant update (pattern_id, pattern_names, pattern_buyer) on invoices to billhook_rt;

create function app.document_text(parts text[], places integer[], names uuid[], number text, buyer text) returns text
  language sql immutable parallel safe
  return (
    select string_agg(x.part || coalesce(case x.place when -2 then number when -3 then buyer else names[x.place]::text end, ''),
      '' order by x.at)
    from unnest(parts, places) with ordinality x (part, place, at)
  );

create function app.lose_pattern(pattern uuid) returns text language plpgsql as $$
begin
  raise exception 'the pattern % of a frozen document is not there', pattern using errcode = 'XX001';
end $$;

-- The frozen document of an invoice, byte for byte as it was hashed; null where there is no invoice.
create function app.frozen_text(i invoices) returns text language sql stable parallel safe
  return coalesce(i.canonical, (
    select app.document_text(p.parts, p.places, i.pattern_names, i.number, i.pattern_buyer)
    from document_patterns p where p.tenant_id = i.tenant_id and p.id = i.pattern_id
  ), case when i.pattern_id is not null then app.lose_pattern(i.pattern_id) end);

-- Last: the owner may not look at what its own policies hide, not even to read what a function says.
call app.protect('document_patterns');
