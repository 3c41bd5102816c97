import { verifyInvoice } from '@billhook/core/invoicing/verify/verify-invoice';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;

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

const price = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '36500' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'year', count: 1 },
};
const monthly = {
  ...price,
  pricing: { model: 'flat', amount: '3000' },
  cadence: { interval: 'month', count: 1 },
};

type Line = { id: string; kind: string; amount: string; period: { start: string; end: string } };
type Invoice = Record<string, unknown> & { id: string; number: string; lines: Line[]; status: string };

async function newInvoice(name: string, plan = 'pro', card = false) {
  const address = { line1: 'Markt 1', postal_code: '12345', city: 'Musterstadt' };
  const facts = { name, email: `${name}@example.com`, country: 'DE', locale: 'de-DE', address };
  const customer = String((await send(app.api, '/v1/customers', facts)).id);
  if (card)
    await send(app.api, `/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  const collection = card ? 'automatic' : 'manual';
  await send(app.api, '/v1/subscriptions', { customer, plan, quantity: 1, collection });
  await app.settle();
  const [first] = await listOf(customer);
  return { customer, invoice: await invoiceOf(String(first?.id)) };
}

const invoiceOf = async (id: string) => (await must(app.api('GET', `/v1/invoices/${id}`))) as Invoice;
const listOf = async (customer: string, more = '') =>
  (await must(app.api('GET', `/v1/invoices?customer=${customer}${more}`))).data as unknown as Invoice[];

async function debit(invoice: Invoice, amount: string, more: object = {}) {
  const body = { lines: [{ line: invoice.lines[0]?.id, amount, ...more }], reason: 'The price was too low.' };
  return (await send(app.api, `/v1/invoices/${invoice.id}/debit_notes`, body)) as Invoice;
}

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
}

const settings = (values: object) => must(app.api('PATCH', '/v1/tenant', { body: { settings: values } }));
const vat = (rate: string) => settings({ tax_rates: { DE: { name: 'VAT', rate } } });

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await settings({ invoice_series: 'BH' });
  await vat('0.19');
  await must(app.api('PATCH', '/v1/tenant', { body: { settings: { seller_identity: SELLER } } }));
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [monthly], entitlements: [] };
  const year = { ...plan, key: 'year', name: 'Year', prices: [price] };
  await must(app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan, year] } }));
});
afterAll(() => app.close());

describe('debit notes', () => {
  test('I487 what it claims for a year is earned over that year, and what was earned before is earned at once', async () => {
    const deferred = async () => {
      const { accounts, balanced } = await must(app.api('GET', '/v1/ledger/trial_balance'));
      expect(balanced).toBe(true);
      const all = accounts as unknown as { account: string; balance: string }[];
      return all.find(({ account }) => account === 'deferred_revenue')?.balance;
    };
    const { invoice } = await newInvoice('year', 'year');
    await advance('2026-02-01T00:00:00Z');
    expect(await deferred()).toBe('-34300');
    await debit(invoice, '36500');
    // Both are for the same year, so the note leaves as much unearned as the invoice does.
    await advance('2026-04-05T00:00:00Z');
    expect(await deferred()).toBe('-56800');
  });

  test('I487 one refers to its invoice, has a gapless number of its own series, the tax of then, and is frozen', async () => {
    const { customer, invoice } = await newInvoice('ada');
    await vat('0.21');
    const preview = await must(
      app.api('POST', `/v1/invoices/${invoice.id}/debit_notes/preview`, {
        body: { lines: [{ line: invoice.lines[0]?.id, amount: '1000' }], reason: 'x' },
      }),
    );
    expect(preview).toMatchObject({
      raises: invoice.id,
      subtotal: '1000',
      tax: '190',
      total: '1190',
      due: '1190',
    });
    expect(await listOf(customer)).toHaveLength(1);
    const note = await debit(invoice, '1000', { description: 'Seven forgotten calls' });
    await vat('0.19');
    expect(note).toMatchObject({
      number: 'BH-DN-2026-000002',
      kind: 'debit_note',
      status: 'open',
      raises: invoice.id,
      raises_number: invoice.number,
      raise_reason: 'The price was too low.',
      subtotal: '1000',
      tax: '190',
      total: '1190',
      due: '1190',
      buyer: invoice.buyer,
      lines: [{ kind: 'one_off', description: 'Seven forgotten calls', period: invoice.lines[0]?.period }],
    });
    expect(await invoiceOf(invoice.id)).toMatchObject({
      kind: 'invoice',
      debit_notes: [{ id: note.id, number: note.number }],
      total: '3570',
    });
    const diff = await must(app.api('GET', `/v1/invoices/${note.id}/diff`));
    expect(diff).toMatchObject({ against: null });
    const frozen = JSON.parse((await app.api('GET', `/v1/invoices/${note.id}/document`)).text) as unknown;
    expect(verifyInvoice(frozen)).toEqual({ ok: true, lines: 1 });
    expect(frozen).toMatchObject({ raises: { invoice_number: invoice.number } });
    expect(await must(app.api('GET', '/v1/ledger/trial_balance'))).toMatchObject({ balanced: true });
    const kinds = async (kind: string) => (await listOf(customer, `&kind=${kind}`)).map(({ id }) => id);
    expect(await kinds('debit_note')).toEqual([note.id]);
    expect(await kinds('invoice')).toEqual([invoice.id]);
    expect((await debit(invoice, '5')).number).toBe('BH-DN-2026-000003');
  });

  test('I487 the same request sent twice claims once, and what is not on an issued invoice claims nothing', async () => {
    const { customer, invoice } = await newInvoice('twice');
    const other = await newInvoice('other');
    const path = `/v1/invoices/${invoice.id}/debit_notes`;
    const body = { lines: [{ line: invoice.lines[0]?.id, amount: '100' }], reason: 'x' };
    const headers = { 'idempotency-key': 'debit-once' };
    const [first, second] = [
      await app.api('POST', path, { body, headers }),
      await app.api('POST', path, { body, headers }),
    ];
    expect([first.status, second.text]).toEqual([201, first.text]);
    expect(await listOf(customer)).toHaveLength(2);
    const foreign = { ...body, lines: [{ line: other.invoice.lines[0]?.id, amount: '100' }] };
    const unknown = await app.api('POST', path, { body: foreign });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'debit_note.line_unknown']);
    const vast = { ...body, lines: [{ line: invoice.lines[0]?.id, amount: '900000000000000' }] };
    const refused = await app.api('POST', path, { body: vast });
    expect([refused.status, refused.body.code]).toEqual([409, 'billing.refused']);
    const nothing = { ...body, lines: [{ line: invoice.lines[0]?.id, amount: '0' }] };
    expect((await app.api('POST', path, { body: nothing })).status).toBe(422);
    const gone = other.invoice;
    await send(app.api, `/v1/invoices/${gone.id}/void`, { reason: 'x', periods: 'waive' });
    const void_ = await app.api('POST', `/v1/invoices/${gone.id}/debit_notes`, {
      body: { lines: [{ line: gone.lines[0]?.id, amount: '100' }], reason: 'x' },
    });
    expect([void_.status, void_.body.code]).toEqual([409, 'debit_note.invoice_not_issued']);
    expect(await listOf(customer)).toHaveLength(2);
  });

  test('I488 it is collected like an invoice, can be credited, and the invoice it raises is not voided under it', async () => {
    const { customer, invoice } = await newInvoice('card', 'pro', true);
    const note = await debit(invoice, '1000');
    await app.settle();
    expect(await invoiceOf(note.id)).toMatchObject({ status: 'paid', paid: '1190', due: '0' });
    const credit = await send(app.api, `/v1/invoices/${note.id}/credit_notes`, { reason: 'Wrong again.' });
    expect(credit).toMatchObject({ invoice_number: note.number, total: '1190', credited_balance: '1190' });
    const next = await debit(invoice, '2000');
    expect(next).toMatchObject({ credit_applied: '1190', due: '1190' });
    expect(await listOf(customer)).toHaveLength(3);

    const open = await newInvoice('open');
    const raised = await debit(open.invoice, '500');
    const voiding = { reason: 'x', periods: 'bill_again' };
    const refused = await app.api('POST', `/v1/invoices/${open.invoice.id}/void`, { body: voiding });
    expect([refused.status, refused.body.code]).toEqual([409, 'invoice.has_debit_notes']);
    const again = await app.api('POST', `/v1/invoices/${raised.id}/reissue`, { body: { reason: 'x' } });
    expect([again.status, again.body.code]).toEqual([409, 'debit_note.not_reissued']);
    await send(app.api, `/v1/invoices/${raised.id}/void`, voiding);
    expect(await invoiceOf(open.invoice.id)).toMatchObject({ debit_notes: [] });
    await send(app.api, `/v1/invoices/${open.invoice.id}/void`, voiding);
    await advance('2026-05-06T10:00:00Z');
    const lines = await Promise.all((await listOf(open.customer)).map(({ id }) => invoiceOf(id)));
    const standing = lines.filter(({ status }) => status !== 'void').flatMap((one) => one.lines);
    expect(standing.map(({ kind, amount }) => `${kind} ${amount}`).sort()).toEqual([
      'one_off 500',
      'recurring 3000',
      'recurring 3000',
    ]);
  });

  test('I489 it is a PDF in the reader’s language and an e-invoice of type 383 that names its invoice', async () => {
    const { invoice } = await newInvoice('files');
    const note = await debit(invoice, '1000');
    const pdf = await app.api('GET', `/v1/invoices/${note.id}/pdf`);
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(pdf.headers.get('content-disposition')).toContain(`${note.number}.pdf`);
    const file = await fetch(`${app.baseUrl}/v1/invoices/${note.id}/pdf`, {
      headers: { authorization: `Bearer ${app.apiKey}` },
    });
    const page = textOfPdf(new Uint8Array(await file.arrayBuffer())).join(' ');
    expect(page).toContain('Belastungsanzeige');
    expect(page).toContain(`erhöht die Forderung aus Rechnung ${invoice.number}`);
    const xml = await app.api('GET', `/v1/invoices/${note.id}/e_invoice?format=factur_x`);
    expect(xml.text).toMatch(/<ram:TypeCode>383</);
    expect(xml.text).toContain(`<ram:IssuerAssignedID>${invoice.number}<`);
    expect(xml.text).toContain('The price was too low.');
    const audit = await app.api('GET', '/v1/audit');
    expect(audit.text).toContain('debit_note.create');
  });
});
