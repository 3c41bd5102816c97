import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

type Held = { id: string; plan: { key: string }; cancel_at: string | null };

/** A company with two plans, which one invoice of the month is for. */
describe.runIf(hasBrowser)('a customer with several plans', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let base: string;
  let customer: string;

  const held = async () =>
    (await must(seller.api('GET', `/v1/subscriptions?customer=${customer}`))).data as unknown as Held[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'several');
    base = `${shop.app.baseUrl}/p/${seller.slug}`;
    const who = { name: 'Sven', email: 'sven@several.example' };
    const signedIn = await signUp(browser, seller, who, ['Several SE']);
    const [made] = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = String(made?.id);
    await must(
      seller.api('PATCH', `/v1/customers/${customer}`, { body: { invoice_consolidation: 'month' } }),
    );
    for (const plan of ['starter', 'professional'])
      await send(seller.api, '/v1/subscriptions', { customer, plan, collection: 'manual' });
    ({ page, complaints } = await openPage(browser, { signedIn }));
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  test('is told the sum of the one invoice, and what is on it', async () => {
    await page.goto(base);
    const main = page.getByRole('main');
    await main.getByText('2 plans on one invoice').waitFor();
    // Starter 29.00 and Professional 59.00, with 19 % of tax.
    await main
      .getByRole('link', { name: /Next charge/ })
      .getByText('104.72')
      .waitFor();
    await main.getByText('on one invoice with Professional').waitFor();
    await main.getByText('on one invoice with Starter').waitFor();
    // The same use counts in both, each against its own limit.
    for (const plan of ['Starter', 'Professional'])
      await main.getByRole('meter', { name: `API calls in ${plan}` }).waitFor();
    await keepPicture(page, 'portal-several-overview');
    await keepVariant(page, 'portal-several-overview-dark', { dark: true });
  });

  test('sees each plan under its name, and cancels the one that is meant', async () => {
    await page.goto(`${base}/plan`);
    await page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor();
    const starter = page.getByRole('region', { name: 'Starter' });
    const professional = page.getByRole('region', { name: 'Professional' });
    await starter.getByText('104.72').waitFor();
    await professional.getByText('104.72').waitFor();
    await keepPicture(page, 'portal-several-plans');
    await keepVariant(page, 'portal-several-plans-dark', { dark: true });
    await keepVariant(page, 'portal-several-plans-phone', { width: 390 });
    await starter.getByRole('link', { name: 'Cancel plan' }).click();
    await page.getByRole('heading', { name: 'Cancel Starter?' }).waitFor();
    await page.getByRole('button', { name: /^Cancel on / }).click();
    await starter.getByText(/^Your plan ends on /).waitFor();
    const ends = Object.fromEntries((await held()).map(({ plan, cancel_at }) => [plan.key, cancel_at]));
    expect(ends).toEqual({ starter: expect.any(String), professional: null });
    await starter.getByRole('button', { name: 'Keep the plan' }).click();
    await expect.poll(async () => (await held()).map((one) => one.cancel_at)).toEqual([null, null]);
  });

  test('is asked which plan is to be changed where an address does not say', async () => {
    await page.goto(`${base}/plan/change`);
    await page.getByRole('link', { name: 'Change Starter' }).click();
    await page.getByRole('radio', { name: /^Starter \(your plan\)/ }).waitFor();
    await page.getByRole('radio', { name: /^Enterprise/ }).click();
    await page.getByRole('button', { name: /^Change now/ }).click();
    await page.getByRole('region', { name: 'Enterprise' }).waitFor();
    expect((await held()).map(({ plan }) => plan.key).sort()).toEqual(['enterprise', 'professional']);
    expect(complaints).toEqual([]);
  });
});
