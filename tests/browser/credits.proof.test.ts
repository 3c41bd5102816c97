import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

type Credits = { balances: { available: string; reload: { enabled: boolean } | null }[] };

/** Credits as staff gives them and customers see and buy them; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('credits in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let customer: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'credits');
    const { api } = seller;
    await send(api, '/v1/credit_types', { key: 'ai', name: 'AI credits', unit: 'credits' });
    await send(api, '/v1/credit_costs', { feature: 'api-calls', credit_type: 'ai', per_unit: '0.5' });
    await send(api, '/v1/credit_packs', {
      key: 'ai-1000',
      name: '1,000 AI credits',
      credit_type: 'ai',
      amount: '1000',
      price: '2000',
      currency: 'EUR',
    });
    await send(api, '/v1/credit_allowances', { plan: 'professional', credit_type: 'ai', amount: '500' });
  }, 120_000);

  const credits = async () =>
    (await must(seller.api('GET', `/v1/customers/${customer}/credits`))) as unknown as Credits;

  async function expectSound(page: Page, complaints: readonly string[]): Promise<void> {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    expect(complaints).toEqual([]);
  }

  describe('in the portal', () => {
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      const signedIn = await signUp(browser, seller, { name: 'Kim', email: 'kim@credits.example' }, [
        'Kim KG',
      ]);
      ({ page, complaints } = await openPage(browser, { signedIn }));
      const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
      customer = found[0]?.id ?? '';
      await send(seller.api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'manual' });
    }, 60_000);
    afterAll(() => page?.context().close());

    test('the customer sees what is left by grant and what happened, sets the reload and buys', async () => {
      const left = async () => (await credits()).balances[0]?.available;
      await expect.poll(left, { timeout: 60_000 }).toBe('500');
      const use = { customer, feature: 'api-calls', quantity: '30', event_id: 'use-1' };
      await send(seller.api, '/v1/credits/consume', use);
      await page.goto(`${seller.app.baseUrl}/p/credits/credits`);
      await page.getByRole('heading', { name: 'AI credits' }).waitFor();
      await page.getByRole('cell', { name: 'From the plan' }).first().waitFor();
      await page.getByText('485').first().waitFor();
      await expectSound(page, complaints);
      await keepPicture(page, 'portal-credits');
      await keepVariant(page, 'portal-credits-dark', { dark: true });
      await keepVariant(page, 'portal-credits-phone', { width: 320 });
      await page.getByRole('button', { name: 'Low balance' }).click();
      await page.getByLabel('Tell us by e-mail when fewer are left than').fill('50');
      await keepPicture(page, 'portal-credits-low');
      await keepVariant(page, 'portal-credits-low-dark', { dark: true });
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect((await credits()).balances[0]).toMatchObject({ low_at: '50', low_at_is_own: true });
      await page.getByRole('button', { name: 'Automatic reload' }).click();
      await page.getByLabel('When fewer are left than').fill('100');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('Reloads by itself').waitFor();
      expect((await credits()).balances[0]?.reload?.enabled).toBe(true);
      await page.getByRole('button', { name: /^Buy for 20\.00/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Buy now' }).click();
      await page.waitForURL(/\/invoices\/inv_/);
      await page.getByText('1,000 AI credits').first().waitFor();
      expect(complaints).toEqual([]);
    });
  });

  describe('in the admin app', () => {
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      ({ page, complaints } = await openPage(browser));
      const { app } = seller;
      const { email, password } = app.owner;
      const headers = { origin: app.baseUrl };
      await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    });
    afterAll(() => page?.context().close());

    const open = (path: string, tab: string) =>
      page.goto(`${seller.app.baseUrl}/admin${path}?tenant=credits&tab=${tab}`);
    const sheet = () => page.getByRole('dialog');

    test('staff grants and revokes with a reason, and sees each entry', async () => {
      await open(`/customers/${customer}`, 'credits');
      await page.getByRole('button', { name: 'Grant credits' }).click();
      await sheet().getByRole('combobox', { name: 'Kind of credits' }).click();
      await page.getByRole('option', { name: /^AI credits/ }).click();
      await sheet().getByLabel('Amount').fill('25');
      await sheet().getByLabel('Reason').fill('Sorry for the outage');
      await sheet().getByRole('button', { name: 'Grant credits' }).click();
      await page.getByText('510').first().waitFor();
      await page.getByText('Sorry for the outage').first().waitFor();
      await page.getByText('The credits were granted.').waitFor({ state: 'hidden' });
      await expectSound(page, complaints);
      await keepPicture(page, 'admin-credits');
      await keepVariant(page, 'admin-credits-dark', { dark: true });
      await page.getByRole('button', { name: /^Revoke.*Gift/ }).click();
      await sheet().getByLabel('Reason').fill('Given twice');
      await sheet().getByRole('button', { name: 'Revoke what is left' }).click();
      await page.getByText('Taken back').first().waitFor();
      expect((await credits()).balances[0]?.available).toBe('485');
      expect(complaints).toEqual([]);
    });

    test('the catalogue shows types, costs, allowances and packs, and sets what a feature costs', async () => {
      await open('/plans', 'credits');
      await page.getByText('1,000 AI credits').waitFor();
      await expectSound(page, complaints);
      await keepPicture(page, 'admin-credit-catalogue');
      await keepVariant(page, 'admin-credit-catalogue-dark', { dark: true });
      await page.getByRole('button', { name: 'Set what a feature costs' }).click();
      await sheet().getByRole('combobox', { name: 'Feature' }).click();
      await page.getByRole('option', { name: /^API calls/ }).click();
      await sheet().getByRole('combobox', { name: 'Kind of credits' }).click();
      await page.getByRole('option', { name: /^AI credits/ }).click();
      await sheet().getByLabel('One unit costs').fill('2');
      await sheet().getByRole('button', { name: 'Set cost from now on' }).click();
      await page.getByText('Past', { exact: true }).waitFor();
      const costs = (await must(seller.api('GET', '/v1/credit_costs'))).data;
      expect(costs).toMatchObject([
        { per_unit: '2', status: 'current' },
        { per_unit: '0.5', status: 'past' },
      ]);
      expect(complaints).toEqual([]);
    });
  });
});
