-- Purpose: where a refund goes that waits for a second person, as whoever asked for it said: whose account, and its IBAN.
-- Lock risk: none, the table is new; its keys take short locks on approvals and customers.
set local lock_timeout = '5s';

create table asked_refund_accounts (
  tenant_id integer not null references tenants (id),
  approval_id uuid not null,
  customer_id uuid not null,
  holder text not null check (length(holder) between 1 and 70),
  iban text not null check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'),
  given_at timestamptz not null,
  primary key (tenant_id, approval_id),
  foreign key (tenant_id, approval_id) references approvals (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index asked_refund_accounts_by_customer on asked_refund_accounts (tenant_id, customer_id);
call app.protect('asked_refund_accounts');
grant select, insert, delete on asked_refund_accounts to billhook_rt;
