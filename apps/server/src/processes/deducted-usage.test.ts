import { readFile } from 'node:fs/promises';
import { verifyInvoice } from '@billhook/core/invoicing/verify/verify-invoice';
import { afterEach, expect, test } from 'vitest';
import { refundPayment } from '../modules/payments/api.ts';
import { ingest } from '../modules/usage/api.ts';
import { actOn } from '../testing/act.ts';
import {
  addMeter,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  use,
} from '../testing/billing.ts';
import {
  callEvent,
  callsPrice,
  correctUsage,
  eventAt,
  previewCorrection,
  sellCalls,
  settleLate,
} from '../testing/calls.ts';
import { meteredPrice } from '../testing/metered.ts';
import { receivePayments } from './receive-payment.ts';

let world: BillingWorld | undefined;
afterEach(() => world?.close());

/** A yearly fee that is given back in June with the calls of that month on one document, which comes to less than 0. */
async function givenBack() {
  const taxRates = { DE: { name: 'VAT', rate: '0.19' } };
  const here = await createBillingWorld('2026-01-01T00:00:00Z', { taxRates });
  world = here;
  const year = flatPrice('120000', { cadence: { interval: 'year', count: 1 } });
  const { customer, subscription } = await sellCalls(here, [year, callsPrice()], { country: 'DE' });
  await here.setNow('2026-06-10T00:00:00Z');
  await use(here, 'ada', 'call', ['2026-06-05T10:00:00Z'], { n: 50 });
  await here.billUntil('2026-06-15T00:00:00Z');
  await here.command((ctx) => actOn(ctx, subscription.id, { action: 'cancel', when: 'now', credit: true }));
  await here.billUntil('2026-06-20T00:00:00Z');
  const events = [await eventAt(here, '2026-06-05T10:00:00Z')];
  const request = { kind: 'void', events, reason: 'Sent by a test.' } as const;
  const takeBack = async () => (await here.command((ctx) => correctUsage(ctx, request))).differences;
  const preview = () => previewCorrection(here, request);
  return { here, customer, takeBack, preview };
}

async function paidByCredit(here: BillingWorld, customerId: string): Promise<bigint> {
  return (await here.invoices(customerId)).reduce((sum, { creditPaidMinor }) => sum + creditPaidMinor, 0n);
}

test('I594 usage of an invoice that gave back more than it claimed is deducted on another one, with its tax, once', async () => {
  const { here, customer, takeBack, preview } = await givenBack();
  const before = await here.invoices(customer.id);
  const document = before.find(({ totalMinor }) => totalMinor < 0n);
  expect(document).toBeDefined();
  const paidBefore = await paidByCredit(here, customer.id);
  expect(await preview()).toMatchObject({
    billed: [{ outcome: 'deducted', settled: '-500', deducted: '-500' }],
  });
  expect(await here.invoices(customer.id)).toEqual(before);
  expect(await takeBack()).toMatchObject([
    { outcome: 'deducted', grossDeltaMinor: -500n, settledMinor: -500n, deductedMinor: -500n },
  ]);
  const made = (await here.invoices(customer.id)).filter(({ id }) => !before.some((one) => one.id === id));
  // Nothing more is ever billed to who has left: it is billed at once, and pays what is open.
  expect(made.map(({ totalMinor }) => totalMinor)).toEqual([-595n]);
  expect((await paidByCredit(here, customer.id)) - paidBefore).toBe(595n);
  expect(await takeBack()).toEqual([]);
  const frozen = await here.admin('select app.frozen_text(i) as text from invoices i');
  expect(frozen.length).toBeGreaterThan(before.length);
  for (const { text } of frozen) expect(verifyInvoice(JSON.parse(String(text)))).toMatchObject({ ok: true });
  const [line] = await here.admin(
    `select l.description, l.gross_minor::text as gross from invoice_lines l where l.kind = 'one_off'`,
  );
  expect(line).toEqual({
    description: 'Corrected usage: API calls, 1 Jun 2026 to 30 Jun 2026: 0 instead of 50',
    gross: '-500',
  });
});

test('I594 what a credit note cannot give back of an invoice that lines below zero lowered is deducted on the next one', async () => {
  const here = await createBillingWorld('2026-01-01T00:00:00Z', { lateUsage: 'correct' });
  world = here;
  const { customer, subscription } = await sellCalls(here, [flatPrice('900'), callsPrice()]);
  await addPlan(here, { key: 'small', prices: [flatPrice('100'), callsPrice()] });
  await here.setNow('2026-01-16T12:00:00Z');
  await use(here, 'ada', 'call', ['2026-01-05T10:00:00Z'], { n: 50 });
  await here.command((ctx) => actOn(ctx, subscription.id, { action: 'change', plan: 'small', when: 'now' }));
  await here.billUntil('2026-01-20T00:00:00Z');
  // 5.00 of calls and half of 1.00, less half of 9.00.
  const totals = async () => (await here.invoices(customer.id)).map(({ totalMinor }) => totalMinor);
  await here.command((ctx) => ingest(ctx, [callEvent('back', -40, '2026-01-06T10:00:00Z')]));
  const before = await totals();
  await settleLate(here);
  const adjustments = await here.admin(
    `select gross_delta_minor::text as gross, credit_note_id is not null as noted from usage_adjustments order by noted desc`,
  );
  expect([before, adjustments]).toEqual([
    [900n, 100n],
    [
      { gross: '-99', noted: true },
      { gross: '-301', noted: false },
    ],
  ]);
  await here.billUntil('2026-02-02T00:00:00Z');
  const next = await here.admin(
    `select l.kind, l.amount_minor::text as amount from invoice_lines l join invoices i on i.id = l.invoice_id
     where i.issued_at >= '2026-02-01' order by l.amount_minor`,
  );
  expect(next).toEqual([
    { kind: 'one_off', amount: '-301' },
    { kind: 'usage', amount: '0' },
    { kind: 'recurring', amount: '100' },
  ]);
  // As much as it would have cost, had it been known.
  const [sum] = await here.admin(
    `select sum(total_minor - credited_minor)::text as kept from invoices where issued_at < '2026-02-01'`,
  );
  expect(sum?.kept).toBe('901');
});

const CALLS_AT = '2026-01-05T10:00:00Z';
const BYTES_AT = '2026-01-06T10:00:00Z';

/** 5.00 of calls, 5.00 of bytes and half of 1.00, less half of 9.00: 6.00, paid and then refunded without a note. */
async function refundedInvoice() {
  const here = await createBillingWorld('2026-01-01T00:00:00Z');
  world = here;
  await addMeter(here, { key: 'bytes', event_type: 'byte', aggregation: 'sum', value_property: 'n' });
  const bytes = meteredPrice('bytes', { key: 'bytes', pricing: { model: 'per_unit', unit_amount: '0.1' } });
  const { customer, subscription } = await sellCalls(here, [flatPrice('900'), callsPrice(), bytes]);
  await addPlan(here, { key: 'small', prices: [flatPrice('100'), callsPrice(), bytes] });
  await here.setNow('2026-01-16T12:00:00Z');
  await use(here, 'ada', 'call', [CALLS_AT], { n: 50 });
  await use(here, 'ada', 'byte', [BYTES_AT], { n: 50 });
  await here.command((ctx) => actOn(ctx, subscription.id, { action: 'change', plan: 'small', when: 'now' }));
  await here.billUntil('2026-01-20T00:00:00Z');
  const invoice = (await here.invoices(customer.id)).find(({ totalMinor }) => totalMinor === 600n);
  if (invoice === undefined) throw new Error('nothing comes to 6.00');
  const [paymentId = ''] = await here.command((ctx) =>
    receivePayments(ctx, {
      customerId: customer.id,
      currency: 'EUR',
      amountMinor: 600n,
      kind: 'cash',
      lineId: null,
      ...{
        allocations: [{ invoiceId: invoice.id, amountMinor: 600n }],
        receivedOn: '2026-01-20',
        note: null,
      },
    }),
  );
  await here.command((ctx) =>
    refundPayment(ctx, { paymentId, amountMinor: null, reason: 'goodwill', byTransfer: true }),
  );
  const takeBack = async (...times: string[]) => {
    const events = await Promise.all(times.map((time) => eventAt(here, time)));
    const request = { kind: 'void', events, reason: 'Sent by a test.' } as const;
    return (await here.command((ctx) => correctUsage(ctx, request))).differences;
  };
  const taken = () =>
    here.admin(
      `select l.key, d.gross_minor::text as gross, d.total_minor::text as total from usage_deductions d
       join invoice_lines l on l.tenant_id = d.tenant_id and l.id = d.line_id and l.invoice_id = d.invoice_id
       where d.invoice_id = '${invoice.id}' order by l.position`,
    );
  return { here, takeBack, taken };
}

test('I623 periods of one invoice that are corrected together are not deducted more than it claimed, with what was refunded', async () => {
  const { here, takeBack, taken } = await refundedInvoice();
  const differences = await takeBack(CALLS_AT, BYTES_AT);
  expect(differences.map(({ grossDeltaMinor }) => grossDeltaMinor)).toEqual([-500n, -500n]);
  // 10.50 was claimed and 6.00 refunded.
  const settled = differences.map(({ settledMinor }) => settledMinor).sort();
  expect([settled, differences.map(({ outcome }) => outcome).sort()]).toEqual([
    [-450n, 0n],
    ['deducted', 'none'],
  ]);
  expect(await taken()).toMatchObject([{ gross: '450', total: '450' }]);
  await here.billUntil('2026-02-02T00:00:00Z');
  const deducted = await here.admin(
    `select amount_minor::text as amount from invoice_lines where kind = 'one_off'`,
  );
  expect(deducted).toEqual([{ amount: '-450' }]);
});

test('I623 a period that is corrected later has what deductions of others left of its invoice', async () => {
  const { takeBack, taken } = await refundedInvoice();
  expect(await takeBack(BYTES_AT)).toMatchObject([{ outcome: 'deducted', settledMinor: -450n }]);
  expect(await takeBack(CALLS_AT)).toMatchObject([{ outcome: 'none', settledMinor: 0n }]);
  expect(await taken()).toMatchObject([{ gross: '450', total: '450' }]);
});

test('I623 deductions of before count as taken of the lines that they can have been of', async () => {
  const { here, takeBack, taken } = await refundedInvoice();
  await takeBack(BYTES_AT);
  const before = await taken();
  const file = new URL('../../migrations/0122_deductions_by_invoice.sql', import.meta.url);
  const migration = await readFile(file, 'utf8');
  const start = migration.indexOf('insert into usage_deductions');
  await here.admin('delete from usage_deductions');
  await here.admin(migration.slice(start, migration.indexOf(';', start)));
  expect([before.length, await taken()]).toEqual([1, before]);
  expect(await takeBack(CALLS_AT)).toMatchObject([{ outcome: 'none', settledMinor: 0n }]);
});
