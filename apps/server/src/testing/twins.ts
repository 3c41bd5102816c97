import type { BillingWorld } from './billing.ts';
import { createTestTenant } from './tenant.ts';

/** What a seller has of each table, those that others point to first. */
const COPIED = [
  'plans',
  'plan_versions',
  'prices',
  'coupons',
  'customers',
  'subscriptions',
  'subscription_items',
  'subscription_discounts',
  'number_series',
  'document_patterns',
  'invoices',
  'invoice_lines',
  'ledger_transactions',
  'ledger_entries',
];

/** Another seller with the same catalogue, the same customers, what they were billed so far, and the same ids. */
export async function twinOf(
  world: BillingWorld,
  tenant: { frozenAt: string; settings: Record<string, unknown> },
): Promise<number> {
  const { tenantId } = world;
  const twin = await createTestTenant(world.database, tenant);
  for (const table of COPIED) {
    const names = await world.admin(
      `select string_agg(format('%I', column_name), ', ') as all from information_schema.columns
       where table_schema = 'public' and table_name = $1 and column_name <> 'tenant_id' and is_generated = 'NEVER'`,
      [table],
    );
    await world.admin(
      `insert into ${table} (tenant_id, ${names[0]?.all}) select $2, ${names[0]?.all} from ${table} where tenant_id = $1`,
      [tenantId, twin.id],
    );
  }
  return twin.id;
}

/** All that a seller's billing has left behind, without the ids that chance gave. */
export async function leftBehind(world: BillingWorld, tenantId: number, since: unknown): Promise<string[]> {
  const rows = await world.admin(
    `with doc as (select id, coalesce(number, customer_id::text) as name from invoices where tenant_id = $1)
     select 'invoice ' || d.name || ' ' || (to_jsonb(i) - '{tenant_id,id,canonical,content_sha256,pattern_id,pattern_names,pattern_buyer}'::text[])::text
       || (app.frozen_text(i)::jsonb - 'id')::text as text from invoices i join doc d on d.id = i.id where i.tenant_id = $1
     union all select 'line ' || d.name || (to_jsonb(l) - '{tenant_id,id,invoice_id}'::text[])::text
       from invoice_lines l join doc d on d.id = l.invoice_id where l.tenant_id = $1
     union all select 'entry ' || d.name || (to_jsonb(e) - '{tenant_id,transaction_id}'::text[])::text
         || (to_jsonb(t) - '{tenant_id,id,source_id,recorded_at}'::text[])::text
       from ledger_entries e join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       join doc d on d.id = t.source_id where e.tenant_id = $1
     union all select 'event ' || coalesce(d.name, o.object_id::text) || ' ' || o.type || coalesce(o.customer_id::text, '')
         || o.payload || o.occurred_at
       from outbox o left join doc d on d.id = o.object_id where o.tenant_id = $1 and o.seq > $2 and o.type ~ '^(invoice|credit|subscription)'
     union all select 'subscription ' || (to_jsonb(s) - 'tenant_id')::text from subscriptions s where s.tenant_id = $1
     order by 1`,
    [tenantId, since],
  );
  return rows.map(({ text }) => String(text));
}

/** Numbers are given in the order of billing, which differs where several months are billed at once. */
export function sortedByPerson(texts: readonly string[]): string[] {
  return texts.map((text) => text.replaceAll(/BH-\d{4}-\d{6}|"sequence": \d+/g, 'number')).sort();
}
