import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { trialBalance } from '../modules/ledger/api.ts';
import { actOn } from '../testing/act.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addCustomer, addPlan, creditBalance, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payments.ts';
import { creditInvoice } from './credit-invoice.ts';

describe('a customer with a subscription in euros and one in dollars', () => {
  let world: PaymentWorld;
  let customerId: string;
  let euros: string;
  let dollars: string;

  beforeEach(async () => {
    world = await createPaymentWorld('2026-04-01T00:00:00Z');
    const eur = await addPlan(world, { key: 'euro', prices: [flatPrice('3000')] });
    const seat = flatPrice('0', {
      key: 'seats',
      pricing: {
        model: 'graduated',
        tiers: [
          { up_to: '1', unit_amount: '40' },
          { up_to: null, unit_amount: '1000000000' },
        ],
      },
      quantity: { kind: 'seats' },
    });
    const usd = await addPlan(world, { key: 'dollar', currency: 'USD', prices: [seat] });
    customerId = (await addCustomer(world, { name: 'Ada', email: 'ada@example.com' })).id;
    await world.addCard(customerId, 'pm_card_visa');
    euros = (await subscribe(world, customerId, eur, { collection: 'automatic' })).id;
    dollars = (await subscribe(world, customerId, usd, { collection: 'automatic' })).id;
  });
  afterEach(() => world.close());

  /** Debits less credits by currency and account; each currency adds up to zero by itself. */
  async function booksByCurrency(): Promise<Record<string, Record<string, bigint>>> {
    const books: Record<string, Record<string, bigint>> = {};
    for (const { account, currency, debitMinor, creditMinor } of await world.query(trialBalance)) {
      const own = books[currency] ?? {};
      own[account] = debitMinor - creditMinor;
      books[currency] = own;
    }
    for (const own of Object.values(books))
      expect(Object.values(own).reduce((sum, one) => sum + one, 0n)).toBe(0n);
    return books;
  }

  const shown = async () =>
    (await world.invoices()).map(({ number, currency, status, totalMinor, creditAppliedMinor }) => [
      number,
      currency,
      status,
      totalMinor,
      creditAppliedMinor,
    ]);

  test('gets an invoice in each with a number of its own, and each is paid in its currency', async () => {
    await world.settle();
    expect(await shown()).toEqual([
      ['BH-2026-000001', 'EUR', 'paid', 3000n, 0n],
      ['BH-2026-000002', 'USD', 'paid', 4000n, 0n],
    ]);
    const payments = await world.admin(
      'select p.currency, p.amount_minor::text as amount, i.number from payments p join invoices i on i.id = p.invoice_id order by i.number',
    );
    expect(payments).toEqual([
      { currency: 'EUR', amount: '3000', number: 'BH-2026-000001' },
      { currency: 'USD', amount: '4000', number: 'BH-2026-000002' },
    ]);
    const books = await booksByCurrency();
    expect(Object.keys(books).sort()).toEqual(['EUR', 'USD']);
    expect([books.EUR?.revenue, books.USD?.revenue]).toEqual([-3000n, -4000n]);
    expect([books.EUR?.receivable, books.USD?.receivable]).toEqual([0n, 0n]);
    expect(await world.bill()).toBe(0);
  });

  test('credit in one pays nothing in the other, and waits for the next bill in its own', async () => {
    await world.settle();
    await world.setBothClocks('2026-04-16T00:00:00Z');
    await world.command((ctx) => actOn(ctx, euros, { action: 'cancel', when: 'now', reason: 'asked' }));
    expect(await creditBalance(world, customerId, 'EUR')).toBe(1500n);
    const [, dollarInvoice] = await world.invoices();
    const lines = await world.admin(
      `select l.id from invoice_lines l join invoices i on i.id = l.invoice_id where i.currency = 'USD'`,
    );
    await world.command((ctx) =>
      creditInvoice(ctx, {
        invoiceId: String(dollarInvoice?.id),
        lines: [{ lineId: String(lines[0]?.id), amountMinor: 700n }],
        reason: 'asked',
        settle: 'credit_balance',
      }),
    );
    expect(await creditBalance(world, customerId, 'USD')).toBe(700n);
    await world.advance('2026-06-01T00:00:00Z');
    expect(await shown()).toEqual([
      ['BH-2026-000001', 'EUR', 'paid', 3000n, 0n],
      ['BH-2026-000002', 'USD', 'paid', 4000n, 0n],
      ['BH-2026-000003', 'EUR', 'paid', -1500n, 0n],
      ['BH-2026-000004', 'USD', 'paid', 4000n, 700n],
      ['BH-2026-000005', 'USD', 'paid', 4000n, 0n],
    ]);
    expect(await creditBalance(world, customerId, 'EUR')).toBe(1500n);
    expect(await creditBalance(world, customerId, 'USD')).toBe(0n);
    const books = await booksByCurrency();
    expect([books.EUR?.credit_liability, books.USD?.credit_liability]).toEqual([-1500n, 0n]);
  });

  test('credit that is granted pays what is open in its own currency alone', async () => {
    await world.admin(`update subscriptions set collection = 'manual'`);
    await world.settle();
    await world.setBothClocks('2026-04-16T00:00:00Z');
    await world.command((ctx) => actOn(ctx, dollars, { action: 'cancel', when: 'now', reason: 'asked' }));
    const open = (await world.invoices()).filter(({ status }) => status === 'open');
    expect(open.map(({ currency, dueMinor }) => [currency, dueMinor])).toEqual([
      ['EUR', 3000n],
      ['USD', 2000n],
    ]);
    expect(await creditBalance(world, customerId, 'USD')).toBe(0n);
    await booksByCurrency();
  });

  test('is billed in neither where one of them cannot be billed, and is parked once', async () => {
    await world.settle();
    // A million seats make a line that is larger than any invoice may be.
    await world.admin('update subscription_items set quantity = 1000000 where subscription_id = $1', [
      dollars,
    ]);
    await world.advance('2026-05-02T00:00:00Z');
    expect(await shown()).toHaveLength(2);
    expect(await world.admin('select kind, customer_id from cases')).toEqual([
      { kind: 'billing.parked', customer_id: customerId },
    ]);
  });
});

describe('over the API', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  });
  afterAll(() => app.close());

  test('a subscription names its currency, and every figure of the customer stands in its own', async () => {
    const plan = {
      key: 'world',
      name: 'World',
      currency: 'EUR',
      prices: [flatPrice('3000')],
      other_currencies: [{ currency: 'USD', prices: [flatPrice('4000')] }],
      entitlements: [],
    };
    expect((await app.api('POST', '/v1/plans', { body: plan })).status).toBe(201);
    const made = await app.api('POST', '/v1/customers', {
      body: { name: 'Ada', external_id: 'ada', currency: 'EUR', time_zone: 'UTC' },
    });
    const start = (more: object) =>
      app.api('POST', '/v1/subscriptions', {
        body: { customer: 'ada', plan: 'world', collection: 'manual', ...more },
      });
    expect((await start({})).body.currency).toBe('EUR');
    expect((await start({ currency: 'USD' })).body.currency).toBe('USD');
    const missing = await start({ currency: 'JPY' });
    expect([missing.status, missing.body.code]).toEqual([422, 'plan.currency_mismatch']);
    const overview = await app.api('GET', `/v1/customers/${made.body.id}/overview`);
    expect(overview.body).toMatchObject({
      currency: 'EUR',
      mrr: '3000',
      open_amount: '3000',
      open_invoices: 1,
      credit_balance: '0',
      other_currencies: [{ currency: 'USD', mrr: '4000', open_amount: '4000', open_invoices: 1 }],
    });
    const list = await app.api('GET', '/v1/customers');
    expect(list.body.data).toMatchObject([
      { open_amount: '3000', other_currencies: [{ currency: 'USD', open_amount: '4000' }] },
    ]);
    const revenue = await app.api('GET', '/v1/analytics/revenue?currency=USD');
    expect(revenue.body).toMatchObject({ mrr: '4000', open_receivable: '4000', currencies: ['EUR', 'USD'] });
    app.passWallTime(40 * 86_400_000);
    const drafts = await app.api('POST', `/v1/customers/${made.body.id}/draft_invoice`, { body: {} });
    expect(drafts.body.data).toMatchObject([
      { currency: 'EUR', total: '3000' },
      { currency: 'USD', total: '4000' },
    ]);
    const moved = await app.api('PATCH', `/v1/customers/${made.body.id}`, { body: { currency: 'USD' } });
    expect([moved.status, moved.body.code]).toEqual([409, 'customer.currency_fixed']);
  });
});
