import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { voidInvoice } from '../modules/invoicing/commands/void.ts';
import { closeMonths, trialBalance } from '../modules/ledger/api.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  balances,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { creditInvoice } from './credit-invoice.ts';
import { endNextMonth } from './end-months.ts';
import { taxPlacingSource } from './place-taxes.ts';
import { taxAccountsOf } from './tax-accounts.ts';

const RULES = {
  country: 'DE',
  registrations: [
    { scheme: 'local', country: 'DE', from: '2020-01-01', to: null },
    { scheme: 'oss', country: 'DE', from: '2021-07-01', to: null },
  ],
  supply: 'electronic_service',
  verification: 'registry_confirmed',
  consumers: 'destination',
  unknownCountry: 'origin',
  registry: { validDays: 30, whenDown: 'trust', trustDays: 7 },
  evidence: 'none',
  lineRates: [{ taxCode: 'book', country: 'DE', rate: '0.07' }],
};

let world: BillingWorld;
afterEach(() => world.close());

const reason = 'asked';
const onTax = async () =>
  (await world.query(trialBalance))
    .map(({ account, creditMinor, debitMinor }) => `${account} ${creditMinor - debitMinor}`)
    .filter((text) => text.startsWith('tax') && !text.endsWith(' 0'));
const booked = async (from: string, to = from) =>
  (await world.query((ctx) => taxAccountsOf(ctx, { from, to }))).rows.map((row) =>
    [row.account, row.filed_by, row.net, row.charged, row.taken_back, row.owed].join(' '),
  );

/** A seller at home with two rates who sells to France, Austria and the Azores as well, billed for March. */
async function sold() {
  world = await createBillingWorld('2026-03-01T00:00:00Z', {
    taxRules: RULES,
    seller: { legalName: 'Seller GmbH', address: [], taxId: 'DE136695976', email: null },
  });
  const plan = await addPlan(world, {
    key: 'pro',
    prices: [flatPrice('10000'), flatPrice('1999', { key: 'book', name: 'Book', tax_code: 'book' })],
  });
  const ids: string[] = [];
  for (const [country, postal_code] of [
    ['DE', '10115'],
    ['FR', '75001'],
    ['AT', '1010'],
    ['PT', '9500-001'],
    ['US', '78701'],
  ] as const) {
    const { id } = await addCustomer(world, { name: country, country, address: { postal_code } });
    await subscribe(world, id, plan);
    ids.push(id);
  }
  await world.bill();
  const invoiceOf = async (at: number) => (await world.invoices(ids[at]))[0]?.id ?? '';
  return { invoiceOf };
}

async function intoApril() {
  await world.command(endNextMonth);
  await world.setNow('2026-04-01T00:00:00Z');
  await world.command(endNextMonth);
  await world.command((ctx) => closeMonths(ctx, '2026-03', 'ada'));
}

test('I499 tax is booked by country, region and rate, and a return by member state and rate comes from the books', async () => {
  const { invoiceOf } = await sold();
  expect(await onTax()).toEqual([
    'tax:AT:20 2400',
    'tax:DE:19 1900',
    'tax:DE:7 140',
    'tax:FR:20 2400',
    'tax:PT-20:16 1920',
  ]);
  const march = [
    'tax:AT:20 oss 11999 2400 0 2400',
    'tax:DE:19 home 10000 1900 0 1900',
    'tax:DE:7 home 1999 140 0 140',
    'tax:FR:20 oss 11999 2400 0 2400',
    'tax:PT-20:16 oss 11999 1920 0 1920',
  ];
  expect(await booked('2026-03')).toEqual(march);
  await intoApril();
  const [german, french, austrian] = [await invoiceOf(0), await invoiceOf(1), await invoiceOf(2)];
  await world.command((ctx) => voidInvoice(ctx, { invoiceId: french, reason, periods: 'waive' }));
  await world.command((ctx) =>
    creditInvoice(ctx, { invoiceId: german, lines: 'rest', reason, settle: 'reduce_open' }),
  );
  const [{ id: lineId } = { id: '' }] = await world.admin(
    'select id from invoice_lines where invoice_id = $1 and amount_minor = 10000',
    [austrian],
  );
  const lines = [{ lineId: String(lineId), amountMinor: 3333n }];
  await world.command((ctx) =>
    creditInvoice(ctx, { invoiceId: austrian, lines, reason, settle: 'reduce_open' }),
  );
  expect(await booked('2026-03')).toEqual(march);
  expect(await booked('2026-04')).toEqual([
    'tax:AT:20 oss -3333 0 667 -667',
    'tax:DE:19 home -10000 0 1900 -1900',
    'tax:DE:7 home -1999 0 140 -140',
    'tax:FR:20 oss -11999 0 2400 -2400',
  ]);
  expect(await onTax()).toEqual(['tax:AT:20 1733', 'tax:PT-20:16 1920']);
});

test('I500 tax booked before there were accounts by place is moved once, on its own day, and closed months stay as they are', async () => {
  const { invoiceOf } = await sold();
  const french = await invoiceOf(1);
  await world.command((ctx) => voidInvoice(ctx, { invoiceId: french, reason, periods: 'waive' }));
  const placed = await onTax();
  const whole = await balances(world);
  // As it was before: one account of all tax.
  await world.admin(`update ledger_entries set account = 'tax' where account like 'tax:%'`);
  const migration = await readFile(
    new URL('../../migrations/0069_tax_accounts.sql', import.meta.url),
    'utf8',
  );
  const start = migration.indexOf('insert into ledger_corrections');
  await world.admin(migration.slice(start, migration.indexOf(';', start)));
  expect(await onTax()).toEqual(['tax 6360']);
  await intoApril();
  const marchOf = () =>
    world.admin(
      `select t.posting, e.account, e.side, e.amount_minor::text from ledger_transactions t
       join ledger_entries e on e.tenant_id = t.tenant_id and e.transaction_id = t.id
       where t.occurred_at < '2026-04-01' order by t.id, e.position`,
    );
  const march = await marchOf();
  const source = taxPlacingSource(world.transactor);
  expect(await source.run(world.tenantId, 10)).toBe(1);
  expect(await source.run(world.tenantId, 10)).toBe(0);
  expect(await onTax()).toEqual(placed);
  expect((await balances(world)).tax).toBe(whole.tax);
  expect(await marchOf()).toEqual(march);
  const [{ at } = { at: null }] = await world.admin(
    `select occurred_at as at from ledger_transactions where posting = 'tax_by_place'`,
  );
  expect(at).toEqual(new Date('2026-04-01T00:00:00Z'));
  // What is taken back later is booked where it stands by now.
  const german = await invoiceOf(0);
  await world.command((ctx) =>
    creditInvoice(ctx, { invoiceId: german, lines: 'rest', reason, settle: 'reduce_open' }),
  );
  expect(await onTax()).toEqual(['tax:AT:20 2400', 'tax:PT-20:16 1920']);
});
