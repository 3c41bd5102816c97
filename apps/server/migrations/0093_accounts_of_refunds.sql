-- Purpose: where a person transfers a refund to that no provider sends: whose account, and its IBAN.
-- Lock risk: none, the table is new; its keys take short locks on refunds and customers.
set local lock_timeout = '5s';

create table refund_accounts (
  tenant_id integer not null references tenants (id),
  refund_id uuid not null,
  customer_id uuid not null,
  holder text not null check (length(holder) between 1 and 70),
  iban text not null check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'),
  given_at timestamptz not null,
  primary key (tenant_id, refund_id),
  foreign key (tenant_id, refund_id) references refunds (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index refund_accounts_by_customer on refund_accounts (tenant_id, customer_id);
call app.protect('refund_accounts');
grant select, insert, update (holder, iban, given_at), delete on refund_accounts to billhook_rt;
