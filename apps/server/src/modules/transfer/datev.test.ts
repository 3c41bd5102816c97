import { readCsv } from '@billhook/core/banking/csv/read-csv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Loose } from '../../testing/caller.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
});
afterAll(() => app.close());

const get = async (at: string) => (await app.api('GET', at)).body as Loose;
const must = async (at: string, body: unknown) => {
  const answer = await app.api('POST', at, { body });
  expect([at, answer.status < 300, answer.body]).toEqual([at, true, answer.body]);
  return answer.body as Loose;
};

test('I343 invoices and credit notes of a part stand on the accounts of their treatment', async () => {
  const price = {
    ...{
      key: 'base',
      name: 'Base',
      pricing: { model: 'flat', amount: '10000' },
      quantity: { kind: 'fixed' },
    },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [price], entitlements: [] };
  await app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } });
  const rates = { DE: { name: 'USt', rate: '0.19' }, FR: { name: 'TVA', rate: '0.2' } };
  await app.api('PATCH', '/v1/tenant', { body: { settings: { tax_rates: rates } } });
  const invoices: string[] = [];
  for (const country of ['DE', 'FR']) {
    const { id: customer } = await must('/v1/customers', { name: country, country, currency: 'EUR' });
    const { id } = await must('/v1/subscriptions', { customer, plan: 'pro', collection: 'manual' });
    await app.drain();
    const [invoice] = (await get(`/v1/invoices?subscription=${id}`)).data as unknown as Loose[];
    invoices.push(String(invoice?.id));
  }
  const { lines } = (await get(`/v1/invoices/${invoices[1]}`)) as never as { lines: { id: string }[] };
  await must(`/v1/invoices/${invoices[1]}/credit_notes`, {
    lines: [{ line: lines[0]?.id, amount: '2500' }],
    reason: 'Late.',
  });
  const number = (text: string) => ({ number: text, tax_key: null });
  const named: Record<string, unknown> = {
    receivable: number('1400'),
    'revenue:s19': number('8400'),
    'revenue:s20': number('8320'),
    'tax:s19': number('1776'),
    'tax:s20': number('1767'),
  };
  const accounts = Object.entries(named).map(([account, one]) => ({ account, ...(one as object) }));
  const adviser = { consultant: 29098, client: 55003, fiscal_year_month: 1, account_length: 4 };
  const settings = { datev: { ...adviser, chart: '03', fixed: false, accounts } };
  expect((await app.api('PUT', '/v1/accounting_settings', { body: settings })).status).toBe(200);
  const days = { from: '2026-03-01', to: '2026-03-31' };
  const { id } = await must('/v1/exports', { kind: 'datev', currency: 'EUR', ...days });
  await app.drain();
  expect(await get(`/v1/exports/${id}`)).toMatchObject({ status: 'done', fault: null });
  const { url } = await must(`/v1/exports/${id}/link`, {});
  const text = await (await fetch(String(url))).text();
  const read = readCsv(text.split('\r\n').slice(2).join('\r\n'), ';');
  const rows = read.ok ? read.value.map(({ cells }) => cells) : [];
  expect(rows.map(([amount, , , , , , debit, credit]) => `${debit} ${credit} ${amount}`)).toEqual([
    '1400 8400 100,00',
    '1400 1776 19,00',
    '1400 8320 100,00',
    '1400 1767 20,00',
    '8320 1400 25,00',
    '1767 1400 5,00',
  ]);
});
