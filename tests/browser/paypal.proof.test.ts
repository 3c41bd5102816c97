import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** PayPal as staff and customers see it; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('PayPal in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'paypal');
  }, 120_000);

  afterEach(async () => {
    await page?.context().close();
  });

  const looksRight = async (name: string) => {
    await keepPicture(page, name);
    await keepVariant(page, `${name}-dark`, { dark: true });
    await keepVariant(page, `${name}-phone`, { width: 390 });
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  };

  test('staff take PayPal in a sandbox by one button', async () => {
    ({ page, complaints } = await openPage(browser));
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    await page.goto(`${app.baseUrl}/admin/settings?tenant=paypal&tab=payments`);
    const take = page.getByRole('button', { name: 'Take PayPal in this sandbox' });
    await take.scrollIntoViewIfNeeded();
    await looksRight('admin-paypal');
    await take.click();
    await take.waitFor({ state: 'detached' });
    await page.getByText(/^sandbox-/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a customer chooses PayPal, pays there, and finds it among the payment methods', async () => {
    const base = `${seller.app.baseUrl}/p/${seller.slug}`;
    const signedIn = await signUp(browser, seller, { name: 'Pia', email: 'pia@paypal.example' }, ['Pia AG']);
    ({ page, complaints } = await openPage(browser, { signedIn }));
    await page.goto(`${base}/checkout?plan=starter`);
    await page.getByRole('radio', { name: 'PayPal' }).click();
    await page.getByText('You pay at PayPal.').waitFor();
    await looksRight('portal-pay-with-paypal');
    await page.getByRole('button', { name: /^Pay / }).click();
    await page.getByRole('heading', { name: 'PayPal: test buyers' }).waitFor();
    await keepPicture(page, 'sandbox-paypal');
    await page.getByRole('button', { name: /as Ada/ }).click();
    await page.getByRole('heading', { name: /^Welcome to / }).waitFor();
    await page.goto(`${base}/payment-methods`);
    await page.getByText('PayPal, ada@buyers.example').waitFor();
    await page.getByRole('button', { name: 'Add PayPal' }).waitFor();
    await looksRight('portal-paypal-method');
    expect(complaints).toEqual([]);
  });
});
