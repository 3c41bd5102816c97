import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** Every form that is about a customer finds it by name; nobody has to know an id. */
describe.runIf(hasBrowser)('a customer is found by name', () => {
  let seller: Business;
  let customer: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const { app, browser } = await sharedShop();
    seller = await openBusiness(app, 'finding');
    const facts = { name: 'Lindqvist AB', external_id: 'lind', email: 'ada@lind.example', country: 'SE' };
    customer = String((await send(seller.api, '/v1/customers', facts)).id);
    await send(seller.api, '/v1/customers', { name: 'Somebody else', country: 'DE' });
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
  }, 120_000);
  afterAll(() => page?.context().close());

  const open = (path: string) =>
    page.goto(`${seller.app.baseUrl}/admin/${path}${path.includes('?') ? '&' : '?'}tenant=finding`);
  const sheet = () => page.getByRole('dialog');
  const rows = async (path: string) =>
    (await must(seller.api('GET', path))).data as unknown as Record<string, unknown>[];

  /** Finds the customer by a part of its name, as staff remember it. */
  async function pick(name: string, within = sheet()) {
    await within.getByRole('combobox', { name, exact: true }).fill('lindq');
    await page.getByRole('option', { name: /Lindqvist AB/ }).click();
  }

  async function expectSound(name: string) {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(complaints).toEqual([]);
    await keepPicture(page, name);
    await keepVariant(page, `${name}-dark`, { dark: true });
  }

  test('for an export of everything about it', async () => {
    await open('exports');
    await page.getByRole('button', { name: 'New export' }).click();
    await sheet().getByRole('combobox', { name: 'Export' }).click();
    await page.getByRole('option', { name: /Everything of a customer/ }).click();
    await expect
      .poll(() => sheet().getByRole('button', { name: 'Begin the export' }).isDisabled())
      .toBe(true);
    await pick('Customer');
    await expectSound('admin-find-export');
    await sheet().getByRole('button', { name: 'Begin the export' }).click();
    await page.getByText('Everything of a customer: the export has begun.').waitFor();
    expect(await rows('/v1/exports')).toMatchObject([{ kind: 'customer', customer }]);
  });

  test('for a payment that is asked for', async () => {
    await open('payments?tab=requested');
    await page.getByRole('button', { name: 'Ask for a payment' }).click();
    await pick('Customer');
    await sheet().getByLabel('Amount').fill('25');
    await sheet().getByLabel('For').fill('Two terminals');
    await expectSound('admin-find-asked');
    await sheet().getByRole('button', { name: 'Ask for it' }).click();
    await page.getByText('Two terminals').first().waitFor();
    expect(await rows('/v1/payment_requests')).toMatchObject([{ customer, amount: '2500' }]);
  });

  test('for a block', async () => {
    await open('block-list');
    await page.getByRole('button', { name: 'Block something' }).click();
    await sheet().getByRole('combobox', { name: 'What' }).click();
    await page.getByRole('option', { name: 'Customer', exact: true }).click();
    await pick('Customer');
    await sheet().getByRole('textbox', { name: 'Reason' }).fill('Three chargebacks');
    await expectSound('admin-find-block');
    await sheet().getByRole('button', { name: 'Block it' }).click();
    await page.getByRole('row', { name: /Lindqvist AB/ }).waitFor();
  });

  test('for usage that is looked at, and it stands in the address by its name', async () => {
    await open('usage');
    await pick('Customer', page.locator('main'));
    await page.waitForURL(new RegExp(`customer=${customer}`));
    await page.reload();
    const filter = page.getByRole('combobox', { name: 'Customer' });
    await expect.poll(() => filter.inputValue()).toBe('Lindqvist AB');
    await expectSound('admin-find-usage');
    await page.getByRole('button', { name: 'Fill usage in' }).click();
    await pick('Customer');
    await expectSound('admin-find-backfill');
    await open(`usage?customer=${customer}`);
    await expect.poll(() => filter.inputValue()).toBe('Lindqvist AB');
    await filter.fill('');
    await page.waitForURL((url) => !url.searchParams.has('customer'));
  });
});
