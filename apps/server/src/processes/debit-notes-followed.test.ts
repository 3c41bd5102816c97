import { readCsv } from '@billhook/core/banking/csv/read-csv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAILY, type DunningApp, dunningStep, type RunAnswer, startDunningApp } from '../testing/dunning.ts';
import { textOfPdf } from '../testing/pdf-text.ts';

let world: DunningApp;

type Invoice = { id: string; number: string; status: string; due: string; lines: { id: string }[] };

beforeAll(async () => {
  world = await startDunningApp();
  const rates = { DE: { name: 'USt', rate: '0.19' } };
  const settings = { tax_rates: rates, invoice_series: 'BH', payment_terms_days: 14 };
  await world.must('PATCH', '/v1/tenant', { settings });
});
afterAll(() => world.app.close());

const invoiceOf = async (id: string) => (await world.get(`/v1/invoices/${id}`)) as unknown as Invoice;
const invoicesOf = async (customer: string) =>
  (await world.get(`/v1/invoices?customer=${customer}`)).data as unknown as Invoice[];

async function debited(customer: string, amount: string): Promise<{ invoice: Invoice; note: Invoice }> {
  const [first] = await invoicesOf(customer);
  const invoice = await invoiceOf(String(first?.id));
  const body = { lines: [{ line: invoice.lines[0]?.id, amount }], reason: 'The price was too low.' };
  const { id } = await world.post(`/v1/invoices/${invoice.id}/debit_notes`, body);
  await world.settle();
  return { invoice, note: await invoiceOf(String(id)) };
}

async function pageOf(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${world.app.apiKey}` };
  const file = await fetch(`${world.app.baseUrl}${path}`, { headers });
  expect(file.status).toBe(200);
  return textOfPdf(new Uint8Array(await file.arrayBuffer())).join(' ');
}

async function exported(body: object): Promise<string> {
  const { id } = await world.post('/v1/exports', body);
  await world.app.drain();
  expect(await world.get(`/v1/exports/${id}`)).toMatchObject({ status: 'done', fault: null });
  const { url } = await world.post(`/v1/exports/${id}/link`, {});
  return (await fetch(String(url))).text();
}

function cellsOf(text: string, delimiter = ','): string[][] {
  const read = readCsv(text, delimiter);
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value.map(({ cells }) => [...cells]);
}

test('I520 a debit note stands on statement and letter, has its own dunning by its own due date, and access follows it', async () => {
  const definition = {
    ...DAILY,
    steps: [
      dunningStep('late', 3, 'mail', { mail: 'last_notice' }),
      dunningStep('suspend', 5, 'suspend_access'),
      dunningStep('end', 30, 'stop'),
    ],
  };
  const campaign = await world.post('/v1/dunning/campaigns', { name: 'Terms', kind: 'terms', definition });
  await world.post(`/v1/dunning/campaigns/${campaign.id}/publish`);
  const { id, key } = await world.subscribed(null);
  const [first] = await invoicesOf(id);
  await world.post('/v1/received_payments', {
    customer: id,
    kind: 'cash',
    amount: first?.due,
    currency: 'EUR',
    reason: 'Paid at the desk.',
    received_on: '2026-03-02',
    allocations: [{ invoice: first?.id, amount: first?.due }],
  });
  await world.pass(10);
  const { invoice, note } = await debited(id, '1000');
  expect([(await invoiceOf(invoice.id)).status, note.status, note.due]).toEqual(['paid', 'open', '1190']);

  const statement = await world.post(`/v1/customers/${id}/documents`, { kind: 'statement' });
  expect(statement.total).toBe('1190');
  expect(await pageOf(`/v1/documents/${statement.id}/pdf`)).toContain(note.number);

  const runs = async () =>
    (await world.get(`/v1/dunning/runs?customer=${id}`)).data as unknown as RunAnswer[];
  const runOfNote = async () => (await runs()).find((run) => run.invoice === note.id);
  await world.pass(13);
  expect(await runOfNote()).toMatchObject({ status: 'active', access: 'full', past: [] });
  await world.pass(7);
  expect(await runOfNote()).toMatchObject({
    access: 'suspended',
    past: [
      { key: 'late', outcome: 'taken' },
      { key: 'suspend', outcome: 'taken' },
    ],
  });
  expect(await world.check(key, 'read')).toMatchObject({ allowed: false, reason: 'service_suspended' });
  const letter = await world.post(`/v1/customers/${id}/documents`, { kind: 'dunning_letter' });
  expect(letter).toMatchObject({ level: 1, total: '1190' });
  expect(await pageOf(`/v1/documents/${letter.id}/pdf`)).toContain(note.number);

  await world.post(`/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  await world.post(`/v1/invoices/${note.id}/collect`, {});
  await world.settle();
  expect((await invoiceOf(note.id)).status).toBe('paid');
  expect(await runOfNote()).toMatchObject({ status: 'recovered' });
  expect(await world.check(key, 'read')).toMatchObject({ allowed: true });
});

test('I521 DATEV, the journal and the table have a debit note by its number, on the accounts of its treatment, and the table says which invoice it raises', async () => {
  const { id } = await world.subscribed(null);
  const { invoice, note } = await debited(id, '1000');
  const number = (text: string) => ({ number: text, tax_key: null });
  const named = {
    receivable: number('1400'),
    'revenue:s19': number('8400'),
    'tax:s19': number('1776'),
    'cash:stripe': number('1200'),
    'cash:manual': number('1000'),
    fees: number('4970'),
    deferred_revenue: number('0990'),
    revenue: number('8200'),
  };
  const accounts = Object.entries(named).map(([account, one]) => ({ account, ...one }));
  const adviser = { consultant: 29098, client: 55003, fiscal_year_month: 1, account_length: 4 };
  await world.must('PUT', '/v1/accounting_settings', {
    datev: { ...adviser, chart: '03', fixed: false, accounts },
  });
  const days = { from: '2026-03-01', to: '2026-04-30' };
  const datev = await exported({ kind: 'datev', currency: 'EUR', ...days });
  const batch = cellsOf(datev.split('\r\n').slice(2).join('\r\n'), ';');
  const bookingsOf = (document: string) =>
    batch
      .filter((cells) => cells.includes(document))
      .map(([amount, , , , , , debit, credit]) => `${debit} ${credit} ${amount}`);
  expect(bookingsOf(invoice.number)).toEqual(['1400 8400 29,00', '1400 1776 5,51']);
  expect(bookingsOf(note.number)).toEqual(['1400 8400 10,00', '1400 1776 1,90']);

  const journal = cellsOf(await exported({ kind: 'journal', ...days }));
  const ofNote = journal.filter((cells) => cells.includes(note.number));
  expect(ofNote.map((cells) => cells.filter((cell) => /^\d+\.\d\d$/.test(cell)))).toEqual([
    ['10.00'],
    ['1.90'],
  ]);

  const [head = [], ...rows] = cellsOf(await exported({ kind: 'invoices', ...days }));
  const column = (name: string) => (cells: readonly string[]) => cells[head.indexOf(name)];
  const facts = rows
    .filter((cells) => [invoice.id, note.id].includes(column('id')(cells) ?? ''))
    .map((cells) => ['number', 'kind', 'raises', 'total'].map((name) => column(name)(cells)));
  expect(facts).toEqual([
    [invoice.number, 'invoice', '', '34.51'],
    [note.number, 'debit_note', invoice.id, '11.90'],
  ]);
});

test('I522 who was erased is claimed nothing from any more, while its invoices are kept', async () => {
  const { id } = await world.subscribed('pm_card_visa');
  const [first] = await invoicesOf(id);
  const invoice = await invoiceOf(String(first?.id));
  const subscriptions = (await world.get(`/v1/subscriptions?customer=${id}`)).data as unknown as {
    id: string;
  }[];
  await world.post(`/v1/subscriptions/${subscriptions[0]?.id}/cancel`, { when: 'now' });
  await world.settle();
  const { token } = await world.get(`/v1/customers/${id}/erasure`);
  await world.post(`/v1/customers/${id}/erasure`, { token, reason: 'Asked for' });
  await world.settle();
  await world.app.drain();
  const before = await invoicesOf(id);
  const body = { lines: [{ line: invoice.lines[0]?.id, amount: '1000' }], reason: 'Too late.' };
  for (const path of ['debit_notes/preview', 'debit_notes']) {
    const refused = await world.app.api('POST', `/v1/invoices/${invoice.id}/${path}`, { body });
    expect([path, refused.status, refused.body.code]).toEqual([path, 404, 'customer.not_found']);
  }
  expect(await invoicesOf(id)).toEqual(before);
});
