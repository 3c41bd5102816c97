import type { BillingWorld } from './billing.ts';

/** A seller with one plan and many customers of it, who are all due at once; copied from the world's, in one statement a table. */
export async function copyCrowd(
  world: BillingWorld,
  { tenantId, planId, dueAt, count }: { tenantId: number; planId: string; dueAt: string; count: number },
): Promise<void> {
  const copy = async (table: string, where: string, changes: Record<string, string>, times = 1) => {
    const columns = await world.admin(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
      [table],
    );
    const names = columns.map(({ name }) => String(name));
    const values = names.map((name) => changes[name] ?? `t."${name}"`);
    await world.admin(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) select ${values.join(', ')}
       from (select * from ${table} where tenant_id = ${world.tenantId} and ${where}) t, generate_series(1, ${times}) n`,
    );
  };
  const tenant_id = `${tenantId}`;
  const nth = (kind: number) => `format('0000000${kind}-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid`;
  const versions = `plan_version_id in (select id from plan_versions where plan_id = '${planId}')`;
  const one = `(select id from subscriptions where plan_id = '${planId}' and tenant_id = ${world.tenantId} limit 1)`;
  await copy('plans', `id = '${planId}'`, { tenant_id });
  await copy('plan_versions', `plan_id = '${planId}'`, { tenant_id });
  await copy('prices', versions, { tenant_id });
  const customers = `id = (select customer_id from subscriptions where id = ${one} and tenant_id = ${world.tenantId})`;
  await copy('customers', customers, { tenant_id, id: nth(1), external_id: 'null' }, count);
  await copy(
    'subscriptions',
    `id = ${one}`,
    {
      tenant_id,
      id: nth(2),
      customer_id: nth(1),
      status: `'active'`,
      trial_end_at: 'null',
      next_bill_at: `'${dueAt}'`,
      anchor_at: `'${dueAt}'`,
    },
    count,
  );
  const at = `'${dueAt}'::timestamptz`;
  const item = { tenant_id, id: nth(3), subscription_id: nth(2), anchor_at: at, active_from: at };
  await copy('subscription_items', `subscription_id = ${one}`, item, count);
}
