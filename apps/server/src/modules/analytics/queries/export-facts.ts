import { toJson } from '../../../platform/audit.ts';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/**
 * Each kind of business fact, named by what people name things by: external ids, keys and numbers. Row ids and wall
 * times are left out, so that the same business gives the same facts however its clock was moved.
 */
const FACTS: Readonly<Record<string, string>> = {
  customer: `select coalesce(c.external_id, c.name) as customer, c.name, c.currency, c.time_zone, c.country,
      c.credit_balances, c.parked_at is not null as parked
    from customers c where c.tenant_id = $1`,
  subscription: `select coalesce(c.external_id, c.name) as customer, p.key as plan, v.version, s.status, s.collection,
      s.currency, s.time_zone, s.seats, s.started_at, s.trial_end_at, s.anchor_at, s.next_bill_at, s.trial_end, s.billing_day, s.ended_at,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', e.step->>'kind', 'at', e.step->>'at') order by e.place), '[]')
       from jsonb_array_elements(s.schedule) with ordinality as e (step, place)) as schedule,
      (select coalesce(jsonb_agg(e.pause - 'item_ids' - 'resumes_as' order by e.place), '[]')
       from jsonb_array_elements(s.pauses) with ordinality as e (pause, place)) as pauses
    from subscriptions s
    join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
    join plans p on p.tenant_id = s.tenant_id and p.id = s.plan_id
    join plan_versions v on v.tenant_id = s.tenant_id and v.id = s.plan_version_id
    where s.tenant_id = $1`,
  subscription_item: `select coalesce(c.external_id, c.name) as customer, p.key as plan, v.version, r.key as price,
      i.quantity, i.anchor_at, i.active_from, i.active_to, i.credit_unused
    from subscription_items i
    join subscriptions s on s.tenant_id = i.tenant_id and s.id = i.subscription_id
    join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
    join prices r on r.tenant_id = i.tenant_id and r.id = i.price_id
    join plan_versions v on v.tenant_id = i.tenant_id and v.id = i.plan_version_id
    join plans p on p.tenant_id = i.tenant_id and p.id = v.plan_id
    where i.tenant_id = $1`,
  invoice: `select i.number, coalesce(c.external_id, c.name) as customer, i.status, i.currency, i.subtotal_minor, i.tax_minor,
      i.total_minor, i.credit_applied_minor, i.credit_granted_minor, i.paid_minor, i.credit_paid_minor, i.refunded_minor, i.due_minor,
      i.issued_at, i.due_at, i.paid_at, i.voided_at, i.taxes
    from invoices i join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id where i.tenant_id = $1`,
  invoice_line: `select i.number, coalesce(c.external_id, c.name) as customer, l.position, l.kind, l.description,
      l.quantity, l.unit, l.amount_minor, l.tax_minor, l.currency, l.period_start, l.period_end
    from invoice_lines l
    join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
    join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id where l.tenant_id = $1`,
  payment: `select coalesce(c.external_id, c.name) as customer, i.number, p.provider, p.currency, p.amount_minor, p.fee_minor,
      p.refunded_minor, p.succeeded_at
    from payments p
    join customers c on c.tenant_id = p.tenant_id and c.id = p.customer_id
    left join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id where p.tenant_id = $1`,
  payment_attempt: `select coalesce(c.external_id, c.name) as customer, i.number, a.purpose, a.status, a.attempt_number,
      a.currency, a.amount_minor, a.failure_code, a.due_at
    from payment_attempts a
    join customers c on c.tenant_id = a.tenant_id and c.id = a.customer_id
    left join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id where a.tenant_id = $1`,
  refund: `select coalesce(c.external_id, c.name) as customer, i.number, r.status, r.currency, r.amount_minor, r.reason
    from refunds r
    join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
    join customers c on c.tenant_id = p.tenant_id and c.id = p.customer_id
    left join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id where r.tenant_id = $1`,
  ledger_entry: `select coalesce(c.external_id, c.name) as customer, t.source_kind, t.posting, t.occurred_at, e.account, e.side,
      e.amount_minor, e.currency
    from ledger_entries e
    join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
    left join customers c on c.tenant_id = e.tenant_id and c.id = e.customer_id where e.tenant_id = $1`,
  mail: `select coalesce(c.external_id, c.name) as customer, m.template, m.recipient
    from mails m left join customers c on c.tenant_id = m.tenant_id and c.id = m.customer_id where m.tenant_id = $1`,
  usage: `select coalesce(c.external_id, c.name) as customer, m.key as meter, sum(r.event_count)::bigint as event_count,
      case m.aggregation when 'max' then max(r.quantity)
        when 'latest' then (array_agg(r.quantity order by r.latest_at desc, r.quantity desc))[1]
        else sum(r.quantity) end as quantity
    from usage_hours r
    join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id
    join meters m on m.tenant_id = r.tenant_id and m.id = r.meter_id where r.tenant_id = $1
    group by coalesce(c.external_id, c.name), m.key, m.aggregation`,
  usage_warning: `select coalesce(c.external_id, c.name) as customer, f.key as feature, w.window_start, w.percent
    from usage_warnings w
    join customers c on c.tenant_id = w.tenant_id and c.id = w.customer_id
    join features f on f.tenant_id = w.tenant_id and f.id = w.feature_id where w.tenant_id = $1`,
  event: `select coalesce(c.external_id, c.name) as customer, o.type, o.occurred_at
    from outbox o left join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id where o.tenant_id = $1`,
};

/** All business facts of the tenant as NDJSON, sorted as text: one business, one file. */
export async function exportFacts(ctx: QueryCtx): Promise<string> {
  const lines: string[] = [];
  for (const [fact, statement] of Object.entries(FACTS)) {
    for (const row of await ctx.sql.rows<Record<string, unknown>>(statement, [ctx.tenant.id])) {
      lines.push(toJson({ fact, ...timesAsText(row) }));
    }
  }
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/** Times come as epoch milliseconds; their names end as the columns' do. */
function timesAsText(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && /_(at|start|end)$/.test(name) ? iso(value) : value,
    ]),
  );
}
