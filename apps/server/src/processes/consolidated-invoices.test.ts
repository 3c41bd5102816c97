import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;

const flat = (amount: string) => ({
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
});
const calls = {
  ...flat('0'),
  key: 'calls',
  name: 'Calls',
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
  pricing: { model: 'per_unit', unit_amount: '0.10', per: '1' },
};

type Invoice = Record<string, unknown> & {
  id: string;
  issued_at: string;
  subtotal: string;
  lines: { kind: string; amount: string; subscription: string }[];
  groups: { subscription: string; name: string; subtotal: string }[];
};

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
}

const newCustomer = async (name: string, how: string | null) =>
  String(
    (
      await send(app.api, '/v1/customers', {
        name,
        email: `${name}@example.com`,
        country: 'DE',
        ...(how === null ? {} : { invoice_consolidation: how }),
      })
    ).id,
  );
async function subscribe(customer: string, plan: string): Promise<string> {
  const body = { customer, plan, quantity: 1, collection: 'manual' };
  const { id } = await send(app.api, '/v1/subscriptions', body);
  await app.settle();
  return String(id);
}
/** Oldest first, whole. */
async function invoices(customer: string): Promise<Invoice[]> {
  const list = (await must(app.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as Invoice[];
  const whole = await Promise.all(list.map(({ id }) => must(app.api('GET', `/v1/invoices/${id}`))));
  return whole.toReversed() as Invoice[];
}
const daysOf = (all: readonly Invoice[]) => all.map((one) => one.issued_at.slice(0, 16));
const sumOf = (all: readonly Invoice[]) => all.reduce((sum, one) => sum + BigInt(one.subtotal), 0n);

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-05T09:00:00Z' });
  await must(
    app.api('PATCH', '/v1/tenant', {
      body: { settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } }, invoice_series: 'BH' } },
    }),
  );
  const plan = { rank: 1, currency: 'EUR', entitlements: [] };
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
        features: [],
        plans: [
          { ...plan, key: 'pro', name: 'Pro', prices: [flat('3000'), calls] },
          { ...plan, key: 'mini', name: 'Mini', prices: [flat('700')] },
        ],
      },
    }),
  );
});
afterAll(() => app.close());

describe('one invoice for all of a month', () => {
  test('I490 subscriptions, charges and usage stand on the invoice of its end, with a subtotal for each subscription', async () => {
    const monthly = await newCustomer('monthly', 'month');
    const single = await newCustomer('single', 'as_due');
    const subscriptions: string[] = [];
    for (const customer of [monthly, single]) subscriptions.push(await subscribe(customer, 'pro'));
    const event = (subject: string) => ({
      specversion: '1.0',
      id: subject,
      source: 'test',
      type: 'call',
      subject,
      time: '2026-01-06T10:00:00Z',
    });
    await advance('2026-01-10T09:00:00Z');
    await must(
      app.api('POST', '/v1/events', {
        raw: JSON.stringify([event(monthly), event(single)]),
        headers: { 'content-type': 'application/json' },
      }),
    );
    for (const customer of [monthly, single]) await subscribe(customer, 'mini');
    expect(daysOf(await invoices(monthly))).toEqual([]);
    expect(await invoices(single)).toHaveLength(2);
    await advance('2026-03-01T09:00:00Z');
    const together = await invoices(monthly);
    // The first of a month begins at eleven the evening before, by UTC.
    expect(daysOf(together)).toEqual(['2026-01-31T23:00', '2026-02-28T23:00']);
    expect(together[0]?.groups).toMatchObject([
      { subscription: subscriptions[0], name: 'Pro', subtotal: '3000' },
      { name: 'Mini', subtotal: '700' },
    ]);
    expect(together[1]?.groups.map(({ subtotal }) => subtotal)).toEqual(['3010', '700']);
    expect(sumOf(together)).toBe(sumOf(await invoices(single)));
    expect((await invoices(single)).flatMap(({ groups }) => groups)).toEqual([]);
    const file = await fetch(`${app.baseUrl}/v1/invoices/${together[1]?.id}/pdf`, {
      headers: { authorization: `Bearer ${app.apiKey}` },
    });
    const page = textOfPdf(new Uint8Array(await file.arrayBuffer())).join('\n');
    expect(page).toContain('Subtotal: Pro');
    expect(page).toContain('Subtotal: Mini');
    expect(page).toContain('30.10');
  });

  test('I490 the seller’s setting holds for who has none of its own, and by day it is issued when the day is over', async () => {
    await must(app.api('PATCH', '/v1/tenant', { body: { settings: { invoice_consolidation: 'day' } } }));
    const customer = await newCustomer('daily', null);
    const own = await newCustomer('own', 'as_due');
    for (const one of [customer, own]) await subscribe(one, 'pro');
    await advance('2026-03-01T12:00:00Z');
    await subscribe(customer, 'mini');
    expect(await invoices(customer)).toEqual([]);
    expect(await invoices(own)).toHaveLength(1);
    await advance('2026-03-02T12:00:00Z');
    const [first, ...others] = await invoices(customer);
    expect([first?.issued_at.slice(0, 16), first?.subtotal, others]).toEqual([
      '2026-03-01T23:00',
      '3700',
      [],
    ]);
    await must(app.api('PATCH', '/v1/tenant', { body: { settings: { invoice_consolidation: 'as_due' } } }));
  });

  test('I491 a change in the middle of a month bills nothing twice and leaves nothing out', async () => {
    const customer = await newCustomer('turning', 'month');
    await subscribe(customer, 'pro');
    await advance('2026-03-12T09:00:00Z');
    const change = (how: string | null) =>
      must(app.api('PATCH', `/v1/customers/${customer}`, { body: { invoice_consolidation: how } }));
    expect(await change('as_due')).toMatchObject({ invoice_consolidation: 'as_due' });
    await subscribe(customer, 'mini');
    expect((await invoices(customer)).map(({ subtotal }) => subtotal)).toEqual(['700']);
    await advance('2026-04-01T09:00:00Z');
    // What waited before the change is billed on the day it waited for.
    expect(daysOf(await invoices(customer)).at(-1)).toBe('2026-03-31T22:00');
    await change('month');
    await advance('2026-05-01T09:00:00Z');
    const all = await invoices(customer);
    expect(all.flatMap(({ lines }) => lines.map(({ amount }) => amount)).sort()).toEqual(
      ['3000', '3000', '700', '700', '0'].sort(),
    );
    expect(await change(null)).toMatchObject({ invoice_consolidation: null });
  });

  test('I519 previews say when it is billed: nothing today, and with the rest of its month at the end', async () => {
    const customer = await newCustomer('looking', 'month');
    const start = { customer, plan: 'pro', quantity: 1, collection: 'manual' };
    const preview = await must(app.api('POST', '/v1/subscriptions/preview', { body: start }));
    expect(preview).toMatchObject({
      due_today: '0',
      total: '0',
      lines: [],
      next_invoice: { at: '2026-05-31T22:00:00.000Z', subtotal: '3000' },
    });
    const id = await subscribe(customer, 'pro');
    const upcoming = async () => must(app.api('GET', `/v1/subscriptions/${id}/upcoming_invoice`));
    const soon = await upcoming();
    expect(await invoices(customer)).toEqual([]);
    await advance(String(soon.bills_at));
    expect((await invoices(customer)).map(({ issued_at: at, total }) => [at, total])).toEqual([
      [soon.bills_at, soon.total],
    ]);
    // It has renewed in the middle of the month; what is billed then waits for its end as well.
    await advance('2026-06-20T09:00:00Z');
    const later = await upcoming();
    expect(later).toMatchObject({ bills_at: '2026-06-30T22:00:00.000Z', subtotal: '3000' });
    await advance(String(later.bills_at));
    expect((await invoices(customer)).at(-1)).toMatchObject({
      issued_at: later.bills_at,
      total: later.total,
    });
  });
});
