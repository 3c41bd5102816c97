import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';

let app: TestApp;
let known: { customer: string; invoice: string };

const SELLER = {
  line1: 'Lindenstraße 4',
  line2: null,
  postal_code: '10969',
  city: 'Berlin',
  region: null,
  country: 'DE',
  vat_id: 'DE136695976',
  tax_number: null,
  registration: null,
  endpoint: { scheme: '9930', id: 'DE136695976' },
  contact: { name: 'Ada Berg', phone: '+49 30 1234567', email: 'rechnung@seller.example' },
};
const BUYER = {
  format: 'xrechnung_ubl',
  legal_name: 'Gemeinde Musterstadt',
  registration: null,
  endpoint: { scheme: '0204', id: '991-12345-06' },
  buyer_reference: '991-12345-06',
  order_reference: 'PO-7',
};
const price = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '3000' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};

async function newCustomer(
  name: string,
  eInvoice: Record<string, unknown> | undefined,
  bought: { plan: string; currency: string } = { plan: 'pro', currency: 'EUR' },
) {
  const customer = String(
    (
      await send(app.api, '/v1/customers', {
        name,
        email: `${name}@example.com`,
        country: 'DE',
        currency: bought.currency,
        address: { line1: 'Markt 1', postal_code: '12345', city: 'Musterstadt' },
        ...(eInvoice === undefined ? {} : { e_invoice: eInvoice }),
      })
    ).id,
  );
  await send(app.api, '/v1/subscriptions', {
    customer,
    plan: bought.plan,
    quantity: 1,
    collection: 'manual',
  });
  await app.drain();
  const list = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  return { customer, invoice: String((list.data as unknown as { id: string }[])[0]?.id) };
}

const file = (path: string, format: string) => app.api('GET', `${path}/e_invoice?format=${format}`);
type Row = {
  channel: string;
  format: string;
  status: string;
  recipient: string;
  times: number;
  detail: string | null;
};
type Case = { detail: string; closed_at: string | null };
const deliveries = async (path: string) =>
  (await must(app.api('GET', `${path}/deliveries`))).data as unknown as Row[];

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const settings = { tax_rates: { DE: { name: 'VAT', rate: '0.19' } }, invoice_series: 'BH' };
  await must(app.api('PATCH', '/v1/tenant', { body: { settings } }));
  const plan = {
    key: 'pro',
    name: 'Pro',
    rank: 1,
    currency: 'EUR',
    prices: [price],
    entitlements: [],
  };
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [],
        features: [],
        plans: [plan, { ...plan, key: 'dinar', name: 'Dinar', rank: 2, currency: 'KWD' }],
      },
    }),
  );
});
afterAll(() => app.close());

describe('e-invoices of issued documents', () => {
  test('what is missing is listed by rule and term, and documents issued after it is given have it', async () => {
    const before = await newCustomer('before', undefined);
    const refused = await file(`/v1/invoices/${before.invoice}`, 'xrechnung_ubl');
    expect(refused).toMatchObject({ status: 422, body: { code: 'e_invoice.incomplete' } });
    const { missing } = refused.body as unknown as { missing: { rule: string; term: string }[] };
    const rules = missing.map(({ rule }) => rule);
    for (const rule of ['BR-DE-15', 'BR-DE-2', 'BR-DE-3', 'BR-09']) expect(rules).toContain(rule);

    await must(app.api('PATCH', '/v1/tenant', { body: { settings: { seller_identity: SELLER } } }));
    expect((await file(`/v1/invoices/${before.invoice}`, 'xrechnung_ubl')).status).toBe(422);
    known = await newCustomer('known', BUYER);
    const shown = await must(app.api('GET', `/v1/customers/${known.customer}`));
    expect(shown).toMatchObject({ e_invoice: BUYER });
  });

  test('I326 the file of a document is made once and stays the same, also when seller and customer change', async () => {
    const path = `/v1/invoices/${known.invoice}`;
    const made = await file(path, 'xrechnung_ubl');
    expect(made.status).toBe(200);
    for (const part of [
      '<cbc:ID>BH-2026-000002</cbc:ID>',
      '<cbc:BuyerReference>991-12345-06</cbc:BuyerReference>',
      '<cbc:RegistrationName>Gemeinde Musterstadt</cbc:RegistrationName>',
      '<cbc:PayableAmount currencyID="EUR">35.70</cbc:PayableAmount>',
    ])
      expect(made.text).toContain(part);
    await must(
      app.api('PATCH', '/v1/tenant', {
        body: { settings: { seller_identity: { ...SELLER, city: 'Bonn' } } },
      }),
    );
    await must(app.api('PATCH', `/v1/customers/${known.customer}`, { body: { name: 'Renamed' } }));
    expect((await file(path, 'xrechnung_ubl')).text).toBe(made.text);
    // One that is made later rests on the same frozen document.
    const cii = await file(path, 'xrechnung_cii');
    expect(cii.text).toContain('<ram:CityName>Berlin</ram:CityName>');
    const admin = new pg.Client({ connectionString: app.database.url });
    await admin.connect();
    const { rows } = await admin.query(`select sha256 from e_invoices where profile = 'xrechnung_ubl'`);
    await admin.end();
    expect(rows).toEqual([{ sha256: createHash('sha256').update(made.text).digest() }]);
  });

  test('the PDF carries the file, and the mail has both, as the history says', async () => {
    const path = `/v1/invoices/${known.invoice}`;
    const pdf = await app.api('GET', `${path}/pdf`);
    expect(pdf.text).toContain('factur-x.xml');
    await app.drain();
    const rows = await deliveries(path);
    expect(rows).toHaveLength(2);
    expect(rows.map(({ channel, format, recipient }) => [channel, format, recipient])).toEqual(
      expect.arrayContaining([
        ['mail', 'pdf', 'known@example.com'],
        ['mail', 'xrechnung_ubl', 'known@example.com'],
      ]),
    );
  });

  test('a credit note is a file too, which names its invoice', async () => {
    const note = await send(app.api, `/v1/invoices/${known.invoice}/credit_notes`, {
      reason: 'A day of downtime.',
      settle: 'reduce_open',
    });
    const made = await file(`/v1/credit_notes/${note.id}`, 'xrechnung_ubl');
    expect(made.status).toBe(200);
    expect(made.text).toContain('<CreditNote');
    expect(made.text).toContain('<cbc:ID>BH-2026-000002</cbc:ID>');
    expect(await deliveries(`/v1/credit_notes/${note.id}`)).toEqual(expect.any(Array));
  });

  test('a currency with three decimals cannot be held by the standard, and the PDF stands alone', async () => {
    const { invoice } = await newCustomer('dinar', BUYER, { plan: 'dinar', currency: 'KWD' });
    const refused = await file(`/v1/invoices/${invoice}`, 'factur_x');
    expect(refused).toMatchObject({ status: 422, body: { code: 'e_invoice.not_possible' } });
    const pdf = await app.api('GET', `/v1/invoices/${invoice}/pdf`);
    expect(pdf.status).toBe(200);
    expect(pdf.text).not.toContain('factur-x.xml');
  });

  test('a scheme of addresses that nobody knows is refused', async () => {
    const body = { e_invoice: { ...BUYER, endpoint: { scheme: '0001', id: 'x' } } };
    const refused = await app.api('PATCH', `/v1/customers/${known.customer}`, { body });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ code: 'scheme.unknown' }] } });
  });
});

describe('sent by Peppol', () => {
  test('it is accepted, or refused with the reason and a case for staff; while nobody answers it waits and says why', async () => {
    const endpoints = {
      takes: { scheme: '9930', id: 'DE987654321' },
      unknown: { scheme: '0204', id: '404-1' },
      rejects: { scheme: '0204', id: '422-1' },
      slow: { scheme: '0204', id: '202-1' },
      down: { scheme: '0204', id: '503-1' },
    };
    const sold: string[] = [];
    for (const [name, endpoint] of Object.entries(endpoints))
      sold.push((await newCustomer(name, { ...BUYER, format: 'peppol_bis', endpoint })).invoice);
    // The first look sends, the next one asks what became of it.
    for (let round = 0; round < 2; round += 1) {
      app.passWallTime(5_000);
      await app.drain();
    }
    const rows = await Promise.all(sold.map((invoice) => deliveries(`/v1/invoices/${invoice}`)));
    const byPeppol = rows.map((of) => of.find(({ channel }) => channel === 'peppol'));
    expect(byPeppol).toMatchObject([
      { status: 'accepted', recipient: '9930:DE987654321', detail: null },
      { status: 'refused', detail: expect.stringContaining('not registered') },
      { status: 'refused', detail: expect.stringContaining('does not take') },
      { status: 'sent' },
      { status: 'queued', detail: expect.stringContaining('cannot be reached') },
    ]);
    const cases = (await must(app.api('GET', '/v1/cases'))).data as unknown as { kind: string }[];
    expect(cases.filter(({ kind }) => kind === 'e_invoice.refused')).toHaveLength(2);
  });

  test('what was refused is sent again when the receiver can be reached, and its case is over', async () => {
    const endpoint = { scheme: '0204', id: '410-1' };
    const { invoice } = await newCustomer('later', { ...BUYER, format: 'peppol_bis', endpoint });
    const byPeppol = async () => {
      const rows = (await deliveries(`/v1/invoices/${invoice}`)) as (Row & { id: string })[];
      return rows.find(({ channel }) => channel === 'peppol') ?? { id: '' };
    };
    const look = async () => {
      app.passWallTime(5_000);
      await app.drain();
    };
    const resend = (id: string) => app.api('POST', `/v1/deliveries/${id}/resend`, { body: {} });
    const open = async () => {
      const all = (await must(app.api('GET', '/v1/cases'))).data as unknown as Case[];
      return all.filter((one) => one.detail.includes('410-1') && one.closed_at === null).length;
    };
    await look();
    const refused = await byPeppol();
    expect(refused).toMatchObject({ status: 'refused', times: 1 });
    expect(await open()).toBe(1);
    const { delivery } = (await resend(refused.id)).body;
    expect(delivery).toMatchObject({ status: 'queued', times: 2, detail: null });
    expect(await open()).toBe(0);
    await look();
    await look();
    expect(await byPeppol()).toMatchObject({ status: 'accepted', times: 2 });
    expect((await resend(refused.id)).body.code).toBe('delivery.not_refused');
    expect((await resend('dlv_01h2xcejqtf2nbrexx3vqjhp41')).body.code).toBe('delivery.not_found');
  });
});

test('a customer takes own files in the portal and no others, and the history tells of it', async () => {
  const { slug } = app.tenant;
  const member = await signUpMember(app, slug, 'mia@example.com');
  const base = `/p/${slug}/api/v1`;
  const mine = await send(member, `${base}/customers`, { name: 'Mia', country: 'DE' });
  const customer = String(mine.id);
  await must(
    app.api('PATCH', `/v1/customers/${customer}`, {
      body: { address: { line1: 'Markt 2', postal_code: '12345', city: 'Musterstadt' } },
    }),
  );
  await send(app.api, '/v1/subscriptions', { customer, plan: 'pro', quantity: 1, collection: 'manual' });
  await app.drain();
  const list = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  const invoice = String((list.data as unknown as { id: string }[])[0]?.id);
  const path = `${base}/invoices/${invoice}`;
  expect((await member('GET', `${path}/e_invoice?format=factur_x`)).text).toContain('CrossIndustryInvoice');
  await must(member('GET', `${path}/pdf`));
  await must(member('GET', `${path}/pdf`));
  expect((await member('GET', `${base}/invoices/${known.invoice}/e_invoice?format=factur_x`)).status).toBe(
    404,
  );
  const note = await send(app.api, `/v1/invoices/${invoice}/credit_notes`, {
    reason: 'Sorry.',
    settle: 'reduce_open',
  });
  const noteFile = await member('GET', `${base}/credit_notes/${note.id}/e_invoice?format=factur_x`);
  expect(noteFile.text).toContain('<ram:TypeCode>381</ram:TypeCode>');
  const taken = (await deliveries(`/v1/invoices/${invoice}`)).filter(({ channel }) => channel === 'download');
  expect(taken.map(({ format, recipient, times }) => [format, recipient, times]).sort()).toEqual([
    ['factur_x', 'mia@example.com', 1],
    ['pdf', 'mia@example.com', 2],
  ]);
});
