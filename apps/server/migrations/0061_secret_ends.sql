-- Purpose: staff enter when a secret ends that its issuer tells nothing about; certificates and tokens of Peppol are
-- watched too.
-- Lock risk: short exclusive locks on two small tables of settings, whose rows are looked at once.
set local lock_timeout = '5s';

alter table secret_marks
  -- The end that staff entered; it is of this very secret and goes with it.
  add column entered_ends_at timestamptz,
  drop constraint secret_marks_kind_check,
  add constraint secret_marks_kind_check check (
    kind in ('mail', 'twilio', 'stripe', 'paypal', 'whatsapp', 'storage', 'peppol', 'certificate')
  );
alter table rotation_policies
  drop constraint rotation_policies_kind_check,
  add constraint rotation_policies_kind_check check (
    kind in ('mail', 'twilio', 'stripe', 'paypal', 'whatsapp', 'storage', 'peppol', 'certificate')
  );
grant update (entered_ends_at) on secret_marks to billhook_rt;

-- When the certificate of the mail server is looked at next, by real time. A certificate is found out by asking.
create table certificate_looks (
  tenant_id integer primary key references tenants (id),
  look_at timestamptz not null
);
call app.protect('certificate_looks');
call app.let_work_see('certificate_looks', 'tenant_id, look_at');
grant select, insert, update (look_at), delete on certificate_looks to billhook_rt;
