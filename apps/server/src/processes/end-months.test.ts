import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import {
  addCustomer,
  addPlan,
  balances,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { must, send } from '../testing/scenario.ts';
import { monthEndsSource } from './end-months.ts';

let app: TestApp;
let invoice: string;

const price = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '36500' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'year', count: 1 },
};
const plan = { key: 'year', name: 'Year', rank: 1, currency: 'EUR', prices: [price], entitlements: [] };

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
}

async function newInvoice(name: string): Promise<string> {
  const body = { name, email: `${name}@example.com`, country: 'DE' };
  const customer = String((await send(app.api, '/v1/customers', body)).id);
  await send(app.api, '/v1/subscriptions', { customer, plan: 'year', quantity: 1, collection: 'manual' });
  await app.drain();
  const list = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  return String((list.data as unknown as { id: string }[])[0]?.id);
}

type Account = { account: string; balance: string };

/** Balances of the accounts that sales move through; the books add up to nothing. */
async function sales(): Promise<Record<string, string>> {
  const books = await must(app.api('GET', '/v1/ledger/trial_balance'));
  expect(books.balanced).toBe(true);
  const shown = ['revenue', 'deferred_revenue'];
  const accounts = (books.accounts as unknown as Account[]).filter(({ account }) => shown.includes(account));
  return Object.fromEntries(accounts.map(({ account, balance }) => [account, balance]));
}

async function months(): Promise<{ month: string; closed_at: string | null; ends: unknown }[]> {
  return (await must(app.api('GET', '/v1/ledger/months'))).months as never;
}

const close = (month: string) => app.api('POST', `/v1/ledger/months/${month}/close`, { body: {} });

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const settings = { tax_rates: { DE: { name: 'VAT', rate: '0.19' } } };
  await must(app.api('PATCH', '/v1/tenant', { body: { settings } }));
  await must(app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } }));
  invoice = await newInvoice('ada');
});
afterAll(() => app.close());

describe('the books at the end of a month', () => {
  test('I333 what was invoiced and lies ahead is deferred when a month is over, and comes back as it is earned', async () => {
    expect(await sales()).toEqual({ revenue: '-36500' });
    await advance('2026-02-01T00:00:00Z');
    expect(await sales()).toEqual({ revenue: '-2200', deferred_revenue: '-34300' });
    await advance('2026-04-05T00:00:00Z');
    expect(await sales()).toEqual({ revenue: '-8100', deferred_revenue: '-28400' });
    expect(await months()).toMatchObject([
      { month: '2026-03', closed_at: null, ends: [{ currency: 'EUR', deferred: '28400', doubtful: '0' }] },
      { month: '2026-02', ends: [{ deferred: '31500' }] },
      { month: '2026-01', ends_at: '2026-01-31T23:00:00.000Z', ends: [{ deferred: '34300' }] },
      { month: '2025-12', ends: [] },
    ]);
    await app.drain();
    expect(await sales()).toEqual({ revenue: '-8100', deferred_revenue: '-28400' });
  });

  test('a schedule tells it of one invoice, and the waterfall of all, past and ahead', async () => {
    const { lines } = await must(app.api('GET', `/v1/invoices/${invoice}/revenue`));
    const [line] = lines as unknown as { net: string; months: { month: string; earned: string }[] }[];
    expect([line?.net, line?.months.length]).toEqual(['36500', 13]);
    expect(line?.months[0]).toEqual({ month: '2026-01', earned: '2200' });
    const shown = await must(app.api('GET', '/v1/ledger/waterfall?from=2026-01&to=2026-05'));
    expect(shown.currencies).toMatchObject([
      {
        currency: 'EUR',
        months: [
          { month: '2026-01', before: '0', billed: '36500', earned: '2200', deferred: '34300' },
          { month: '2026-02', before: '34300', billed: '0', earned: '2800', deferred: '31500' },
          { earned: '3100', deferred: '28400' },
          { earned: '3000', deferred: '25400' },
          { month: '2026-05', earned: '3100', deferred: '22300' },
        ],
      },
    ]);
    for (const range of ['from=2026-03&to=2026-02', 'from=2020-01&to=2026-02']) {
      const refused = await app.api('GET', `/v1/ledger/waterfall?${range}`);
      expect([refused.status, refused.body.code]).toEqual([422, 'ledger.range_invalid']);
    }
  });

  test('I25 an account shows what moved it, with its balance after each, page by page', async () => {
    type Moved = { id: string; posting: string; debit: string; credit: string; balance: string };
    const page = async (more: string) =>
      must(app.api('GET', `/v1/ledger/account_entries?account=deferred_revenue&currency=EUR&${more}`));
    const all = (await page('limit=10')).data as unknown as Moved[];
    expect(all.map(({ posting, debit, credit, balance }) => [posting, debit, credit, balance])).toEqual([
      ['month_end', '3100', '0', '-28400'],
      ['month_end', '2800', '0', '-31500'],
      ['month_end', '0', '34300', '-34300'],
    ]);
    const first = await page('limit=2');
    expect(first).toMatchObject({ has_more: true, data: all.slice(0, 2) });
    expect((await page(`limit=2&starting_after=${all[1]?.id}`)).data).toEqual(all.slice(2));
  });

  test('I334 a month that is closed stays closed: later corrections stand in the first open month', async () => {
    for (const early of ['2026-04', '2027-01', '2019-01']) {
      const refused = await close(early);
      expect([refused.status, refused.body.code]).toEqual([409, 'ledger.month_not_over']);
    }
    expect((await close('2026-02')).body).toMatchObject({
      month: '2026-02',
      closed_at: '2026-04-05T00:00:00.000Z',
    });
    await advance('2026-04-06T00:00:00Z');
    expect((await close('2026-02')).body).toMatchObject({ closed_at: '2026-04-05T00:00:00.000Z' });
    expect((await months()).map(({ closed_at }) => closed_at !== null)).toEqual([false, true, true, true]);
    const note = { reason: 'Half of it.', settle: 'reduce_open' };
    const before = await must(app.api('GET', `/v1/invoices/${invoice}`));
    const line = (before.lines as unknown as { id: string }[])[0]?.id;
    await send(app.api, `/v1/invoices/${invoice}/credit_notes`, {
      ...note,
      lines: [{ line, amount: '18250' }],
    });
    await advance('2026-05-01T00:00:00Z');
    expect((await months())[0]).toMatchObject({ month: '2026-04', ends: [{ deferred: '12700' }] });
    expect(await sales()).toEqual({ revenue: '-5550', deferred_revenue: '-12700' });
    expect((await months()).at(-3)).toMatchObject({ month: '2026-02', ends: [{ deferred: '31500' }] });
  });

  test('what is void is neither earned nor deferred any more', async () => {
    const second = await newInvoice('bob');
    await advance('2026-06-01T00:00:00Z');
    const body = { reason: 'By mistake.', periods: 'waive' };
    await must(app.api('POST', `/v1/invoices/${second}/void`, { body }));
    await advance('2026-07-01T00:00:00Z');
    const [june] = await months();
    expect(june).toMatchObject({ month: '2026-06', ends: [{ deferred: '9650' }] });
    expect(await sales()).toEqual({ revenue: '-8600', deferred_revenue: '-9650' });
  });
});

test('I333 what is not expected to be paid is a loss until it is, and the receivable stands', async () => {
  const world = await createBillingWorld('2026-03-01T00:00:00Z');
  try {
    const source = monthEndsSource(world.transactor);
    const pro = await addPlan(world, { key: 'pro', prices: [flatPrice('3100')] });
    const customer = await addCustomer(world, { name: 'Ada' });
    await subscribe(world, customer.id, pro);
    await world.bill();
    await world.admin("update invoices set status = 'uncollectible'");
    await world.setNow('2026-04-01T12:00:00Z');
    await Promise.all([source.run(world.tenantId, 10), source.run(world.tenantId, 10)]);
    const loss = { receivable: 3100n, revenue: -3100n, bad_debt: 3100n, bad_debt_allowance: -3100n };
    expect(await balances(world)).toEqual(loss);
    await world.admin("update invoices set status = 'paid', paid_minor = total_minor, paid_at = issued_at");
    await world.setNow('2026-05-01T12:00:00Z');
    expect(await source.run(world.tenantId, 10)).toBe(1);
    expect(await balances(world)).toMatchObject({ bad_debt: 0n, bad_debt_allowance: 0n });
  } finally {
    await world.close();
  }
});
