import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

describe.runIf(hasBrowser)('exports in a real browser', { timeout: 60_000 }, () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'exports');
    for (const name of ['Rampe AG', 'Müller & Söhne']) {
      const { id } = await send(seller.api, '/v1/customers', { name, country: 'DE' });
      await send(seller.api, '/v1/subscriptions', { customer: id, plan: 'starter', collection: 'manual' });
    }
    ({ page, complaints } = await openPage(browser));
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  test('staff take the invoices out, see them written, and fetch the file', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/exports?tenant=exports`);
    await page.getByText('No exports yet.').waitFor();
    await page.getByRole('button', { name: 'New export' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('First day').fill('2020-01-01');
    await keepPicture(page, 'admin-export-sheet');
    await sheet.getByRole('button', { name: 'Begin the export' }).click();
    await page.getByText('Ready', { exact: true }).waitFor();
    await keepPicture(page, 'admin-exports');
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)])).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('invoices-2020-01-01.csv');
    expect(await readFile(await download.path(), 'utf8')).toContain('Müller & Söhne');
  });

  test('the accounts of the tax adviser are named, and what is missing is said', async () => {
    await page.getByRole('tab', { name: 'DATEV' }).click();
    await page.getByText('Some accounts have no number yet').waitFor();
    await keepPicture(page, 'admin-datev');
    await page.getByLabel('Number of the tax adviser').fill('29098');
    await page.getByLabel('Number of the client').fill('55003');
    for (const [label, number] of [
      ['Receivable', '10000'],
      ['Revenue', '8400'],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(number);
    await page.getByRole('button', { name: 'Save accounts' }).click();
    await page.getByText('Accounting settings saved.').waitFor();
    expect(complaints).toEqual([]);
  });
});
