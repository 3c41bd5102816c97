import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BillhookConnectionError, BillhookError } from './error.ts';
import { readEventStream } from './event-stream.ts';
import { createBillhook } from './operator.ts';
import { createPortal } from './portal.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The line is cut after the request was read. */
  readonly cut?: boolean;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server that gives the answers in order, the last one again and again. */
async function serve(...answers: Answer[]): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const answer = answers[Math.min(seen.length, answers.length) - 1] ?? {};
      if (answer.cut === true) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const quick = { retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 2000 } };
const problem = (status: number, code: string, retryable: boolean) => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    type: 'about:blank',
    title: 'No',
    status,
    detail: 'Why.',
    code,
    retryable,
    request_id: 'req_1',
    errors: [],
  },
});

describe('the client', () => {
  it('spells in snake case on the wire and in camel case in the program', async () => {
    const { baseUrl, seen } = await serve({
      status: 201,
      body: { id: 'cus_1', external_id: 'acme', metadata: { a_b: '1' } },
    });
    const billhook = createBillhook({ baseUrl: `${baseUrl}/`, apiKey: 'sk_test_1' });
    const customer = await billhook.customers.create({
      name: 'Acme',
      externalId: 'acme',
      metadata: { a_b: '1' },
    });
    expect(customer).toEqual({ id: 'cus_1', externalId: 'acme', metadata: { a_b: '1' } });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/customers' });
    expect(seen[0]?.headers.authorization).toBe('Bearer sk_test_1');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      name: 'Acme',
      external_id: 'acme',
      metadata: { a_b: '1' },
    });
  });

  it('repeats a command whose answer was lost with the same key and the same bytes', async () => {
    const { baseUrl, seen } = await serve({ cut: true }, problem(409, 'idempotency.in_progress', true), {
      body: { id: 'sub_1' },
    });
    const billhook = createBillhook({ baseUrl, apiKey: 'k', ...quick });
    await expect(billhook.subscriptions.change('sub_1', { plan: 'pro' })).resolves.toEqual({ id: 'sub_1' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map((one) => one.headers['idempotency-key'])).size).toBe(1);
    expect(new Set(seen.map((one) => one.body)).size).toBe(1);
    expect(seen[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('makes a new key for every call, and takes one from the caller', async () => {
    const { baseUrl, seen } = await serve({ body: {} });
    const billhook = createBillhook({ baseUrl, apiKey: 'k' });
    await billhook.customers.create({ name: 'A' });
    await billhook.customers.create({ name: 'A' });
    await billhook.customers.create({ name: 'A' }, { idempotencyKey: 'mine' });
    const keys = seen.map((one) => one.headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
  });

  it('gives up after the bounded number of tries', async () => {
    const { baseUrl, seen } = await serve(problem(503, 'server.unavailable', true));
    const billhook = createBillhook({ baseUrl, apiKey: 'k', ...quick });
    await expect(billhook.clock.get()).rejects.toMatchObject({
      code: 'server.unavailable',
      status: 503,
      requestId: 'req_1',
    });
    expect(seen).toHaveLength(3);
  });

  it('waits as long as Retry-After says, but hands on the refusal if that is too long', async () => {
    const limited = problem(429, 'rate.limited', true);
    const soon = await serve(
      { ...limited, headers: { ...limited.headers, 'retry-after': '1' } },
      { body: { now: 't' } },
    );
    const startedAt = performance.now();
    await createBillhook({ baseUrl: soon.baseUrl, apiKey: 'k', ...quick }).clock.get();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(950);
    const late = await serve({ ...limited, headers: { ...limited.headers, 'retry-after': '3600' } });
    const refused = createBillhook({ baseUrl: late.baseUrl, apiKey: 'k', ...quick }).clock.get();
    await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 3600 });
    expect(late.seen).toHaveLength(1);
  });

  it('does not repeat what is refused for good', async () => {
    const { baseUrl, seen } = await serve(problem(422, 'request.invalid', false));
    const call = createBillhook({ baseUrl, apiKey: 'k', ...quick }).customers.create({ name: '' });
    await expect(call).rejects.toBeInstanceOf(BillhookError);
    expect(seen).toHaveLength(1);
  });

  it('does not repeat a lost command that has no key', async () => {
    const { baseUrl, seen } = await serve({ cut: true });
    const call = createBillhook({ baseUrl, apiKey: 'k', ...quick }).files.delete('file_1');
    await expect(call).rejects.toBeInstanceOf(BillhookConnectionError);
    expect(seen).toHaveLength(1);
  });

  it('makes a problem of an answer that is none', async () => {
    const { baseUrl } = await serve({
      status: 502,
      body: '<html>',
      headers: { 'content-type': 'text/html' },
    });
    const call = createBillhook({ baseUrl, apiKey: 'k', retry: { attempts: 1 } }).clock.get();
    await expect(call).rejects.toMatchObject({ status: 502, code: 'server.unavailable' });
  });

  it('loops over all pages of a list and keeps the filters', async () => {
    const { baseUrl, seen } = await serve(
      { body: { object: 'list', data: [{ id: 'a' }, { id: 'b' }], has_more: true, next_cursor: 'b' } },
      { body: { object: 'list', data: [{ id: 'c' }], has_more: false, next_cursor: null } },
    );
    const ids: string[] = [];
    for await (const row of createBillhook({ baseUrl, apiKey: 'k' }).customers.list({ q: 'a&b', limit: 2 }))
      ids.push(row.id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(seen.map((one) => one.url)).toEqual([
      '/v1/customers?q=a%26b&limit=2',
      '/v1/customers?q=a%26b&limit=2&starting_after=b',
    ]);
  });

  it('sends events as a CloudEvents batch and leaves their data alone', async () => {
    const { baseUrl, seen } = await serve({ body: { object: 'ingest_result', results: [], counts: {} } });
    const event = {
      id: '1',
      source: 's',
      type: 't',
      subject: 'acme',
      time: '2026-11-01T00:00:00Z',
      data: { bytesOut: 1 },
    };
    await createBillhook({ baseUrl, apiKey: 'k' }).events.ingest([event]);
    expect(seen[0]?.headers['content-type']).toBe('application/cloudevents-batch+json');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual([{ specversion: '1.0', ...event }]);
  });

  it('uploads a file with its fields', async () => {
    const { baseUrl, seen } = await serve({ status: 201, body: { id: 'file_1' } });
    await createBillhook({ baseUrl, apiKey: 'k' }).files.upload({
      purpose: 'logo',
      file: new Blob(['hello']),
      fileName: 'a.png',
    });
    expect(seen[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen[0]?.body).toMatch(/name="purpose"\r\n\r\nlogo[\s\S]*filename="a\.png"[\s\S]*hello/);
  });

  it('hands on files and streams as they come', async () => {
    const { baseUrl } = await serve({
      headers: { 'content-type': 'text/event-stream' },
      body: ': hi\n\nevent: clock\ndata: {"a":1}\n\n',
    });
    const events = [];
    for await (const event of readEventStream(await createBillhook({ baseUrl, apiKey: 'k' }).clock.stream()))
      events.push(event);
    expect(events).toEqual([{ event: 'clock', data: '{"a":1}', id: null }]);
  });

  it('stops at once when the caller aborts', async () => {
    const { baseUrl } = await serve(problem(503, 'server.unavailable', true));
    const stop = new AbortController();
    const call = createBillhook({ baseUrl, apiKey: 'k', retry: { baseDelayMs: 60_000, maxDelayMs: 60_000 } });
    const pending = call.clock.get({ signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});

describe('the portal client', () => {
  it('speaks to the portal of one seller for one customer', async () => {
    const { baseUrl, seen } = await serve({ body: { object: 'dashboard' } });
    await createPortal({ baseUrl, slug: 'concierge', customer: 'cus_1' }).dashboard.get();
    expect(seen[0]?.url).toBe('/p/concierge/api/v1/dashboard');
    expect(seen[0]?.headers['billhook-customer']).toBe('cus_1');
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it('works on the page of the server itself, without an address of its own', async () => {
    const { baseUrl, seen } = await serve({ body: { object: 'dashboard' } });
    // As a browser does: what the client asks for is read against the address of the page.
    const fromPage: typeof fetch = (input, init) => fetch(new URL(String(input), baseUrl), init);
    await createPortal({ baseUrl: '', slug: 'concierge', fetch: fromPage }).dashboard.get();
    await createBillhook({ baseUrl: '', fetch: fromPage }).clock.get();
    expect(seen.map((one) => one.url)).toEqual(['/p/concierge/api/v1/dashboard', '/v1/clock']);
  });

  it('says on the page of the server itself that no answer came', async () => {
    const { baseUrl } = await serve({ cut: true });
    const fromPage: typeof fetch = (input, init) => fetch(new URL(String(input), baseUrl), init);
    const call = createPortal({ baseUrl: '', slug: 'concierge', fetch: fromPage, ...quick }).dashboard.get();
    await expect(call).rejects.toBeInstanceOf(BillhookConnectionError);
    await expect(call).rejects.toThrow('No answer from the server of this page.');
  });
});
