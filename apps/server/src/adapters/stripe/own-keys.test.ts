import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createStripeClients } from './clients.ts';
import { createStripeConnector } from './connect.ts';
import { methods } from './methods.ts';
import { sessions } from './sessions.ts';

const ENDPOINT = {
  id: 'we_1',
  object: 'webhook_endpoint',
  status: 'enabled',
  url: 'https://shop.example/hook',
  enabled_events: ['payout.paid'],
};

/** What came over the wire: the path of each changing call, with its key. */
const seen: [string, string | undefined][] = [];
const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (request.method !== 'GET') seen.push([url, request.headers['idempotency-key']?.toString()]);
  const session = {
    id: 'cs_1',
    object: 'checkout.session',
    status: 'open',
    mode: 'setup',
    metadata: {},
    expires_at: 1_800_000_000,
  };
  response.setHeader('content-type', 'application/json');
  const method = { id: 'pm_1', object: 'payment_method' };
  const endpoints = { object: 'list', data: [ENDPOINT], has_more: false };
  const known = url.includes('/sessions/') ? session : method;
  response.end(JSON.stringify(url.startsWith('/v1/webhook_endpoints?') ? endpoints : known));
});

const sandboxUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(() => seen.splice(0));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve())));
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));

test('I372 closing a page and letting a method go carry a key of our own, the same each time', async () => {
  const call = createStripeClients({ sandboxUrl: sandboxUrl() })({ mode: 'sandbox', secretKey: 'sk_test_1' });
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

/** Calls that change nothing; a preview and a quote of tax are questions, though they are asked by `POST`. */
const READS = /^(?:retrieve|list|find|preview|inspect$|quote$)/;

/** Arguments that fit each changing call well enough to be sent. */
const CHANGES: Readonly<Record<string, readonly unknown[]>> = {
  createCustomer: [{ customerId: 'c', name: 'Ada', email: null }, 'k1'],
  deleteCustomer: ['cus_1'],
  createCheckoutSession: [{ mode: 'setup', currency: 'EUR', amountMinor: 0n, expiresAt: 0 }, 'k2'],
  expireSession: ['cs_1'],
  chargeOffSession: [{ kind: 'card', currency: 'EUR', amountMinor: 1n, attemptId: 'a' }, 'k3'],
  refund: [{ refundId: 'r', intentId: 'pi_1', amountMinor: 1n }, 'k4'],
  attachMethod: ['cus_1', 'pm_1', 'k5'],
  detachMethod: ['pm_1'],
  submitEvidence: ['dp_1', {}, [], 'k6'],
  createProduct: [{ planId: 'p', key: 'p', name: 'P', description: '' }, 'k7'],
  updateProduct: ['prod_1', { name: 'P', description: '' }, 'k8'],
  createPrice: [{ priceId: 'p', figures: { currency: 'EUR', tiersMode: null, packageSize: null } }, 'k9'],
  createMeter: [{ name: 'M', eventName: 'm', aggregation: 'sum' }, 'k10'],
  createSubscriptionPage: [{ prices: [], trialDays: 0, expiresAt: 0 }, 'k11'],
  changeSubscription: ['sub_1', { kind: 'cancel', when: 'now' }, 'k12'],
  portalLink: ['cus_1', 'https://shop.example', 'k13'],
  reportUsage: [{ eventName: 'm', providerCustomerId: 'cus_1', identifier: 'i', value: '1', at: 0 }, 'k14'],
  cancelUsage: [{ eventName: 'm', identifier: 'i' }, 'k15'],
  commit: [{ calculationId: 'taxcalc_1', reference: 'r' }, 'k16'],
  subscribeEvents: [ENDPOINT.url, ['refund.created'], 'k18'],
  reverse: [{ transactionId: 'tax_1', reference: 'r', lines: 'rest' }, 'k17'],
};

test('I456 every call to Stripe that changes something carries a key of our own', async () => {
  const account = { provider: 'stripe', mode: 'sandbox', secretKey: 'sk_test_1', publicId: null } as const;
  const { billing, tax, ...provider } = createStripeConnector({ sandboxUrl: sandboxUrl() }).connect({
    ...account,
    methodKinds: ['card'],
  });
  const calls = Object.entries({ ...billing, ...tax, ...provider }).filter(
    ([name, call]) => typeof call === 'function' && !READS.test(name),
  );
  expect(calls.map(([name]) => name).sort()).toEqual(Object.keys(CHANGES).sort());
  for (const [name, call] of calls) {
    const before = seen.length;
    // What is answered fits hardly one of them; what was sent is what counts.
    await (call as (...args: readonly unknown[]) => Promise<unknown>)(...(CHANGES[name] ?? [])).catch(
      () => undefined,
    );
    expect(seen.slice(before), name).toHaveLength(1);
  }
  expect(seen.filter(([, key]) => key === undefined)).toEqual([]);
});
