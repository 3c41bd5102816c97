import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { createPaymentWorld } from '../../testing/payments.ts';
import { must } from '../../testing/scenario.ts';
import { paymentAccountRoutes } from './account-routes.ts';
import type { ProviderConnector } from './provider.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('accounts are listed with what they offer, and debits are offered once they are chosen', async () => {
  const list = await must(app.api('GET', '/v1/payment_accounts'));
  expect(list.data).toContainEqual({
    object: 'payment_account',
    provider: 'stripe',
    title: 'Stripe',
    mode: 'sandbox',
    public_id: null,
    keys_from: null,
    is_default: true,
    method_kinds: ['card'],
    supported_kinds: ['card', 'sepa_debit'],
  });
  const patch = (body: object, provider = 'stripe') =>
    app.api('PATCH', `/v1/payment_accounts/${provider}`, { body });
  const changed = await must(patch({ method_kinds: ['card', 'sepa_debit'], is_default: true }));
  expect(changed).toMatchObject({ is_default: true, method_kinds: ['card', 'sepa_debit'] });
  expect((await patch({ method_kinds: ['paypal'] })).body).toMatchObject({ code: 'provider.not_configured' });
  expect((await patch({ is_default: true }, 'nobody')).body).toMatchObject({
    code: 'provider.not_configured',
  });
});

test('a sandbox keeps to its stand-in, and keys of a live environment are tried before they are kept', async () => {
  const put = { secret_key: `sk_test_${'a1B2'.repeat(8)}`, webhook_secret: 'whsec_0123456789abcdef' };
  const refused = await app.api('PUT', '/v1/payment_provider/stripe', { body: put });
  expect(refused.body).toMatchObject({ code: 'provider.keys_refused' });
  const world = await createPaymentWorld('2026-03-01T00:00:00Z');
  try {
    const kept: unknown[] = [];
    const routes = paymentAccountRoutes({
      transactor: world.transactor,
      box: world.box,
      isStripeOfServer: false,
      noteSecrets: async () => undefined,
      providers: { ...world.providers, connector: (name) => atSandbox(world.providers.connector(name)) },
      putStripe: async (_, keys) => void kept.push(keys),
    });
    const { outside } = routes.putStripeAccount as Extract<
      typeof routes.putStripeAccount,
      { outside: unknown }
    >;
    const request = {
      tenantId: world.tenantId,
      actor: { kind: 'system' as const, id: 'test' },
      requestId: 'req_test',
      chosenCustomer: null,
      idempotencyKey: 'k',
      lastEventId: null,
      signal: new AbortController().signal,
    };
    await world.admin(`update tenants set kind = 'live', frozen_at = null`);
    const answer = await outside(request, { params: {}, query: {}, body: put });
    expect(answer).toMatchObject({ provider: 'stripe', is_default: true });
    expect(kept).toEqual([{ mode: 'test', secretKey: put.secret_key, webhookSecret: put.webhook_secret }]);
    const wrong = { ...put, secret_key: put.secret_key.replace('_test_', '_live_') };
    await expect(outside(request, { params: {}, query: {}, body: wrong })).rejects.toMatchObject({
      code: 'provider.keys_refused',
    });
    expect(kept).toHaveLength(1);
  } finally {
    await world.close();
  }
});

/** The connector as it is, with every account at the stand-in. */
function atSandbox(connector: ProviderConnector | undefined): ProviderConnector | undefined {
  return (
    connector && { ...connector, connect: (account) => connector.connect({ ...account, mode: 'sandbox' }) }
  );
}
