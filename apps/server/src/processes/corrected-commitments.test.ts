import { afterAll, beforeAll, expect, test } from 'vitest';
import { correct, ingest } from '../modules/usage/api.ts';
import {
  addCustomer,
  addMeter,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
  use,
} from '../testing/billing.ts';
import { settleUsage } from './correct-usage.ts';
import { usageRecountsSource } from './usage-recounts.ts';

let here: BillingWorld;
beforeAll(async () => {
  here = await createBillingWorld('2026-01-01T00:00:00Z', { lateUsage: 'correct', lateWindowDays: 90 });
}, 60_000);
afterAll(() => here.close());

const late = (id: string, n: number, time: string) => ({
  ...{ specversion: '1.0', id, source: 'test', type: 'call', subject: 'ada', time, data: { n } },
});

/** Ten cents a call by the month, and at least 50.00 a quarter. */
async function committed() {
  await addMeter(here, { key: 'calls', event_type: 'call', aggregation: 'sum', value_property: 'n' });
  const calls = flatPrice('0', {
    key: 'api',
    name: 'API calls',
    pricing: { model: 'per_unit', unit_amount: '0.1' } as never,
    quantity: { kind: 'meter', meter: 'calls' },
    timing: 'in_arrears',
  });
  const least = flatPrice('0', {
    key: 'least',
    name: 'Quarterly minimum',
    pricing: { model: 'commitment', minimum: '5000', maximum: null } as never,
    timing: 'in_arrears',
    cadence: { interval: 'quarter', count: 1 },
  });
  const plan = await addPlan(here, { key: 'committed', prices: [calls, least] });
  const customer = await addCustomer(here, { name: 'Ada', external_id: 'ada' });
  await subscribe(here, customer.id, plan);
  await here.bill();
  return customer;
}

const lines = () =>
  here
    .admin(
      `select l.kind || ' ' || l.amount_minor as said from invoice_lines l join invoices i on i.id = l.invoice_id
       order by i.issued_at, l.kind, l.position`,
    )
    .then((rows) => rows.map(({ said }) => said));

test('I592 I593 what was charged and given back for months of a quarter counts in its minimum, and what comes later costs what goes beyond it', async () => {
  await committed();
  const settle = () => usageRecountsSource(here.transactor).run(here.tenantId, 10);
  await here.setNow('2026-01-21T00:00:00Z');
  await use(here, 'ada', 'call', ['2026-01-20T10:00:00Z'], { n: 100 });
  await here.billUntil('2026-02-20T00:00:00Z');
  await here.command((ctx) => ingest(ctx, [late('l1', 50, '2026-01-22T10:00:00Z')]));
  await settle();
  await use(here, 'ada', 'call', ['2026-02-19T10:00:00Z'], { n: 200 });
  await here.billUntil('2026-03-20T00:00:00Z');
  const [wrong] = await here.admin(
    `select source, event_id as "eventId" from usage_events where time = '2026-02-19T10:00:00Z'`,
  );
  const given = await here.command(async (ctx) => {
    const request = { kind: 'void', events: [wrong as never], reason: 'Sent by a test.' } as const;
    return settleUsage(ctx, (await correct(ctx, request)).touched);
  });
  expect(given).toMatchObject([{ outcome: 'credited', settledMinor: -2000n }]);
  await here.billUntil('2026-04-20T00:00:00Z');
  // 1000 and 500 of January are left: 3500 are missing.
  expect(await lines()).toEqual(['usage 1000', 'one_off 500', 'usage 2000', 'true_up 3500', 'usage 0']);
  await here.command((ctx) => ingest(ctx, [late('l2', 300, '2026-02-22T10:00:00Z')]));
  await settle();
  // Still below the minimum: what came late was paid for by it.
  expect((await lines()).filter((said) => String(said).startsWith('one_off'))).toEqual(['one_off 500']);
  await here.command((ctx) => ingest(ctx, [late('l3', 100, '2026-03-02T10:00:00Z')]));
  await settle();
  await here.billUntil('2026-05-20T00:00:00Z');
  expect((await lines()).filter((said) => String(said).startsWith('one_off'))).toEqual([
    'one_off 500',
    'one_off 500',
  ]);
});
