import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingest } from '../modules/usage/api.ts';
import { type BillingWorld, createBillingWorld, flatPrice, use } from '../testing/billing.ts';
import { callEvent, callsPrice, correctUsage, eventAt, sellCalls, settleLate } from '../testing/calls.ts';

let here: BillingWorld;
beforeAll(async () => {
  here = await createBillingWorld('2026-01-01T00:00:00Z', { lateUsage: 'correct', lateWindowDays: 90 });
}, 60_000);
afterAll(() => here.close());

/** Calls by the month, and at least 50.00 a quarter. */
function sellCommitted() {
  const least = flatPrice('0', {
    key: 'least',
    name: 'Quarterly minimum',
    pricing: { model: 'commitment', minimum: '5000', maximum: null },
    timing: 'in_arrears',
    cadence: { interval: 'quarter', count: 1 },
  });
  return sellCalls(here, [callsPrice(), least]);
}

const lines = () =>
  here
    .admin(
      `select l.kind || ' ' || l.amount_minor as said from invoice_lines l join invoices i on i.id = l.invoice_id
       order by i.issued_at, l.kind, l.position`,
    )
    .then((rows) => rows.map(({ said }) => said));

test('I592 I593 what was charged and given back for months of a quarter counts in its minimum, and what comes later costs what goes beyond it', async () => {
  await sellCommitted();
  await here.setNow('2026-01-21T00:00:00Z');
  await use(here, 'ada', 'call', ['2026-01-20T10:00:00Z'], { n: 100 });
  await here.billUntil('2026-02-20T00:00:00Z');
  await here.command((ctx) => ingest(ctx, [callEvent('l1', 50, '2026-01-22T10:00:00Z')]));
  await settleLate(here);
  await use(here, 'ada', 'call', ['2026-02-19T10:00:00Z'], { n: 200 });
  await here.billUntil('2026-03-20T00:00:00Z');
  const events = [await eventAt(here, '2026-02-19T10:00:00Z')];
  const { differences: given } = await here.command((ctx) =>
    correctUsage(ctx, { kind: 'void', events, reason: 'Sent by a test.' }),
  );
  expect(given).toMatchObject([{ outcome: 'credited', settledMinor: -2000n }]);
  await here.billUntil('2026-04-20T00:00:00Z');
  // 1000 and 500 of January are left: 3500 are missing.
  expect(await lines()).toEqual(['usage 1000', 'one_off 500', 'usage 2000', 'true_up 3500', 'usage 0']);
  await here.command((ctx) => ingest(ctx, [callEvent('l2', 300, '2026-02-22T10:00:00Z')]));
  await settleLate(here);
  // Still below the minimum: what came late was paid for by it.
  expect((await lines()).filter((said) => String(said).startsWith('one_off'))).toEqual(['one_off 500']);
  await here.command((ctx) => ingest(ctx, [callEvent('l3', 100, '2026-03-02T10:00:00Z')]));
  await settleLate(here);
  await here.billUntil('2026-05-20T00:00:00Z');
  expect((await lines()).filter((said) => String(said).startsWith('one_off'))).toEqual([
    'one_off 500',
    'one_off 500',
  ]);
});
