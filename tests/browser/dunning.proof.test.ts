import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** What happens when an invoice stays unpaid, as staff write it and both sides see it; each test goes on after the one before. */
describe.runIf(hasBrowser)('dunning in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let portal: Page;
  let complaints: string[];
  let customer: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'dunning');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Ida', email: 'ida@dunning.example' }, ['Ida KG']);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, {
      headers: { origin: app.baseUrl },
      data: { email, password },
    });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = found[0]?.id ?? '';
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  async function expectSound(shown: Page): Promise<void> {
    await atRest(shown);
    const { violations } = await new AxeBuilder({ page: shown }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await shown.setViewportSize({ width: 320, height: 800 });
    const width = await shown.evaluate(() => document.documentElement.scrollWidth);
    await shown.setViewportSize({ width: 1280, height: 800 });
    expect(width).toBeLessThanOrEqual(320);
    expect(complaints).toEqual([]);
  }

  test('a campaign is drafted on a line of days, says what is wrong, and is published', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/dunning?tenant=dunning`);
    await page.getByRole('button', { name: 'New campaign' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Cards');
    await page.getByRole('button', { name: 'Make a draft' }).click();
    await page.getByRole('heading', { name: 'If it failed now' }).waitFor();
    await page.getByRole('button', { name: 'Take out Cancel the subscription of day 30' }).click();
    await page.getByText('Nothing ends it. Add a step that cancels or stops.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Publish version 1' }).isDisabled()).toBe(true);
    await page.reload();
    await page.getByRole('button', { name: 'Publish version 1' }).waitFor();
    await expectSound(page);
    await keepPicture(page, 'admin-campaign');
    await keepVariant(page, 'admin-campaign-dark', { dark: true });
    await page.getByRole('button', { name: 'Publish version 1' }).click();
    await page.getByText('Version 1 is published').first().waitFor();
  });

  test('staff see on the invoice what is next and hold it back; the customer sees it in the portal', async () => {
    const method = { provider_method_id: 'pm_card_chargeCustomerFail' };
    await send(seller.api, `/v1/customers/${customer}/payment_methods`, method);
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'automatic' });
    const unpaid = async () =>
      ((await must(seller.api('GET', '/v1/dunning/runs'))).data as unknown as { invoice: string }[])[0]
        ?.invoice;
    await expect.poll(unpaid, { timeout: 60_000 }).toBeDefined();
    await page.goto(`${seller.app.baseUrl}/admin/invoices/${await unpaid()}?tenant=dunning`);
    await page.getByText('Under way', { exact: true }).first().waitFor();
    await page.getByText('Limit access', { exact: true }).waitFor();
    await expectSound(page);
    await keepPicture(page, 'admin-unpaid-invoice');
    await portal.goto(`${seller.app.baseUrl}/p/dunning/invoices`);
    await portal.getByText('Your access is limited').waitFor();
    await expectSound(portal);
    await keepPicture(portal, 'portal-unpaid');
    await keepVariant(portal, 'portal-unpaid-dark', { dark: true });
    await page.getByRole('button', { name: 'Hold back' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('The customer called.');
    await page.getByRole('dialog').getByRole('button', { name: 'Hold back' }).click();
    await page.getByText('Held back', { exact: true }).first().waitFor();
    await page.goto(`${seller.app.baseUrl}/admin/dunning?tenant=dunning`);
    await page.getByRole('heading', { name: 'By kind of failure' }).waitFor();
    await expectSound(page);
    await keepPicture(page, 'admin-dunning');
  });
});
