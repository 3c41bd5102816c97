import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send } from '../testing/scenario.ts';

const PRICES = 50;
const SUBSCRIPTIONS = 200;
const LINES = PRICES * SUBSCRIPTIONS;
/** Generous for a machine that does other work too; a step that takes the square of the lines takes minutes. */
const SANE = { issueMs: 60_000, fileMs: 60_000, memoryBytes: 1_500_000_000 };

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

let app: TestApp;
let customer: string;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const settings = {
    tax_rates: { DE: { name: 'VAT', rate: '0.19' } },
    invoice_series: 'BH',
    seller_identity: SELLER,
  };
  await must(app.api('PATCH', '/v1/tenant', { body: { settings } }));
  const prices = Array.from({ length: PRICES }, (_, index) => ({
    key: `part_${index}`,
    name: `Part ${index}`,
    pricing: { model: 'flat', amount: `${101 + index}` },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  }));
  const plan = { key: 'parts', name: 'Parts', rank: 1, currency: 'EUR', prices, entitlements: [] };
  await must(app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } }));
  const made = await send(app.api, '/v1/customers', {
    name: 'Everything GmbH',
    email: 'all@example.com',
    country: 'DE',
    address: { line1: 'Markt 1', postal_code: '12345', city: 'Musterstadt' },
    e_invoice: {
      format: 'xrechnung_ubl',
      legal_name: null,
      registration: null,
      endpoint: { scheme: '0204', id: '991-12345-06' },
      buyer_reference: '991-12345-06',
      order_reference: null,
    },
  });
  customer = String(made.id);
  for (let index = 0; index < SUBSCRIPTIONS; index += 1)
    await send(app.api, '/v1/subscriptions', { customer, plan: 'parts', quantity: 1, collection: 'manual' });
  await app.drain();
}, 600_000);
afterAll(() => app.close());

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  const value = await work();
  return [value, performance.now() - begun];
}

test('I420 an invoice of 10,000 lines is issued, printed and sent as data, whole and in sane time and memory', async () => {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const begun = process.memoryUsage().rss;
  const [, issueMs] = await timed(async () => {
    await must(app.api('POST', '/v1/clock/advance', { body: { to: '2026-02-10T09:00:00Z' } }));
    await app.server.mover.finished(app.tenant.id);
    await app.drain();
  });
  const listed = await must(app.api('GET', `/v1/invoices?customer=${customer}&limit=1`));
  const [{ id }] = listed.data as unknown as [{ id: string }];
  const [shown, showMs] = await timed(() => must(app.api('GET', `/v1/invoices/${id}`)));
  const lines = shown.lines as unknown as { net: string; tax: string }[];
  expect(lines).toHaveLength(LINES);
  const netOfAll = SUBSCRIPTIONS * Array.from({ length: PRICES }, (_, n) => 101 + n).reduce((a, b) => a + b);
  const tax = Math.round(netOfAll * 0.19);
  expect(shown).toMatchObject({ subtotal: `${netOfAll}`, tax: `${tax}`, total: `${netOfAll + tax}` });
  expect(lines.reduce((sum, line) => sum + Number(line.tax), 0)).toBe(tax);

  const [pdf, pdfMs] = await timed(() => app.api('GET', `/v1/invoices/${id}/pdf`));
  expect([pdf.status, pdf.text.slice(0, 5)]).toEqual([200, '%PDF-']);
  expect(pdf.text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(LINES / 60);
  const [file, fileMs] = await timed(() =>
    app.api('GET', `/v1/invoices/${id}/e_invoice?format=xrechnung_ubl`),
  );
  expect(file.status, file.text.slice(0, 300)).toBe(200);
  expect(file.text.split('<cac:InvoiceLine>')).toHaveLength(LINES + 1);
  const again = await app.api('GET', `/v1/invoices/${id}/pdf`);
  expect(again.text).toBe(pdf.text);
  clearInterval(watch);
  const grown = peak - begun;
  process.stdout.write(
    `10,000 lines: issued, printed and mailed in ${Math.round(issueMs)} ms, shown in ${Math.round(showMs)} ms, PDF of ${pdf.text.length} characters answered in ${Math.round(pdfMs)} ms, e-invoice in ${Math.round(fileMs)} ms, ${Math.round(grown / 1e6)} MB more memory\n`,
  );
  expect(issueMs).toBeLessThan(SANE.issueMs);
  expect(Math.max(showMs, pdfMs, fileMs)).toBeLessThan(SANE.fileMs);
  expect(grown).toBeLessThan(SANE.memoryBytes);
});
