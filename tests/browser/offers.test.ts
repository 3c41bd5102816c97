import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const perSeat = {
  key: 'storage',
  name: 'Extra storage',
  pricing: { model: 'per_unit', unit_amount: '5', per: '1' },
  quantity: { kind: 'seats' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};

/** What is sold beside plans, as staff and customer see it; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('coupons and add-ons in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let portal: Page;
  let customer: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'offers');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Ole', email: 'ole@offers.example' }, ['Ole KG']);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    await send(seller.api, '/v1/plans', {
      key: 'storage',
      name: 'Extra storage',
      kind: 'add_on',
      currency: 'EUR',
      prices: [perSeat],
      entitlements: [],
    });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = found[0]?.id ?? '';
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  const sheet = () => page.getByRole('dialog');
  const admin = (path: string, filters = '') =>
    page.goto(`${seller.app.baseUrl}/admin${path}?tenant=offers${filters}`);
  async function choose(action: string): Promise<void> {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: action }).click();
  }

  test('a coupon is made, listed and used at the checkout, which shows what it takes off', async () => {
    await admin('/plans', '&tab=coupons');
    await page.getByRole('button', { name: 'Create coupon' }).click();
    await sheet().getByLabel('Name').fill('Welcome');
    await sheet().getByLabel('Code').fill('WELCOME-20');
    await sheet().getByRole('textbox', { name: 'Percent' }).fill('20');
    await keepPicture(page, 'admin-coupon');
    await keepVariant(page, 'admin-coupon-dark', { dark: true });
    await sheet().getByRole('button', { name: 'Create coupon' }).click();
    await page.getByText('welcome-20').waitFor();
    await keepPicture(page, 'admin-coupons');
    await keepVariant(page, 'admin-coupons-dark', { dark: true });
    await portal.goto(`${seller.app.baseUrl}/p/offers/checkout?plan=professional`);
    await portal.getByRole('button', { name: /^Pay .*70\.21/ }).waitFor();
    await portal.getByLabel('Coupon').fill('welcome-20');
    await portal.getByRole('button', { name: 'Apply' }).click();
    await portal.getByRole('button', { name: /^Pay .*56\.17/ }).waitFor();
    await portal.getByText('Welcome').first().waitFor();
    await keepPicture(portal, 'portal-checkout-coupon');
    await keepVariant(portal, 'portal-checkout-coupon-dark', { dark: true });
  });

  test('an add-on, a coupon and a charge stand on the subscription, each at the price of its preview', async () => {
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'manual' });
    await admin(`/customers/${customer}`);
    await choose('Add an add-on');
    await sheet().getByRole('combobox', { name: 'Add-on' }).click();
    await page.getByRole('option', { name: /^Extra storage/ }).click();
    await sheet().getByLabel('Quantity').fill('3');
    await keepPicture(page, 'admin-add-on');
    await sheet()
      .getByRole('button', { name: /^Add it, .* due today$/ })
      .click();
    await page.getByText('3 × Extra storage').waitFor();
    await choose('Give a coupon');
    await sheet().getByRole('combobox', { name: 'Coupon' }).click();
    await page.getByRole('option', { name: /^Welcome/ }).click();
    await sheet().getByRole('button', { name: 'Give the coupon' }).click();
    await page.getByText('20% off').waitFor();
    await choose('Charge once');
    await sheet().getByLabel('What for').fill('Set-up');
    await sheet().getByLabel('Amount for one').fill('250');
    await sheet()
      .getByRole('button', { name: /^Charge it, .*297\.50.* due today$/ })
      .click();
    await page.getByText('Charged once', { exact: true }).waitFor();
    await keepPicture(page, 'admin-agreements');
    await keepVariant(page, 'admin-agreements-dark', { dark: true });
    await page.getByRole('button', { name: /^End ?: Add-ons/ }).click();
    await sheet().getByRole('button', { name: 'End the add-on' }).click();
    await page.getByText('Ends Extra storage').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('the customer sees add-ons and discounts on the plan page', async () => {
    await portal.goto(`${seller.app.baseUrl}/p/offers/plan`);
    await portal.getByText('3 × Extra storage').waitFor();
    await portal.getByText('Welcome').first().waitFor();
    await keepPicture(portal, 'portal-plan-offers');
    await keepVariant(portal, 'portal-plan-offers-dark', { dark: true });
  });
});
