import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Billhook, createBillhook } from '@billhook/sdk/operator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/testing/app.ts';
import { textOfPdf } from '../../apps/server/src/testing/pdf-text.ts';
import { programEnvironment } from '../../apps/server/src/testing/program-environment.ts';
import { type ExpectedBill, expectedBills, readRequests } from './expected-bills.ts';

/** Ten thousand requests of a public web site in May 2015, billed as usage of 1,753 customers. */
const FILE = fileURLToPath(new URL('../fixtures/website-requests.ndjson', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const MONTH = { from: '2015-05-01T00:00:00Z', to: '2015-06-01T00:00:00Z' };
const MAP = 'customer=client,time=time,id=id,type=request,data=bytes';

let app: TestApp;
let apiKey: string;
let billhook: Billhook;
let bills: Map<string, ExpectedBill>;
const ids = new Map<string, string>();

beforeAll(async () => {
  app = await startTestApp({ worker: true });
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const tenant = await owner('POST', '/v1/tenants', {
    body: {
      slug: 'website',
      name: 'Website',
      kind: 'sandbox',
      currency: 'USD',
      time_zone: 'UTC',
      clock_at: MONTH.from,
    },
  });
  expect(tenant.status, tenant.text).toBe(201);
  const headers = { 'billhook-tenant': String(tenant.body.id) };
  const key = await owner('POST', '/v1/api_keys', { body: { name: 'Test' }, headers });
  apiKey = String(key.body.secret);
  billhook = createBillhook({ baseUrl: app.baseUrl, apiKey });
  bills = expectedBills(await readRequests(FILE));
  await billhook.tenant.update({
    settings: {
      zeroInvoices: 'issue',
      documents: { legalText: {}, footer: {}, appendix: true, payLink: false, letterFees: {}, letterDays: 7 },
    },
  });
  await billhook.catalogue.put(catalogue());
}, 120_000);
afterAll(() => app.close());

function catalogue(): Parameters<Billhook['catalogue']['put']>[0] {
  const shared = { timing: 'in_arrears', cadence: { interval: 'month', count: 1 } } as const;
  return {
    meters: [
      { key: 'requests', name: 'Requests', eventType: 'request', aggregation: 'count', unit: 'request' },
      {
        key: 'bytes_out',
        name: 'Bytes out',
        eventType: 'request',
        aggregation: 'sum',
        valueProperty: 'bytes',
        unit: 'byte',
      },
    ],
    features: [],
    plans: [
      {
        key: 'metered',
        name: 'Metered',
        currency: 'USD',
        entitlements: [],
        prices: [
          {
            ...shared,
            key: 'requests',
            name: 'Requests',
            quantity: { kind: 'meter', meter: 'requests' },
            pricing: {
              model: 'graduated',
              per: '1',
              tiers: [
                { upTo: '50', unitAmount: '0', flatAmount: '0' },
                { upTo: '200', unitAmount: '0.01', flatAmount: '0' },
                { upTo: null, unitAmount: '0.005', flatAmount: '0' },
              ],
            },
          },
          {
            ...shared,
            key: 'bytes',
            name: 'Bytes out',
            quantity: { kind: 'meter', meter: 'bytes_out' },
            pricing: { model: 'per_unit', unitAmount: '0.05', per: '1048576' },
          },
        ],
      },
    ],
  };
}

/** Works through a list with a few requests at once. */
async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

function command(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { ...programEnvironment(), BILLHOOK_URL: app.baseUrl, BILLHOOK_API_KEY: apiKey },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve, reject) =>
    child.once('close', (exitCode) => (exitCode === 0 ? resolve(out) : reject(new Error(err)))),
  );
}

/** Exported lines by customer: the amount of each line by the quantity it rests on. */
async function exportedLines(): Promise<
  Map<string, { invoice: string; quantity: string; amount: string }[]>
> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'billhook-month-')), 'lines.csv');
  await command('invoices', 'export', '--format', 'csv', '--out', file);
  const [head, ...records] = (await readFile(file, 'utf8')).trim().split('\r\n');
  expect(head).toBe('customer,invoice,line,quantity,currency,amount');
  const lines = new Map<string, { invoice: string; quantity: string; amount: string }[]>();
  for (const record of records) {
    const [customer = '', invoice = '', , quantity = '', currency, amount = ''] = record.split(',');
    expect(currency).toBe('USD');
    lines.set(customer, [...(lines.get(customer) ?? []), { invoice, quantity, amount }]);
  }
  return lines;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Days with requests, with their number and their bytes, by nothing but the raw file. */
function daysOf(requests: Awaited<ReturnType<typeof readRequests>>, client: string): string[][] {
  const days = new Map<string, { requests: number; bytes: number }>();
  for (const { client: who, time, bytes } of requests) {
    if (who !== client) continue;
    const [year = '', month = '', day = ''] = time.slice(0, 10).split('-');
    const name = `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
    const sum = days.get(name) ?? { requests: 0, bytes: 0 };
    days.set(name, { requests: sum.requests + 1, bytes: sum.bytes + bytes });
  }
  const grouped = (figure: number) => String(figure).replace(/\B(?=(?:\d{3})+$)/g, ',');
  const rows = [...days].sort(([one], [other]) => Date.parse(one) - Date.parse(other));
  return [
    ...rows.map(([day, sum]) => [day, grouped(sum.requests), grouped(sum.requests)]),
    ...rows.map(([day, sum]) => [day, grouped(sum.bytes), grouped(sum.requests)]),
  ];
}

/** The rows of days as they stand on the page: day, quantity, events. */
function daysIn(read: readonly string[]): string[][] {
  return read.flatMap((text, index) =>
    /^\d{1,2} [A-Z][a-z]{2} \d{4}$/.test(text) ? [[text, read[index + 1] ?? '', read[index + 2] ?? '']] : [],
  );
}

describe('a real month', () => {
  it('begins with 1,753 customers, each with a subscription from the first of May', async () => {
    expect(bills.size).toBe(1753);
    await forEach(bills.keys(), async (client) => {
      const { id } = await billhook.customers.create({ name: client, externalId: client });
      ids.set(client, id);
      await billhook.subscriptions.create({ customer: client, plan: 'metered', collection: 'manual' });
    });
    expect(await command('clock', 'advance', '2015-05-21')).toContain('2015-05-21T00:00:00Z');
  }, 400_000);

  it('takes 10,000 requests once, and as duplicates ever after', async () => {
    const first = JSON.parse(await command('events', 'import', FILE, '--map', MAP, '--json'));
    expect(first).toMatchObject({
      lines: 10_000,
      accepted: 10_000,
      duplicate: 0,
      quarantined: 0,
      rejected: 0,
    });
    const again = JSON.parse(await command('events', 'import', FILE, '--map', MAP, '--json'));
    expect(again).toMatchObject({ accepted: 0, duplicate: 10_000 });
  }, 120_000);

  it('ends with one invoice each, every line as an independent computation has it', async () => {
    await command('clock', 'advance', '2015-06-01');
    const lines = await exportedLines();
    expect(lines.size).toBe(1753);
    let bytes = 0n;
    for (const bill of bills.values()) {
      const billed = lines.get(bill.client) ?? [];
      expect(new Set(billed.map((line) => line.invoice)).size, bill.client).toBe(1);
      expect(
        billed.map(({ quantity, amount }) => [quantity, amount]),
        bill.client,
      ).toEqual([
        [String(bill.requests), cents(bill.requestsCents)],
        [String(bill.bytes), cents(bill.bytesCents)],
      ]);
      bytes += BigInt(billed[1]?.quantity ?? '0');
    }
    expect(bytes).toBe(2_747_282_740n);
    expect(lines.get('client-0004')?.map((line) => line.amount)).toEqual(['2.91', '3.60']);
    expect(lines.get('client-0005')?.map((line) => line.amount)).toEqual(['0.63', '0.08']);
  }, 400_000);

  it('I426 the appendix of an invoice has each day of real usage, as plain loops over the raw requests count it', async () => {
    const requests = await readRequests(FILE);
    const mostUsed = [...bills.values()].sort((a, b) => b.requests - a.requests).slice(0, 5);
    for (const { client } of mostUsed) {
      const wanted = daysOf(requests, client);
      const { data } = await billhook.invoices.list({ customer: ids.get(client), limit: 1 });
      const answer = await billhook.invoices.pdf(data[0]?.id ?? '');
      const read = textOfPdf(new Uint8Array(await answer.arrayBuffer()));
      const from = read.lastIndexOf('How each amount came about');
      expect(from, client).toBeGreaterThan(0);
      expect(daysIn(read.slice(from)), client).toEqual(wanted);
    }
  }, 120_000);

  it('changes nothing when the same file comes again after billing', async () => {
    const before = await exportedLines();
    const again = JSON.parse(await command('events', 'import', FILE, '--map', MAP, '--json'));
    expect(again).toMatchObject({ accepted: 0, duplicate: 10_000 });
    expect(await exportedLines()).toEqual(before);
  }, 120_000);

  it('leaves the books in balance', async () => {
    expect((await billhook.ledger.trialBalance()).balanced).toBe(true);
  });
});

function cents(amount: number): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
}
