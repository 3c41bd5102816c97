import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** A number with its consent, and what became of a campaign's text, as staff see them. */
describe.runIf(hasBrowser)('text messages in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let customer: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'texts');
    const { api, app } = seller;
    const step = (key: string, day: number, action: string) => ({
      key,
      day,
      action,
      kinds: null,
      mail: null,
    });
    const steps = [step('text', 1, 'sms'), step('retry', 2, 'retry'), step('end', 9, 'cancel')];
    const definition = { steps, hours: null, paydays: null, failure_mail: 'none' };
    const campaign = await send(api, '/v1/dunning/campaigns', {
      name: 'Texts',
      kind: 'charge',
      rank: 5,
      definition,
    });
    await send(api, `/v1/dunning/campaigns/${campaign.id}/publish`, undefined);
    const facts = { name: 'Nora GmbH', external_id: 'nora', email: 'nora@texts.example', country: 'DE' };
    customer = String((await send(api, '/v1/customers', facts)).id);
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
  }, 120_000);
  afterAll(() => page?.context().close());

  async function expectSound(name: string) {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(complaints).toEqual([]);
    await keepPicture(page, name);
    await keepVariant(page, `${name}-dark`, { dark: true });
    await keepVariant(page, `${name}-phone`, { width: 320 });
  }

  test('staff enter a number that was agreed to, and see that the text of the campaign was delivered', async () => {
    const { api, app } = seller;
    await page.goto(`${app.baseUrl}/admin/customers/${customer}?tenant=texts`);
    await page.getByRole('button', { name: 'Add a number' }).click();
    await page.getByLabel('Number').fill('+49 (151) 1234-5678');
    await page.getByRole('checkbox', { name: 'The customer agreed to be texted' }).click();
    await expectSound('admin-phone-form');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('+4915112345678').waitFor();
    await page.getByText('Agreed to').waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Pays by transfer' }).scrollIntoViewIfNeeded();
    await expectSound('admin-pays-by-transfer');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await send(api, `/v1/customers/${customer}/payment_methods`, {
      provider_method_id: 'pm_card_chargeCustomerFail',
    });
    await send(api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'automatic' });
    const runs = async () =>
      (await must(api('GET', `/v1/dunning/runs?customer=${customer}`))).data as unknown as unknown[];
    await expect.poll(async () => (await runs()).length, { timeout: 60_000 }).toBe(1);
    const { now } = await must(api('GET', '/v1/clock'));
    // Noon of the day after the step, whatever time it is now: nobody is texted in the evening or at night.
    const dayAfter = new Date(Date.parse(String(now)) + 48 * 3_600_000).toISOString().slice(0, 10);
    await must(api('POST', '/v1/clock/advance', { body: { to: `${dayAfter}T12:00:00Z` } }));
    await expect.poll(async () => JSON.stringify(await runs()), { timeout: 60_000 }).toMatch(/"delivered"/);
    await page.reload();
    await page.getByText('Text message: delivered').waitFor();
    await expectSound('admin-text-delivered');
  });

  test('I484 staff lift a stop with a reason', async () => {
    const { app } = seller;
    const url = `${app.baseUrl}/hooks/texts/replies`;
    expect(await app.sandbox.answerText({ from: '+4915112345678', text: 'STOP', url })).toBe(200);
    await page.goto(`${app.baseUrl}/admin/customers/${customer}?tenant=texts`);
    await page.getByText('Stopped by the number’s owner').waitFor();
    await page.getByRole('button', { name: 'Lift the stop' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('Asked for texts again on the phone.');
    await expectSound('admin-lift-stop');
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the stop' }).click();
    await page.getByText('Agreed to').waitFor();
    expect(complaints).toEqual([]);
  });
});
