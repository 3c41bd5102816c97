import type pg from 'pg';

/** For every event that counts, what credits paid for it is what it costs at one price for all time. */
const UNPAID = `
  select e.event_id, e.costs, c.stands from (
    select e.source, e.event_id, e.customer_id, f.id as feature_id, k.per_unit * greatest(q.quantity, 0) as costs
    from usage_events e
    cross join lateral unnest(e.meter_ids, e.quantities) as q (meter_id, quantity)
    join features f on f.tenant_id = e.tenant_id and f.meter_id = q.meter_id
    join credit_costs k on k.tenant_id = e.tenant_id and k.feature_id = f.id
  ) e full join (
    select usage_source, event_id, customer_id, feature_id, sum(amount - corrected) as stands
    from credit_consumptions where usage_source is not null group by 1, 2, 3, 4
  ) c on c.usage_source = e.source and c.event_id = e.event_id and c.customer_id = e.customer_id
    and c.feature_id = e.feature_id
  where coalesce(e.costs, 0) <> coalesce(c.stands, 0)`;

/** What grants paid has its entries, and the kept balances are those of the entries less what is promised. */
const UNNAMED = `
  select c.id from credit_consumptions c where c.amount - c.overage <> (
    select coalesce(sum(amount), 0) from credit_entries e
    where e.tenant_id = c.tenant_id and e.consumption_id = c.id and e.kind = 'consumed')
  union all
  select g.id from credit_grants g where g.left_amount <> (
    select coalesce(sum(case when kind in ('granted', 'refunded') then amount else -amount end), 0)
    from credit_entries e where e.tenant_id = g.tenant_id and e.grant_id = g.id)
    - (select coalesce(sum(amount), 0) from credit_holds h where h.tenant_id = g.tenant_id and h.grant_id = g.id)`;

/** What is owed is what its meters count. */
const OWED = `
  select o.owed, m.counted from
    (select coalesce(sum(overage - overage_refunded), 0) as owed from credit_consumptions
     where overage_meter_id is not null) o,
    (select coalesce(sum(q.quantity), 0) as counted from usage_events e
     cross join lateral unnest(e.quantities) as q (quantity) where e.source = 'billhook:credits') m
  where o.owed <> m.counted`;

/** What does not hold of the credits in a database whose costs have one version each; empty where all does. */
export async function unsoundCredits(client: pg.Client): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const query of [UNPAID, UNNAMED, OWED]) found.push(...(await client.query(query)).rows);
  return found;
}
