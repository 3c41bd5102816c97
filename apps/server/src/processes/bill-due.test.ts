import { afterEach, describe, expect, test } from 'vitest';
import { exportCsv, exportLines, linesOf, voidInvoice } from '../modules/invoicing/api.ts';
import { assignQuarantined } from '../modules/usage/commands/assign-quarantined.ts';
import { listQuarantine } from '../modules/usage/queries/quarantine.ts';
import {
  addCustomer,
  addMeter,
  addPlan,
  type BillingWorld,
  balances,
  createBillingWorld,
  creditBalance,
  flatPrice,
  subscribe,
  use,
} from '../testing/billing.ts';

let world: BillingWorld;
afterEach(() => world.close());

const issued = (at: number) => new Date(at).toISOString();

test('the first invoice is issued at the start, numbered, frozen and posted', async () => {
  world = await createBillingWorld('2026-03-10T09:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, plan);
  await world.bill();
  const [invoice] = await world.invoices();
  expect(invoice).toMatchObject({
    number: 'BH-2026-000001',
    status: 'open',
    totalMinor: 2900n,
    dueMinor: 2900n,
  });
  expect(await balances(world)).toEqual({ receivable: 2900n, revenue: -2900n });
  const lines = await world.query((ctx) => linesOf(ctx, [invoice?.id ?? '']));
  expect(lines).toMatchObject([
    {
      description: 'Base fee',
      amountMinor: 2900n,
      periodStart: Date.parse('2026-03-10T09:00:00Z'),
      periodEnd: Date.parse('2026-04-10T09:00:00Z'),
      explanation: { rule: 'flat_fee', fraction: '1' },
    },
  ]);
});

test('I03 renewals of a 31st follow the anchor through short months and summer time', async () => {
  world = await createBillingWorld('2026-01-31T10:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada', time_zone: 'Europe/Berlin' });
  await subscribe(world, customer.id, plan);
  await world.billUntil('2026-06-01T00:00:00Z');
  const invoices = await world.invoices();
  expect(invoices.map((invoice) => issued(invoice.issuedAt))).toEqual([
    '2026-01-31T10:00:00.000Z',
    '2026-02-28T10:00:00.000Z',
    '2026-03-31T09:00:00.000Z',
    '2026-04-30T09:00:00.000Z',
    '2026-05-31T09:00:00.000Z',
  ]);
  await balances(world);
});

test('I02 a run that comes late bills every period it missed, on one invoice, without a hole', async () => {
  world = await createBillingWorld('2026-01-31T10:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, plan);
  await world.setNow('2026-04-30T10:00:00Z');
  await world.bill();
  const [invoice, ...more] = await world.invoices();
  expect(more).toEqual([]);
  const lines = await world.query((ctx) => linesOf(ctx, [invoice?.id ?? '']));
  expect(lines.map((line) => issued(line.periodEnd))).toEqual([
    '2026-02-28T10:00:00.000Z',
    '2026-03-31T10:00:00.000Z',
    '2026-04-30T10:00:00.000Z',
    '2026-05-31T10:00:00.000Z',
  ]);
});

test('usage is billed in arrears by tiers, each line rounded once, and exported with decimal amounts', async () => {
  world = await createBillingWorld('2026-05-01T00:00:00Z');
  await addMeter(world, { key: 'requests', unit: 'request' });
  const plan = await addPlan(world, {
    key: 'metered',
    prices: [
      flatPrice('0', {
        key: 'requests',
        name: 'Requests',
        pricing: {
          model: 'graduated',
          per: '1',
          tiers: [
            { up_to: '2', unit_amount: '0', flat_amount: '0' },
            { up_to: null, unit_amount: '0.015', flat_amount: '0' },
          ],
        },
        quantity: { kind: 'meter', meter: 'requests' },
        timing: 'in_arrears',
      }),
    ],
  });
  const customer = await addCustomer(world, { name: 'Ada', external_id: 'client-1' });
  await subscribe(world, customer.id, plan);
  await world.bill();
  expect(await world.invoices()).toEqual([]);
  await world.setNow('2026-05-20T00:00:00Z');
  await use(
    world,
    'client-1',
    'requests',
    Array.from({ length: 5 }, (_, n) => `2026-05-1${n}T12:00:00Z`),
  );
  await world.billUntil('2026-06-02T00:00:00Z');
  const [invoice] = await world.invoices();
  // 3 above the free 2, at 1.5 cents: 4.5 cents, rounded half away from zero.
  expect(invoice).toMatchObject({ totalMinor: 5n, issuedAt: Date.parse('2026-06-01T00:00:00Z') });
  const lines = await world.query((ctx) => exportLines(ctx, { from: null, to: null }));
  expect(exportCsv(lines)).toBe(
    'customer,invoice,line,quantity,currency,amount\r\nclient-1,BH-2026-000001,Requests,5,EUR,0.05\r\n',
  );
});

test('I04 tax is added to prices or taken out of them, and net and tax add up to the total', async () => {
  const taxRates = { DE: { name: 'VAT', rate: '0.19' } };
  world = await createBillingWorld('2026-03-01T00:00:00Z', { taxRates });
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('9999')] });
  const german = await addCustomer(world, { name: 'Ada', country: 'DE' });
  await subscribe(world, german.id, plan);
  await world.bill();
  expect(await world.invoices()).toMatchObject([
    { subtotalMinor: 9999n, taxMinor: 1900n, totalMinor: 11899n },
  ]);
  expect(await balances(world)).toEqual({ receivable: 11899n, revenue: -9999n, tax: -1900n });
  await world.admin('update tenants set settings = settings || $2 where id = $1', [
    world.tenantId,
    JSON.stringify({ taxBehaviour: 'inclusive' }),
  ]);
  const other = await addCustomer(world, { name: 'Bea', country: 'DE' });
  const exempt = await addCustomer(world, { name: 'Cid', country: 'DE', tax_exempt: true });
  await subscribe(world, other.id, plan);
  await subscribe(world, exempt.id, plan);
  await world.bill();
  expect(await world.invoices(other.id)).toMatchObject([
    { subtotalMinor: 8403n, taxMinor: 1596n, totalMinor: 9999n },
  ]);
  expect(await world.invoices(exempt.id)).toMatchObject([{ taxMinor: 0n, totalMinor: 9999n }]);
  await balances(world);
});

test('I01 billing again changes nothing, and the database refuses a second line for a period', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  const subscription = await subscribe(world, customer.id, plan);
  await world.bill();
  await world.admin('update subscriptions set next_bill_at = $2 where id = $1', [
    subscription.id,
    '2026-03-01T00:00:00Z',
  ]);
  await world.bill();
  expect(await world.invoices()).toHaveLength(1);
  await expect(
    world.admin(`insert into invoice_lines select (jsonb_populate_record(l, jsonb_build_object(
      'id', gen_random_uuid(), 'position', 2, 'key', 'another'))).* from invoice_lines l`),
  ).rejects.toMatchObject({ code: '23P01', constraint: 'invoice_lines_period_once' });
});

test('a trial is free, and the first invoice follows at its end', async () => {
  world = await createBillingWorld('2026-03-01T08:00:00Z');
  const plan = await addPlan(world, { key: 'pro', trial_days: 7, prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, plan);
  await world.billUntil('2026-03-31T00:00:00Z');
  expect((await world.invoices()).map((invoice) => issued(invoice.issuedAt))).toEqual([
    '2026-03-08T08:00:00.000Z',
  ]);
});

test('lines that add up to nothing make no document when the seller skips them, and one when not', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const free = await addPlan(world, { key: 'free', prices: [flatPrice('0')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, free);
  await world.bill();
  expect(await world.invoices()).toEqual([]);
  await world.admin(`update tenants set settings = settings || '{"zeroInvoices":"issue"}' where id = $1`, [
    world.tenantId,
  ]);
  await world.billUntil('2026-04-02T00:00:00Z');
  expect(await world.invoices()).toMatchObject([
    { number: 'BH-2026-000001', status: 'paid', totalMinor: 0n },
  ]);
});

test('I26 voiding reverses the books, returns used credit and frees the periods', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await world.admin(`update customers set credit_balances = '{"EUR": 300}' where id = $1`, [customer.id]);
  await subscribe(world, customer.id, plan);
  await world.bill();
  const [invoice] = await world.invoices();
  expect(invoice).toMatchObject({ creditAppliedMinor: 300n, dueMinor: 700n });
  expect(await creditBalance(world, customer.id)).toBe(0n);
  await world.command((ctx) =>
    voidInvoice(ctx, { invoiceId: invoice?.id ?? '', reason: 'wrong', periods: 'bill_again' }),
  );
  expect(await creditBalance(world, customer.id)).toBe(300n);
  expect(await balances(world)).toEqual({ receivable: 0n, revenue: 0n, credit_liability: 0n });
  await expect(
    world.command((ctx) =>
      voidInvoice(ctx, { invoiceId: invoice?.id ?? '', reason: 'again', periods: 'bill_again' }),
    ),
  ).rejects.toMatchObject({ code: 'invoice.not_open' });
  await world.billUntil('2026-04-01T00:00:00Z');
  const again = await world.invoices();
  expect(again.map(({ number, status }) => [number, status])).toEqual([
    ['BH-2026-000001', 'void'],
    ['BH-2026-000002', 'open'],
  ]);
  // The period that was let go and the next one.
  expect(again[1]).toMatchObject({ subtotalMinor: 2000n });
});

test('I10 a customer whose bill trips a bound is parked with a case, and the others are billed', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const dear = flatPrice('0', {
    pricing: { model: 'per_unit', unit_amount: '1000000000' },
    quantity: { kind: 'seats' },
  });
  const plan = await addPlan(world, { key: 'pro', prices: [dear] });
  const ids: string[] = [];
  for (const name of ['Ada', 'Bea', 'Cid']) {
    const customer = await addCustomer(world, { name });
    ids.push(customer.id);
    await subscribe(world, customer.id, plan);
  }
  // A million seats make a line that is larger than any invoice may be.
  await world.admin(
    `update subscription_items set quantity = 1000000 where subscription_id in
       (select id from subscriptions where customer_id = $1)`,
    [ids[1]],
  );
  await world.bill();
  expect((await world.invoices()).map((invoice) => invoice.customerId)).toEqual([ids[0], ids[2]]);
  expect(await world.admin('select kind, customer_id from cases')).toEqual([
    { kind: 'billing.parked', customer_id: ids[1] },
  ]);
  expect(await world.bill()).toBe(0);
});

test('a customer whose bill the database refuses is singled out, parked, and the others are billed', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const ids: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const customer = await addCustomer(world, { name: `Customer ${n}` });
    ids.push(customer.id);
    await subscribe(world, customer.id, plan);
  }
  await world.admin(`alter table invoices add constraint broken check (customer_id <> '${ids[4]}'::uuid)`);
  await world.bill();
  expect(await world.invoices()).toHaveLength(6);
  expect(await world.admin('select id from customers where parked_at is not null')).toEqual([{ id: ids[4] }]);
  await balances(world);
});

test('I06 I07 numbers have no gap and dates never fall while transactions race and roll back', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const { billCustomers } = await import('./bill-due.ts');
  const ids: string[] = [];
  for (let n = 0; n < 24; n += 1) {
    const customer = await addCustomer(world, { name: `Customer ${n}` });
    ids.push(customer.id);
    await subscribe(world, customer.id, plan);
  }
  const billOne = (id: string, isAborted: boolean) =>
    world
      .command(async (ctx) => {
        await billCustomers(ctx, [id]);
        if (isAborted) throw new Error('changed my mind');
      })
      .catch(() => undefined);
  await Promise.all(ids.map((id, index) => billOne(id, index % 3 === 0)));
  await world.bill();
  const rows = await world.admin(
    `select count(*)::int as count, min(sequence)::int as min, max(sequence)::int as max,
       count(*) filter (where content_sha256 <> sha256(convert_to(app.frozen_text(i), 'UTF8')))::int as altered from invoices i`,
  );
  expect(rows).toEqual([{ count: 24, min: 1, max: 24, altered: 0 }]);
  expect(
    await world.admin(`select 1 from (select issued_at, lag(issued_at) over (order by sequence) as before
      from invoices) as i where issued_at < before`),
  ).toEqual([]);
});

test('I27 a downgrade gives credit, the next bill uses it, and the kept balance equals the books', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const large = await addPlan(world, { key: 'large', family: 'one', rank: 2, prices: [flatPrice('3100')] });
  const small = await addPlan(world, { key: 'small', family: 'one', rank: 1, prices: [flatPrice('310')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  const subscription = await subscribe(world, customer.id, large);
  await world.bill();
  await world.admin(`update invoices set status = 'paid', paid_minor = total_minor`);
  await world.setNow('2026-03-11T00:00:00Z');
  const { actOn } = await import('../testing/act.ts');
  await world.command((ctx) =>
    actOn(ctx, subscription.id, { action: 'change', plan: small.plan.key, when: 'now' }),
  );
  await world.bill();
  // 21 of 31 days go back of 31.00, and are charged of 3.10.
  const invoices = await world.invoices();
  expect(invoices[1]).toMatchObject({
    totalMinor: -1890n,
    creditGrantedMinor: 1890n,
    dueMinor: 0n,
    status: 'paid',
  });
  expect(await creditBalance(world, customer.id)).toBe(1890n);
  expect((await balances(world)).credit_liability).toBe(-1890n);
  await world.billUntil('2026-04-02T00:00:00Z');
  expect((await world.invoices())[2]).toMatchObject({
    totalMinor: 310n,
    creditAppliedMinor: 310n,
    status: 'paid',
  });
  expect(await creditBalance(world, customer.id)).toBe(1580n);
  expect((await balances(world)).credit_liability).toBe(-1580n);
});

test('customers are reminded once, three days before a trial ends', async () => {
  world = await createBillingWorld('2026-03-01T08:00:00Z');
  const { trialNoticesSource } = await import('./announce-trial-end.ts');
  const notices = trialNoticesSource({ transactor: world.transactor });
  const plan = await addPlan(world, { key: 'pro', trial_days: 7, prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, plan);
  expect(await world.query((ctx) => notices.nextDueAt(ctx))).toBe(Date.parse('2026-03-05T08:00:00Z'));
  expect(await notices.run(world.tenantId, 10)).toBe(0);
  await world.setNow('2026-03-05T08:00:00Z');
  expect(await notices.run(world.tenantId, 10)).toBe(1);
  expect(await notices.run(world.tenantId, 10)).toBe(0);
  expect(await world.admin(`select payload from outbox where type = 'subscription.trial_ending'`)).toEqual([
    { payload: { trial_end_at: '2026-03-08T08:00:00.000Z' } },
  ]);
});

test('a bill run in another tenant sees nothing of this one', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
  const customer = await addCustomer(world, { name: 'Ada' });
  await subscribe(world, customer.id, plan);
  const { createTestTenant } = await import('../testing/tenant.ts');
  const other = await createTestTenant(world.database, { frozenAt: '2026-03-01T00:00:00Z' });
  const { billDueSource } = await import('./bill-run.ts');
  const { silentLog } = await import('../platform/log.ts');
  const source = billDueSource({ transactor: world.transactor, log: silentLog });
  expect(await source.run(other.id, 10)).toBe(0);
  const tenants = await world.transactor.work((sql) => source.tenantsDue(sql, world.transactor.wallNow()));
  expect(tenants).toEqual([world.tenantId]);
});

describe('a bill that fails', () => {
  const startSeven = async () => {
    world = await createBillingWorld('2026-03-01T00:00:00Z');
    const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('1000')] });
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const customer = await addCustomer(world, { name: `Customer ${n}` });
      ids.push(customer.id);
      await subscribe(world, customer.id, plan);
    }
    return ids;
  };
  const raiseFor = async (condition: string) => {
    await world.admin(`create function fault() returns trigger language plpgsql as
      $$ begin if ${condition} then raise exception 'broken'; end if; return new; end $$`);
    await world.admin('create trigger fault before insert on invoices for each row execute function fault()');
  };
  const parked = () => world.admin('select id from customers where parked_at is not null');

  test('for a reason nobody foresaw parks its customer alone', async () => {
    const ids = await startSeven();
    await raiseFor(`new.customer_id = '${ids[2]}'`);
    await world.bill();
    expect(await world.invoices()).toHaveLength(6);
    expect(await parked()).toEqual([{ id: ids[2] }]);
  });

  test('for everybody is a fault of ours: nobody is parked, and all are billed once it is mended', async () => {
    await startSeven();
    await raiseFor('true');
    await expect(world.bill()).rejects.toThrow('broken');
    expect(await parked()).toEqual([]);
    await world.admin('drop trigger fault on invoices');
    await world.bill();
    expect(await world.invoices()).toHaveLength(7);
  });

  test('for want of a right is no fault of the customer either', async () => {
    await startSeven();
    await world.admin('revoke insert on invoices from billhook_rt');
    await expect(world.bill()).rejects.toThrow('permission denied');
    expect(await parked()).toEqual([]);
  });
});

describe('usage that comes late', () => {
  const LATE = '2026-05-31T23:59:59Z';
  const meteredPlan = () =>
    addPlan(world, {
      key: 'metered',
      prices: [
        flatPrice('0', {
          key: 'requests',
          name: 'Requests',
          pricing: { model: 'per_unit', unit_amount: '1' },
          quantity: { kind: 'meter', meter: 'requests' },
          timing: 'in_arrears',
        }),
      ],
    });
  const lineFigures = async () => {
    const invoices = await world.invoices();
    const lines = await world.query((ctx) =>
      linesOf(
        ctx,
        invoices.map(({ id }) => id),
      ),
    );
    return lines.map((line) => [issued(line.periodStart), `${line.amountMinor}`]);
  };
  const started = async (settings: Record<string, unknown> = {}) => {
    world = await createBillingWorld('2026-05-01T00:00:00Z', settings);
    await addMeter(world, { key: 'requests', unit: 'request' });
    const customer = await addCustomer(world, { name: 'Ada', external_id: 'client-1' });
    await subscribe(world, customer.id, await meteredPlan());
    await world.bill();
    await world.setNow('2026-05-20T00:00:00Z');
    await use(world, 'client-1', 'requests', ['2026-05-10T12:00:00Z']);
  };

  test('I35 after its bill was sent stands on the next bill once it is assigned, and the first stays as it was', async () => {
    await started();
    await world.billUntil('2026-06-01T00:30:00Z');
    await expect(use(world, 'client-1', 'requests', [LATE])).rejects.toThrow('"quarantined":1');
    const [held] = await world.query((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    await world.command((ctx) => assignQuarantined(ctx, held?.id ?? '', 'client-1'));
    await world.billUntil('2026-07-02T00:00:00Z');
    expect(await lineFigures()).toEqual([
      ['2026-05-01T00:00:00.000Z', '100'],
      ['2026-06-01T00:00:00.000Z', '100'],
    ]);
  });

  test('I35 is waited for as long as the seller says, and stands on the bill of its own period', async () => {
    await started({ usageGraceHours: 2 });
    await world.billUntil('2026-06-01T01:59:00Z');
    expect(await world.invoices()).toEqual([]);
    await use(world, 'client-1', 'requests', [LATE]);
    await world.billUntil('2026-06-01T02:00:00Z');
    expect(await lineFigures()).toEqual([['2026-05-01T00:00:00.000Z', '200']]);
  });
});
