import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { readCsv } from '@billhook/core/banking/csv/read-csv';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalDiskStore } from '../../adapters/local-disk/file-store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Loose } from '../../testing/caller.ts';
import type { FileStore } from '../files/api.ts';
import { exportsSource } from './exports/jobs.ts';
import type { DrawPdf } from './exports/step.ts';

let app: TestApp;
const customers: string[] = [];
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

const get = async (at: string) => (await app.api('GET', at)).body as Loose;
const post = async (at: string, body: unknown) =>
  (await app.api('POST', at, { body })) as { status: number; body: Loose };

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  const price = (key: string, pricing: unknown) => ({
    key,
    name: key,
    pricing,
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  });
  const prices = [
    price('base', { model: 'flat', amount: '2900' }),
    price('care', { model: 'flat', amount: '705' }),
  ];
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices, entitlements: [] };
  await app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } });
  await app.api('PATCH', '/v1/tenant', {
    body: { settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } } } },
  });
  for (const name of ['=HYPERLINK("x")', 'Ada, "Countess"', 'Müller & Söhne', 'Emmy']) {
    const made = await post('/v1/customers', {
      name,
      country: 'DE',
      currency: 'EUR',
      external_id: `c${customers.length}`,
      metadata: customers.length === 0 ? { datev_account: '10001' } : {},
    });
    expect(made.status).toBe(201);
    customers.push(String(made.body.id));
    const started = { customer: made.body.id, plan: 'pro', collection: 'manual' };
    expect((await post('/v1/subscriptions', started)).status).toBe(201);
  }
  const allocations = [{ invoice: null, amount: '5000' }];
  const paid = { customer: customers[0], allocations, kind: 'cash', amount: '5000', currency: 'EUR' };
  const received = await post('/v1/received_payments', {
    ...paid,
    received_on: '2026-03-02',
    reason: 'Counter.',
  });
  expect(received.status).toBe(201);
  await app.drain();
});
afterAll(() => app.close());

async function made(body: unknown): Promise<Loose> {
  const begun = await post('/v1/exports', body);
  expect(begun.body).toMatchObject({ status: 'queued', rows_done: 0 });
  await app.drain();
  return get(`/v1/exports/${begun.body.id}`);
}

async function bytesOf(id: unknown): Promise<Buffer> {
  const link = await post(`/v1/exports/${id}/link`, {});
  expect(link.status).toBe(200);
  const answer = await fetch(String(link.body.url));
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function csvOf(body: unknown): Promise<Record<string, string>[]> {
  const done = await made(body);
  expect(done).toMatchObject({ status: 'done', fault: null });
  return tableOf((await bytesOf(done.id)).toString());
}

function tableOf(text: string, delimiter = ','): Record<string, string>[] {
  const read = readCsv(text, delimiter);
  if (!read.ok) throw new Error(read.refusal.detail);
  const [head, ...rows] = read.value.map(({ cells }) => cells);
  return rows.map((cells) =>
    Object.fromEntries((head ?? []).map((name, index) => [name, cells[index] ?? ''])),
  );
}

/** The rows of a Parquet file; its decimals as the whole figures that they are kept as. */
async function parquetRows(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  for (const element of metadata.schema)
    if (element.converted_type === 'DECIMAL') delete element.converted_type;
  return parquetReadObjects({ file, metadata });
}

/** A figure with twelve places from its sixteen bytes. */
const scaledOf = (bytes: unknown) =>
  BigInt.asIntN(128, BigInt(`0x${Buffer.from(bytes as Uint8Array).toString('hex')}`));

test('I340 tables leave as CSV and Parquet, row for row what the books hold', async () => {
  const invoices = (await get('/v1/invoices?limit=100')).data as unknown as Loose[];
  const rows = await csvOf({ kind: 'invoices', from: '2026-03-01', to: '2026-03-31' });
  expect(rows).toHaveLength(4);
  const found = new Map(invoices.map((one) => [String(one.id), one]));
  for (const row of rows) {
    const invoice = found.get(row.id ?? '');
    expect(row.number).toBe(invoice?.number);
    expect(Number(row.total?.replace('.', ''))).toBe(Number(invoice?.total));
    expect(Number(row.due?.replace('.', ''))).toBe(Number(invoice?.due));
  }
  expect(rows.map((row) => row.buyer_name)).toEqual([
    `'=HYPERLINK("x")`,
    'Ada, "Countess"',
    'Müller & Söhne',
    'Emmy',
  ]);
  expect(rows[1]).toMatchObject({
    total: '42.90',
    net: '36.05',
    tax: '6.85',
    currency: 'EUR',
    status: 'open',
  });

  const lines = await csvOf({ kind: 'invoice_lines' });
  const done = await made({ kind: 'invoice_lines', format: 'parquet' });
  const parquet = await parquetRows(await bytesOf(done.id));
  expect(parquet).toHaveLength(8);
  expect(done).toMatchObject({ rows_total: 8, rows_done: 8, remaining_ms: null });
  for (const [index, row] of parquet.entries()) {
    const line = lines[index];
    expect([row.id, row.invoice, row.description]).toEqual([line?.id, line?.invoice, line?.description]);
    expect(row.net_minor).toBe(BigInt(line?.net?.replace('.', '') ?? ''));
    expect(scaledOf(row.quantity)).toBe(BigInt(line?.quantity ?? '') * 10n ** 12n);
    expect((row.period_start as Date).getTime()).toBe(Date.parse(line?.period_start ?? ''));
  }
  const payments = await csvOf({ kind: 'payments', customer: customers[0] });
  expect(payments.map(({ amount, credited }) => [amount, credited])).toEqual([
    ['42.90', '0.00'],
    ['7.10', '7.10'],
  ]);
  expect(await csvOf({ kind: 'payments', from: '2026-04-01' })).toEqual([]);
});

const DATEV = {
  consultant: 29098,
  client: 55003,
  fiscal_year_month: 1,
  account_length: 4,
  chart: '03',
  fixed: false,
};

test('I342 the journal and the file for DATEV move each account by what the trial balance says', async () => {
  const balance = await get('/v1/ledger/trial_balance');
  const accounts = (balance.accounts as unknown as { account: string; balance: string }[]).filter(
    (one) => one.balance !== '0',
  );
  const journal = await csvOf({ kind: 'journal' });
  const cents = (text: string | undefined) => Number((text ?? '').replace(/[.,]/, ''));
  for (const { account, balance: expected } of accounts) {
    const moved = journal.reduce(
      (sum, row) =>
        sum +
        (row.debit_account === account ? cents(row.amount) : 0) -
        (row.credit_account === account ? cents(row.amount) : 0),
      0,
    );
    expect([account, Math.abs(moved)]).toEqual([account, Math.abs(Number(expected))]);
  }

  const asked = { kind: 'datev', currency: 'EUR', from: '2026-03-01', to: '2026-03-31' };
  expect((await post('/v1/exports', asked)).body.code).toBe('accounting.not_set_up');
  const put = ({ accounts: named, ...datev }: typeof DATEV & { accounts: object }) =>
    app.api('PUT', '/v1/accounting_settings', {
      body: {
        datev: { ...datev, accounts: Object.entries(named).map(([account, one]) => ({ account, ...one })) },
      },
    });
  const some = {
    'revenue:s19': { number: '8400', tax_key: '40' },
    receivable: { number: '10000', tax_key: null },
  };
  expect((await put({ ...DATEV, accounts: { revenue: { number: '84000', tax_key: null } } })).status).toBe(
    422,
  );
  const partly = (await put({ ...DATEV, accounts: some })).body;
  const missing = partly.missing_accounts as unknown as string[];
  expect(missing).toContain('tax:s19');
  expect(missing).not.toContain('revenue:s19');
  const failed = await made(asked);
  expect(failed.status).toBe('failed');
  expect(failed.fault).toMatch(/cash:manual, credit_liability, tax:s19/);
  const numbers = Object.fromEntries(
    missing.map((name, index) => [name, { number: `${1500 + index}`, tax_key: null }]),
  );
  expect((await put({ ...DATEV, accounts: { ...some, ...numbers } })).body.missing_accounts).toEqual([]);
  expect((await post('/v1/exports', { ...asked, to: '2027-01-01' })).body.code).toBe('export.not_possible');

  const done = await made(asked);
  expect(done.file_name).toBe('EXTF_datev-EUR-2026-03-01-2026-03-31.csv');
  const text = new TextDecoder('windows-1252').decode(await bytesOf(done.id));
  const [head = '', ...rest] = text.split('\r\n');
  expect(head.split(';')).toHaveLength(31);
  const rows = tableOf(rest.join('\r\n'), ';');
  expect(rows.reduce((sum, row) => sum + cents(row['Umsatz (ohne Soll/Haben-Kz)']), 0)).toBe(
    journal.reduce((sum, row) => sum + cents(row.amount), 0),
  );
  expect(rows.some((row) => row.Konto === '10001' && row['BU-Schlüssel'] === '40')).toBe(true);
  const sold = rows.filter((row) => row['Gegenkonto (ohne BU-Schlüssel)'] === '8400');
  expect(sold.reduce((sum, row) => sum + cents(row['Umsatz (ohne Soll/Haben-Kz)']), 0)).toBe(4 * 3605);
  expect(rows.some((row) => row.Buchungstext?.includes('Müller & Söhne'))).toBe(true);
});

const undrawn: DrawPdf = () => Promise.reject(new Error('nothing is drawn here'));

test('I344 an export that is killed after any piece goes on where it stood, and two workers write one file', async () => {
  const { transactor } = app.server;
  const disk = createLocalDiskStore(mkdtempSync(path.join(os.tmpdir(), 'billhook-exports-')));
  let left = Number.POSITIVE_INFINITY;
  const store: FileStore = {
    ...disk,
    async put(...args) {
      await disk.put(...args);
      // The process dies after the bytes lie there and before anybody says so.
      if (left-- <= 0) throw new Error('killed');
    },
  };
  const source = exportsSource({ transactor, store, pdf: undrawn, notePdf: undrawn, pageRows: 2 });
  const run = () => source.run(app.tenant.id, 10).catch(() => undefined);
  const written = async () => {
    const request = {
      tenantId: app.tenant.id,
      actor: { kind: 'system' as const, id: 'test' },
      requestId: null,
    };
    const rows = await transactor.query(request, (ctx) =>
      ctx.sql.rows<{ key: string }>(
        `select p.storage_key as key from export_parts p join exports e on e.tenant_id = p.tenant_id and e.id = p.export_id
         where p.tenant_id = $1 and e.format = 'parquet' and e.kind = 'ledger' and e.state = 'done' order by e.id, p.part`,
        [app.tenant.id],
      ),
    );
    const pieces = await Promise.all(rows.map(({ key }) => disk.get(key)));
    return Buffer.concat(pieces.map((piece) => piece ?? Buffer.alloc(0)));
  };
  const begun = await post('/v1/exports', { kind: 'ledger', format: 'parquet' });
  for (let kills = 0; kills < 3; kills += 1) {
    left = 1;
    await run();
    expect((await get(`/v1/exports/${begun.body.id}`)).status).toBe('running');
    app.passWallTime(121_000);
  }
  left = Number.POSITIVE_INFINITY;
  await Promise.all([run(), run()]);
  const done = await get(`/v1/exports/${begun.body.id}`);
  expect(done.status).toBe('done');
  const rows = await parquetRows(await written());
  const csv = await csvOf({ kind: 'ledger' });
  expect(rows.map((row) => [row.transaction, row.account, row.side])).toEqual(
    csv.map((row) => [row.transaction, row.account, row.side]),
  );
  expect(rows.length).toBe(done.rows_done);

  // After a week nothing of it is left.
  app.passWallTime(8 * 86_400_000);
  await run();
  expect((await get(`/v1/exports/${begun.body.id}`)).status).toBe('expired');
  expect(await written()).toHaveLength(0);
});

test('a link to an export is made by those who may, ends, cannot be altered, and is told in the audit', async () => {
  const done = await made({ kind: 'invoices' });
  const { body: link } = await post(`/v1/exports/${done.id}/link`, {});
  const url = String(link.url);
  const altered = await fetch(url.replace(/signature=.{5}/, 'signature=AAAAA'));
  expect([altered.status, ((await altered.json()) as Loose).code]).toEqual([403, 'file.link_invalid']);
  app.passWallTime(16 * 60_000);
  expect((await fetch(url)).status).toBe(403);
  await bytesOf(done.id);
  const audit = (await get('/v1/audit?limit=20')).data as unknown as { action: string; object_id: string }[];
  const actions = audit.filter((entry) => entry.object_id === String(done.id)).map((entry) => entry.action);
  expect(actions.toSorted()).toEqual(['export.create', 'export.download', 'export.link', 'export.link']);
  expect((await app.api('GET', `/v1/exports/exp_${NONE}`)).body.code).toBe('export.not_found');
  expect((await post(`/v1/exports/${done.id}/cancel`, {})).body.code).toBe('export.state');
  expect((await post('/v1/exports', { kind: 'datev', format: 'csv' })).body.code).toBe('export.not_possible');
  const stopped = await post('/v1/exports', { kind: 'payments' });
  expect((await post(`/v1/exports/${stopped.body.id}/cancel`, {})).body.status).toBe('canceled');
  await app.drain();
  expect((await get(`/v1/exports/${stopped.body.id}`)).status).toBe('canceled');
});

/** Files of a ZIP by name, found by its end as programs do, each checked against its sum. */
function unzipped(bytes: Buffer): Map<string, string> {
  const end = bytes.byteLength - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x0605_4b50);
  let at = bytes.readUInt32LE(end + 16);
  const files = new Map<string, string>();
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [crc, packed, title] = [
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
    ];
    const head = bytes.readUInt32LE(at + 42);
    const start = head + 30 + bytes.readUInt16LE(head + 26);
    const content = inflateRawSync(bytes.subarray(start, start + packed));
    expect(crc32(content)).toBe(crc);
    files.set(bytes.subarray(at + 46, at + 46 + title).toString(), content.toString());
    at += 46 + title;
  }
  return files;
}

test('everything about a customer is one archive of facts and documents', async () => {
  const done = await made({ kind: 'customer', customer: customers[1] });
  expect(done).toMatchObject({ status: 'done', format: 'zip' });
  const files = unzipped(await bytesOf(done.id));
  const names = [...files.keys()];
  expect(names).toContain('customer.ndjson');
  const invoice = names.find((name) => name.startsWith('documents/') && name.endsWith('.json')) ?? '';
  expect(files.get(invoice.replace(/json$/, 'pdf'))?.slice(0, 5)).toBe('%PDF-');
  expect(files.get(invoice)).toContain('Countess');
  expect(JSON.parse(files.get('customer.ndjson') ?? '{}').name).toBe('Ada, "Countess"');
  const own = (files.get('ledger.ndjson') ?? '').trim().split('\n');
  expect(own.length).toBeGreaterThan(0);
  expect([...files.values()].join('')).not.toContain('Emmy');
});

async function upload(kind: string, csv: string, more: Record<string, string> = {}): Promise<Loose> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ kind, ...more })) form.append(name, value);
  form.append('file', new Blob([csv], { type: 'text/csv' }), `${kind}.csv`);
  const headers = { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': crypto.randomUUID() };
  const answer = await fetch(`${app.baseUrl}/v1/imports`, { method: 'POST', headers, body: form });
  return (await answer.json()) as Loose;
}

async function checkedImport(kind: string, csv: string, more: Record<string, string> = {}) {
  const begun = await upload(kind, csv, more);
  expect(begun.status).toBe('checking');
  await app.drain();
  const done = await get(`/v1/imports/${begun.id}`);
  expect(done.status).toBe('checked');
  return { id: String(done.id), counts: done.counts as unknown as Record<string, number> };
}

const linesOf = async (id: string, outcome = '') =>
  (await get(`/v1/imports/${id}/lines?limit=100${outcome}`)).data as unknown as Loose[];

async function carriedOut(id: string): Promise<Loose> {
  expect((await post(`/v1/imports/${id}/run`, {})).status).toBe(200);
  await app.drain();
  return get(`/v1/imports/${id}`);
}

test('I345 customers come from CSV after a dry run, line by line, and the same file again changes nothing', async () => {
  const csv = [
    'external_id;Firm;email;country;city;tax_exempt;payment_terms_days',
    'crm-1;"Rampe; Söhne AG";a@rampe.example;DE;Ulm;no;30',
    'crm-2;Bad mail;nobody;DE;;;',
    'c1;Ada Lovelace;;;;;',
    'crm-1;Twice;;;;;',
    'crm-3;Bad fields;;XX;;perhaps;soon',
    'crm-4;;a@nameless.example;DE;;;',
    '',
  ].join('\r\n');
  const more = { delimiter: ';', mapping: JSON.stringify({ name: 'Firm' }) };
  const before = (await get('/v1/customers?limit=100')).data as unknown as Loose[];
  const { id, counts } = await checkedImport('customers', csv, more);
  expect(counts).toEqual({ create: 1, change: 1, same: 0, refuse: 4 });
  expect((await get('/v1/customers?limit=100')).data).toEqual(before);
  const said = await linesOf(id);
  expect(said.map(({ line, outcome }) => [line, outcome])).toEqual([
    [2, 'create'],
    [3, 'refuse'],
    [4, 'change'],
    [5, 'refuse'],
    [6, 'refuse'],
    [7, 'refuse'],
  ]);
  expect(said[2]).toMatchObject({ external_id: 'c1', fields: ['name'], object_id: customers[1] });
  expect(String(said[4]?.reasons)).toMatch(/tax_exempt.*payment_terms_days/);
  expect(said[5]?.reasons).toEqual(['The column name is empty.']);
  expect((await linesOf(id, '&outcome=refuse')).length).toBe(4);

  const done = await carriedOut(id);
  expect(done).toMatchObject({ status: 'done', counts, rows_done: 6 });
  const [first] = await linesOf(id);
  const made = await get(`/v1/customers/${first?.object_id}`);
  expect(made).toMatchObject({ name: 'Rampe; Söhne AG', external_id: 'crm-1', payment_terms_days: 30 });
  expect(made.address).toEqual({ city: 'Ulm' });
  expect((await post(`/v1/imports/${id}/run`, {})).body.code).toBe('import.state');

  const again = await checkedImport('customers', csv, more);
  expect(again.counts).toEqual({ create: 0, change: 0, same: 2, refuse: 4 });
  await carriedOut(again.id);
  expect(((await get('/v1/customers?limit=100')).data as unknown as Loose[]).length).toBe(before.length + 1);
});

test('I346 imported subscriptions start once, are free until what was paid elsewhere ends, and never change silently', async () => {
  const head = 'external_id,customer,plan,quantity,paid_until,collection,billing_day';
  const csv = `${head}\nold-1,crm-1,pro,3,2026-04-15,manual,31\nold-2,nobody,pro,1,,manual\nold-3,c2,none,1,,manual\nold-4,c2,pro,1,2020-01-01,\n`;
  const { id, counts } = await checkedImport('subscriptions', csv);
  expect(counts).toEqual({ create: 1, change: 0, same: 0, refuse: 3 });
  const done = await carriedOut(id);
  expect(done).toMatchObject({ status: 'done', counts });
  const [line] = await linesOf(id);
  const subscription = await get(`/v1/subscriptions/${line?.object_id}`);
  expect(subscription).toMatchObject({ status: 'trialing', metadata: { external_id: 'old-1' } });
  expect(subscription).toMatchObject({ billing_day: 31, quantity: 3 });
  expect(String(subscription.trial_end_at)).toMatch(/^2026-04-15/);
  expect((await get(`/v1/invoices?subscription=${line?.object_id}`)).data).toEqual([]);

  const again = await checkedImport('subscriptions', `${csv}`);
  expect(again.counts).toEqual({ create: 0, change: 0, same: 1, refuse: 3 });
  const other = await checkedImport('subscriptions', `${head}\nold-1,crm-1,pro,9,,manual\n`);
  expect((await linesOf(other.id))[0]).toMatchObject({ outcome: 'refuse', fields: ['quantity'] });
  expect((await post(`/v1/imports/${other.id}/cancel`, {})).body.status).toBe('canceled');
});

test('files that cannot be read are refused whole', async () => {
  const codes = async (kind: string, csv: string, more = {}) => (await upload(kind, csv, more)).code;
  expect(await codes('customers', 'name\nAda\n')).toBe('import.not_read');
  expect(await codes('customers', 'external_id,name\n')).toBe('import.not_read');
  expect(await codes('customers', 'external_id,name\n"a,b\n')).toBe('import.not_read');
  expect(await codes('customers', 'external_id,name\na,b\n', { mapping: '[1]' })).toBe('import.not_read');
  expect((await app.api('GET', `/v1/imports/imp_${NONE}`)).body.code).toBe('import.not_found');
});
