import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStripeClients } from './clients.ts';
import { methods } from './methods.ts';
import { sessions } from './sessions.ts';

/** What came over the wire: the path of each changing call, with its key. */
const seen: [string, string | undefined][] = [];
const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (request.method === 'POST') seen.push([url, request.headers['idempotency-key']?.toString()]);
  const session = {
    id: 'cs_1',
    object: 'checkout.session',
    status: 'open',
    mode: 'setup',
    metadata: {},
    expires_at: 1_800_000_000,
  };
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(url.includes('/sessions/') ? session : { id: 'pm_1', object: 'payment_method' }),
  );
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve())));
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));

test('I372 closing a page and letting a method go carry a key of our own, the same each time', async () => {
  const sandboxUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = createStripeClients({ sandboxUrl })({ mode: 'sandbox', secretKey: 'sk_test_1' });
  for (let time = 0; time < 2; time += 1) {
    await sessions(call, ['card']).expireSession('cs_1');
    await methods(call).detachMethod('pm_1');
  }
  const once = [
    ['/v1/checkout/sessions/cs_1/expire', 'expire:cs_1'],
    ['/v1/payment_methods/pm_1/detach', 'detach:pm_1'],
  ];
  expect(seen).toEqual([...once, ...once]);
});
