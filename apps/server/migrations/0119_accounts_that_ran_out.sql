-- Purpose: the work role sees which requests for a refund ran out while an account waits with them, so that it is erased.
-- Lock risk: two policies are made, which takes short exclusive locks on two small tables.
set local lock_timeout = '5s';

call app.let_work_see('asked_refund_accounts', 'tenant_id, approval_id');
call app.let_work_see('approvals', 'tenant_id, id, expires_at');
