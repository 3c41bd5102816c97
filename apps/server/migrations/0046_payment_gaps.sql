-- Purpose: staff are told once of a case of the reconciliation that is older than a day.

alter table cases add told_at timestamptz;
create index cases_untold on cases (tenant_id, opened_at)
  where kind like 'reconciliation.%' and closed_at is null and told_at is null;
call app.let_work_see('cases', 'tenant_id, kind, opened_at, closed_at, told_at');
grant update (told_at) on cases to billhook_rt;
