import { verifyInvoice } from '@billhook/core/invoicing/verify/verify-invoice';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { acceptCertificate, giveCertificate } from '../modules/customers/certificates/api.ts';
import { updateCustomer } from '../modules/customers/commands/update-customer.ts';
import {
  draftInvoice,
  frozenText,
  linesOf,
  type StoredInvoice,
  voidInvoice,
} from '../modules/invoicing/api.ts';
import { readFrozen } from '../modules/invoicing/frozen.ts';
import { lineTaxPercent } from '../modules/invoicing/queries/line-tax.ts';
import { loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { TaxProviderSettings } from '../platform/context.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  balances,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { type SandboxTaxes, sandboxTaxes } from '../testing/taxes.ts';
import { billOrRefuse } from './bill-due.ts';
import { taxBookingsSource } from './book-taxes.ts';
import { creditInvoice } from './credit-invoice.ts';
import { taxQuestionsSource } from './quote-taxes.ts';
import { taxOwedOf } from './tax-owed.ts';
import { taxListener } from './watch-tax.ts';

const NOW = '2026-03-02T10:00:00Z';
const LEFT: TaxProviderSettings = {
  provider: 'stripe_tax',
  regions: ['US', 'JP', 'KW', 'CA-QC'],
  whenAway: 'hold',
  taxCodes: [{ taxCode: 'saas', providerCode: 'txcd_10103001' }],
  defaultCode: 'txcd_10000000',
};
const AUSTIN = { country: 'US', address: { postal_code: '78701', region: 'TX', city: 'Austin' } };

let taxes: SandboxTaxes;
let world: BillingWorld;
let questions = 0;

beforeAll(async () => {
  taxes = await sandboxTaxes();
});
afterAll(() => taxes.close());
afterEach(() => world.close());

/** The provider, whose questions are counted. */
const counted = async () => ({
  ...taxes.provider,
  quote: (question: Parameters<SandboxTaxes['provider']['quote']>[0]) => {
    questions += 1;
    return taxes.provider.quote(question);
  },
});

async function open(left: Partial<TaxProviderSettings> = {}, settings: Record<string, unknown> = {}) {
  questions = 0;
  await taxes.setFaults({});
  await taxes.setNow(NOW);
  world = await createBillingWorld(
    NOW,
    {
      taxProvider: { ...LEFT, ...left },
      taxRates: { US: { name: 'Own rate', rate: '0.05' } },
      ...settings,
    },
    counted,
  );
  return addPlan(world, {
    key: 'pro',
    currency: 'USD',
    prices: [flatPrice('10000'), flatPrice('4000', { key: 'data', name: 'Data', tax_code: 'saas' })],
  });
}

const deps = () => ({ transactor: world.transactor, providerOf: counted });
const ask = () => taxQuestionsSource(deps()).run(world.tenantId, 100);
const book = () => taxBookingsSource(deps()).run(world.tenantId, 100);
const openCases = async () =>
  (await world.admin('select kind from cases where closed_at is null order by kind')).map(({ kind }) => kind);
const frozenOf = async (id: string | undefined) =>
  (await world.query((ctx) => frozenText(ctx, id ?? ''))) ?? '{}';
const change = (id: string, patch: Parameters<typeof updateCustomer>[2]) =>
  world.command((ctx) => updateCustomer(ctx, id, patch, async () => true));
/** What the outbox would do after a change of the customer. */
const changed = (id: string) =>
  world.command((ctx) =>
    taxListener().handle(ctx, {
      id: '0',
      type: 'customer.updated',
      objectId: id,
      customerId: id,
      payload: {},
    } as unknown as Parameters<ReturnType<typeof taxListener>['handle']>[1]),
  );
const bookings = () =>
  world.admin(
    `select kind, status, transaction_id, fault, tries from tax_bookings order by created_at, kind <> 'sale'`,
  );

async function billed(customerId: string) {
  await world.bill();
  await ask();
  await world.bill();
  return world.invoices(customerId);
}

test('I414 the tax of a bill run is asked for outside of it and frozen with its calculation and every jurisdiction', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  const home = await addCustomer(world, { name: 'Abroad', country: 'CA', currency: 'USD' });
  for (const { id } of [firm, home]) await subscribe(world, id, plan);
  await world.bill();
  // Whose tax is known is billed at once; nobody else waits for it.
  expect(await world.invoices(firm.id)).toEqual([]);
  expect(await world.invoices(home.id)).toMatchObject([{ taxMinor: 0n }]);
  expect(await openCases()).toEqual([]);
  expect(await ask()).toBe(1);
  expect(await world.bill()).toBe(1);
  const [invoice] = await world.invoices(firm.id);
  // 10,000 at 6.5 + 0.25 + 1.5 %, and 4,000 of which the state taxes 3,200.
  expect(invoice).toMatchObject({ subtotalMinor: 14_000n, taxMinor: 825n + 208n + 10n + 60n });
  expect(invoice?.taxes.map(({ name, net_minor, tax_minor }) => [name, net_minor, tax_minor])).toEqual([
    ['Texas: Sales tax', '13200', '858'],
    ['Travis County: Local sales tax', '14000', '35'],
    ['Austin: Local sales tax', '14000', '210'],
  ]);
  const text = await frozenOf(invoice?.id);
  const frozen = JSON.parse(text);
  expect(frozen.tax_quote).toMatchObject({
    provider: 'stripe_tax',
    calculation_id: expect.stringMatching(/^taxcalc_/),
  });
  expect(frozen.taxes[0].jurisdiction).toEqual({
    country: 'US',
    level: 'state',
    name: 'Texas',
    region: 'TX',
  });
  expect(verifyInvoice(frozen)).toEqual({ ok: true, lines: 2 });
  expect(readFrozen(text).lines[1]?.taxes[0]).toMatchObject({ taxMinor: 208n, taxableMinor: 3200n });
  expect((await balances(world)).tax).toBe(-1103n);
  // What each line is taxed by on the document, where three places tax it.
  const shown = await world.query(async (ctx) => {
    const lines = await linesOf(ctx, [invoice?.id ?? '']);
    return lines.map((line) => lineTaxPercent(line, invoice as StoredInvoice));
  });
  expect(shown).toEqual(['8.25', '6.95']);
});

test('I414 a customer who moves between the answer and the invoice is asked about again, and one who moves away is not', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  await subscribe(world, firm.id, plan);
  await world.bill();
  await ask();
  await change(firm.id, { address: { postal_code: '98101', region: 'WA' } });
  expect(await billed(firm.id)).toMatchObject([{ taxMinor: 945n }]);
  expect(questions).toBe(2);
  await change(firm.id, { country: 'AT', address: {} });
  await world.billUntil('2026-04-02T12:00:00Z');
  expect((await world.invoices(firm.id)).map(({ taxMinor }) => taxMinor)).toEqual([945n, 0n]);
  expect(questions).toBe(2);
});

test('I495 a provider is told of a certificate that holds, the invoice names it, and once it has run out tax is asked for', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  const elsewhere = await addCustomer(world, {
    name: 'Elsewhere',
    country: 'US',
    address: { postal_code: '94103', region: 'CA', city: 'San Francisco' },
    currency: 'USD',
  });
  const terms = {
    reason: 'resale',
    number: '32-1',
    country: 'US',
    regions: ['TX'],
    from: '2026-01-01',
  } as const;
  for (const { id } of [firm, elsewhere]) {
    await subscribe(world, id, plan);
    await world.command(async (ctx) => {
      const given = await giveCertificate(ctx, id, { ...terms, to: '2026-03-31' }, null);
      await acceptCertificate(ctx, given.id, {});
    });
  }
  const [first] = await billed(firm.id);
  expect(first).toMatchObject({ taxMinor: 0n });
  expect((await world.invoices(elsewhere.id))[0]?.taxMinor).toBeGreaterThan(0n);
  expect(JSON.parse(await frozenOf(first?.id)).buyer.tax_certificate).toMatchObject({ number: '32-1' });
  await world.setNow('2026-04-02T10:00:00Z');
  await taxes.setNow('2026-04-02T10:00:00Z');
  const [, second] = await billed(firm.id);
  expect(second?.taxMinor).toBeGreaterThan(0n);
  expect(JSON.parse(await frozenOf(second?.id)).buyer.tax_certificate).toBeUndefined();
});

test('I414 what is bought at once is quoted before it is done, and billed in the same transaction', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  await subscribe(world, firm.id, plan);
  await world.command(async (ctx) => {
    await lockCustomer(ctx, firm.id);
    await billOrRefuse(ctx, firm.id);
  });
  expect(await world.invoices(firm.id)).toMatchObject([{ taxMinor: 1103n }]);
  expect(questions).toBe(1);
});

test.each([
  ['JPY', { country: 'JP' }, '10005', '9 % of 10005 = 900'],
  ['KWD', { country: 'KW' }, '10005', '4.5 % of 10005 = 450'],
  ['USD', { country: 'US', address: { postal_code: '90001', region: 'CA' } }, '999', '7 % of 999 = 70'],
] as const)(
  'I414 taxes are in the minor units of the currency: %s',
  async (currency, place, amount, shown) => {
    await open();
    const plan = await addPlan(world, { key: 'other', currency, prices: [flatPrice(amount)] });
    const firm = await addCustomer(world, { name: 'Firm', ...place, currency });
    await subscribe(world, firm.id, plan);
    const [invoice] = await billed(firm.id);
    expect(invoice?.taxes.map((tax) => `${tax.percent} % of ${tax.net_minor} = ${tax.tax_minor}`)).toEqual([
      shown,
    ]);
  },
);

test('I415 while the provider is away an invoice waits, with a case, and is issued once it answers', async () => {
  const plan = await open({ whenAway: 'hold' });
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  await subscribe(world, firm.id, plan);
  await taxes.setFaults({ timeoutsBefore: 1 });
  expect(await billed(firm.id)).toEqual([]);
  expect(await openCases()).toEqual(['tax.provider_away']);
  expect(await ask()).toBe(0);
  await world.setNow('2026-03-02T10:01:00Z');
  expect(await ask()).toBe(1);
  await world.bill();
  expect(await world.invoices(firm.id)).toMatchObject([{ taxMinor: 1103n }]);
  expect(await openCases()).toEqual([]);
});

test('I415 nobody is left waiting: a customer who moves away meanwhile is billed, and so is one whose preview got the answer', async () => {
  const plan = await open({ whenAway: 'hold' });
  const [mover, looker] = [
    await addCustomer(world, { name: 'Mover', ...AUSTIN, currency: 'USD' }),
    await addCustomer(world, { name: 'Looker', ...AUSTIN, currency: 'USD' }),
  ];
  await subscribe(world, mover.id, plan);
  const { id } = await subscribe(world, looker.id, plan);
  await world.bill();
  const held = 'select count(*)::int as held from customers where parked_at is not null';
  expect(await world.admin(held)).toEqual([{ held: 2 }]);
  await taxes.setFaults({ rejectWith: 429 });
  await change(mover.id, { country: 'AT', address: {} });
  await changed(mover.id);
  await world.bill();
  expect(await world.invoices(mover.id)).toMatchObject([{ taxMinor: 0n }]);
  await taxes.setFaults({});
  await world.query(async (ctx) => {
    const subscriptions = await loadSubscriptionsForBilling(ctx, [id]);
    return draftInvoice(ctx, await getCustomer(ctx, looker.id), subscriptions, ctx.now);
  });
  await world.bill();
  expect(await world.invoices(looker.id)).toMatchObject([{ taxMinor: 1103n }]);
  expect(await world.admin(held)).toEqual([{ held: 0 }]);
  // Nobody had to look, so no news said that they should.
  expect(await world.admin(`select 1 from outbox where type like 'customer.parked'`)).toEqual([]);
});

test('I415 a seller may charge by its own rates meanwhile, or refuse, and a purchase follows the same choice', async () => {
  for (const [whenAway, outcome] of [
    ['fallback', [{ taxMinor: 700n }]],
    ['refuse', []],
  ] as const) {
    const plan = await open({ whenAway });
    const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
    await subscribe(world, firm.id, plan);
    await taxes.setFaults({ rejectWith: 500 });
    expect(await billed(firm.id)).toMatchObject(outcome);
    expect(await openCases()).toEqual(whenAway === 'refuse' ? ['billing.parked'] : []);
    const buyer = await addCustomer(world, { name: 'Buyer', ...AUSTIN, currency: 'USD' });
    await subscribe(world, buyer.id, plan);
    await taxes.setFaults({ rejectWith: 429 });
    const bought = world.command((ctx) => billOrRefuse(ctx, buyer.id));
    if (whenAway === 'refuse') await expect(bought).rejects.toMatchObject({ code: 'billing.refused' });
    else await bought;
    expect(await world.invoices(buyer.id)).toMatchObject(outcome);
    expect(await bookings()).toEqual([]);
    if (whenAway === 'fallback') await world.close();
  }
});

test('I415 what the provider cannot work out is a case at once, and another address mends it', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', country: 'US', currency: 'USD' });
  await subscribe(world, firm.id, plan);
  expect(await billed(firm.id)).toEqual([]);
  const [found] = await world.admin('select kind, facts from cases where closed_at is null');
  expect(found).toMatchObject({ kind: 'billing.parked', facts: { code: 'tax.not_computed' } });
  await change(firm.id, AUSTIN);
  await changed(firm.id);
  expect(await openCases()).toEqual([]);
  expect(await billed(firm.id)).toMatchObject([{ taxMinor: 1103n }]);
});

test('I416 a sale is told to the provider once, though answers are lost, and credit notes take back the same parts', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  await subscribe(world, firm.id, plan);
  const [invoice] = await billed(firm.id);
  await taxes.setFaults({ timeoutsAfter: 1 });
  expect(await book()).toBe(1);
  expect(await bookings()).toMatchObject([{ kind: 'sale', status: 'due', tries: 1 }]);
  const credit = { invoiceId: invoice?.id ?? '', reason: 'asked', settle: 'reduce_open' } as const;
  await world.command((ctx) => creditInvoice(ctx, { ...credit, lines: 'rest' }));
  // The note goes after the sale.
  expect(await book()).toBe(0);
  await world.setNow('2026-03-02T10:05:00Z');
  expect(await book()).toBe(1);
  expect(await book()).toBe(1);
  const done = await bookings();
  expect(done).toMatchObject([
    { kind: 'sale', status: 'done', tries: 2 },
    { kind: 'note', status: 'done', tries: 1 },
  ]);
  const attempts = await world.admin('select outcome from tax_attempts order by started_at, id');
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'done', 'done']);
  const back = await taxes.read(`/v1/tax/transactions/${done[1]?.transaction_id}/line_items`);
  const lines = back.data as { reference: string; amount: number; amount_tax: number }[];
  expect(lines.map((line) => [line.reference, line.amount, line.amount_tax]).sort()).toEqual([
    ['saas', -4000, -278],
    ['standard', -10_000, -825],
  ]);
  const notes = await world.admin('select taxes from credit_notes');
  const noted = notes.flatMap(({ taxes: all }) => all as { name: string; tax_minor: string }[]);
  expect(noted.map((tax) => [tax.name, tax.tax_minor])).toEqual([
    ['Texas: Sales tax', '858'],
    ['Travis County: Local sales tax', '35'],
    ['Austin: Local sales tax', '210'],
  ]);
  expect((await balances(world)).tax).toBe(0n);
});

test('what is owed to each jurisdiction is what invoices charged less what notes and voids took back, month by month, as the books have it', async () => {
  const plan = await open();
  const owed = async (query: { from?: string; to?: string } = {}) =>
    (await world.query((ctx) => taxOwedOf(ctx, query))).rows.map((row) =>
      [row.jurisdiction?.name ?? row.name, row.net, row.charged, row.taken_back, row.owed].join(' '),
    );
  const [first, second] = [
    await addCustomer(world, { name: 'First', ...AUSTIN, currency: 'USD' }),
    await addCustomer(world, { name: 'Second', ...AUSTIN, currency: 'USD' }),
  ];
  for (const { id } of [first, second]) await subscribe(world, id, plan);
  const [kept] = await billed(first.id);
  const [dropped] = await world.invoices(second.id);
  expect(await owed()).toEqual([
    'Texas 26400 1716 0 1716',
    'Travis County 28000 70 0 70',
    'Austin 28000 420 0 420',
  ]);
  const invoiceId = dropped?.id ?? '';
  await world.command((ctx) => voidInvoice(ctx, { invoiceId, reason: 'mistake', periods: 'waive' }));
  await world.setNow('2026-04-01T00:00:01Z');
  await world.command((ctx) =>
    creditInvoice(ctx, { invoiceId: kept?.id ?? '', reason: 'asked', settle: 'reduce_open', lines: 'rest' }),
  );
  expect(await owed({ from: '2026-03', to: '2026-03' })).toEqual([
    'Texas 13200 1716 858 858',
    'Travis County 14000 70 35 35',
    'Austin 14000 420 210 210',
  ]);
  expect(await owed()).toEqual(['Texas 0 0 858 -858', 'Travis County 0 0 35 -35', 'Austin 0 0 210 -210']);
  const whole = await world.query((ctx) => taxOwedOf(ctx, { from: '2026-03', to: '2026-04' }));
  const sum = whole.rows.reduce((all, row) => all + BigInt(row.owed), 0n);
  expect(sum).toBe(0n);
  expect((await balances(world)).tax).toBe(-sum);
});

test('I416 a void takes back the whole sale, and what is refused is a case that leaves the invoice alone', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  await subscribe(world, firm.id, plan);
  const [invoice] = await billed(firm.id);
  const invoiceId = invoice?.id ?? '';
  await world.command((ctx) => voidInvoice(ctx, { invoiceId, reason: 'mistake', periods: 'bill_again' }));
  expect([await book(), await book()]).toEqual([1, 1]);
  expect(await bookings()).toMatchObject([
    { kind: 'sale', status: 'done' },
    { kind: 'void', status: 'done' },
  ]);
  // Billed again with the next month, it has a calculation of its own: 20,000, and 8,000 of which the state taxes 6,400.
  await world.billUntil('2026-04-02T12:00:00Z');
  await taxes.setNow('2026-04-02T12:00:00Z');
  const again = (await billed(firm.id)).filter(({ status }) => status === 'open');
  expect(again).toMatchObject([{ taxMinor: 1300n + 50n + 300n + 416n + 20n + 120n }]);
  expect(questions).toBe(2);
  await world.admin(`update tax_bookings set calculation_id = 'taxcalc_gone' where status = 'due'`);
  expect(await book()).toBe(1);
  expect(await openCases()).toEqual(['tax.booking_refused']);
  expect((await world.invoices(firm.id)).filter(({ status }) => status === 'open')).toHaveLength(1);
});

test('I418 a preview shows the tax of the provider, asks once for the same content, and never writes an invoice', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  const { id } = await subscribe(world, firm.id, plan);
  const preview = () =>
    world.query(async (ctx) => {
      const subscriptions = await loadSubscriptionsForBilling(ctx, [id]);
      return draftInvoice(ctx, await getCustomer(ctx, firm.id), subscriptions, ctx.now);
    });
  expect((await preview())?.totals.taxMinor).toBe(1103n);
  expect((await preview())?.totals.taxMinor).toBe(1103n);
  expect(questions).toBe(1);
  expect(await world.invoices(firm.id)).toEqual([]);
  // The invoice rests on the answer that was shown.
  await world.bill();
  expect(await world.invoices(firm.id)).toMatchObject([{ taxMinor: 1103n }]);
  expect(questions).toBe(1);
});

test('I418 while the provider is away a preview is an estimate by own rates, and does not ask at every look', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', ...AUSTIN, currency: 'USD' });
  const { id } = await subscribe(world, firm.id, plan);
  await taxes.setFaults({ timeoutsBefore: 1 });
  for (let looks = 0; looks < 3; looks += 1) {
    const draft = await world.query(async (ctx) => {
      const subscriptions = await loadSubscriptionsForBilling(ctx, [id]);
      return draftInvoice(ctx, await getCustomer(ctx, firm.id), subscriptions, ctx.now);
    });
    expect(draft?.totals.taxMinor).toBe(700n);
  }
  expect(questions).toBe(1);
});
