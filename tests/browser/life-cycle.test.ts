import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** The life of a subscription as staff and customer see it; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('the life of a subscription in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let customer: string;
  let portal: Page;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'life');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Lea', email: 'lea@life.example' }, ['Lea KG']);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = found[0]?.id ?? '';
    const body = { customer, plan: 'professional', collection: 'manual' };
    await send(seller.api, '/v1/subscriptions', body);
    await page.goto(`${app.baseUrl}/admin/customers/${customer}?tenant=life`);
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  const sheet = () => page.getByRole('dialog');
  async function choose(action: string): Promise<void> {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: action }).click();
  }

  test('a change on a day is previewed, stands on the schedule, and is undone by itself', async () => {
    await page.getByRole('button', { name: 'Change plan' }).click();
    await sheet().getByRole('combobox', { name: 'Plan' }).click();
    await page.getByRole('option', { name: /^Enterprise/ }).click();
    await sheet()
      .getByRole('button', { name: /^Change plan, .* due today$/ })
      .waitFor();
    await sheet().getByText('On a day').click();
    await sheet().getByLabel('Day', { exact: true }).fill('2027-03-01');
    await sheet().getByRole('button', { name: 'Change plan', exact: true }).click();
    await page.getByText('Changes to Enterprise, 1 seat').first().waitFor();
    await choose('Cancel');
    await sheet().getByLabel('Reason').fill('Moves house');
    await sheet().getByText('On a day').click();
    await sheet().getByLabel('Day', { exact: true }).fill('2027-06-01');
    await sheet().getByRole('button', { name: 'Cancel the subscription' }).click();
    await page.getByText('Ends: Moves house').first().waitFor();
    await page.getByRole('button', { name: /^Undo ?: Ends/ }).click();
    await page.getByText('Ends: Moves house').first().waitFor({ state: 'detached' });
    await page.getByText('Changes to Enterprise, 1 seat').first().waitFor();
    await page.getByRole('button', { name: /^Undo ?: Changes/ }).click();
    await page.getByText('Changes to Enterprise, 1 seat').first().waitFor({ state: 'detached' });
  });

  test('a pause says what becomes of the period, and is resumed', async () => {
    await choose('Pause');
    await sheet().getByText('It stops').click();
    await sheet().getByText('Becomes credit').waitFor();
    await sheet().getByText('It runs on').click();
    await sheet().getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('Paused since').waitFor();
    await portal.goto(`${seller.app.baseUrl}/p/life/plan`);
    await portal.getByText('Paused since').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await sheet()
      .getByRole('button', { name: /^Resume/ })
      .click();
    await page.getByRole('button', { name: 'Change plan' }).waitFor();
  });

  test('a price is agreed for one customer alone', async () => {
    await choose('Agree on a price');
    await sheet().getByLabel('Amount a period').fill('49.00');
    await sheet()
      .getByRole('button', { name: /^Agree on this price/ })
      .click();
    await page.getByText('Agreed prices').waitFor();
  });

  test('a customer pauses in the portal where the seller allows it, after seeing the sums', async () => {
    await must(seller.api('PATCH', '/v1/tenant', { body: { settings: { portal: { allow_pause: true } } } }));
    await portal.goto(`${seller.app.baseUrl}/p/life/plan`);
    await portal.getByRole('button', { name: 'Pause the plan' }).click();
    await portal.getByRole('button', { name: /^Pause now, pay nothing today$/ }).waitFor();
    await portal.getByRole('button', { name: /^Pause now/ }).click();
    await portal.getByRole('button', { name: 'Go on with the plan' }).click();
    await portal.getByRole('button', { name: /^Go on, pay/ }).click();
    await portal.getByRole('button', { name: 'Pause the plan' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
