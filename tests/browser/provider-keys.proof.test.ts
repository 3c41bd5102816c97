import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../apps/server/src/testing/app.ts';
import { send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { sharedShop } from './shop.ts';

/** Keys of a live environment, put, tested and replaced by its owner. */
describe.runIf(hasBrowser)('keys of a provider in a real browser', () => {
  let app: TestApp;
  let browser: Browser;
  let tenant: string;

  beforeAll(async () => {
    ({ app, browser } = await sharedShop());
    const owner = await app.signIn(app.owner.email, app.owner.password);
    const live = { slug: 'keys-live', name: 'Keys', kind: 'live', currency: 'EUR', time_zone: 'UTC' };
    tenant = String((await send(owner, '/v1/tenants', live)).id);
  }, 120_000);

  test('are put, tested without a charge, and replaced one at a time; nobody is shown them again', async () => {
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    await page.goto(`${app.baseUrl}/admin/settings?tenant=keys-live&tab=payments`);
    await page.getByLabel('Key', { exact: true }).fill(`rk_test_${'k3Y'.repeat(10)}`);
    await page.getByLabel('Signing secret of the webhook').fill('whsec_0123456789abcdef');
    await page.getByRole('button', { name: 'Try and keep the keys' }).first().click();
    await page.getByText('The keys work and are kept').waitFor();
    await page.getByRole('button', { name: 'Test the keys' }).click();
    await page
      .getByText(/In use since/)
      .first()
      .waitFor();
    await page.getByText('Webhook endpoint', { exact: false }).last().waitFor();
    await page.getByText('The keys work and are kept').waitFor({ state: 'hidden', timeout: 30_000 });
    await page.getByRole('heading', { name: 'PayPal', exact: true }).scrollIntoViewIfNeeded();
    await atRest(page);
    await keepPicture(page, 'admin-stripe-keys');
    await keepVariant(page, 'admin-stripe-keys-dark', { dark: true });
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await page.getByLabel('New signing secret of the webhook').fill('whsec_fedcba9876543210');
    await page.getByRole('button', { name: 'Try and replace' }).click();
    await page.getByLabel('New signing secret of the webhook').and(page.locator('[value=""]')).waitFor();
    expect(await page.content()).not.toMatch(/whsec_\w{8}|rk_test_/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('an endpoint that is not sent everything is named with what is missing, and subscribed by one button', async () => {
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    await page.goto(`${app.baseUrl}/admin/settings?tenant=keys-live&tab=payments`);
    const answer = await page.request.get(`${app.baseUrl}/v1/payment_provider`, {
      headers: { 'billhook-tenant': tenant },
    });
    const { webhook_url: url } = (await answer.json()) as { webhook_url: string };
    const made = await page.request.post(`${app.stripeUrl}/v1/webhook_endpoints`, {
      headers: { authorization: `Bearer rk_test_${'k3Y'.repeat(10)}` },
      form: { url, 'enabled_events[0]': 'payment_intent.succeeded' },
    });
    expect(made.status(), await made.text()).toBe(200);
    await page.getByRole('button', { name: 'Test the keys' }).click();
    const subscribe = page.getByRole('button', { name: /^Subscribe \d+ missing events$/ });
    await subscribe.waitFor();
    await subscribe.scrollIntoViewIfNeeded();
    await atRest(page);
    await keepPicture(page, 'admin-stripe-events');
    await keepVariant(page, 'admin-stripe-events-dark', { dark: true });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await subscribe.click();
    await page.getByText(/Stripe sends \d+ more kinds of events\./).waitFor();
    await page.getByText(/sent every event that is needed/).waitFor();
    await expect.poll(() => subscribe.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('I481 when a key ends at its issuer is entered where its age stands, and shown', async () => {
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    await page.goto(`${app.baseUrl}/admin/health?tenant=keys-live`);
    await page.getByRole('button', { name: 'Change the times of Stripe key' }).click();
    await page.getByLabel('Ends at its issuer on').fill('2026-12-31');
    await atRest(page);
    await keepPicture(page, 'admin-secret-end');
    await keepVariant(page, 'admin-secret-end-dark', { dark: true });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The times of this secret are saved.').waitFor();
    await page
      .getByRole('row', { name: /Stripe key/ })
      .getByText('31 Dec 2026')
      .last()
      .waitFor();
    await page.getByText('The times of this secret are saved.').waitFor({ state: 'hidden', timeout: 30_000 });
    await page.getByRole('heading', { name: 'Secrets' }).scrollIntoViewIfNeeded();
    await atRest(page);
    await keepPicture(page, 'admin-health-secrets');
    await keepVariant(page, 'admin-health-secrets-dark', { dark: true });
    await keepVariant(page, 'admin-health-secrets-phone', { width: 390 });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
