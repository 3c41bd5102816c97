import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('owners see where the provider has to send its webhooks, and the address is the one that is listened on', async () => {
  const shown = await must(app.api('GET', '/v1/payment_provider'));
  expect(shown).toMatchObject({ object: 'payment_provider', provider: 'stripe', mode: 'sandbox' });
  const url = new URL(String(shown.webhook_url));
  expect(url.origin).toBe(app.baseUrl);
  const unsigned = await fetch(url, { method: 'POST', body: '{}' });
  expect(unsigned.status).toBe(401);
});

test('a live environment shows its address before it has an account, and takes no webhook until then', async () => {
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const tenant = await send(owner, '/v1/tenants', {
    slug: 'acme-live',
    name: 'Acme',
    kind: 'live',
    currency: 'EUR',
    time_zone: 'UTC',
  });
  const headers = { 'billhook-tenant': String(tenant.id) };
  const shown = await must(owner('GET', '/v1/payment_provider', { headers }));
  expect(shown.mode).toBeNull();
  const again = await must(owner('GET', '/v1/payment_provider', { headers }));
  expect(again.webhook_url).toBe(shown.webhook_url);
  const at = Math.floor(Date.parse(String(tenant.created_at)) / 1000);
  const signature = createHmac('sha256', '').update(`${at}.{}`).digest('hex');
  const sent = await fetch(String(shown.webhook_url), {
    method: 'POST',
    headers: { 'stripe-signature': `t=${at},v1=${signature}` },
    body: '{}',
  });
  expect(sent.status).toBe(404);
});
