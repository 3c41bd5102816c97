import type { Instant } from '@billhook/core/time/instant';
import { afterAll, describe, expect, test } from 'vitest';
import { createCoupon } from '../modules/catalog/commands/create-coupon.ts';
import { updateMeter } from '../modules/catalog/commands/update-meter.ts';
import { correct, ingest, quantitiesForPeriods } from '../modules/usage/api.ts';
import { actOn } from '../testing/act.ts';
import {
  addCustomer,
  addMeter,
  type BillingWorld,
  createBillingWorld,
  creditBalance,
  flatPrice,
  subscribe,
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
import { reissueInvoice } from './void-invoice.ts';

let world: BillingWorld | undefined;

afterAll(() => world?.close());

/** When the calls were made, and when those that come late. */
const SENT = '2026-03-20T10:15:00Z';
const LATE = '2026-03-20T10:45:00Z';

const at = (text: string) => Date.parse(text) as Instant;

/** Tiers: the first 100 at 10 cents after 5 euros, the rest at 3 cents. */
const TIERS = {
  model: 'graduated',
  tiers: [
    { up_to: '100', unit_amount: '0.1', flat_amount: '500' },
    { up_to: null, unit_amount: '0.03', flat_amount: '0' },
  ],
} as const;

/** A customer with 50 calls in March, which are billed; it is the 9th of April. */
async function sold(settings: Record<string, unknown> = {}) {
  await world?.close();
  const here = await createBillingWorld('2026-03-01T00:00:00Z', settings);
  world = here;
  const prices = [flatPrice('1000'), callsPrice({ pricing: TIERS })];
  const { meter, plan, customer, subscription } = await sellCalls(here, prices);
  await here.setNow('2026-03-21T00:00:00Z');
  await use(here, 'ada', 'call', [SENT], { n: 50 });
  await here.billUntil('2026-04-09T00:00:00Z');
  const lines = () =>
    here.admin(
      `select l.kind, l.description, l.gross_minor::text as gross, i.status from invoice_lines l
       join invoices i on i.id = l.invoice_id where l.kind in ('usage', 'one_off') order by i.issued_at, l.kind, l.position`,
    );
  const usage = (start: string, end: string) =>
    here
      .query((ctx) =>
        quantitiesForPeriods(ctx, [
          {
            customerId: customer.id,
            meter: { id: meter.id, aggregation: 'sum' },
            start: at(start),
            end: at(end),
          },
        ]),
      )
      .then(([sum]) => (sum?.quantity ?? 0n) / 1_000_000_000_000n);
  const settle = () => settleLate(here);
  return { here, plan, meter, customer, subscription, lines, usage, settle };
}

const late = (id: string, n: number, time = LATE) => callEvent(id, n, time);
const MARCH = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'] as const;
const APRIL = ['2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z'] as const;

describe('usage of a month that was billed', () => {
  test('I144 counts from now on where the seller wants it on the next invoice, and the line says how many', async () => {
    const { here, lines, usage } = await sold({ lateUsage: 'next_invoice' });
    const answer = await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    expect(answer.results[0]).toMatchObject({
      status: 'accepted',
      reason: expect.stringMatching(/^late:.*next/),
    });
    expect([await usage(...MARCH), await usage(...APRIL)]).toEqual([50n, 60n]);
    await here.billUntil('2026-05-01T00:00:00Z');
    expect((await lines()).map(({ gross }) => gross)).toEqual(['1000', '1100']);
    const [row] = await here.admin(
      `select e -> 'readings' ->> 'late_count' as late, e -> 'readings' ->> 'digest' as digest
       from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id,
         lateral (select app.frozen_text(i)::jsonb -> 'lines' -> (l.position - 1) -> 'explanation' as e) d
       where l.kind = 'usage' order by l.period_start desc limit 1`,
    );
    expect(row).toMatchObject({ late: '1', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('I142 I143 counts at its own time where the seller wants it corrected, and costs what it would have cost', async () => {
    const { here, lines, usage, settle } = await sold({ lateUsage: 'correct' });
    const answer = await here.command((ctx) => ingest(ctx, [late('l1', 40), late('l2', 20)]));
    expect(answer.results[0]).toMatchObject({
      status: 'accepted',
      reason: expect.stringMatching(/^late:.*difference/),
    });
    expect([await usage(...MARCH), await settle(), await settle()]).toEqual([110n, 1, 0]);
    const before = await here.invoices();
    await here.billUntil('2026-05-01T00:00:00Z');
    // 110 calls cost 500 + 1000 + 30; 1000 of it were billed.
    expect(await lines()).toMatchObject([
      { kind: 'usage', gross: '1000' },
      {
        kind: 'one_off',
        gross: '530',
        description: 'Corrected usage: API calls, 1 Mar 2026 to 31 Mar 2026: 110 instead of 50',
      },
      { kind: 'usage', gross: '500' },
    ]);
    const kept = (await here.invoices()).slice(0, before.length);
    expect(kept.map(({ contentSha256 }) => contentSha256)).toEqual(
      before.map(({ contentSha256 }) => contentSha256),
    );
  });

  test('I230 is dealt with as its meter says, whatever the seller says of all others, until the meter leaves it to them', async () => {
    const { here, meter, usage } = await sold({ lateUsage: 'quarantine' });
    const say = (late: 'next_invoice' | null) =>
      here.command((ctx) => updateMeter(ctx, meter.id, { late_usage: late }));
    await say('next_invoice');
    const first = await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    expect(first.results[0]).toMatchObject({
      status: 'accepted',
      reason: expect.stringMatching(/next invoice/),
    });
    expect([await usage(...MARCH), await usage(...APRIL)]).toEqual([50n, 60n]);
    // Another meter takes the same events: it has billed nothing yet, so its word does not matter.
    await addMeter(here, { key: 'all', event_type: 'call', aggregation: 'count', late_usage: 'quarantine' });
    const second = await here.command((ctx) => ingest(ctx, [late('l2', 1)]));
    expect(second.counts).toMatchObject({ accepted: 1 });
    await say(null);
    const third = await here.command((ctx) => ingest(ctx, [late('l3', 5)]));
    expect(third.counts).toMatchObject({ quarantined: 1 });
    expect(await usage(...APRIL)).toBe(61n);
  });

  test('I144 B22 is bounded: older than the late window it waits for a person under every policy', async () => {
    const { here } = await sold({ lateUsage: 'correct', lateWindowDays: 5 });
    const answer = await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    expect(answer.counts).toMatchObject({ quarantined: 1, accepted: 0 });
  });

  test('I143 is billed at once, on an invoice of its own, where the seller wants that', async () => {
    const { here, lines, settle } = await sold({ lateUsage: 'correct', correctionBilling: 'at_once' });
    await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    await settle();
    expect((await lines()).map(({ gross }) => gross)).toEqual(['1000', '530']);
  });
});

describe('I535 where the seller wants a debit note', () => {
  const notes = (here: BillingWorld) =>
    here.admin(
      `select d.number, i.number as raises, d.raise_reason as reason, l.description, l.gross_minor::text as gross, d.status,
         l.period_start::text = u.period_start::text as "sameTime"
       from invoices d join invoices i on i.tenant_id = d.tenant_id and i.id = d.raises_invoice_id
       join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.id
       join invoice_lines u on u.tenant_id = i.tenant_id and u.invoice_id = i.id and u.kind = 'usage'
       order by d.issued_at, d.number, l.position`,
    );

  test('I535 late usage raises the invoice that billed its period, once, and what it saves later is credited there first', async () => {
    const { here, customer, lines, settle } = await sold({
      lateUsage: 'correct',
      correctionBilling: 'debit_note',
    });
    const before = await here.invoices();
    await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    expect([await settle(), await settle()]).toEqual([1, 0]);
    const text = 'Corrected usage: API calls, 1 Mar 2026 to 31 Mar 2026: 110 instead of 50';
    expect(await notes(here)).toMatchObject([
      { reason: text, description: text, gross: '530', status: 'open', sameTime: true },
    ]);
    expect((await notes(here))[0]?.number).toMatch(/-DN-2026-000001$/);
    const kept = (await here.invoices()).filter(({ id }) => before.some((one) => one.id === id));
    expect(kept.map(({ contentSha256 }) => contentSha256)).toEqual(before.map((one) => one.contentSha256));
    // Nothing of it is claimed again, and what the usage turns out to be less goes back, the debit note first.
    await here.billUntil('2026-05-01T00:00:00Z');
    expect((await lines()).map(({ gross }) => gross)).toEqual(['1000', '530', '500']);
    const key = await eventAt(here, LATE);
    const request = { kind: 'void', events: [key], reason: 'Sent twice.' } as const;
    const { differences } = await here.command((ctx) => correctUsage(ctx, request));
    expect(differences).toMatchObject([{ outcome: 'credited', settledMinor: -530n }]);
    const credited = (await here.invoices(customer.id)).filter(({ creditedMinor }) => creditedMinor > 0n);
    expect(credited.map(({ creditedMinor, number }) => [creditedMinor, number])).toEqual([
      [530n, expect.stringMatching(/-DN-/)],
    ]);
  });

  test('I535 a correction is previewed as the debit note that it becomes', async () => {
    const { here } = await sold({ correctionBilling: 'debit_note' });
    const key = await eventAt(here, SENT);
    const request = { kind: 'amend', key, content: late('', 110, SENT), reason: 'Read wrongly.' } as const;
    expect(await previewCorrection(here, request)).toMatchObject({
      amended: 1,
      billed: [{ outcome: 'debited', settled: '530', deducted: '0' }],
    });
    expect(await notes(here)).toEqual([]);
    const { differences } = await here.command((ctx) => correctUsage(ctx, request));
    expect(differences).toMatchObject([{ outcome: 'debited', settledMinor: 530n }]);
    expect(await notes(here)).toMatchObject([{ gross: '530' }]);
  });

  test('I535 a customer whose billing is on hold is charged on the next invoice', async () => {
    const { here, customer, settle } = await sold({ lateUsage: 'correct', correctionBilling: 'debit_note' });
    await here.admin('update customers set parked_at = now() where id = $1', [customer.id]);
    await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
    await settle();
    expect(await notes(here)).toEqual([]);
    expect(await here.admin('select count(*)::int as count from subscription_charges')).toEqual([
      { count: 1 },
    ]);
  });
});

test('I142 a period whose invoice is issued again has all of its usage, and what a correction charged for it goes back', async () => {
  const { here, lines, settle } = await sold({ lateUsage: 'correct', correctionBilling: 'at_once' });
  await here.command((ctx) => ingest(ctx, [late('l1', 60)]));
  await settle();
  const [row] = await here.admin(`select invoice_id as id from invoice_lines where kind = 'usage'`);
  const request = {
    tenantId: here.tenantId,
    actor: { kind: 'system', id: 'test' } as const,
    requestId: null,
  };
  const deps = { transactor: here.transactor, providers: {} as never };
  await reissueInvoice(deps, request, { invoiceId: String(row?.id), reason: 'Another name.' });
  expect((await lines()).map(({ gross }) => gross)).toEqual(['1000', '530', '1530']);
  expect([await settle(), await settle()]).toEqual([1, 0]);
  const [sums] = await here.admin(
    `select sum(total_minor - credited_minor)::text as kept from invoices where status <> 'void'`,
  );
  // Two fees in advance, and 110 calls once.
  expect(sums?.kept).toBe('3530');
});

test('I142 what a discount leaves less than a cent of is credited with what comes after it, and holds up nobody else', async () => {
  const { here, plan, subscription, settle } = await sold({ lateUsage: 'correct' });
  const bob = await addCustomer(here, { name: 'Bob', external_id: 'bob' });
  await subscribe(here, bob.id, plan);
  const off = { key: 'friend', name: 'Friend', value: { kind: 'percent', percent: '90' } } as const;
  await here.command((ctx) => createCoupon(ctx, off));
  await here.command((ctx) => actOn(ctx, subscription.id, { action: 'discount', coupon: 'friend' }));
  await here.billUntil('2026-05-12T00:00:00Z');
  for (const name of ['ada', 'bob']) await use(here, name, 'call', ['2026-05-10T10:15:00Z'], { n: 50 });
  await here.billUntil('2026-06-11T00:00:00Z');
  const send = async (id: string, subject: string, n: string) => {
    const event = { ...late(id, 0, '2026-05-10T11:00:00Z'), subject, data: { n } };
    await here.command((ctx) => ingest(ctx, [event]));
  };
  const kept = () =>
    here.admin(
      `select c.name, a.gross_delta_minor::text as gross from usage_adjustments a
       join customers c on c.id = a.customer_id order by a.made_at, c.name`,
    );
  await send('less', 'ada', '-0.1');
  await send('bobs', 'bob', '-10');
  await settle();
  expect(await kept()).toEqual([{ name: 'Bob', gross: '-100' }]);
  await here.setNow('2026-06-12T00:00:00Z');
  await send('more', 'ada', '-9.9');
  await settle();
  expect(await kept()).toEqual([
    { name: 'Bob', gross: '-100' },
    { name: 'Ada', gross: '-100' },
  ]);
});

describe('a correction', () => {
  test('I145 voids an event: it counts for nothing, what was billed for it is credited, and doing it again changes nothing', async () => {
    const { here, customer, usage, lines } = await sold();
    const key = await eventAt(here, SENT);
    const request = { kind: 'void', events: [key], reason: 'Sent by a test.' } as const;
    const first = await here.command((ctx) => correctUsage(ctx, request));
    expect(first.summary).toEqual({ voided: 1, amended: 0, added: 0, unchanged: 0 });
    expect(first.differences).toMatchObject([
      { grossDeltaMinor: -500n, outcome: 'credited', settledMinor: -500n },
    ]);
    expect(await usage(...MARCH)).toBe(0n);
    const again = await here.command((ctx) => correctUsage(ctx, request));
    expect(again).toMatchObject({ summary: { voided: 0, unchanged: 1 }, differences: [] });
    expect((await lines()).map(({ gross }) => gross)).toEqual(['1000']);
    const [row] = await here.admin('select data, cardinality(meter_ids)::text as meters from usage_events');
    expect(row).toEqual({ data: { n: 50 }, meters: '0' });
    const [invoice] = (await here.invoices(customer.id)).filter(({ creditedMinor }) => creditedMinor > 0n);
    expect(invoice?.creditedMinor).toBe(500n);
    expect(await creditBalance(here, customer.id)).toBe(0n);
  });

  test('I145 amends an event under its id, keeps what it said, and knows both contents when they are sent again', async () => {
    const { here, usage } = await sold();
    const key = await eventAt(here, SENT);
    const was = { ...late(key.eventId, 50, SENT) };
    const content = { ...late('', 110, '2026-03-25T23:00:00Z') };
    const outcome = await here.command((ctx) =>
      correctUsage(ctx, { kind: 'amend', key, content, reason: 'The meter was read wrongly.' }),
    );
    expect(outcome).toMatchObject({
      summary: { amended: 1 },
      differences: [{ grossDeltaMinor: 530n, outcome: 'charged' }],
    });
    expect([
      await usage(...MARCH),
      await usage('2026-03-25T22:00:00Z', '2026-03-26T00:00:00Z'),
      await usage('2026-03-20T10:00:00Z', '2026-03-20T11:00:00Z'),
    ]).toEqual([110n, 110n, 0n]);
    const sent = [was, { ...content, id: key.eventId }, { ...was, data: { n: 7 } }];
    const answer = await here.command((ctx) => ingest(ctx, sent));
    expect(answer.results.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'quarantined']);
    expect(await here.admin('select revision, data from usage_events order by revision')).toEqual([
      { revision: 1, data: { n: 50 } },
      { revision: 2, data: { n: 110 } },
    ]);
  });

  test('I145 back and forth costs nothing in the end', async () => {
    const { here, customer } = await sold({ correctionBilling: 'at_once' });
    const key = await eventAt(here, SENT);
    const amend = (n: number) =>
      here.command((ctx) =>
        correctUsage(ctx, {
          kind: 'amend',
          key,
          content: late('', n, SENT),
          reason: 'To and fro.',
        }),
      );
    const deltas: bigint[] = [];
    for (const n of [110, 0, 200, 50]) {
      const { differences } = await amend(n);
      deltas.push(...differences.map(({ settledMinor }) => settledMinor));
    }
    expect(deltas).toEqual([530n, -1030n, 1300n, -800n]);
    const [sums] = await here.admin(
      `select sum(total_minor - credited_minor)::text as kept from invoices where customer_id = $1`,
      [customer.id],
    );
    expect(sums?.kept).toBe('3000');
  });

  test('I145 fills a stretch in: adds to it, or takes the place of all that is there', async () => {
    const { here, customer, usage } = await sold();
    const stretch = {
      customerId: customer.id,
      type: 'call',
      from: at('2026-03-20T00:00:00Z'),
      to: at('2026-03-21T00:00:00Z'),
      reason: 'From the log.',
    };
    const fill = (mode: 'add' | 'replace', events: readonly unknown[]) =>
      here.command((ctx) => correctUsage(ctx, { kind: 'backfill', mode, events, ...stretch }));
    const batch = [late('b1', 30), late('b2', 30)];
    expect(await fill('add', batch)).toMatchObject({
      summary: { added: 2, voided: 0 },
      differences: [{ grossDeltaMinor: 530n }],
    });
    expect(await fill('add', batch)).toMatchObject({ summary: { added: 0, unchanged: 2 }, differences: [] });
    expect(await fill('replace', [batch[0], late('b2', 31)])).toMatchObject({
      summary: { voided: 1, amended: 1, added: 0, unchanged: 1 },
      differences: [{ rated: { quantityAfter: 61_000_000_000_000n }, grossDeltaMinor: -420n }],
    });
    expect(await usage(...MARCH)).toBe(61n);
    await expect(fill('add', [late('b2', 5), late('b3', 1, '2026-03-22T00:00:00Z')])).rejects.toMatchObject({
      code: 'request.invalid',
      faults: [{ code: 'event.id_conflict' }, { code: 'event.outside' }],
    });
  });

  test('I146 every hour agrees with its events after any corrections', async () => {
    const { here, customer } = await sold();
    const events = Array.from({ length: 40 }, (_, index) =>
      late(`r${index}`, index, `2026-04-0${1 + (index % 8)}T0${index % 9}:10:00Z`),
    );
    await here.command((ctx) => ingest(ctx, events));
    const keys = events.map(({ id, source }) => ({ eventId: id, source }));
    await here.command((ctx) => correct(ctx, { kind: 'void', events: keys.slice(0, 13), reason: 'Wrong.' }));
    await here.command((ctx) =>
      correct(ctx, {
        kind: 'amend',
        key: keys[20]!,
        content: late('', 9, '2026-04-03T05:00:00Z'),
        reason: 'x',
      }),
    );
    const differences = await here.admin(
      `with raw as (
         select e.customer_id, c.meter_id, date_trunc('hour', e.time) as hour, count(*) as n, sum(c.quantity) as quantity
         from usage_events e cross join lateral unnest(e.meter_ids, e.quantities) as c (meter_id, quantity) group by 1, 2, 3)
       , kept as (select customer_id, meter_id, hour, sum(event_count) as event_count, sum(quantity) as quantity
         from usage_hours group by 1, 2, 3)
       select * from raw full join kept r using (customer_id, meter_id, hour)
       where raw.n is distinct from r.event_count or raw.quantity is distinct from r.quantity`,
    );
    expect(differences).toEqual([]);
    expect(customer.id).toBeTruthy();
  });
});
