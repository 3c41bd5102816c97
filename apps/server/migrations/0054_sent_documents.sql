-- Purpose: when and to whom documents beside the books were sent by mail.
-- Lock risk: a short exclusive lock on a small table; the new columns rewrite nothing.
set local lock_timeout = '5s';

alter table customer_documents
  add column sent_times integer not null default 0 check (sent_times >= 0),
  add column sent_at timestamptz,
  add column sent_to text check (length(sent_to) <= 400),
  add check ((sent_times = 0) = (sent_at is null) and (sent_at is null) = (sent_to is null));
grant update (sent_times, sent_at, sent_to) on customer_documents to billhook_rt;
