-- Purpose: what a deduction took back of which line of which invoice is kept, so that periods billed on one invoice know of each
-- other's deductions, and all of them together never take back more than it claimed.
-- Lock risk: short locks against writers of usage_adjustments, invoice_lines and invoices for the foreign keys; of the deductions
-- that are there, which are few, the lines are looked up.
set local lock_timeout = '5s';

create table usage_deductions (
  tenant_id integer not null references tenants (id),
  -- The correction whose charge below zero it is.
  adjustment_id uuid not null,
  line_id uuid not null,
  invoice_id uuid not null,
  -- Of the line, before discounts.
  gross_minor bigint not null check (gross_minor > 0),
  -- Of the invoice: net and tax, a part of a unit as a whole one.
  total_minor bigint not null check (total_minor > 0),
  primary key (tenant_id, adjustment_id, line_id),
  foreign key (tenant_id, adjustment_id) references usage_adjustments (tenant_id, id),
  foreign key (tenant_id, line_id) references invoice_lines (tenant_id, id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);
create index usage_deductions_by_invoice on usage_deductions (tenant_id, invoice_id);

alter table usage_adjustments no force row level security;
alter table invoice_lines no force row level security;
alter table invoices no force row level security;
-- Of which lines deductions of before were, nobody kept. Nearly always one line can have been meant. Where several can, each
-- counts as if all had been taken of it: what is given back later may then come to less than it could, and never to more than
-- was claimed.
insert into usage_deductions (tenant_id, adjustment_id, line_id, invoice_id, gross_minor, total_minor)
select a.tenant_id, a.id, l.id, l.invoice_id, t.gross_minor,
  ceil(t.gross_minor::numeric * (l.net_minor + l.tax_minor) / l.gross_minor)
from usage_adjustments a
join invoice_lines l on l.tenant_id = a.tenant_id and l.subscription_id = a.subscription_id and l.voided_at is null
  and l.gross_minor > 0 and l.net_minor + l.tax_minor > 0
  and (l.kind = 'usage' and l.item_id = a.item_id and l.billing_start = a.billing_start
    or l.charge_id in (select c.charge_id from usage_adjustments c where c.tenant_id = a.tenant_id
      and c.subscription_id = a.subscription_id and c.item_id = a.item_id and c.billing_start = a.billing_start))
join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.status not in ('void', 'skipped')
  and i.issued_at <= a.made_at
cross join lateral (select least(-a.gross_delta_minor, l.gross_minor) as gross_minor) t
where a.charge_id is not null and a.gross_delta_minor < 0
  and i.total_minor < (select sum(o.net_minor + o.tax_minor) from invoice_lines o
    where o.tenant_id = i.tenant_id and o.invoice_id = i.id and o.net_minor > 0);
alter table usage_adjustments force row level security;
alter table invoice_lines force row level security;
alter table invoices force row level security;

call app.protect('usage_deductions');
grant select, insert on usage_deductions to billhook_rt;
