import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** From a legal hold to a customer that is erased; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('erasing a customer in a real browser', { timeout: 60_000 }, () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let customer: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'erasure');
    const facts = { name: 'Rampe AG', email: 'rampe@erasure.example', country: 'DE' };
    customer = String((await send(seller.api, '/v1/customers', facts)).id);
    const started = { customer, plan: 'starter', collection: 'manual' };
    await send(seller.api, '/v1/subscriptions', started);
    ({ page, complaints } = await openPage(browser));
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const go = (path: string) => page.goto(`${seller.app.baseUrl}/admin${path}?tenant=${seller.typeId}`);
  const sheet = () => page.getByRole('dialog');
  const sound = async () => {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)])).toEqual([]);
  };

  test('the seller says for how long documents stay, by country', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/settings?tenant=${seller.typeId}&tab=privacy`);
    await page.getByLabel('Other years by the seller’s country').fill('DE 8, GB six');
    await page.getByRole('button', { name: 'Save personal data settings' }).click();
    await page.getByText('Write countries with years, such as DE 8, GB 6.').waitFor();
    await page.getByLabel('Other years by the seller’s country').fill('DE 8, GB 6');
    await page.getByRole('button', { name: 'Save personal data settings' }).click();
    await page.getByText('Settings for personal data saved.').waitFor();
    expect((await must(seller.api('GET', '/v1/privacy_settings'))).countries).toEqual([
      { country: 'DE', years: 8 },
      { country: 'GB', years: 6 },
    ]);
    await page.getByRole('button', { name: 'Save personal data settings' }).scrollIntoViewIfNeeded();
    await keepPicture(page, 'admin-privacy-settings');
    await keepVariant(page, 'admin-privacy-settings-dark', { dark: true });
  });

  test('a hold keeps the customer, and what stands in the way is said', async () => {
    await go(`/customers/${customer}`);
    await page.getByRole('button', { name: 'Erase or hold' }).click();
    await sheet().getByText('It has a subscription that has not ended. Cancel it first.').waitFor();
    await sheet().getByLabel('Why it must be kept').fill('Lawsuit 12 O 345/26');
    await sheet().getByRole('button', { name: 'Place legal hold' }).click();
    await sheet().getByText('It is on legal hold. Release the hold first.').waitFor();
    await sound();
    await keepPicture(page, 'admin-erasure-held');
    await keepVariant(page, 'admin-erasure-held-dark', { dark: true });
    await sheet().getByLabel('Why it is released').fill('The lawsuit has ended');
    await sheet().getByRole('button', { name: 'Release legal hold' }).click();
    await sheet().getByLabel('Why it must be kept').waitFor();
  });

  test('what goes and stays is shown, the name is typed, and the customer is erased', async () => {
    const listed = await must(seller.api('GET', `/v1/subscriptions?customer=${customer}`));
    const [subscription] = listed.data as unknown as { id: string }[];
    await send(seller.api, `/v1/subscriptions/${subscription?.id}/cancel`, { when: 'now' });
    const invoices = await must(seller.api('GET', `/v1/invoices?customer=${customer}&status=open`));
    for (const { id } of invoices.data as unknown as { id: string }[])
      await send(seller.api, `/v1/invoices/${id}/void`, { reason: 'Never used', periods: 'waive' });
    await page.reload();
    await sheet().getByText('What would go').waitFor();
    await sheet().getByLabel('Reason').fill('Asked for on 3 March');
    await sheet().getByLabel('Type Rampe AG to confirm').fill('Rampe');
    await sheet().getByRole('button', { name: 'Erase customer' }).click();
    await sheet().getByText('Type the name as it stands: Rampe AG.').waitFor();
    await sheet().getByText('What would go').scrollIntoViewIfNeeded();
    await keepPicture(page, 'admin-erasure');
    await keepVariant(page, 'admin-erasure-dark', { dark: true });
    await keepVariant(page, 'admin-erasure-phone', { width: 320 });
    await sheet().getByLabel('Type Rampe AG to confirm').fill('Rampe AG');
    await sheet().getByRole('button', { name: 'Erase customer' }).click();
    await sheet().getByText('Erased', { exact: true }).first().waitFor();
    await sound();
    await page.reload();
    await page.getByRole('heading', { name: 'Erased customer' }).waitFor();
    await sheet().getByText('What stays').waitFor();
    await keepPicture(page, 'admin-erased');
    await keepVariant(page, 'admin-erased-dark', { dark: true });
    expect(await page.content()).not.toContain('rampe@erasure.example');
    expect(complaints).toEqual([]);
  });
});
