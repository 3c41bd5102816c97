import type pg from 'pg';
import { CHANGED_AT, DUE_AT, type Pattern } from './shop.ts';

/** Sellers beside the first have its catalogue, and as many customers. */
const CATALOGUE = ['plans', 'plan_versions', 'prices', 'coupons'] as const;

/** The id of the nth row of a kind, in the order of its making as ids are. */
const nth = (kind: number | string, n = 'n.n') =>
  `format('019b76%s-0000-7000-8000-%s', lpad(to_hex(${kind}), 2, '0'), lpad(to_hex(${n}), 12, '0'))::uuid`;

const KINDS = {
  customer: 1,
  subscription: 2,
  discount: 3,
  invoice: 4,
  item: 16,
  seats: 32,
  line: 48,
} as const;

/** `kinds`: so many numbers of seats there are, one after the other. */
type Crowd = { count: number; sellers: number; kinds: number };

/**
 * Makes `count` customers at each of `sellers` sellers, who have what the pattern has: an agreement with a discount, three
 * items, a first invoice. Their seats changed in the middle of the month. It happens in one transaction past all triggers,
 * so nobody is due before everybody is. Answers the sellers.
 */
export async function makeCrowd(
  admin: pg.Pool,
  pattern: Pattern,
  { count, sellers, kinds }: Crowd,
): Promise<number[]> {
  const client = await admin.connect();
  try {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    const tenants = await addSellers(client, sellers);
    await client.query(
      `create temp table pattern_items on commit drop as
       select i.id, row_number() over (order by i.id)::integer as k, p.quantity_kind = 'seats' as is_seats
       from subscription_items i join prices p on p.tenant_id = i.tenant_id and p.id = i.price_id
       where i.subscription_id = (select id from subscriptions where customer_id = $1)`,
      [pattern.customerId],
    );
    await client.query('create temp table crowd (tenant_id integer) on commit drop');
    await client.query('insert into crowd select unnest($1::integer[])', [tenants]);
    await copyAll(client, pattern, count, `12 + n.n % ${kinds}`);
    await client.query('update subscriptions set next_bill_at = null where customer_id = $1', [
      pattern.customerId,
    ]);
    await client.query(
      `insert into number_series select c.tenant_id, s.series, s.year, $1 + 1, s.last_issued_at
       from number_series s, crowd c where s.tenant_id = $2
       on conflict (tenant_id, series, year) do update set last_number = excluded.last_number`,
      [count, pattern.tenantId],
    );
    await client.query('commit');
    return tenants;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function copyAll(
  client: pg.PoolClient,
  { customerId }: Pattern,
  count: number,
  seats: string,
): Promise<void> {
  const own = { customer_id: nth(KINDS.customer), subscription_id: nth(KINDS.subscription) };
  const copy = (table: string, from: string, changes: Record<string, string>) =>
    copyRows(client, { table, from, count, changes });
  const ofCustomer = `t.customer_id = '${customerId}'`;
  await copy('customers', `customers t where t.id = '${customerId}'`, {
    id: nth(KINDS.customer),
    name: `format('%s %s', t.name, n.n)`,
    email: `format('invoices-%s@customer.example', n.n)`,
  });
  await copy('subscriptions', `subscriptions t where ${ofCustomer}`, {
    ...own,
    id: nth(KINDS.subscription),
    seats,
    next_bill_at: `'${DUE_AT}'`,
  });
  const items = 'subscription_items t join pattern_items k on k.id = t.id';
  await copy('subscription_items', items, {
    ...own,
    id: nth(`${KINDS.item} + k.k`),
    active_to: `case when k.is_seats then '${CHANGED_AT}'::timestamptz end`,
    credit_unused: 'k.is_seats or t.credit_unused',
  });
  await copy('subscription_items', `${items} where k.is_seats`, {
    ...own,
    id: nth(KINDS.seats),
    quantity: seats,
    active_from: `'${CHANGED_AT}'::timestamptz`,
  });
  await copy('subscription_discounts', `subscription_discounts t where ${ofCustomer}`, {
    ...own,
    id: nth(KINDS.discount),
  });
  await copy('invoices', `invoices t where ${ofCustomer}`, {
    ...own,
    id: nth(KINDS.invoice),
    // The pattern has the first.
    sequence: 'n.n + 1',
    number: `format('%s-%s-%s', t.series, t.year, lpad((n.n + 1)::text, greatest(6, length((n.n + 1)::text)), '0'))`,
    canonical: `'{}'`,
  });
  await copy('invoice_lines', 'invoice_lines t join pattern_items k on k.id = t.item_id', {
    ...own,
    id: nth(`${KINDS.line} + k.k`),
    invoice_id: nth(KINDS.invoice),
    item_id: nth(`${KINDS.item} + k.k`),
    discounts: `(select coalesce(jsonb_agg(d || jsonb_build_object('discount_id', ${nth(KINDS.discount)})), '[]')
      from jsonb_array_elements(t.discounts) d)`,
    key: `replace(t.key, t.item_id::text, (${nth(`${KINDS.item} + k.k`)})::text)`,
  });
}

type Copy = { table: string; from: string; count: number; changes: Record<string, string> };

/** Copies the rows of the pattern `count` times for each seller. Only columns that the table has are changed. */
async function copyRows(client: pg.PoolClient, { table, from, count, changes }: Copy): Promise<void> {
  const columns = await columnsOf(client, table);
  const values = columns.map((name) =>
    name === 'tenant_id' ? 'c.tenant_id' : (changes[name] ?? `t."${name}"`),
  );
  await client.query(
    `insert into ${table} (${columns.map((name) => `"${name}"`).join(', ')})
     select ${values.join(', ')}
     from crowd c cross join generate_series(1, ${count}) n (n) cross join ${from}`,
  );
}

async function columnsOf(client: pg.PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function addSellers(client: pg.PoolClient, sellers: number): Promise<number[]> {
  const tenants = [1];
  for (let number = 2; number <= sellers; number += 1) {
    const { rows } = await client.query<{ id: number }>(
      `insert into tenants (public_id, organization_id, slug, name, kind, currency, time_zone, settings, frozen_at, created_at)
       select gen_random_uuid(), organization_id, slug || '-' || $1::text, name, kind, currency, time_zone, settings,
         frozen_at, created_at from tenants where id = 1 returning id`,
      [number],
    );
    const id = rows[0]?.id as number;
    tenants.push(id);
    for (const table of CATALOGUE) {
      const columns = await columnsOf(client, table);
      const list = columns.map((name) => `"${name}"`).join(', ');
      const values = columns.map((name) => (name === 'tenant_id' ? '$1' : `"${name}"`)).join(', ');
      await client.query(
        `insert into ${table} (${list}) select ${values} from ${table} where tenant_id = 1`,
        [id],
      );
    }
  }
  return tenants;
}
