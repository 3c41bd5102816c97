-- Purpose: while a bill run writes, the database looks again and again at samples of what is new, and of documents and texts
-- that took as long as a tenth of what was written. No condition is ever about these columns, or a unique index answers it.
-- Lock risk: short locks that let reading and writing go on.
set local lock_timeout = '5s';

alter table invoices
  alter column taxes set statistics 0,
  alter column seller set statistics 0,
  alter column buyer set statistics 0,
  alter column canonical set statistics 0,
  alter column content_sha256 set statistics 0;
alter table invoice_lines
  alter column key set statistics 0,
  alter column description set statistics 0,
  alter column quantity set statistics 0,
  alter column unit set statistics 0,
  alter column gross_minor set statistics 0,
  alter column discounts set statistics 0,
  alter column amount_minor set statistics 0,
  alter column net_minor set statistics 0,
  alter column tax_minor set statistics 0,
  alter column credited_minor set statistics 0,
  alter column explanation set statistics 0;
alter table outbox alter column payload set statistics 0;
alter table audit_log alter column details set statistics 0;
