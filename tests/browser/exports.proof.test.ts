import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
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
    await keepVariant(page, 'admin-exports-dark', { dark: true });
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

  test('customers come in after it was shown what would be done', async () => {
    await page.getByRole('tab', { name: 'Imports' }).click();
    await page.getByRole('button', { name: 'New import' }).click();
    const csv = 'external_id,Company,country\nr1,Neue AG,DE\nr2,,DE\n';
    const file = { name: 'crm.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
    await page.getByRole('dialog').getByLabel('CSV file in UTF-8, with headings').setInputFiles(file);
    await page.getByRole('dialog').getByLabel('Columns of other names').fill('name=Company');
    await page.getByRole('button', { name: 'Show what would be done' }).click();
    await page.getByText('Would be: 1 new, 0 changed, 0 the same, 1 refused.').waitFor();
    await keepPicture(page, 'admin-import');
    await keepVariant(page, 'admin-import-dark', { dark: true });
    await page.getByRole('button', { name: 'Import 1 of 2 rows' }).click();
    await page.getByText('1 new, 0 changed, 0 the same, 1 refused.', { exact: true }).waitFor();
    const found = await must(seller.api('GET', '/v1/customers?q=Neue'));
    expect((found.data as unknown as { external_id: string }[]).map((one) => one.external_id)).toEqual([
      'r1',
    ]);
    await page.keyboard.press('Escape');
  });

  test('the accounts of the tax adviser are named, and what is missing is said', async () => {
    await page.getByRole('tab', { name: 'DATEV' }).click();
    await page.getByText('Some accounts have no number yet').waitFor();
    await page.getByRole('button', { name: 'Propose numbers of SKR03' }).click();
    await expect.poll(() => page.getByLabel('Number of Revenue', { exact: true }).inputValue()).toBe('8200');
    await keepPicture(page, 'admin-datev');
    await keepVariant(page, 'admin-datev-dark', { dark: true });
    await page.getByLabel('Number of the tax adviser').fill('29098');
    await page.getByLabel('Number of the client').fill('55003');
    for (const [label, number] of [
      ['Number of Receivable', '10000'],
      ['Number of Revenue', '8400'],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(number);
    await page.getByRole('button', { name: 'Save accounts' }).click();
    await page.getByText('Accounting settings saved.').waitFor();
    expect(complaints).toEqual([]);
  });
});
