import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Sandbox, startSandbox } from '@billhook/sandbox/start';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { viesRegistry } from '../adapters/vies/registry.ts';
import { keepLocationEvidence, keepVisit } from '../modules/customers/api.ts';
import { updateCustomer } from '../modules/customers/commands/update-customer.ts';
import { vatNumbersSource } from '../modules/customers/vat/jobs.ts';
import { frozenText } from '../modules/invoicing/api.ts';
import { readFrozen } from '../modules/invoicing/frozen.ts';
import { getCustomerTax, listEvidence } from '../modules/invoicing/queries/customer-tax.ts';
import type { TaxRules } from '../platform/context.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import { creditInvoice } from './credit-invoice.ts';
import { taxListener } from './watch-tax.ts';

const RULES: TaxRules = {
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
  evidence: 'two',
  lineRates: [{ taxCode: 'book', country: 'DE', rate: '0.07' }],
};
const SELLER = { legalName: 'Seller GmbH', address: [], taxId: 'DE136695976', email: null };

let sandbox: Sandbox;
let registryUrl: string;
let world: BillingWorld;

beforeAll(async () => {
  const none = () => undefined;
  sandbox = await startSandbox({
    folder: path.join(mkdtempSync(path.join(os.tmpdir(), 'billhook-vies-')), 'sandbox'),
    controlToken: 'token-of-the-test',
    wallNow: () => Date.parse('2026-03-01T00:00:00Z'),
    randomBytes,
    log: { info: none, warn: none },
  });
});
afterAll(() => sandbox.stop());
afterEach(() => world.close());

async function open(rules: Partial<TaxRules> = {}, settings: Record<string, unknown> = {}) {
  registryUrl = `${sandbox.stripeUrl}/vies/rest-api`;
  world = await createBillingWorld('2026-03-01T00:00:00Z', {
    taxRules: { ...RULES, ...rules },
    seller: SELLER,
    ...settings,
  });
  return addPlan(world, { key: 'pro', prices: [flatPrice('10000')] });
}

/** Asks the registry about everything that is due. */
const ask = () =>
  vatNumbersSource({
    transactor: world.transactor,
    registryOf: () => (number, requester) => viesRegistry(registryUrl)(number, requester),
  }).run(world.tenantId, 100);

const taxOf = async (customerId: string) => {
  const { decision, vat_number } = await world.query((ctx) => getCustomerTax(ctx, customerId));
  const shown = `${decision?.ground} ${decision?.category} ${decision?.percent}`;
  return [shown, vat_number.state, vat_number.why];
};
const change = (id: string, patch: Parameters<typeof updateCustomer>[2]) =>
  world.command((ctx) => updateCustomer(ctx, id, patch, async () => true));

test('I316 a number is believed once the registry confirmed it, and the document says why no tax is charged', async () => {
  const plan = await open();
  const firm = await addCustomer(world, { name: 'Firm', country: 'FR', tax_id: 'FR68 496 323 346' });
  expect(await taxOf(firm.id)).toEqual(['one_stop_shop S 20', 'well_formed', 'never_asked']);
  expect(await ask()).toBe(1);
  expect(await ask()).toBe(0);
  expect(await taxOf(firm.id)).toEqual(['reverse_charge AE 0', 'confirmed', 'answered']);
  const known = await world.query((ctx) => getCustomerTax(ctx, firm.id));
  expect(known.vat_number).toMatchObject({
    consultation_number: 'WAPIFR6849632334',
    registered_name: 'Company 68496323346',
    registered_address: '1 Sample Street, FR',
  });
  await subscribe(world, firm.id, plan);
  await world.bill();
  const [invoice] = await world.invoices(firm.id);
  expect(invoice).toMatchObject({ taxMinor: 0n, totalMinor: 10_000n });
  const text = (await world.query((ctx) => frozenText(ctx, invoice?.id ?? ''))) ?? '';
  expect(JSON.parse(text).taxes).toMatchObject([
    { category: 'AE', percent: '0', exemption: { code: 'VATEX-EU-AE' } },
  ]);
  expect(readFrozen(text).lines[0]?.taxes[0]?.rate.exemption?.code).toBe('VATEX-EU-AE');
});

test('I316 no answer is not a no: a trusted number holds for some days, a refused one never', async () => {
  await open();
  const firm = await addCustomer(world, { name: 'Firm', country: 'DK', tax_id: 'DK69173705' });
  const down = await addCustomer(world, { name: 'Down', country: 'RO', tax_id: 'RO3015' });
  const refused = await addCustomer(world, { name: 'No', country: 'RO', tax_id: 'RO2001' });
  expect(await ask()).toBe(3);
  expect(await taxOf(firm.id)).toEqual(['reverse_charge AE 0', 'confirmed', 'answered']);
  expect(await taxOf(refused.id)).toEqual(['one_stop_shop S 21', 'refused', 'answered']);
  expect(await taxOf(down.id)).toEqual(['reverse_charge AE 0', 'confirmed', 'down_trusted']);
  await world.setNow('2026-03-08T00:00:00Z');
  expect(await taxOf(down.id)).toEqual(['one_stop_shop S 21', 'well_formed', 'down_charged']);
  // Nobody answers at all any more: what was confirmed holds for its days and then for those of trust.
  registryUrl = 'http://127.0.0.1:9';
  await world.setNow('2026-03-31T00:00:00Z');
  expect(await ask()).toBe(3);
  expect(await taxOf(firm.id)).toEqual(['reverse_charge AE 0', 'confirmed', 'down_trusted']);
  expect(await taxOf(refused.id)).toEqual(['one_stop_shop S 21', 'refused', 'expired']);
  await world.setNow('2026-04-07T00:00:00Z');
  expect(await taxOf(firm.id)).toEqual(['one_stop_shop S 25', 'well_formed', 'down_charged']);
});

test('I316 tax is that of the day of issue: a country changed since the quote, a rate that rises', async () => {
  const plan = await open();
  const person = await addCustomer(world, { name: 'Ada', country: 'HU' });
  const other = await addCustomer(world, { name: 'Bea', country: 'AT', tax_exempt: true });
  const islander = await addCustomer(world, {
    name: 'Cid',
    country: 'ES',
    address: { postal_code: '35001' },
  });
  for (const { id } of [person, other, islander]) await subscribe(world, id, plan);
  expect(await taxOf(person.id)).toEqual(['one_stop_shop S 27', 'none', null]);
  await change(person.id, { country: 'FI' });
  await world.bill();
  const taxes = async (id: string) => (await world.invoices(id)).map(({ taxMinor }) => taxMinor);
  expect(await taxes(person.id)).toEqual([2550n]);
  expect(await taxes(other.id)).toEqual([0n]);
  expect(await taxes(islander.id)).toEqual([0n]);
  await change(person.id, { country: 'DE' });
  await world.billUntil('2026-04-02T00:00:00Z');
  expect(await taxes(person.id)).toEqual([2550n, 1900n]);
});

test('a number that is changed is asked about anew, one that is taken away no more, and other tax numbers never', async () => {
  await open();
  const firm = await addCustomer(world, { name: 'Firm', country: 'DE', tax_id: 'DE483454271' });
  await addCustomer(world, { name: 'Abroad', country: 'US', tax_id: '12-3456789' });
  const slip = await addCustomer(world, { name: 'Slip', country: 'FR', tax_id: 'FR69496323346' });
  expect(await ask()).toBe(1);
  expect((await taxOf(slip.id))[1]).toBe('malformed');
  await change(firm.id, { name: 'Firm AG' });
  expect(await ask()).toBe(0);
  await change(firm.id, { tax_id: 'DE 379 367 476' });
  expect((await taxOf(firm.id))[2]).toBe('never_asked');
  expect(await ask()).toBe(1);
  await change(firm.id, { tax_id: null });
  expect(await taxOf(firm.id)).toEqual(['domestic S 19', 'none', null]);
  expect(await world.admin('select 1 from customer_vat_numbers')).toEqual([]);
});

test('the registry stands in for VIES with its own refusals, and nonsense is refused', async () => {
  await open();
  const query = async (body: unknown) => {
    const answer = await fetch(`${registryUrl}/check-vat-number`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [answer.status, await answer.json()];
  };
  expect(await query({ countryCode: 'RO', vatNumber: 302 })).toMatchObject([400, {}]);
  expect(await query({ countryCode: 'RO', vatNumber: '3020' })).toEqual([
    200,
    { actionSucceed: false, errorWrappers: [{ error: 'TIMEOUT' }] },
  ]);
  const registry = viesRegistry(registryUrl);
  const asked = (body: string) => registry({ prefix: 'RO', body, country: 'RO' }, null);
  expect(await asked('6000')).toEqual({ kind: 'down', reason: 'MS_MAX_CONCURRENT_REQ' });
  expect(await asked('2010')).toMatchObject({ kind: 'answered', isValid: false });
  expect(await asked('2000')).toMatchObject({ kind: 'answered', isValid: false, name: null, address: null });
  expect(await asked('1234')).toMatchObject({ isValid: true, consultationNumber: null });
  expect(
    await viesRegistry(`${registryUrl}/nowhere`)({ prefix: 'RO', body: '1', country: 'RO' }, null),
  ).toEqual({
    kind: 'down',
    reason: 'status 404',
  });
});

const frozenOf = async (invoiceId: string | undefined) =>
  JSON.parse((await world.query((ctx) => frozenText(ctx, invoiceId ?? ''))) ?? '{}');
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
const openCases = async () =>
  (await world.admin(`select kind from cases where closed_at is null order by kind`)).map(({ kind }) => kind);

test('I317 a seller who waits bills nobody whose tax hangs on an answer, and bills them once it is there', async () => {
  const plan = await open({ registry: { validDays: 30, whenDown: 'hold', trustDays: 0 } });
  const firm = await addCustomer(world, { name: 'Firm', country: 'FR', tax_id: 'FR68496323346' });
  const down = await addCustomer(world, { name: 'Down', country: 'RO', tax_id: 'RO3015' });
  const home = await addCustomer(world, { name: 'Home', country: 'DE', tax_id: 'DE483454271' });
  for (const { id } of [firm, down, home]) await subscribe(world, id, plan);
  await world.bill();
  // At home the number changes nothing, so nobody waits for it.
  expect((await world.invoices()).map(({ customerId }) => customerId)).toEqual([home.id]);
  expect(await openCases()).toEqual(['billing.parked', 'billing.parked']);
  await changed(firm.id);
  expect(await world.bill()).toBe(0);
  await ask();
  for (const { id } of [firm, down]) await changed(id);
  expect((await world.query((ctx) => getCustomerTax(ctx, down.id))).is_held).toBe(true);
  await world.bill();
  const [invoice] = await world.invoices(firm.id);
  expect((await frozenOf(invoice?.id)).buyer.tax).toMatchObject({
    ground: 'reverse_charge',
    vat_number: { state: 'confirmed', why: 'answered', consultation_number: 'WAPIFR6849632334' },
    evidence: { state: 'not_needed', pieces: [] },
  });
  await change(down.id, { tax_id: null });
  await changed(down.id);
  await world.bill();
  expect(await world.invoices(down.id)).toMatchObject([{ taxMinor: 2100n }]);
  expect(await openCases()).toEqual(['tax.evidence']);
});

test('I318 where a consumer is is frozen with its pieces; too few or contrary ones are a case until they agree', async () => {
  const plan = await open();
  const person = await addCustomer(world, { name: 'Ada', country: 'AT' });
  await subscribe(world, person.id, plan);
  await world.bill();
  expect(await openCases()).toEqual(['tax.evidence']);
  const keep = async (kind: 'ip_address' | 'payment_method', country: string) => {
    await world.command((ctx) =>
      keepLocationEvidence(ctx, person.id, { kind, country, detail: `seen in ${country}`, source: 'seller' }),
    );
    await changed(person.id);
    return (await world.query((ctx) => getCustomerTax(ctx, person.id))).evidence.state;
  };
  expect(await keep('ip_address', 'DE')).toBe('contradicts');
  expect(await openCases()).toEqual(['tax.evidence']);
  expect(await keep('payment_method', 'AT')).toBe('agrees');
  expect(await openCases()).toEqual([]);
  await world.billUntil('2026-04-02T00:00:00Z');
  const [first, second] = (await world.invoices(person.id)).toSorted((a, b) =>
    a.number < b.number ? -1 : 1,
  );
  expect((await frozenOf(first?.id)).buyer.tax.evidence.state).toBe('too_few');
  expect((await frozenOf(second?.id)).buyer.tax).toMatchObject({
    ground: 'one_stop_shop',
    country: 'AT',
    evidence: {
      state: 'agrees',
      pieces: [
        { kind: 'billing_address', country: 'AT', seen_at: null, source: 'customer', agrees: true },
        { kind: 'ip_address', country: 'DE', detail: 'seen in DE', source: 'seller', agrees: false },
        { kind: 'payment_method', country: 'AT', detail: 'seen in AT', agrees: true },
      ],
    },
  });
});

test('I502 evidence is a list: what was seen again is one piece, what changed counts no more and stays with its times', async () => {
  await open();
  const person = await addCustomer(world, { name: 'Ada', country: 'AT' });
  const visit = (addressCountry: string | null, address = '192.0.2.7') =>
    world.command((ctx) => keepVisit(ctx, person.id, { address, addressCountry }));
  const listed = async () =>
    (await world.query((ctx) => listEvidence(ctx, person.id))).pieces.map(
      ({ kind, country, source, first_seen_at, seen_at, replaced_at }) =>
        [kind, country, source, ...[first_seen_at, seen_at, replaced_at].map((at) => at?.slice(5, 10))].join(
          ' ',
        ),
    );
  await visit('AT');
  await world.setNow('2026-03-05T00:00:00Z');
  await visit('AT');
  expect(await listed()).toEqual(['ip_address AT visit 03-01 03-05 ']);
  expect((await world.query((ctx) => getCustomerTax(ctx, person.id))).evidence).toMatchObject({
    state: 'agrees',
    pieces: [{ agrees: true }, { source: 'visit', agrees: true }],
  });
  await world.setNow('2026-03-09T00:00:00Z');
  await visit('DE', '198.51.100.9');
  // What no country is, or nobody said, is nothing.
  for (const nothing of ['XX', 'T1', null]) await visit(nothing);
  expect(await listed()).toEqual([
    'ip_address DE visit 03-09 03-09 ',
    'ip_address AT visit 03-01 03-05 03-09',
  ]);
  expect((await world.query((ctx) => getCustomerTax(ctx, person.id))).evidence.state).toBe('contradicts');
  await world.admin(`update tenants set settings = jsonb_set(settings, '{taxRules,evidence}', '"none"')`);
  await visit('FR');
  expect(await listed()).toHaveLength(2);
});

test('I319 lines have the rate of their tax code, in currencies of 0, 2 and 3 decimals; a note takes back at the old rates', async () => {
  await open({}, { taxRates: { DE: { name: 'MwSt', rate: '0.19' } } });
  const priced = (fee: string, book: string) => [
    flatPrice(fee),
    flatPrice(book, { key: 'book', name: 'Handbook', tax_code: 'book' }),
  ];
  const buyer = await addCustomer(world, { name: 'Buch', country: 'DE' });
  for (const [currency, fee, book] of [
    ['EUR', '1005', '1005'],
    ['JPY', '105', '50'],
    ['KWD', '1005', '1003'],
  ] as const) {
    const plan = await addPlan(world, { key: currency.toLowerCase(), currency, prices: priced(fee, book) });
    await subscribe(world, buyer.id, plan);
  }
  await world.bill();
  const invoices = await world.invoices(buyer.id);
  const shown = invoices.map(({ currency, taxes }) => [
    currency,
    ...taxes.map((tax) => `${tax.percent} % of ${tax.net_minor} = ${tax.tax_minor}`),
  ]);
  expect(shown.sort()).toEqual([
    ['EUR', '19 % of 1005 = 191', '7 % of 1005 = 70'],
    ['JPY', '19 % of 105 = 20', '7 % of 50 = 4'],
    ['KWD', '19 % of 1005 = 191', '7 % of 1003 = 70'],
  ]);
  // Rates, rules and country have moved on; the note is over what stands on the invoice.
  await world.admin(`update tenants set settings = jsonb_set(settings, '{taxRates}', '{}')`);
  await change(buyer.id, { country: 'US' });
  const euros = invoices.find(({ currency }) => currency === 'EUR');
  const reason = 'asked';
  await world.command((ctx) =>
    creditInvoice(ctx, { invoiceId: euros?.id ?? '', lines: 'rest', reason, settle: 'reduce_open' }),
  );
  expect(await world.admin('select net_minor::text, tax_minor::text from credit_notes')).toEqual([
    { net_minor: '2010', tax_minor: '261' },
  ]);
});
