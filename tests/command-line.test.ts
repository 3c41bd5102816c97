import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEEP_CATALOGUE, moveClock } from '../apps/admin/src/lib/first-steps.ts';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';
import { programEnvironment } from '../apps/server/src/testing/program-environment.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Finished {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startTestApp({ worker: true });
  folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-command-'));
});
afterAll(() => app.close());

/** Runs a program of the project in a process of its own, as a person does. */
function run(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [path.join(ROOT, program), ...args], {
    env: { ...programEnvironment(), BILLHOOK_URL: app.baseUrl, BILLHOOK_API_KEY: app.apiKey, ...environment },
  });
  const written = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    written.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.err += chunk;
  });
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, ...written })));
}

const billhook = (...args: string[]) => run('packages/cli/src/main.ts', args);

describe('the quickstart', () => {
  it('goes from nothing to the next bill, and again from where it was', async () => {
    const first = await run('examples/quickstart.ts', []);
    expect(first.err).toBe('');
    expect(first.out).toMatch(
      /2 accepted, 0 duplicate\.\nAllowed +3 of 1000 used, 997 left\.\nUsage +3 calls in 3 events/,
    );
    expect(first.out).toMatch(/Total .?29\.00/);
    const second = await run('examples/quickstart.ts', []);
    expect(second.out).toMatch(/Allowed +6 of 1000 used, 994 left\./);
  });

  it('says that the invoice is open, and how to pay it, until it is paid', async () => {
    const { out } = await run('examples/quickstart.ts', []);
    expect(out).toMatch(/Invoice +\S+ is open: .?29\.00 to pay\./);
    for (const [, address = '', body = ''] of out.matchAll(/POST (\S+) (\{.*\})/g)) {
      const headers = {
        authorization: `Bearer ${app.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': address,
      };
      const answer = await fetch(`${app.baseUrl}${address}`, { method: 'POST', headers, body });
      expect(answer.ok, `${address}: ${answer.status}`).toBe(true);
    }
    const deadline = performance.now() + 30_000;
    let again = out;
    while (again.includes('is open') && performance.now() < deadline)
      again = (await run('examples/quickstart.ts', [])).out;
    expect(again).not.toContain('is open');
  });

  it('says in one sentence that no server answers, or that it was never started', async () => {
    const away = await run('examples/quickstart.ts', [], { BILLHOOK_URL: 'http://127.0.0.1:1' });
    expect([away.exitCode, away.err]).toEqual([
      1,
      'No server answers at http://127.0.0.1:1. Start it with "npm start" and run this again.\n',
    ]);
    const never = await run('examples/quickstart.ts', [], { BILLHOOK_API_KEY: '', BILLHOOK_DATA: folder });
    expect(never.exitCode).toBe(1);
    expect(never.err).toMatch(/^There is no \S+quickstart\.json\. Start the server with "npm start".*\n$/);
  });
});

describe('the billhook command against the real server', () => {
  it('keeps the catalogue as a file that can be pushed back without a difference', async () => {
    const file = path.join(folder, 'catalogue.json');
    expect((await billhook('catalogue', 'pull', file)).exitCode).toBe(0);
    const before = await readFile(file, 'utf8');
    const pushed = await billhook('catalogue', 'push', file);
    expect(pushed.err).toBe('');
    expect(pushed.out).toMatch(/^0 created, 0 updated, 0 new versions, \d+ unchanged\.\n$/);
    await billhook('catalogue', 'pull', file);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('makes a new version of a plan whose price the file changes, and says so beforehand', async () => {
    const file = path.join(folder, 'dearer.json');
    await billhook('catalogue', 'pull', file);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"amount": "2900"', '"amount": "3100"'));
    const dry = await billhook('catalogue', 'push', file, '--dry-run');
    expect(dry.out).toMatch(/new version plan quickstart-pro .*\n(.*\n)*Would be: /);
    expect((await billhook('catalogue', 'push', file, '--json')).out).toContain('"new_versions":1');
    expect((await billhook('catalogue', 'push', file)).out).toContain('0 new versions');
  });

  it('imports usage once, however often the file is sent', async () => {
    const file = path.join(folder, 'usage.ndjson');
    const time = new Date().toISOString();
    const lines = Array.from({ length: 1500 }, (_, index) =>
      JSON.stringify({ id: `i${index}`, time, client: 'quickstart-acme' }),
    );
    await writeFile(file, `${lines.join('\n')}\n`);
    const args = ['events', 'import', file, '--map', 'customer=client,type=quickstart.call', '--json'];
    expect(JSON.parse((await billhook(...args)).out)).toMatchObject({
      accepted: 1500,
      duplicate: 0,
      rejected: 0,
    });
    expect(JSON.parse((await billhook(...args)).out)).toMatchObject({ accepted: 0, duplicate: 1500 });
  });

  it('verifies usage from its events, and says what was compared', async () => {
    const { out, exitCode } = await billhook('usage', 'verify');
    expect(out).toMatch(/quickstart-calls +count +1[0-9]{3} +[0-9]+ +0 +0 +0\n(.*\n)*0 differences\n$/);
    expect(exitCode).toBe(0);
  });

  it('understands what empty screens teach', async () => {
    const now = JSON.parse((await billhook('clock', 'show', '--json')).out).now as string;
    const place = path.join(folder, 'plans.json');
    const lines = [KEEP_CATALOGUE, moveClock(now)].flatMap(({ code }) => code.split('\n'));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const args = line.replace('npm run billhook -- ', '').replace('plans.json', place).split(' ');
      const { exitCode, err } = await billhook(...args);
      expect([exitCode, err], line).toEqual([0, expect.not.stringContaining('error')]);
    }
  });

  it('lists customers and tells the time', async () => {
    expect((await billhook('customers', 'list', '--find', 'quickstart')).out).toMatch(
      /quickstart-acme +Acme/,
    );
    expect((await billhook('clock', 'show')).out).toMatch(/^\d{4}-\d\d-\d\dT.*\n$/);
  });

  it('exports the lines of the first invoice with external ids and decimal amounts', async () => {
    const { out } = await billhook('invoices', 'export', '--format', 'csv');
    expect(out.split(/\r?\n/)[0]).toBe('customer,invoice,line,quantity,currency,amount');
    expect(out).toMatch(/^quickstart-acme,[^,]+,.*,1,[A-Z]{3},29\.00\r?$/m);
    expect((await billhook('invoices', 'list')).out).toMatch(/quickstart-acme +paid/);
  });

  it('finds everything in order', async () => {
    const { out, exitCode } = await billhook('doctor');
    expect([exitCode, out.includes('FAIL')], out).toEqual([0, false]);
  });

  it('ends with 3 for a wrong key, and with 2 for a wrong command line', async () => {
    expect(
      (await run('packages/cli/src/main.ts', ['clock', 'show'], { BILLHOOK_API_KEY: 'sk_test_wrong' }))
        .exitCode,
    ).toBe(3);
    expect((await billhook('nonsense')).exitCode).toBe(2);
  });
});

describe('billhook export and import', () => {
  it('waits until an export is written and fetches it whole, and says what cannot be', async () => {
    const file = path.join(folder, 'invoices.csv');
    const done = await billhook('export', 'invoices', '--from', '2020-01-01', '--out', file);
    expect([done.exitCode, done.out]).toEqual([
      0,
      expect.stringMatching(/invoices\.csv: [1-9][0-9]* rows?,/),
    ]);
    expect(await readFile(file, 'utf8')).toMatch(/^id,number,status,.*\r\ninv_/);
    const json = await billhook(
      'export',
      'ledger',
      '--format',
      'parquet',
      '--out',
      `${file}.parquet`,
      '--json',
    );
    expect(JSON.parse(json.out)).toMatchObject({ kind: 'ledger', status: 'done', file: `${file}.parquet` });
    expect((await readFile(`${file}.parquet`)).subarray(-4).toString()).toBe('PAR1');
    const refused = await billhook('export', 'datev', '--currency', 'EUR');
    expect([refused.exitCode, refused.err]).toEqual([expect.any(Number), expect.stringContaining('DATEV')]);
    expect(refused.exitCode).not.toBe(0);
  });

  it('imports customers after showing what would be done, and ends with 1 where a line is refused', async () => {
    const file = path.join(folder, 'customers.csv');
    await writeFile(file, 'external_id,Firm\nimported,Rampe AG\n,Nobody\n');
    const dry = await billhook('import', 'customers', file, '--map', 'name=Firm', '--dry-run');
    expect([dry.exitCode, dry.out]).toEqual([
      1,
      expect.stringContaining('Would be: 1 new, 0 changed, 0 the same, 1 refused.'),
    ]);
    expect(dry.out).toContain('line 3  REFUSED');
    await writeFile(file, 'external_id,name\nimported,Rampe AG\n');
    const done = await billhook('import', 'customers', file);
    expect([done.exitCode, done.out]).toEqual([0, '1 new, 0 changed, 0 the same, 0 refused.\n']);
  });
});

describe('billhook customers erase', () => {
  it('shows what would go, keeps to a legal hold, and erases only when it is confirmed', async () => {
    const body = { name: 'Gone AG', email: 'gone@example.com', country: 'DE' };
    const id = String((await app.api('POST', '/v1/customers', { body })).body.id);
    const held = await billhook('customers', 'hold', id, '--reason', 'Lawsuit');
    expect([held.exitCode, held.out]).toEqual([0, `${id} is on legal hold.\n`]);
    const kept = await billhook('customers', 'erase', id, '--confirm', id, '--reason', 'Asked for');
    expect([kept.exitCode, kept.err]).toEqual([
      1,
      expect.stringContaining('It cannot be erased now: legal_hold.'),
    ]);
    expect((await billhook('customers', 'release', id, '--reason', 'Settled')).exitCode).toBe(0);
    const shown = await billhook('customers', 'erase', id);
    expect([shown.exitCode, shown.out]).toEqual([0, expect.stringMatching(/profile +1\n/)]);
    const slip = await billhook('customers', 'erase', id, '--confirm', 'cus_1', '--reason', 'Asked for');
    expect([slip.exitCode, slip.err]).toEqual([2, expect.stringContaining('Nothing was erased.')]);
    const done = await billhook('customers', 'erase', id, '--confirm', id, '--reason', 'Asked for');
    expect([done.exitCode, done.out]).toEqual([0, expect.stringMatching(/^Erased, [1-9][0-9]* rows?\.\n$/)]);
    expect((await app.api('GET', `/v1/customers/${id}`)).body).toMatchObject({
      name: 'Erased customer',
      email: null,
    });
  });
});
