import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** What staff looks at so that payments stay right. */
describe.runIf(hasBrowser)('payments watched in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let someone: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'watch');
    const { api, app } = seller;
    const price = {
      key: 'base',
      name: 'Base',
      pricing: { model: 'flat', amount: '2900' },
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      cadence: { interval: 'month', count: 1 },
    };
    await send(api, '/v1/plans', {
      key: 'pro',
      name: 'Pro',
      currency: 'EUR',
      entitlements: [],
      prices: [price],
    });
    for (const name of ['Brandt KG', 'Ada Ltd']) {
      const customer = await send(api, '/v1/customers', { name, currency: 'EUR', country: 'DE' });
      someone = String(customer.id);
      await send(api, `/v1/customers/${someone}/payment_methods`, { provider_method_id: 'pm_card_visa' });
      await send(api, '/v1/subscriptions', { customer: customer.id, plan: 'pro', collection: 'automatic' });
    }
    ({ page, complaints } = await openPage(browser));
    const data = { email: app.owner.email, password: app.owner.password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const open = (screen: string) => page.goto(`${seller.app.baseUrl}/admin/${screen}?tenant=watch`);
  const sheet = () => page.getByRole('dialog');

  test('both books are compared, and each movement says what it is', async () => {
    await expect
      .poll(
        async () =>
          (await must(seller.api('GET', '/v1/provider_events?type=payment_intent.succeeded&state=done')))
            .data,
        { timeout: 60_000 },
      )
      .toHaveLength(2);
    await open('reconciliation');
    await page.getByText('Nothing is compared yet.').waitFor();
    await page.getByRole('button', { name: 'Reconcile now' }).click();
    await page.getByText('Both books agree').waitFor();
    await page.getByRole('row', { name: /The payment of Brandt KG/ }).waitFor();
    await keepPicture(page, 'reconciliation');
    await keepVariant(page, 'reconciliation-dark', { dark: true });
    await keepVariant(page, 'reconciliation-phone', { width: 360 });
    await page.getByRole('row', { name: /The payment of Brandt KG/ }).click();
    await sheet().getByText('Gross').waitFor();
    await page.keyboard.press('Escape');
  });

  test('where there are several providers each has its books, and one is chosen by its name', async () => {
    await expect.poll(() => page.getByRole('combobox', { name: 'Payment provider' }).count()).toBe(0);
    await must(seller.api('PUT', '/v1/payment_provider/paypal', { body: { mode: 'sandbox' } }));
    await open('reconciliation');
    await page.getByText('Both books agree').waitFor();
    await page.getByRole('combobox', { name: 'Payment provider' }).click();
    await page.getByRole('option', { name: 'PayPal' }).click();
    await page.getByText('Nothing is compared yet.').waitFor();
    await page.getByRole('button', { name: 'Reconcile now' }).click();
    await page.getByText('No money has moved yet.').waitFor();
    await expect.poll(() => page.getByRole('row', { name: /The payment of/ }).count()).toBe(0);
    expect(page.url()).toContain('provider=paypal');
    await page.getByRole('combobox', { name: 'Payment provider' }).click();
    await page.getByRole('option', { name: 'Stripe' }).click();
    await page.getByRole('row', { name: /The payment of Brandt KG/ }).waitFor();
    await page.getByText('Both books agree').waitFor();
    await keepPicture(page, 'reconciliation-providers');
    await keepVariant(page, 'reconciliation-providers-dark', { dark: true });
    await keepVariant(page, 'reconciliation-providers-phone', { width: 360 });
  });

  test('a message of the provider is found, seen with its bytes, and read again', async () => {
    await open('provider-messages');
    await page.getByRole('searchbox').fill('payment_intent.succeeded');
    await expect.poll(() => page.getByRole('row', { name: /payment_intent.succeeded/ }).count()).toBe(2);
    await page
      .getByRole('row', { name: /payment_intent.succeeded/ })
      .first()
      .click();
    await sheet().getByLabel('What came in').waitFor();
    await keepPicture(page, 'provider-messages');
    await keepVariant(page, 'provider-messages-dark', { dark: true });
    await sheet().getByRole('button', { name: 'Read it again' }).click();
    await sheet().getByText('1 time', { exact: true }).nth(1).waitFor();
    await page.keyboard.press('Escape');
  });

  test('somebody is blocked and unblocked, with a reason, beside the tries and the rules', async () => {
    await open('block-list');
    await page.getByText('Nobody is blocked.').waitFor();
    await page.getByRole('button', { name: 'Block something' }).click();
    await sheet().getByRole('textbox', { name: 'Mail address' }).fill('Eve@Example.com');
    await sheet().getByRole('textbox', { name: 'Reason' }).fill('Three chargebacks in a week');
    await sheet().getByRole('button', { name: 'Block it' }).click();
    await page.getByRole('row', { name: /eve@example.com/ }).waitFor();
    // A sandbox does not ask where its few test cards are from, until somebody wants that.
    await page.getByRole('checkbox', { name: /another country than the customer/ }).click();
    await page.getByRole('button', { name: 'Save the rules' }).click();
    await page.getByText('The rules are saved.').waitFor();
    await send(seller.api, `/v1/customers/${someone}/payment_methods`, {
      provider_method_id: 'pm_card_mastercard',
    });
    await open('block-list');
    await page.getByText('The card is of US, the customer of DE.').waitFor();
    await keepPicture(page, 'block-list');
    await keepVariant(page, 'block-list-dark', { dark: true });
    await keepVariant(page, 'block-list-phone', { width: 360 });
    await page.getByRole('button', { name: 'Unblock' }).click();
    await sheet().getByRole('button', { name: 'Unblock' }).click();
    await page.getByText('Nobody is blocked.').waitFor();
  });

  test('the health of every credential and webhook is seen at one look', async () => {
    await open('health');
    await page.getByText('Stripe: Webhook endpoint').waitFor();
    await keepPicture(page, 'health');
    await keepVariant(page, 'health-dark', { dark: true });
    await expect.poll(() => page.getByText('Problem', { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
