import pg from 'pg';
import { expect, test } from 'vitest';
import { send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { openBusiness, sharedShop } from './shop.ts';

const DUE = 1_200;

async function connected(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A run that stands still, so that it can be looked at: of `DUE` customers 700 are billed and 3 of them parked, the others have
 * their day ahead, up to which the run bills.
 */
async function standStill(url: string, slug: string): Promise<void> {
  await connected(url, async (client) => {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    const { rows } = await client.query<{ id: number }>('select id from tenants where slug = $1', [slug]);
    const tenantId = rows[0]?.id;
    await client.query(
      `with crowd as (select n, gen_random_uuid() as customer from generate_series(1, ${DUE} - 701) n),
       people as (insert into customers (tenant_id, id, name, currency, time_zone, created_at, updated_at)
         select $1, c.customer, 'Customer ' || c.n, 'EUR', 'Europe/Berlin', now(), now() from crowd c)
       insert into subscriptions select (jsonb_populate_record(null::subscriptions, to_jsonb(s) || jsonb_build_object(
         'id', gen_random_uuid(), 'customer_id', c.customer))).*
       from crowd c, lateral (select * from subscriptions where tenant_id = $1 and c.n > 0 limit 1) s`,
      [tenantId],
    );
    await client.query(
      `insert into bill_runs (tenant_id, id, billed_up_to, started_at, due_customers)
       select $1, gen_random_uuid(), max(next_bill_at), now() - interval '2 minutes', ${DUE} from subscriptions where tenant_id = $1`,
      [tenantId],
    );
    await client.query(
      `insert into bill_run_batches (tenant_id, id, run_id, customers, invoices, parked, committed_at)
       select $1, gen_random_uuid(), id, 700, 697, 3, now() from bill_runs where tenant_id = $1`,
      [tenantId],
    );
    await client.query('commit');
  });
}

test.runIf(hasBrowser)(
  'a bill run under way shows how far it is, how long it takes and who waits, until it is over',
  async () => {
    const { app, browser } = await sharedShop();
    const seller = await openBusiness(app, 'bill-run');
    const { id: customer } = await send(seller.api, '/v1/customers', {
      name: 'Ida',
      email: 'ida@run.example',
      country: 'DE',
    });
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
    await app.drain();
    await standStill(app.database.url, 'bill-run');
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    await page.goto(`${app.baseUrl}/admin/invoices?tenant=bill-run`);
    const bar = page.getByRole('progressbar', { name: 'How far the bill run has come' });
    await bar.waitFor();
    const run = page.getByRole('region', { name: 'Bill run under way' });
    await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('58');
    const text = await run.textContent();
    expect(text).toContain('700 customers done, 500 to go');
    expect(text).toMatch(/About \d+ min left/);
    expect(text).toContain('3 could not be billed and wait for you.');
    await atRest(page);
    await keepPicture(page, 'admin-bill-run');
    await keepVariant(page, 'admin-bill-run-dark', { dark: true });
    await keepVariant(page, 'admin-bill-run-phone', { width: 360 });
    await connected(app.database.url, (client) => client.query('update bill_runs set ended_at = now()'));
    await run.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);
