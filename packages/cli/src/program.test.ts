import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBillhook } from '@billhook/sdk/operator';
import { afterEach, describe, expect, it } from 'vitest';
import { readAddress } from './address.ts';
import { runCommandLine } from './program.ts';

type Handler = (request: { method: string; url: string; body: string }) => {
  status?: number;
  type?: string;
  body: unknown;
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handle: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const answer = handle({ method: request.method ?? '', url: request.url ?? '', body });
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs a command line as a person would, and keeps what it wrote. */
async function run(baseUrl: string, args: readonly string[], isInteractive = false) {
  const written = { out: '', err: '' };
  const exitCode = await runCommandLine(args, {
    terminal: {
      out(text) {
        written.out += text;
      },
      err(text) {
        written.err += text;
      },
      isInteractive,
      columns: 80,
    },
    addressOf: () => baseUrl,
    connect: () => createBillhook({ baseUrl, apiKey: 'k', retry: { attempts: 1 } }),
    runServer: async (flags) => flags.length,
    pause: async () => undefined,
  });
  return { exitCode, ...written };
}

async function fileWith(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'billhook-cli-')), 'file');
  await writeFile(file, text);
  return file;
}

/** Answers like the server: an event that was seen before is a duplicate, and lines follow those that were taken. */
function streams(): { handle: Handler; segments: number[]; breakAfter: { lines: number } } {
  const seen = new Set<string>();
  const segments: number[] = [];
  const receipts: { lines: number; counts: Record<string, number> }[] = [];
  const breakAfter = { lines: Number.POSITIVE_INFINITY };
  const show = (id: number) => ({
    id: `str_${id}`,
    object: 'event_stream',
    lines_taken: receipts[id]?.lines,
    counts: receipts[id]?.counts,
    faults: [],
  });
  const handle: Handler = ({ method, url, body }) => {
    const [, found] = /str_(\d+)/.exec(url) ?? [];
    const id = Number(found ?? receipts.length);
    if (found === undefined)
      receipts.push({ lines: 0, counts: { accepted: 0, duplicate: 0, quarantined: 0, rejected: 0 } });
    const receipt = receipts[id];
    if (receipt === undefined || method === 'GET' || found === undefined) return { body: show(id) };
    if (Number(/after=(\d+)/.exec(url)?.[1]) !== receipt.lines)
      return {
        status: 409,
        type: 'application/problem+json',
        body: { code: 'stream.out_of_step', status: 409 },
      };
    const lines = body.trimEnd().split('\n');
    segments.push(lines.length);
    for (const line of lines) {
      if (receipt.lines === breakAfter.lines) {
        breakAfter.lines = Number.POSITIVE_INFINITY;
        return {
          status: 503,
          type: 'application/problem+json',
          body: { code: 'server.unavailable', status: 503 },
        };
      }
      receipt.lines += 1;
      if (line === '') continue;
      const { id: event } = JSON.parse(line) as { id: string };
      receipt.counts[seen.has(event) ? 'duplicate' : 'accepted'] =
        (receipt.counts[seen.has(event) ? 'duplicate' : 'accepted'] ?? 0) + 1;
      seen.add(event);
    }
    return { body: show(id) };
  };
  return { handle, segments, breakAfter };
}

describe('usage verify', () => {
  const verification = (differences: object[], damaged: object[] = []) => ({
    object: 'usage_verification',
    events_from: '2024-01-01T00:00:00Z',
    meters: [
      {
        meter: 'meter_01h2xcejqtf2nbrexx3vqjhp41',
        meter_key: 'people',
        aggregation: 'unique',
        events: 30,
        hours: 12,
        values: 9,
        subjects: 4,
        differences: differences.length,
      },
    ],
    difference_count: differences.length,
    differences,
    archives: { parts: 2, damaged },
  });

  it('says what was compared, and names every difference and fails where there is one', async () => {
    const good = await run(await serve(() => ({ body: verification([]) })), ['usage', 'verify']);
    expect(good.out).toMatch(
      /^meter +measures +events +hours +values +subjects +differences\npeople +unique +30 +12 +9 +4 +0\n/,
    );
    expect([good.exitCode, good.out.endsWith('\n0 differences\n')]).toEqual([0, true]);
    const hour = '2026-03-14T05:00:00Z';
    const lost = {
      meter_key: 'people',
      customer: 'cus_1',
      feature: 'seats',
      subject: 'ann',
      hour,
      kind: 'subject',
      kept: null,
      recomputed: '2 events, 5',
    };
    const bad = await serve(() => ({ body: verification([lost]) }));
    const { exitCode, out } = await run(bad, ['usage', 'verify']);
    expect(out).toContain(`people cus_1 seats ann ${hour} subject: kept nothing, recomputed 2 events, 5\n`);
    expect(exitCode).toBe(1);
    const asJson = await run(bad, ['usage', 'verify', '--json']);
    expect(JSON.parse(asJson.out)).toEqual(verification([lost]));
    const gone = { id: 'arc_1', from: '2023-12-01T00:00:00Z', part: 1, status: 'missing' };
    const damaged = await run(await serve(() => ({ body: verification([], [gone]) })), ['usage', 'verify']);
    expect(damaged.out).toContain('archive arc_1 of 2023-12-01T00:00:00Z, part 1: missing\n0 differences\n');
    expect(damaged.exitCode).toBe(1);
  });
});

describe('events import', () => {
  const lines = Array.from({ length: 2500 }, (_, index) =>
    JSON.stringify({ id: `r${index}`, time: '2015-05-17T10:05:03Z', client: 'c', bytes: index }),
  );
  const map = ['--map', 'customer=client,time=time,id=id,type=request,data=bytes'];

  it('sends segments and counts; a second run counts duplicates only', async () => {
    const { handle, segments } = streams();
    const baseUrl = await serve(handle);
    const file = await fileWith(`${lines.join('\n')}\n`);
    const first = await run(baseUrl, ['events', 'import', file, ...map, '--json']);
    expect(JSON.parse(first.out)).toMatchObject({ lines: 2500, accepted: 2500, duplicate: 0 });
    expect(first.exitCode).toBe(0);
    expect(segments).toEqual([2500]);
    const second = await run(baseUrl, ['events', 'import', file, ...map]);
    expect(second.out).toMatch(/accepted +0\nduplicate +2500\n/);
  });

  it('goes on by itself where a run was broken off, and sends nothing twice', async () => {
    const { handle, segments, breakAfter } = streams();
    const baseUrl = await serve(handle);
    const file = await fileWith(`${lines.join('\n')}\n`);
    breakAfter.lines = 1700;
    expect((await run(baseUrl, ['events', 'import', file, ...map])).exitCode).toBeGreaterThan(0);
    const second = await run(baseUrl, ['events', 'import', file, ...map, '--json']);
    expect(second.err).toContain('Goes on after 1,700 lines');
    expect(JSON.parse(second.out)).toMatchObject({ lines: 2500, accepted: 2500, duplicate: 0 });
    expect(segments).toEqual([2500, 800]);
  });

  it('says which lines it could not use, goes on with the others and fails in the end', async () => {
    const baseUrl = await serve(streams().handle);
    const file = await fileWith(`${lines[0]}\nnot json\n\n{"id":1}\n${lines[1]}\n`);
    const { exitCode, out, err } = await run(baseUrl, ['events', 'import', file, ...map, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ accepted: 2, unreadable: 2 });
    expect(err).toContain('line 2: It is not JSON.');
    expect(err).toContain('line 4: It has no "client".');
  });

  it('draws a bar for a person and writes plain lines otherwise', async () => {
    const baseUrl = await serve(streams().handle);
    const file = await fileWith(lines.join('\n'));
    expect((await run(baseUrl, ['events', 'import', file, ...map], true)).err).toMatch(/\r\[#+\.*\] +\d+ %/);
    const plain = await run(baseUrl, ['events', 'import', file, ...map]);
    expect(plain.err).toContain('100 % 2,500 lines\n');
    expect(plain.err).not.toContain('\r');
  });
});

describe('catalogue', () => {
  const credits = { costs: [{ feature: 'images', credit_type: 'ai', per_unit: '2', overage_meter: null }] };
  const catalogue = { meters: [], features: [], plans: [{ key: 'pro', trial_days: 14 }], credits };

  it('is pulled in the spelling of the API, ready to be pushed', async () => {
    const bodies: unknown[] = [];
    const baseUrl = await serve(({ method, url, body }) => {
      if (method === 'GET') return { body: { object: 'catalogue', ...catalogue } };
      bodies.push([url, JSON.parse(body)]);
      const changes = [
        { kind: 'plan', key: 'pro', action: 'new_version', fields: ['prices'] },
        { kind: 'credit_cost', key: 'images', action: 'created', fields: [] },
      ];
      const counts = { created: 1, updated: 0, new_versions: 1, unchanged: 0 };
      return { body: { object: 'catalogue_change', dry_run: true, changes, counts } };
    });
    const file = await fileWith('');
    const pulled = await run(baseUrl, ['catalogue', 'pull', file]);
    expect(pulled.err).toContain(': 0 meters, 0 features, 1 plan, 0 coupons, 0 credit types.');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(catalogue);
    const pushed = await run(baseUrl, ['catalogue', 'push', file, '--dry-run']);
    expect(bodies).toEqual([['/v1/catalogue?dry_run=true', catalogue]]);
    expect(pushed.out).toBe(
      'new version plan pro (prices)\ncreated credit cost images\nWould be: 1 created, 0 updated, 1 new versions, 0 unchanged.\n',
    );
  });
});

describe('catalogue push', () => {
  const price = { key: 'base', pricing: { model: 'flat', amount: '35.00' } };
  const plan = { key: 'pro', currency: 'USD', prices: [price] };
  const refusal = {
    status: 422,
    body: {
      title: 'The request is not valid',
      detail: 'One member is not as it should be.',
      code: 'request.invalid',
      status: 422,
      retryable: false,
      errors: [
        { pointer: '/plans/0/prices/0/pricing/amount', code: 'pattern', detail: 'Not a whole number.' },
      ],
    },
  };

  it('names plan and price of a fault, and gives a decimal amount back in cents', async () => {
    const baseUrl = await serve(({ method }) => (method === 'GET' ? { body: { plans: [] } } : refusal));
    const file = await fileWith(JSON.stringify({ meters: [], features: [], plans: [plan] }));
    const { err, exitCode } = await run(baseUrl, ['catalogue', 'push', file]);
    expect([err, exitCode]).toEqual([
      'One member is not as it should be. (request.invalid)\n' +
        '  /plans/0/prices/0/pricing/amount (plan "pro", price "base") ' +
        'An amount is a whole number of the smallest unit, in cents: 3500.\n',
      1,
    ]);
  });

  it('names pack and cost of a fault, and tells money from credits', async () => {
    const pack = { key: 'ai-500', amount: '0.5', price: '15.00' };
    const file = await fileWith(
      JSON.stringify({ plans: [], credits: { packs: [pack], costs: [{ feature: 'images' }] } }),
    );
    const errors = ['/credits/packs/0/price', '/credits/packs/0/amount', '/credits/costs/0/per_unit'].map(
      (pointer) => ({ pointer, code: 'pattern', detail: 'Not good.' }),
    );
    const baseUrl = await serve(({ method }) =>
      method === 'GET' ? { body: { plans: [] } } : { ...refusal, body: { ...refusal.body, errors } },
    );
    const { err } = await run(baseUrl, ['catalogue', 'push', file]);
    expect(err.split('\n').slice(1, 4)).toEqual([
      '  /credits/packs/0/price (pack "ai-500") An amount is a whole number of the smallest unit, in cents: 1500.',
      '  /credits/packs/0/amount (pack "ai-500") Not good.',
      '  /credits/costs/0/per_unit (cost of "images") Not good.',
    ]);
  });

  it('does not change the currency of a plan that has subscribers, unless told so', async () => {
    const pushed: string[] = [];
    const baseUrl = await serve(({ method, url }) => {
      if (url.startsWith('/v1/subscriptions'))
        return { body: { object: 'list', data: [{ id: 'sub_1' }], has_more: false, next_cursor: null } };
      if (method === 'GET')
        return { body: { meters: [], features: [], plans: [{ ...plan, currency: 'EUR' }] } };
      pushed.push(url);
      const counts = { created: 0, updated: 0, new_versions: 1, unchanged: 0 };
      return { body: { object: 'catalogue_change', dry_run: false, changes: [], counts } };
    });
    const file = await fileWith(JSON.stringify({ meters: [], features: [], plans: [plan] }));
    const refused = await run(baseUrl, ['catalogue', 'push', file]);
    expect([refused.exitCode, pushed]).toEqual([2, []]);
    expect(refused.err).toBe(
      'Plan "pro" has subscribers who pay EUR, and the file says USD. Give the new one a key of its own, or push with --yes.\n',
    );
    expect((await run(baseUrl, ['catalogue', 'push', file, '--yes'])).exitCode).toBe(0);
    expect(pushed).toEqual(['/v1/catalogue?dry_run=false']);
  });

  it('says where a file is not JSON, and that one is not there, in one plain sentence', async () => {
    const file = await fileWith('{\n  "meters": [],\n  "plans": [,]\n}\n');
    const slip = await run('', ['catalogue', 'push', file]);
    expect([slip.exitCode, slip.err]).toEqual([
      2,
      `${file} is not JSON: line 3, column 13: "," does not belong there.\n`,
    ]);
    const cut = await fileWith('{\n  "meters":');
    expect((await run('', ['catalogue', 'push', cut])).err).toBe(
      `${cut} is not JSON: line 2, column 12: it ends too early.\n`,
    );
    for (const args of [
      ['catalogue', 'push', '/nowhere/plans.json'],
      ['events', 'import', '/nowhere/plans.json', '--map', 'customer=c,time=t,id=i,type=x'],
    ]) {
      const missing = await run('http://127.0.0.1:1', args);
      expect([missing.exitCode, missing.err]).toEqual([2, 'There is no file /nowhere/plans.json.\n']);
    }
  });
});

describe('an address', () => {
  it.each([
    ['localhost:4000', 'http://localhost:4000'],
    ['billing.example.com', 'http://billing.example.com'],
    ['https://billing.example.com/', 'https://billing.example.com'],
  ])('%s is read as %s', (text, address) => expect(readAddress(text)).toBe(address));

  it.each(['ftp://x', 'a b', 'http://'])('%s is refused with an example', (text) => {
    expect(() => readAddress(text)).toThrow(`${text} is no address. Write it like http://localhost:4000.`);
  });
});

describe('invoices', () => {
  it('are exported byte by byte, to a file or to standard output', async () => {
    const csv =
      'customer,invoice,line,quantity,currency,amount\r\nclient-0004,INV-1,Anfragen für Mai,341,USD,2.91\r\n';
    const urls: string[] = [];
    const baseUrl = await serve(({ url }) => {
      urls.push(url);
      return { type: 'text/csv', body: csv };
    });
    expect((await run(baseUrl, ['invoices', 'export', '--format', 'csv'])).out).toBe(csv);
    const file = await fileWith('');
    await run(baseUrl, ['invoices', 'export', '--from', '2015-05-01T00:00:00Z', '--out', file]);
    expect(await readFile(file, 'utf8')).toBe(csv);
    expect(urls[1]).toBe('/v1/invoices/export?format=csv&from=2015-05-01T00%3A00%3A00Z');
  });

  it('are listed with decimal amounts, as many as asked for', async () => {
    const row = {
      number: 'INV-1',
      customer_name: 'Acme',
      customer_external_id: null,
      status: 'open',
      issued_at: '2026-11-01T00:00:00Z',
      total: '2900',
      due: '0',
      currency: 'JPY',
    };
    const baseUrl = await serve(() => ({
      body: { object: 'list', data: [row, { ...row, currency: 'EUR' }], has_more: false, next_cursor: null },
    }));
    const table = await run(baseUrl, ['invoices', 'list']);
    expect(table.out).toMatch(/INV-1 +Acme +open +2026-11-01 +2900 JPY +0 JPY\n.*29\.00 EUR +0\.00 EUR\n/);
    const one = await run(baseUrl, ['invoices', 'list', '--limit', '1', '--json']);
    expect(one.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(one.out)).toMatchObject({ customer_name: 'Acme' });
    expect(one.err).toContain('There are more');
  });
});

describe('clock advance', () => {
  const clock = {
    object: 'clock',
    now: '2026-12-01T00:00:00.000Z',
    mode: 'frozen',
    movable: true,
    moving: null,
    last_move: null,
  };
  const moving = { from: 'a', to: 'b', at: 'c', percent: 50, steps: 1, done: {}, fault: null };

  it('waits until it has arrived', async () => {
    let looks = 0;
    const baseUrl = await serve(({ method, body }) => {
      if (method === 'POST') expect(JSON.parse(body)).toEqual({ to: '2026-12-01T00:00:00Z' });
      else looks += 1;
      return { body: { ...clock, moving: looks < 2 ? moving : null } };
    });
    const { out, exitCode } = await run(baseUrl, ['clock', 'advance', '2026-12-01']);
    expect([out, exitCode, looks]).toEqual(['2026-12-01T00:00:00.000Z (stands still)\n', 0, 2]);
  });

  it('fails with the sentence of the server if it stopped on the way', async () => {
    const baseUrl = await serve(() => ({
      body: { ...clock, last_move: { ...moving, fault: 'A bill could not be made.' } },
    }));
    const { err, exitCode } = await run(baseUrl, ['clock', 'advance', '2026-12-01']);
    expect([err, exitCode]).toEqual(['The clock stopped: A bill could not be made.\n', 1]);
  });
});

describe('exit codes', () => {
  const refuse =
    (status: number, code: string): Handler =>
    () => ({
      status,
      body: {
        title: 'No',
        detail: 'Why.',
        code,
        status,
        retryable: false,
        errors: [{ pointer: '/name', code: 'x', detail: 'Too long.' }],
      },
    });

  it.each([
    [401, 'auth.required', 3],
    [403, 'auth.forbidden', 3],
    [404, 'customer.not_found', 4],
    [422, 'request.invalid', 1],
    [500, 'server.internal', 1],
  ])('of a refusal with status %i and code %s is %i', async (status, code, expected) => {
    const { exitCode, err, out } = await run(await serve(refuse(status, code)), ['clock', 'show']);
    expect(exitCode).toBe(expected);
    expect(err).toContain('/name Too long.');
    expect(out).toBe('');
  });

  it('of a wrong command line is 2', async () => {
    for (const args of [
      ['nonsense'],
      ['invoices', 'export', '--format', 'xml'],
      ['invoices', 'list', '--limit', 'x'],
      ['events', 'import'],
    ]) {
      expect((await run('http://127.0.0.1:1', args)).exitCode, args.join(' ')).toBe(2);
    }
  });

  it('of a server that is not there is 1, with a sentence on what to do', async () => {
    const { exitCode, err } = await run('http://127.0.0.1:1', ['clock', 'show']);
    expect([exitCode, err]).toEqual([
      1,
      'No answer from http://127.0.0.1:1. Is the server running? Name it with --url.\n',
    ]);
  });

  it('of a key that is not known is 3, with a sentence that says so', async () => {
    const { exitCode, err } = await run(await serve(refuse(401, 'auth.required')), ['clock', 'show']);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/^This key is not known\. Give another with --api-key or BILLHOOK_API_KEY\. /);
  });

  it('of help is 0', async () => {
    const { exitCode, out } = await run('', ['--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain('catalogue');
  });

  it('of the server is handed on', async () => {
    expect((await run('', ['start', '--no-demo'])).exitCode).toBe(1);
    expect((await run('', ['start'])).exitCode).toBe(0);
    expect((await run('', ['migrate'])).exitCode).toBe(1);
  });
});

describe('doctor', () => {
  it('stops at the first cause, because the rest would only repeat it', async () => {
    const { out, exitCode } = await run('http://127.0.0.1:1', ['doctor']);
    expect([exitCode, out]).toEqual([
      1,
      'FAIL  server answers: No answer from http://127.0.0.1:1. Is the server running? Name it with --url.\n',
    ]);
  });

  it('names what is wrong and fails', async () => {
    const check = {
      id: 'a',
      subject: 'Stripe',
      title: 'Mode of the key',
      state: 'problem',
      detail: 'A test key.',
    };
    const secret = {
      name: 'Mail password',
      state: 'due_soon',
      age_days: 80,
      rotate_days: 90,
      due_at: '2026-05-01',
      expires_at: null,
      entered_expires_at: null,
    };
    const ending = { ...secret, name: 'Peppol token', state: 'fresh', expires_at: '2026-05-01T00:00:00Z' };
    const baseUrl = await serve(({ url }) => {
      if (url.startsWith('/v1/health_report')) {
        return {
          body: {
            state: 'problem',
            checks: [{ ...check, next_step: 'Put in the live key.' }],
            secrets: [secret, ending],
          },
        };
      }
      if (url.startsWith('/v1/ledger')) return { body: { balanced: false, accounts: [] } };
      if (url.startsWith('/v1/cases'))
        return { body: { object: 'list', data: [], has_more: false, next_cursor: null } };
      return { body: { now: 't' } };
    });
    const { out, exitCode } = await run(baseUrl, ['doctor']);
    expect(exitCode).toBe(1);
    expect(out).toContain('FAIL  books balance: Debits and credits differ.');
    expect(out).toContain('ok    server is ready');
    expect(out).toContain('FAIL  Stripe, Mode of the key: A test key.\n      To do: Put in the live key.\n');
    expect(out).toContain('LOOK  Mail password: 80 of 90 days old, to be replaced by 2026-05-01\n');
    expect(out).toContain(
      'ok    Peppol token: 80 of 90 days old, to be replaced by 2026-05-01, ends at its issuer on 2026-05-01\n',
    );
  });
});

describe('doctor --subscribe', () => {
  it('adds what the endpoint is not sent, and says what it was', async () => {
    const asked: string[] = [];
    const baseUrl = await serve(({ method, url }) => {
      asked.push(`${method} ${url}`);
      if (url.endsWith('/webhook_events'))
        return {
          body: {
            object: 'webhook_subscription',
            url: 'https://a.example',
            added: ['price.created'],
            events: [],
          },
        };
      if (url.startsWith('/v1/health_report')) return { body: { state: 'ok', checks: [], secrets: [] } };
      if (url.startsWith('/v1/ledger')) return { body: { balanced: true, accounts: [] } };
      if (url.startsWith('/v1/cases'))
        return { body: { object: 'list', data: [], has_more: false, next_cursor: null } };
      return { body: { now: 't' } };
    });
    const { out, exitCode } = await run(baseUrl, ['doctor', '--subscribe']);
    expect(exitCode).toBe(0);
    expect(out).toContain('ok    events of the webhook endpoint: added price.created\n');
    expect(asked.indexOf('POST /v1/payment_provider/stripe/webhook_events')).toBeLessThan(
      asked.indexOf('GET /v1/health_report'),
    );
    asked.length = 0;
    await run(baseUrl, ['doctor']);
    expect(asked.filter((call) => call.startsWith('POST'))).toEqual([]);
  });
});

describe('reconcile', () => {
  const state = (difference: string) => ({
    provider: 'stripe',
    reconciled_at: '2026-01-11T01:00:00Z',
    fault: null,
    currencies: [
      {
        currency: 'EUR',
        matched_count: 2,
        open_count: 1,
        provider: '5800',
        books: '2900',
        difference,
        open: '2900',
        unlisted: '0',
      },
    ],
  });
  const open = {
    occurred_at: '2026-01-06T00:00:00Z',
    age_days: 5,
    kind: 'charge',
    gross: '2900',
    currency: 'EUR',
    provider_transaction_id: 'txn_1',
    explanation: 'Nothing in our books is about this.',
  };
  const listed = (data: object[]) => ({ body: { object: 'list', data, has_more: false, next_cursor: null } });
  const server = (difference: string, rows: object[], lines: object[] = []) =>
    serve(({ url }) => {
      if (url.startsWith('/v1/reconciliation/transactions')) return listed(rows);
      if (url.startsWith('/v1/bank_lines')) return listed(url.includes('unmatched') ? lines : []);
      return { body: state(difference) };
    });

  it('prints both books with their difference and what is open since when, and fails', async () => {
    const { out, exitCode } = await run(await server('2900', [open]), ['reconcile']);
    expect(exitCode).toBe(1);
    expect(out).toContain('58.00 EUR     29.00 EUR   29.00 EUR');
    expect(out).toMatch(
      /2026-01-06 {2,}5 {2}charge {2}29\.00 EUR {2}txn_1 .*Nothing in our books is about this\./,
    );
  });

  it('lists movements at the bank that wait, and fails for them', async () => {
    const line = { booked_on: '2026-01-04', amount: '100', currency: 'EUR', name: 'Ada', state: 'unmatched' };
    const lines = [
      { ...line, age_days: 7 },
      { ...line, amount: '-300', age_days: null },
    ];
    const { out, exitCode } = await run(await server('0', [], lines), ['reconcile']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/2026-01-04 {2,}7 {2}1\.00 EUR {2}Ada {2,}unmatched/);
    expect(out).not.toContain('3.00');
  });

  it('is done where nothing differs, and says the same to programs', async () => {
    const baseUrl = await server('0', []);
    const { out, exitCode } = await run(baseUrl, ['reconcile', '--no-run']);
    expect([exitCode, out.endsWith('Nothing is open.\n')]).toEqual([0, true]);
    const json = await run(baseUrl, ['--json', 'reconcile']);
    expect(JSON.parse(json.out)).toMatchObject({ provider: 'stripe', open_transactions: [] });
  });
});
